//! What may be done with deals, one by one and summed up.

use lexi_store::{Named, Order, deals, pipelines};
use lexi_types::records::{Deal, RecordType};
use lexi_types::{RecordId, Scope};

use crate::contacts::gone;
use crate::crm::{Crm, Found, View, first};
use crate::filter::Asked;
use crate::{Access, CrmError};

/// A deal with the names of what it belongs to, as far as the key may read them.
#[derive(Debug, Clone)]
pub struct DealView {
    pub deal: Deal,
    pub owner: Option<String>,
    pub company: Option<String>,
    pub contact: Option<String>,
}

impl Crm {
    pub async fn search_deals(
        &self,
        access: &Access,
        asked: Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<DealView>, CrmError> {
        self.view(access, move |mut view| {
            Box::pin(async move { view.search_deals(&asked, order, limit).await })
        })
        .await
    }

    pub async fn deal(&self, access: &Access, id: RecordId) -> Result<DealView, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.deal(&id.to_string()).await })).await
    }
}

impl View<'_, '_> {
    pub(crate) async fn deal(&mut self, id_or_name: &str) -> Result<DealView, CrmError> {
        self.access.require(Scope::ReadDeals)?;
        let found = self.one(Named::Deal, id_or_name).await?;
        let deal = deals::get(self.tx, self.access.workspace, found.id).await?;
        let deal = deal.ok_or_else(|| gone("deal"))?;
        self.with_names(vec![deal]).await?.pop().ok_or_else(|| gone("deal"))
    }

    pub(crate) async fn search_deals(
        &mut self,
        asked: &Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<DealView>, CrmError> {
        self.access.require(Scope::ReadDeals)?;
        let (filter, filters) = self.filter(RecordType::Deal, asked).await?;
        let listed = deals::list(self.tx, &filter, order, first(limit)).await?;
        let items = self.with_names(listed.rows).await?;
        Ok(Found { items, total: listed.total, filters })
    }

    /// Every stage once, in pipeline order.
    pub(crate) async fn stage_names(&mut self) -> Result<Vec<String>, CrmError> {
        let pipelines = pipelines::list(self.tx, self.access.workspace).await?;
        let mut names: Vec<String> = Vec::new();
        for stage in pipelines.into_iter().flat_map(|pipeline| pipeline.stages) {
            if !names.contains(&stage.name) {
                names.push(stage.name);
            }
        }
        Ok(names)
    }

    async fn with_names(&mut self, deals: Vec<Deal>) -> Result<Vec<DealView>, CrmError> {
        let owners = self.names(Named::User, deals.iter().map(|d| d.owner_user_id).collect()).await?;
        let companies =
            self.names(Named::Company, deals.iter().map(|d| d.related_company_id).collect()).await?;
        let contacts = self.names(Named::Contact, deals.iter().map(|d| d.main_contact_id).collect()).await?;
        let views = deals.into_iter().map(|deal| DealView {
            owner: deal.owner_user_id.and_then(|id| owners.get(&id).cloned()),
            company: deal.related_company_id.and_then(|id| companies.get(&id).cloned()),
            contact: deal.main_contact_id.and_then(|id| contacts.get(&id).cloned()),
            deal,
        });
        Ok(views.collect())
    }
}
