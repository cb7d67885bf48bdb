//! A proposal becomes a task.

use std::time::Duration;

use lexi_crm::{Access, Change, Proposal, Verb};
use lexi_store::approvals::{self, LexiTask, TaskStatus, Touched};
use lexi_store::runs::RunPlace;
use lexi_store::{StoreError, Tx, records};
use lexi_types::records::{Record, RecordType};
use lexi_types::{LexiTaskId, RecordId, Timestamp, WorkspaceId};

use super::events;

/// Keeps what a tool would change, to be decided on by a person. Belongs into a transaction of the writer.
pub(crate) async fn propose(
    tx: &mut Tx<'_>,
    access: &Access,
    place: &RunPlace,
    proposal: &Proposal,
    kept: Duration,
    now: Timestamp,
) -> Result<LexiTask, StoreError> {
    let changes = serde_json::to_value(&proposal.changes)
        .map_err(|error| StoreError::Internal(format!("changes cannot be kept: {error}")))?;
    let task = LexiTask {
        id: LexiTaskId::new(),
        kind: kind(proposal),
        status: TaskStatus::Pending,
        description: proposal.description.clone(),
        tool: proposal.tool.to_owned(),
        changes,
        key_id: access.key_id,
        user_id: access.user_id,
        run_id: Some(place.run_id),
        conversation_id: Some(place.conversation_id),
        message_id: Some(place.message_id.clone()),
        decided_key_id: None,
        decided_user_id: None,
        reason: None,
        created_at: now,
        expires_at: now.plus(kept),
        decided_at: None,
    };
    let mut touched = Vec::new();
    for change in &proposal.changes {
        touches(tx, access.workspace, change, &mut touched).await?;
    }
    approvals::insert(tx, access.workspace, &task, &touched).await?;
    events::tell(tx, access.workspace, &task, "created", now).await?;
    Ok(task)
}

/// `deal_update`, after the first of its changes.
fn kind(proposal: &Proposal) -> String {
    let first = proposal.changes.first().map(|change| {
        let verb = match change.verb {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
        };
        format!("{}_{verb}", change.kind.as_str())
    });
    first.unwrap_or_else(|| proposal.tool.replace('.', "_"))
}

/// A record as it is and as it would be, with the deals and matters that it is in then.
async fn touches(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    change: &Change,
    touched: &mut Vec<Touched>,
) -> Result<(), StoreError> {
    let now = match change.verb {
        Verb::Create => None,
        Verb::Update | Verb::Delete => records::get(tx, workspace, change.kind, change.id).await?,
    };
    let then = with(now.as_ref(), change);
    for record in [now, then].into_iter().flatten() {
        let mut place =
            Touched { kind: change.kind, id: change.id, deal: record.deal(), matter: record.matter() };
        // What happened to a note or a task is in the place of that.
        if let Some(parent) = parent(tx, workspace, &record).await? {
            place.deal = place.deal.or_else(|| parent.deal());
            place.matter = place.matter.or_else(|| parent.matter());
        }
        if !touched.contains(&place) {
            touched.push(place);
        }
    }
    // Something is touched, even where nothing of the record can be read.
    if !touched.iter().any(|place| place.kind == change.kind && place.id == change.id) {
        let link = |name: &str| -> Option<RecordId> { change.after.get(name)?.as_str()?.parse().ok() };
        let of = |kind, own: Option<RecordId>| if change.kind == kind { Some(change.id) } else { own };
        touched.push(Touched {
            kind: change.kind,
            id: change.id,
            deal: of(RecordType::Deal, link("deal_id")),
            matter: of(RecordType::Matter, link("matter_id")),
        });
    }
    Ok(())
}

/// The record as it would be.
fn with(now: Option<&Record>, change: &Change) -> Option<Record> {
    if change.verb == Verb::Delete {
        return None;
    }
    let mut fields = now.map(Record::fields).unwrap_or_default();
    fields.extend(change.after.clone());
    Record::from_fields(change.kind, fields).ok()
}

/// The note or the task that an activity is about.
async fn parent(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    record: &Record,
) -> Result<Option<Record>, StoreError> {
    let Record::Activity(activity) = record else { return Ok(None) };
    let kind = match activity.entity_type.as_deref() {
        Some("note") => RecordType::Note,
        Some("task") => RecordType::Task,
        _ => return Ok(None),
    };
    let Some(id) = activity.entity_id else { return Ok(None) };
    records::get(tx, workspace, kind, id).await
}
