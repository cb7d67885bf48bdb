//! Who asks, and what they may.

use lexi_store::{Sight, StoreError, Tx};
use lexi_types::records::RecordType;
use lexi_types::{KeyId, RecordId, Scope, ScopeSet, WorkspaceId};

use crate::change::write_scope;
use crate::filter::read_scope;

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

    /// The types of record that this key may read.
    pub fn readable(&self) -> Vec<RecordType> {
        RecordType::ALL.into_iter().filter(|kind| self.may(read_scope(*kind))).collect()
    }

    /// That this key may change records of a type.
    pub fn require_write(&self, kind: RecordType) -> Result<(), Denied> {
        self.require(write_scope(kind))
    }

    /// What walls leave of the workspace for this key.
    pub async fn sight(&self, tx: &mut Tx<'_>) -> Result<Sight, StoreError> {
        match self.may(Scope::AdminWalls) {
            true => Ok(Sight::everything(self.workspace)),
            false => Sight::of(tx, self.workspace, self.user_id).await,
        }
    }
}
