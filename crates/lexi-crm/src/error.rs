//! Why an operation on records did not happen. Each text says what to do instead.

use lexi_store::{NameMatch, StoreError};

use crate::Denied;

#[derive(Debug, thiserror::Error)]
pub enum CrmError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A value of a kind that the operation does not take. `valid` names what it takes, where that can be listed.
    #[error("{message}")]
    Invalid { message: String, valid: Vec<String> },
    /// There is no such record that this key may see.
    #[error("{message}")]
    NotFound { message: String, valid: Vec<String> },
    /// A name fits several records equally well.
    #[error("{message}")]
    Ambiguous { message: String, candidates: Vec<NameMatch> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CrmError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), valid: Vec::new() }
    }
}
