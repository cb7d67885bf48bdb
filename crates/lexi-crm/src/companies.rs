//! What may be done with companies.

use lexi_store::{Named, Order, companies};
use lexi_types::records::{Company, RecordType};
use lexi_types::{RecordId, Scope};

use crate::contacts::gone;
use crate::crm::{Crm, Found, View, first};
use crate::filter::Asked;
use crate::{Access, CrmError};

impl Crm {
    pub async fn search_companies(
        &self,
        access: &Access,
        asked: Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<Company>, CrmError> {
        self.view(access, move |mut view| {
            Box::pin(async move { view.search_companies(&asked, order, limit).await })
        })
        .await
    }

    pub async fn company(&self, access: &Access, id: RecordId) -> Result<Company, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.company(&id.to_string()).await })).await
    }
}

impl View<'_, '_> {
    pub(crate) async fn company(&mut self, id_or_name: &str) -> Result<Company, CrmError> {
        self.access.require(Scope::ReadCompanies)?;
        let found = self.one(Named::Company, id_or_name).await?;
        companies::get(self.tx, self.access.workspace, found.id).await?.ok_or_else(|| gone("company"))
    }

    pub(crate) async fn search_companies(
        &mut self,
        asked: &Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<Company>, CrmError> {
        self.access.require(Scope::ReadCompanies)?;
        let (filter, filters) = self.filter(RecordType::Company, asked).await?;
        let listed = companies::list(self.tx, &filter, order, first(limit)).await?;
        Ok(Found { items: listed.rows, total: listed.total, filters })
    }
}
