//! Why an operation on records did not happen. Each text says what to do instead.

use std::collections::BTreeMap;

use lexi_store::{NameMatch, StoreError};

use crate::Denied;

#[derive(Debug, thiserror::Error)]
pub enum CrmError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A value of a kind that the operation does not take. `valid` names what it takes, where that can be listed.
    #[error("{message}")]
    Invalid { message: String, valid: Vec<String> },
    /// Fields of what is to be written do not hold what they must: each with what it must hold.
    #[error("{message}")]
    Fields { message: String, fields: BTreeMap<String, String> },
    /// The record is not in the state that the caller has seen (`If-Match`).
    #[error("{0}")]
    Stale(String),
    /// What was to be done does not go with the state of things, and asking again does not mend that.
    #[error("{0}")]
    Conflict(String),
    /// There is no such record that this key may see.
    #[error("{message}")]
    NotFound { message: String, valid: Vec<String> },
    /// A name fits several records equally well. `field` is where it was given, where that has a name.
    #[error("{message}")]
    Ambiguous { message: String, candidates: Vec<NameMatch>, field: Option<String> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CrmError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), valid: Vec::new() }
    }

    /// The same of the field with this name, where that can be said.
    pub(crate) fn of_field(self, name: &str) -> Self {
        match self {
            Self::Ambiguous { message, candidates, .. } => {
                Self::Ambiguous { message, candidates, field: Some(name.to_owned()) }
            }
            other => other,
        }
    }

    /// One field does not hold what it must.
    pub fn field(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::fields(BTreeMap::from([(name.into(), reason.into())]))
    }

    /// Several fields do not hold what they must.
    pub fn fields(fields: BTreeMap<String, String>) -> Self {
        let told: Vec<String> = fields.iter().map(|(name, reason)| format!("{name}: {reason}")).collect();
        Self::Fields { message: told.join("; "), fields }
    }
}
