//! What a task would do cannot be done any more.

use lexi_store::approvals::{self, Decision, LexiTask, TaskStatus};
use lexi_store::{StoreError, Tx};
use lexi_types::{Timestamp, WorkspaceId};

use super::decide::{Decider, deed};
use super::events;

/// Why a task failed that nobody decided on in time.
pub(super) const EXPIRED: &str = "expired";

/// Ends a task as failed, by whoever found that out, or by nobody where only time has passed. Gives it as it is now, and whether
/// this has made it so.
pub(super) async fn fail(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    mut task: LexiTask,
    by: Option<&Decider>,
    reason: String,
    now: Timestamp,
) -> Result<(LexiTask, bool), StoreError> {
    let decision = match by {
        Some(by) => by.decision(TaskStatus::Failed, Some(reason), now),
        None => Decision { status: TaskStatus::Failed, reason: Some(reason), key: None, user: None, at: now },
    };
    if !approvals::decide(tx, workspace, task.id, &decision).await? {
        return Ok((task, false));
    }
    decided(&mut task, decision);
    events::tell(tx, workspace, &task, "failed", now).await?;
    if let Some(by) = by {
        let failed = deed(&task, "fail", TaskStatus::Failed, task.reason.as_deref());
        events::log(tx, workspace, &task, &by.actor(task.id), failed, now).await?;
    }
    Ok((task, true))
}

/// The task as the decision has left it.
pub(super) fn decided(task: &mut LexiTask, decision: Decision) {
    task.status = decision.status;
    task.reason = decision.reason;
    task.decided_key_id = decision.key;
    task.decided_user_id = decision.user;
    task.decided_at = Some(decision.at);
}
