//! Who decides, and why there may be nothing to decide.

use lexi_crm::{Access, Denied};
use lexi_store::StoreError;
use lexi_store::approvals::{Decision, LexiTask, TaskStatus};
use lexi_store::audit::{Actor, Deed};
use lexi_types::{LexiTaskId, Timestamp};
use serde_json::{Map, Value, json};

use super::RESOURCE;

/// A person with a key.
#[derive(Debug, Clone)]
pub struct Decider {
    pub access: Access,
    /// As the audit log is to name them.
    pub actor: Actor,
}

impl Decider {
    pub(super) fn decision(&self, status: TaskStatus, reason: Option<String>, at: Timestamp) -> Decision {
        let (key, user) = (Some(self.access.key_id), self.access.user_id);
        Decision { status, reason, key, user, at }
    }

    /// For the decision itself, which is the decider's own deed.
    pub(super) fn actor(&self, task: LexiTaskId) -> Actor {
        Actor { task: Some(task), ..self.actor.clone() }
    }
}

/// Why a task was not decided as somebody wanted.
#[derive(Debug, thiserror::Error)]
pub enum Undecided {
    /// There is none that this key may know of.
    #[error("there is no such task")]
    NotFound,
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It has ended otherwise.
    #[error("{0}")]
    Conflict(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Undecided {
    /// What a task has come to that cannot be decided on any more.
    pub(super) fn ended(task: &LexiTask) -> Self {
        let reason = task.reason.as_deref().unwrap_or_default();
        Self::Conflict(match task.status {
            TaskStatus::Dismissed => {
                "This task was dismissed, and that is final. Ask Lexi again for what you want.".to_owned()
            }
            TaskStatus::Failed => {
                format!("This task has failed: {reason}. Ask Lexi again for what you want.")
            }
            TaskStatus::Completed | TaskStatus::Approved => {
                "This task was approved, and its changes are made. Change the record itself to undo them."
                    .to_owned()
            }
            // Somebody is deciding on it right now.
            TaskStatus::Pending => "This task is being decided on. Look at it again.".to_owned(),
        })
    }
}

/// The row of the audit log for what became of a task.
pub(super) fn deed(task: &LexiTask, action: &'static str, status: TaskStatus, reason: Option<&str>) -> Deed {
    let mut after = Map::from_iter([("status".to_owned(), json!(status.as_str()))]);
    if let Some(reason) = reason {
        after.insert("reason".to_owned(), json!(reason));
    }
    Deed {
        action,
        resource_type: RESOURCE,
        resource_id: task.id.to_string(),
        before: Some(json!({ "status": TaskStatus::Pending.as_str() })),
        after: Some(Value::Object(after)),
        ..Deed::default()
    }
}
