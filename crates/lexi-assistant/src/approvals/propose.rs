//! A proposal becomes a task.

use std::time::Duration;

use lexi_crm::{Access, Change, Proposal, Verb};
use lexi_store::approvals::{self, LexiTask, TaskStatus, Touched};
use lexi_store::runs::RunPlace;
use lexi_store::{StoreError, Tx, records};
use lexi_types::records::{Record, RecordType};
use lexi_types::{LexiTaskId, RecordId, Timestamp, WorkspaceId};
use serde_json::{Map, Value};

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
    let now = now.as_ref().map(Record::fields);
    let mut then = now.clone().unwrap_or_default();
    then.extend(change.after.clone());
    for fields in now.iter().chain([&then]) {
        let place = place(tx, workspace, change, fields).await?;
        if !touched.contains(&place) {
            touched.push(place);
        }
    }
    Ok(())
}

async fn place(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    change: &Change,
    fields: &Map<String, Value>,
) -> Result<Touched, StoreError> {
    let id = |name: &str| -> Option<RecordId> { fields.get(name)?.as_str()?.parse().ok() };
    let entity = fields.get("entity_type").and_then(Value::as_str).and_then(RecordType::parse);
    let entity = entity.zip(id("entity_id"));
    let within = |kind: RecordType, link: &str| {
        if change.kind == kind {
            return Some(change.id);
        }
        id(link).or_else(|| entity.filter(|(of, _)| *of == kind).map(|(_, id)| id))
    };
    let mut place = Touched {
        kind: change.kind,
        id: change.id,
        deal: within(RecordType::Deal, "deal_id"),
        matter: within(RecordType::Matter, "matter_id"),
    };
    // What happened to a note or a task is in the place of that.
    if let Some((kind @ (RecordType::Note | RecordType::Task), id)) = entity
        && let Some(parent) = records::get(tx, workspace, kind, id).await?
    {
        place.deal = place.deal.or_else(|| parent.deal());
        place.matter = place.matter.or_else(|| parent.matter());
    }
    Ok(place)
}
