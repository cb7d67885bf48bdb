//! What is told of tasks to those who listen.

use lexi_store::approvals::{LexiTask, Touched};
use lexi_store::audit::{self, Actor, Deed};
use lexi_store::outbox::{self, Event};
use lexi_store::{StoreError, Tx, approvals};
use lexi_types::{RecordId, Timestamp, WorkspaceId};
use serde_json::json;

/// The deal and the matter that all of a task is in. `None` when it touches several: then no wall of one may be taken for that
/// of the others.
fn place(touched: &[Touched]) -> Option<(Option<RecordId>, Option<RecordId>)> {
    let mut places = touched.iter().map(|touched| (touched.deal, touched.matter));
    let first = places.next()?;
    places.all(|place| place == first).then_some(first)
}

/// Tells that a task has come to the status that it has. One that touches several deals or matters is told of without a word of
/// what it says: the tasks themselves are shown only to those who may see all.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    task: &LexiTask,
    what: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let touched = approvals::touched(tx, workspace, task.id).await?;
    let place = place(&touched);
    let open = place.is_some();
    let (deal, matter) = place.unwrap_or_default();
    let event = Event {
        kind: format!("lexi.task_{what}"),
        subject: task.id.to_string(),
        deal,
        matter,
        data: json!({
            "id": task.id,
            "type": task.kind,
            "status": task.status.as_str(),
            "description": open.then_some(&task.description),
            "reason": task.reason.as_deref().filter(|_| open),
            "conversation_id": task.conversation_id,
            "created_at": task.created_at,
            "expires_at": task.expires_at,
            "decided_at": task.decided_at,
        }),
    };
    outbox::emit(tx, workspace, &event, now).await
}

/// A row of the audit log, in the place of the task.
pub(super) async fn log(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    task: &LexiTask,
    actor: &Actor,
    deed: Deed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let touched = approvals::touched(tx, workspace, task.id).await?;
    let (deal, matter) = touched.first().map(|first| (first.deal, first.matter)).unwrap_or_default();
    audit::append(tx, workspace, actor, &Deed { deal, matter, ..deed }, now).await
}
