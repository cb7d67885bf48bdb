//! What may be done with companies.

use lexi_store::{Filter, Named, Order, companies};
use lexi_types::records::{Company, RecordType};
use lexi_types::{RecordId, Scope};
use serde_json::json;

use crate::contacts::gone;
use crate::crm::{Crm, Filters, Found, View, first};
use crate::{Access, CrmError};

#[derive(Debug, Clone, Default)]
pub struct CompanySearch {
    pub query: Option<String>,
    pub industry: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub tag: Option<String>,
    pub limit: i64,
}

impl Crm {
    pub async fn search_companies(
        &self,
        access: &Access,
        search: CompanySearch,
    ) -> Result<Found<Company>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.search_companies(&search).await })).await
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
        search: &CompanySearch,
    ) -> Result<Found<Company>, CrmError> {
        self.access.require(Scope::ReadCompanies)?;
        let mut filter = Filter::new(self.workspace(), RecordType::Company);
        let mut filters = Filters::new();
        if let Some(query) = &search.query {
            filter = filter.matching(query);
            filters.insert("query".to_owned(), json!(query));
        }
        for (column, text) in
            [("industry", &search.industry), ("city", &search.city), ("country", &search.country)]
        {
            let Some(text) = text else { continue };
            let spelt = self.spellings(RecordType::Company, column, column, text).await?;
            filters.insert(column.to_owned(), json!(spelt.first()));
            filter.any_of(column, spelt);
        }
        if let Some(tag) = &search.tag {
            let spelt = self.tags(RecordType::Company, tag).await?;
            filter.tagged(&spelt);
            filters.insert("tag".to_owned(), json!(spelt.first()));
        }
        let listed = companies::list(self.tx, &filter, Order::Name, first(search.limit)).await?;
        Ok(Found { items: listed.rows, total: listed.total, filters })
    }
}
