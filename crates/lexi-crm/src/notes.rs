//! What may be done with notes.

use lexi_store::{Order, notes};
use lexi_types::records::{Note, RecordType};
use lexi_types::{RecordId, Scope};

use crate::contacts::gone;
use crate::crm::{Crm, Found, View, first};
use crate::filter::Asked;
use crate::{Access, CrmError};

impl Crm {
    pub async fn search_notes(
        &self,
        access: &Access,
        asked: Asked,
        limit: i64,
    ) -> Result<Found<Note>, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.search_notes(&asked, limit).await }))
            .await
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
    pub(crate) async fn search_notes(&mut self, asked: &Asked, limit: i64) -> Result<Found<Note>, CrmError> {
        self.access.require(Scope::ReadNotes)?;
        let (filter, filters) = self.filter(RecordType::Note, asked).await?;
        let listed = notes::list(self.tx, &filter, Order::Newest, first(limit)).await?;
        Ok(Found { items: listed.rows, total: listed.total, filters })
    }
}
