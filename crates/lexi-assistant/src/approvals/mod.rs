//! What Lexi would change waits for a person: proposed in the transaction that finds it to be asked for, decided once, and made
//! in the transaction that decides. No tool decides: a model has no way here.

mod approve;
mod decide;
mod dismiss;
mod events;
mod expire;
mod fail;
mod propose;

use lexi_crm::{Access, Change, Denied};
use lexi_store::approvals::{self, LexiTask, Looker, TaskStatus};
use lexi_store::{Listed, Page, StoreError, Tx};
use lexi_types::LexiTaskId;

pub use decide::{Decider, Undecided};
pub(crate) use expire::expire;
pub(crate) use propose::propose;

use crate::Assistant;

/// What an audit row calls a task.
const RESOURCE: &str = "lexi_task";

impl Assistant {
    /// The tasks that this key may know of, newest first.
    pub async fn tasks(
        &self,
        access: &Access,
        status: TaskStatus,
        page: Page,
    ) -> Result<Listed<LexiTask>, StoreError> {
        let access = *access;
        let read = self.inner.store.read(move |tx| {
            Box::pin(async move {
                let looker = looker(tx, &access).await?;
                approvals::list(tx, &looker, status, page).await
            })
        });
        read.await
    }

    pub async fn task(&self, access: &Access, id: LexiTaskId) -> Result<Option<LexiTask>, StoreError> {
        let access = *access;
        self.inner.store.read(move |tx| Box::pin(async move { find(tx, &access, id).await })).await
    }
}

async fn looker(tx: &mut Tx<'_>, access: &Access) -> Result<Looker, StoreError> {
    Ok(Looker { sight: access.sight(tx).await?, readable: access.readable() })
}

/// A task that this key may know of.
async fn find(tx: &mut Tx<'_>, access: &Access, id: LexiTaskId) -> Result<Option<LexiTask>, StoreError> {
    let looker = looker(tx, access).await?;
    approvals::get(tx, &looker, id).await
}

/// What a task would do.
fn changes(task: &LexiTask) -> Result<Vec<Change>, StoreError> {
    serde_json::from_value(task.changes.clone())
        .map_err(|error| StoreError::Internal(format!("the changes of a task cannot be read: {error}")))
}

/// That a key could make all of the changes itself.
fn require(access: &Access, changes: &[Change]) -> Result<(), Denied> {
    changes.iter().try_for_each(|change| access.require_write(change.kind))
}
