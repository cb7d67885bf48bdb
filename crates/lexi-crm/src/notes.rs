//! What may be done with notes.

use lexi_store::{Filter, Order, notes};
use lexi_types::records::{Note, RecordType};
use lexi_types::{RecordId, Scope};
use serde_json::json;

use crate::contacts::gone;
use crate::crm::{Crm, Filters, Found, View, first};
use crate::parents::Parents;
use crate::{Access, CrmError};

#[derive(Debug, Clone, Default)]
pub struct NoteSearch {
    pub query: Option<String>,
    pub parents: Parents,
    /// `general`, `meeting`, `call`, `email` or `other`.
    pub note_type: Option<String>,
    pub limit: i64,
}

impl Crm {
    pub async fn search_notes(&self, access: &Access, search: NoteSearch) -> Result<Found<Note>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.search_notes(&search).await })).await
    }

    pub async fn note(&self, access: &Access, id: RecordId) -> Result<Note, CrmError> {
        access.require(Scope::ReadNotes)?;
        self.view(access, move |view| {
            Box::pin(async move {
                notes::get(view.tx, view.access.workspace, id).await?.ok_or_else(|| gone("note"))
            })
        })
        .await
    }
}

impl View<'_, '_> {
    pub(crate) async fn search_notes(&mut self, search: &NoteSearch) -> Result<Found<Note>, CrmError> {
        self.access.require(Scope::ReadNotes)?;
        let mut filter = Filter::new(self.workspace(), RecordType::Note);
        let mut filters = Filters::new();
        if let Some(query) = &search.query {
            filter = filter.matching(query);
            filters.insert("query".to_owned(), json!(query));
        }
        if let Some(kind) = &search.note_type {
            filter.equal("note_type", kind);
            filters.insert("note_type".to_owned(), json!(kind));
        }
        self.under(&search.parents, &mut filter, &mut filters).await?;
        let listed = notes::list(self.tx, &filter, Order::Newest, first(search.limit)).await?;
        Ok(Found { items: listed.rows, total: listed.total, filters })
    }
}
