//! Events for webhooks: put into the outbox in the transaction of what they tell of, one row for each webhook that is to be
//! told.

use lexi_types::records::Record;
use lexi_types::{EVERY_EVENT, EventId, RecordId, TEST_EVENT, Timestamp, WebhookId, WorkspaceId};
use serde_json::{Value as Json, json};

use crate::Result;
use crate::db::{Tx, statements};
use crate::sight::matter_of_deal;

statements! {
    LISTENING = "SELECT id, events, sees_walled, user_id FROM webhooks WHERE workspace_id = $1 AND active = 1 ORDER BY id";
    INSERT = "INSERT INTO webhook_deliveries (workspace_id, webhook_id, id, event, subject, payload, status, attempts,
        next_attempt_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, $7)";
    WALLED = "SELECT 1 FROM walls WHERE workspace_id = $1 AND record_type = $2 AND record_id = $3 LIMIT 1";
    INSIDE = "SELECT 1 FROM walls WHERE workspace_id = $1 AND record_type = $2 AND record_id = $3 AND user_id = $4";
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `contact.created`, `lexi.run.completed` …
    pub kind: String,
    /// What it happened to. Events of one subject are delivered in the order in which they happened.
    pub subject: String,
    /// The deal and the matter that the subject is or belongs to: their walls hide the event.
    pub deal: Option<RecordId>,
    pub matter: Option<RecordId>,
    pub data: Json,
}

impl Event {
    /// `change` is `created`, `updated` or `deleted`.
    pub fn of(record: &Record, change: &str) -> Self {
        Self {
            kind: format!("{}.{change}", record.kind().as_str()),
            subject: record.id().to_string(),
            deal: record.deal(),
            matter: record.matter(),
            data: Json::Object(record.fields()),
        }
    }
}

/// Puts an event into the outbox of every webhook that listens to it and may know of it.
pub async fn emit(tx: &mut Tx<'_>, workspace: WorkspaceId, event: &Event, now: Timestamp) -> Result<()> {
    let listening = tx.rows(LISTENING, &[workspace.into()]).await?;
    let mut payload = None;
    for row in &listening {
        let events: Vec<String> = row.json(1)?;
        if !events.iter().any(|wanted| *wanted == event.kind || wanted == EVERY_EVENT) {
            continue;
        }
        if !row.flag(2)? && !may_know(tx, workspace, event, row.opt_parse(3)?).await? {
            continue;
        }
        let payload = payload.get_or_insert_with(|| body(event, now));
        put(tx, workspace, row.parse(0)?, event, payload, now).await?;
    }
    Ok(())
}

/// Puts a test into the outbox for one webhook, and gives the id that it is delivered under.
pub async fn test(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    webhook: WebhookId,
    now: Timestamp,
) -> Result<EventId> {
    let event = Event {
        kind: TEST_EVENT.to_owned(),
        subject: webhook.to_string(),
        deal: None,
        matter: None,
        data: json!({ "message": "This is a test." }),
    };
    put(tx, workspace, webhook, &event, &body(&event, now), now).await
}

/// The body that is sent, in the form of Standard Webhooks.
fn body(event: &Event, now: Timestamp) -> String {
    json!({ "type": event.kind, "timestamp": now, "data": event.data }).to_string()
}

async fn put(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    webhook: WebhookId,
    event: &Event,
    body: &str,
    now: Timestamp,
) -> Result<EventId> {
    let id = EventId::new();
    let params = [
        workspace.into(),
        webhook.into(),
        id.into(),
        (&event.kind).into(),
        (&event.subject).into(),
        body.into(),
        now.into(),
    ];
    tx.execute(INSERT, &params).await?;
    tx.tell();
    Ok(id)
}

/// Whether no wall stands between a user, or nobody in particular, and what happened.
async fn may_know(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    event: &Event,
    user: Option<RecordId>,
) -> Result<bool> {
    let mut walls = vec![("deal", event.deal), ("matter", event.matter)];
    if let Some(deal) = event.deal {
        walls.push(("matter", matter_of_deal(tx, workspace, deal).await?));
    }
    for (kind, id) in walls {
        let Some(id) = id else { continue };
        if tx.row(WALLED, &[workspace.into(), kind.into(), id.into()]).await?.is_none() {
            continue;
        }
        let Some(user) = user else { return Ok(false) };
        if tx.row(INSIDE, &[workspace.into(), kind.into(), id.into(), user.into()]).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
