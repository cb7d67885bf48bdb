//! A person agrees: the changes are made, once, for the key that proposed them and under the eyes of the one that approves.

use lexi_crm::{Access, Crm, CrmError, make};
use lexi_store::approvals::{self, LexiTask, TaskStatus};
use lexi_store::audit::Actor;
use lexi_store::{StoreError, Tx, keys};
use lexi_types::{LexiTaskId, Timestamp};

use super::decide::{Decider, Undecided, deed};
use super::{changes, events, fail, find, require};
use crate::Assistant;
use crate::policy::{Policies, Verdict};

/// Why an approval came to nothing.
enum Refusal {
    /// And the task is as it was.
    Undecided(Undecided),
    /// What the task would do cannot be done any more.
    Impossible(String),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Undecided(error.into())
    }
}

enum Approved {
    Now(LexiTask),
    /// It was done already, and is not done again.
    Before(LexiTask),
}

impl Assistant {
    /// Makes what a task proposes. Approving again what is made answers alike, and makes nothing.
    pub async fn approve(&self, by: &Decider, id: LexiTaskId) -> Result<LexiTask, Undecided> {
        let (now, crm) = (Timestamp::now(), self.inner.crm.clone());
        let decider = by.clone();
        let approving = self
            .inner
            .store
            .write_or(move |tx| Box::pin(async move { approve(tx, &crm, &decider, id, now).await }));
        match approving.await {
            Ok(Approved::Now(task)) => {
                self.inner.metrics.tasks(task.status, 1);
                tracing::info!(task = %id, key = %by.access.key_id, "task approved and made");
                Ok(task)
            }
            Ok(Approved::Before(task)) => Ok(task),
            Err(Refusal::Undecided(undecided)) => Err(undecided),
            Err(Refusal::Impossible(reason)) => self.fail(by, id, reason).await,
        }
    }

    /// Nothing of it was written; that it failed is, in a transaction of its own.
    async fn fail(&self, by: &Decider, id: LexiTaskId, reason: String) -> Result<LexiTask, Undecided> {
        let (now, decider) = (Timestamp::now(), by.clone());
        let failing = self.inner.store.write_or(move |tx| {
            Box::pin(async move {
                let task = find(tx, &decider.access, id).await?.ok_or(Undecided::NotFound)?;
                Ok::<_, Undecided>(
                    fail::fail(tx, decider.access.workspace, task, Some(&decider), reason, now).await?,
                )
            })
        });
        let (task, newly) = failing.await?;
        if newly {
            self.inner.metrics.tasks(task.status, 1);
            tracing::info!(task = %id, key = %by.access.key_id, "task could not be made");
        }
        match task.status {
            // Somebody else's approval came in between, and could.
            TaskStatus::Completed => Ok(task),
            _ => Err(Undecided::ended(&task)),
        }
    }
}

async fn approve(
    tx: &mut Tx<'_>,
    crm: &Crm,
    by: &Decider,
    id: LexiTaskId,
    now: Timestamp,
) -> Result<Approved, Refusal> {
    let workspace = by.access.workspace;
    let found = find(tx, &by.access, id).await?;
    let mut task = found.ok_or(Refusal::Undecided(Undecided::NotFound))?;
    let changes = changes(&task)?;
    require(&by.access, &changes).map_err(|denied| Refusal::Undecided(denied.into()))?;
    match task.status {
        TaskStatus::Pending => {}
        TaskStatus::Completed | TaskStatus::Approved => return Ok(Approved::Before(task)),
        TaskStatus::Dismissed | TaskStatus::Failed => {
            return Err(Refusal::Undecided(Undecided::ended(&task)));
        }
    }
    if task.expires_at <= now {
        return Err(Refusal::Impossible(fail::EXPIRED.to_owned()));
    }
    let proposer = proposer(tx, crm, by, &task, now).await?;
    let decision = by.decision(TaskStatus::Completed, None, now);
    if !approvals::decide(tx, workspace, id, &decision).await? {
        return Err(Refusal::Undecided(Undecided::ended(&task)));
    }
    task.decided_key_id = decision.key;
    task.decided_user_id = decision.user;
    task.decided_at = Some(now);
    task.status = TaskStatus::Approved;
    events::tell(tx, workspace, &task, "approved", now).await?;
    let approved = deed(&task, "approve", TaskStatus::Completed, None);
    events::log(tx, workspace, &task, &by.actor(id), approved, now).await?;
    let actor = Actor {
        key: Some(proposer.key_id),
        user: proposer.user_id,
        run: task.run_id,
        task: Some(id),
        approved_by: Some(by.access.key_id),
        approved_by_user: by.access.user_id,
        source: "lexi",
        ip_address: by.actor.ip_address.clone(),
        user_agent: by.actor.user_agent.clone(),
    };
    make(tx, &proposer, &actor, &changes, now).await.map_err(impossible)?;
    task.status = TaskStatus::Completed;
    events::tell(tx, workspace, &task, "completed", now).await?;
    Ok(Approved::Now(task))
}

/// The key that proposed it, as it is now: what it may not do any more, nobody can approve.
async fn proposer(
    tx: &mut Tx<'_>,
    crm: &Crm,
    by: &Decider,
    task: &LexiTask,
    now: Timestamp,
) -> Result<Access, Refusal> {
    let workspace = by.access.workspace;
    let key = keys::get(tx, workspace, task.key_id).await?.filter(|key| key.is_active(now));
    let key = key.ok_or_else(|| {
        Refusal::Impossible("the API key that proposed it is revoked or has expired".to_owned())
    })?;
    let policies = Policies::of(tx, workspace, Some(key.id)).await?;
    if policies.verdict(&task.tool, crm.writes(&task.tool)) == Verdict::Deny {
        return Err(Refusal::Impossible(format!("the tool {} is switched off", task.tool)));
    }
    Ok(Access { workspace, key_id: key.id, scopes: key.scopes, user_id: key.user_id })
}

fn impossible(error: CrmError) -> Refusal {
    match error {
        CrmError::Store(error) => error.into(),
        // In the middle of a sentence, which has an end of its own.
        error => Refusal::Impossible(error.to_string().trim_end_matches('.').to_owned()),
    }
}
