//! Who asks, and what they may.

use lexi_types::{KeyId, RecordId, Scope, ScopeSet, WorkspaceId};

/// Carried by every operation on records: whose records, by which key, with which scopes.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    pub workspace: WorkspaceId,
    pub key_id: KeyId,
    pub scopes: ScopeSet,
    /// The person that the key stands for, where it stands for one: "me".
    pub user_id: Option<RecordId>,
}

/// The key lacks a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this API key lacks the scope {0}; use a key that has it")]
pub struct Denied(pub Scope);

impl Access {
    pub fn require(&self, scope: Scope) -> Result<(), Denied> {
        if self.may(scope) { Ok(()) } else { Err(Denied(scope)) }
    }

    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(scope)
    }
}
