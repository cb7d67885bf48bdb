//! Webhooks: where a workspace's events are sent, and the secret that signs them. It has to be kept as it is, because it
//! signs; it is shown once, when the webhook is made.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lexi_types::{RecordId, Timestamp, WebhookId, WorkspaceId};
use rand::RngExt;

use crate::db::{Row, Tx, Value, statements};
use crate::records::json_text;
use crate::{Listed, Page, Result, StoreError};

/// Each event is put into the outbox once for every webhook that listens.
pub const PER_WORKSPACE_MAX: i64 = 50;

const SECRET_PREFIX: &str = "whsec_";

statements! {
    INSERT = "INSERT INTO webhooks (workspace_id, id, url, events, description, active, secret, sees_walled, user_id,
        created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
    COUNT = "SELECT count(*) FROM webhooks WHERE workspace_id = $1";
    GET = "SELECT id, url, events, description, active, sees_walled, user_id, disabled_reason, last_delivery_status,
        last_delivery_at, created_at, updated_at FROM webhooks WHERE workspace_id = $1 AND id = $2";
    LIST = "SELECT id, url, events, description, active, sees_walled, user_id, disabled_reason, last_delivery_status,
        last_delivery_at, created_at, updated_at FROM webhooks WHERE workspace_id = $1
        ORDER BY id DESC LIMIT $2 OFFSET $3";
    UPDATE = "UPDATE webhooks SET url = $3, events = $4, description = $5, active = $6, sees_walled = $7, user_id = $8,
        disabled_reason = $9, updated_at = $10 WHERE workspace_id = $1 AND id = $2";
    DELETE = "DELETE FROM webhooks WHERE workspace_id = $1 AND id = $2";
    DELETE_DELIVERIES = "DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND webhook_id = $2";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub events: Vec<String>,
    pub description: Option<String>,
    pub active: bool,
    pub sees: Seeing,
    /// Why it is not active, where the server has turned it off.
    pub disabled_reason: Option<String>,
    pub last_delivery_status: Option<String>,
    pub last_delivery_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Which walled records a webhook is told of: what the key that made it could see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeing {
    pub walled: bool,
    pub user: Option<RecordId>,
}

impl Seeing {
    /// What both see. Two users have no user in common: nothing walled is left.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self.walled, other.walled) {
            (true, _) => other,
            (false, true) => self,
            (false, false) if self.user == other.user => self,
            (false, false) => Self { walled: false, user: None },
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewWebhook {
    pub url: String,
    pub events: Vec<String>,
    pub description: Option<String>,
    pub active: bool,
    pub sees: Seeing,
}

fn read(row: &Row) -> Result<Webhook> {
    Ok(Webhook {
        id: row.parse(0)?,
        url: row.string(1)?,
        events: row.json(2)?,
        description: row.opt_string(3)?,
        active: row.flag(4)?,
        sees: Seeing { walled: row.flag(5)?, user: row.opt_parse(6)? },
        disabled_reason: row.opt_string(7)?,
        last_delivery_status: row.opt_string(8)?,
        last_delivery_at: row.opt_time(9)?,
        created_at: row.time(10)?,
        updated_at: row.time(11)?,
    })
}

fn new_secret() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(bytes))
}

/// Makes a webhook and its secret; `None` when the workspace has as many as it may have.
pub async fn create(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    new: &NewWebhook,
    now: Timestamp,
) -> Result<Option<(Webhook, String)>> {
    if tx.one(COUNT, &[workspace.into()]).await?.int(0)? >= PER_WORKSPACE_MAX {
        return Ok(None);
    }
    let (id, secret) = (WebhookId::new(), new_secret());
    let params = [
        workspace.into(),
        id.into(),
        (&new.url).into(),
        json_text(&new.events).into(),
        new.description.as_deref().into(),
        new.active.into(),
        (&secret).into(),
        new.sees.walled.into(),
        new.sees.user.into(),
        now.into(),
    ];
    tx.execute(INSERT, &params).await?;
    let made = get(tx, workspace, id).await?;
    Ok(Some((made.ok_or_else(|| StoreError::Internal("the new webhook is not there".to_owned()))?, secret)))
}

pub async fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WebhookId) -> Result<Option<Webhook>> {
    tx.row(GET, &[workspace.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// Newest first.
pub async fn list(tx: &mut Tx<'_>, workspace: WorkspaceId, page: Page) -> Result<Listed<Webhook>> {
    let total = tx.one(COUNT, &[workspace.into()]).await?.int(0)?;
    let rows = tx.rows(LIST, &[workspace.into(), page.limit(), page.offset()]).await?;
    Ok(Listed { rows: rows.iter().map(read).collect::<Result<_>>()?, total })
}

/// Replaces what may be changed of a webhook. Its secret stays, and what waits for it.
pub async fn update(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    webhook: &Webhook,
    now: Timestamp,
) -> Result<()> {
    let params: [Value; 10] = [
        workspace.into(),
        webhook.id.into(),
        (&webhook.url).into(),
        json_text(&webhook.events).into(),
        webhook.description.as_deref().into(),
        webhook.active.into(),
        webhook.sees.walled.into(),
        webhook.sees.user.into(),
        webhook.disabled_reason.as_deref().into(),
        now.into(),
    ];
    tx.execute(UPDATE, &params).await?;
    // One that was made active again has what waited for it.
    tx.tell();
    Ok(())
}

/// Removes a webhook with its log and all that waits for it, and says whether there was one.
pub async fn delete(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WebhookId) -> Result<bool> {
    tx.execute(DELETE_DELIVERIES, &[workspace.into(), id.into()]).await?;
    Ok(tx.execute(DELETE, &[workspace.into(), id.into()]).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_see_is_never_more_than_what_one_of_them_sees() {
        let (one, other) = (RecordId::new(), RecordId::new());
        let seeing = |walled, user| Seeing { walled, user };
        let all = seeing(true, Some(one));
        assert_eq!(all.and(seeing(false, Some(other))), seeing(false, Some(other)));
        assert_eq!(seeing(false, Some(other)).and(all), seeing(false, Some(other)));
        assert_eq!(seeing(false, Some(one)).and(seeing(false, Some(one))), seeing(false, Some(one)));
        assert_eq!(seeing(false, Some(one)).and(seeing(false, Some(other))), seeing(false, None));
        assert_eq!(seeing(false, None).and(seeing(false, Some(other))), seeing(false, None));
    }

    #[test]
    fn a_secret_is_32_random_bytes() {
        let (one, other) = (new_secret(), new_secret());
        assert_ne!(one, other);
        let bytes = BASE64_STANDARD.decode(one.strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(bytes.len(), 32);
    }
}
