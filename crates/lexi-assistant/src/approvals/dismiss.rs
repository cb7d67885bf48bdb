//! A person does not agree, for good.

use lexi_store::Tx;
use lexi_store::approvals::{self, LexiTask, TaskStatus};
use lexi_types::{LexiTaskId, Timestamp};

use super::decide::{Decider, Undecided, deed};
use super::{events, fail, find};
use crate::Assistant;

impl Assistant {
    /// Dismissing again what is dismissed answers alike; the first reason stays.
    pub async fn dismiss(
        &self,
        by: &Decider,
        id: LexiTaskId,
        reason: Option<String>,
    ) -> Result<LexiTask, Undecided> {
        let (now, decider) = (Timestamp::now(), by.clone());
        let dismissing = self
            .inner
            .store
            .write_or(move |tx| Box::pin(async move { dismiss(tx, &decider, id, reason, now).await }));
        let (task, newly) = dismissing.await?;
        if newly {
            self.inner.metrics.tasks(task.status, 1);
            tracing::info!(task = %id, key = %by.access.key_id, status = task.status.as_str(), "task ended");
        }
        match task.status {
            TaskStatus::Dismissed => Ok(task),
            _ => Err(Undecided::ended(&task)),
        }
    }
}

async fn dismiss(
    tx: &mut Tx<'_>,
    by: &Decider,
    id: LexiTaskId,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(LexiTask, bool), Undecided> {
    let workspace = by.access.workspace;
    let mut task = find(tx, &by.access, id).await?.ok_or(Undecided::NotFound)?;
    if task.status != TaskStatus::Pending {
        return Ok((task, false));
    }
    if task.expires_at <= now {
        return Ok(fail::fail(tx, workspace, task, Some(by), fail::EXPIRED.to_owned(), now).await?);
    }
    let decision = by.decision(TaskStatus::Dismissed, reason, now);
    if !approvals::decide(tx, workspace, id, &decision).await? {
        return Ok((task, false));
    }
    fail::decided(&mut task, decision);
    events::tell(tx, workspace, &task, "dismissed", now).await?;
    let dismissed = deed(&task, "dismiss", TaskStatus::Dismissed, task.reason.as_deref());
    events::log(tx, workspace, &task, &by.actor(id), dismissed, now).await?;
    Ok((task, true))
}
