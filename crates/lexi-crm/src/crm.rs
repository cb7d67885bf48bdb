//! The handle on the records of all workspaces, and what every operation has at hand.

use futures_util::future::BoxFuture;
use lexi_store::{Page, Sight, Store, StoreError, Tx};
use lexi_types::WorkspaceId;
use serde_json::{Map, Value};

use crate::vocabulary::Words;
use crate::{Access, CrmError};

#[derive(Debug, Clone)]
pub struct Crm {
    pub(crate) store: Store,
    pub(crate) words: Words,
}

/// One state of the database, seen by one key.
#[derive(Debug)]
pub(crate) struct View<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) access: Access,
    /// What walls leave of the workspace for this key.
    pub(crate) sight: Sight,
    pub(crate) reading: Reading,
}

/// How the words of filters are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As they are meant: misspelt ones stand for what comes closest, and one that stands for nothing is an error that says
    /// what there is. For people and models.
    AsMeant,
    /// As they are written, but for case and accents; one that no record has finds nothing. For programs.
    AsWritten,
}

impl<'t, 'c> View<'t, 'c> {
    pub(crate) async fn new(tx: &'t mut Tx<'c>, access: Access) -> Result<Self, StoreError> {
        let sight = access.sight(tx).await?;
        Ok(Self { tx, access, sight, reading: Reading::AsMeant })
    }

    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.access.workspace
    }
}

/// What a search found: the best or first of all that match, and how many those are.
#[derive(Debug, Clone)]
pub struct Found<T> {
    pub items: Vec<T>,
    pub total: i64,
    /// What was really asked for, names resolved.
    pub filters: Filters,
}

/// Filters as they were applied, by argument name.
pub type Filters = Map<String, Value>;

impl<T> Found<T> {
    /// There are more than were given.
    pub fn truncated(&self) -> bool {
        i64::try_from(self.items.len()).is_ok_and(|given| given < self.total)
    }
}

impl Crm {
    pub fn new(store: Store) -> Self {
        Self { store, words: Words::default() }
    }

    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Runs an operation against one state of the database.
    pub(crate) async fn view<T, F>(&self, access: &Access, operation: F) -> Result<T, CrmError>
    where
        T: Send + 'static,
        F: for<'t, 'c> FnOnce(View<'t, 'c>) -> BoxFuture<'t, Result<T, CrmError>> + Send + 'static,
    {
        let access = *access;
        let read = self.store.read(move |tx| {
            Box::pin(async move {
                match operation(View::new(tx, access).await?).await {
                    Err(CrmError::Store(error)) => Err(error),
                    other => Ok(other),
                }
            })
        });
        read.await?
    }
}

/// The first `limit` of a list.
pub(crate) const fn first(limit: i64) -> Page {
    Page { page: 1, per_page: limit }
}
