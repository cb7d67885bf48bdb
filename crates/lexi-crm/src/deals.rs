//! What may be done with deals, one by one and summed up.

use lexi_store::{DealTotals, Filter, GroupBy, Named, Order, aggregate, deals, pipelines};
use lexi_types::records::{Deal, RecordType};
use lexi_types::{Date, Money, RecordId, Scope};
use serde_json::json;

use crate::contacts::gone;
use crate::crm::{Crm, Filters, Found, View, first};
use crate::names::spellings;
use crate::{Access, CrmError};

/// Which deals are meant. `after` includes the day, `before` does not.
#[derive(Debug, Clone, Default)]
pub struct DealFilter {
    pub query: Option<String>,
    pub stage: Option<String>,
    /// `active`, `won` or `lost`.
    pub status: Option<String>,
    pub owner: Option<String>,
    pub company: Option<String>,
    pub contact: Option<String>,
    pub pipeline: Option<String>,
    pub priority: Option<String>,
    pub matter_type: Option<String>,
    pub tag: Option<String>,
    pub min_value: Option<Money>,
    pub max_value: Option<Money>,
    pub created_after: Option<Date>,
    pub created_before: Option<Date>,
    pub closed_after: Option<Date>,
    pub closed_before: Option<Date>,
}

/// A deal with the names of what it belongs to, as far as the key may read them.
#[derive(Debug, Clone)]
pub struct DealView {
    pub deal: Deal,
    pub owner: Option<String>,
    pub company: Option<String>,
    pub contact: Option<String>,
}

#[derive(Debug, Clone)]
pub struct DealSums {
    pub totals: DealTotals,
    pub filters: Filters,
}

impl Crm {
    pub async fn search_deals(
        &self,
        access: &Access,
        filter: DealFilter,
        order: Order,
        limit: i64,
    ) -> Result<Found<DealView>, CrmError> {
        self.view(access, move |mut view| {
            Box::pin(async move { view.search_deals(&filter, order, limit).await })
        })
        .await
    }

    pub async fn deal(&self, access: &Access, id: RecordId) -> Result<DealView, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.deal(&id.to_string()).await })).await
    }

    pub async fn sum_deals(
        &self,
        access: &Access,
        filter: DealFilter,
        group_by: Option<GroupBy>,
    ) -> Result<DealSums, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.sum_deals(&filter, group_by).await }))
            .await
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
        filter: &DealFilter,
        order: Order,
        limit: i64,
    ) -> Result<Found<DealView>, CrmError> {
        self.access.require(Scope::ReadDeals)?;
        let (filter, filters) = self.deal_filter(filter).await?;
        let listed = deals::list(self.tx, &filter, order, first(limit)).await?;
        let items = self.with_names(listed.rows).await?;
        Ok(Found { items, total: listed.total, filters })
    }

    /// Groups come in the order in which people read them: stages as in the pipeline, months as in the year, everything
    /// else from the largest.
    pub(crate) async fn sum_deals(
        &mut self,
        filter: &DealFilter,
        group_by: Option<GroupBy>,
    ) -> Result<DealSums, CrmError> {
        self.access.require(Scope::ReadDeals)?;
        if group_by == Some(GroupBy::Company) {
            self.access.require(Scope::ReadCompanies)?;
        }
        let (filter, filters) = self.deal_filter(filter).await?;
        let mut totals = aggregate(self.tx, &filter, group_by).await?;
        match group_by {
            Some(GroupBy::CreatedMonth | GroupBy::ClosedMonth) => {
                totals.groups.sort_by(|a, b| (a.key.is_none(), &a.key).cmp(&(b.key.is_none(), &b.key)));
            }
            Some(GroupBy::Stage) => {
                let stages = self.stage_names().await?;
                let place = |key: &Option<String>| match key {
                    Some(key) => stages.iter().position(|stage| stage == key).unwrap_or(stages.len()),
                    None => stages.len() + 1,
                };
                totals.groups.sort_by_cached_key(|group| (place(&group.key), group.key.clone()));
            }
            _ => totals.groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key))),
        }
        Ok(DealSums { totals, filters })
    }

    /// Every stage once, in pipeline order.
    async fn stage_names(&mut self) -> Result<Vec<String>, CrmError> {
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

    async fn deal_filter(&mut self, asked: &DealFilter) -> Result<(Filter, Filters), CrmError> {
        let mut filter = Filter::new(self.workspace(), RecordType::Deal);
        let mut filters = Filters::new();
        if let Some(query) = &asked.query {
            filter = filter.matching(query);
            filters.insert("query".to_owned(), json!(query));
        }
        if let Some(status) = &asked.status {
            filter.equal("status", status);
            filters.insert("status".to_owned(), json!(status));
        }
        self.deal_vocabulary(asked, &mut filter, &mut filters).await?;
        if let Some(owner) = &asked.owner {
            let user = self.user(owner).await?;
            filter.equal("owner_user_id", user.id);
            filters.insert("owner".to_owned(), json!(user.name));
        }
        if let Some(company) = &asked.company {
            let company = self.one(Named::Company, company).await?;
            filter.equal("related_company_id", company.id);
            filters.insert("company".to_owned(), json!(company.name));
        }
        if let Some(contact) = &asked.contact {
            let contact = self.one(Named::Contact, contact).await?;
            filter.equal("main_contact_id", contact.id);
            filters.insert("contact".to_owned(), json!(contact.name));
        }
        deal_ranges(asked, &mut filter, &mut filters);
        Ok((filter, filters))
    }

    /// The filters whose values are the workspace's own words.
    async fn deal_vocabulary(
        &mut self,
        asked: &DealFilter,
        filter: &mut Filter,
        filters: &mut Filters,
    ) -> Result<(), CrmError> {
        if let Some(stage) = &asked.stage {
            // A stage without deals is a stage all the same: the answer to it is "none", not an error.
            let mut stages = self.stage_names().await?;
            let workspace = self.workspace();
            let used =
                lexi_store::vocabulary::distinct(self.tx, workspace, RecordType::Deal, "stage").await?;
            stages.extend(used.into_iter().filter(|stage| !stages.contains(stage)).collect::<Vec<_>>());
            let spelt = spellings("stage", stage, stages)?;
            filters.insert("stage".to_owned(), json!(spelt.first()));
            filter.any_of("stage", spelt);
        }
        if let Some(pipeline) = &asked.pipeline {
            let workspace = self.workspace();
            let known = pipelines::list(self.tx, workspace).await?.into_iter().map(|p| p.name);
            let spelt = spellings("pipeline", pipeline, known)?;
            filters.insert("pipeline".to_owned(), json!(spelt.first()));
            filter.any_of("pipeline", spelt);
        }
        for (column, text) in [("priority", &asked.priority), ("matter_type", &asked.matter_type)] {
            let Some(text) = text else { continue };
            let spelt = self.spellings(RecordType::Deal, column, column, text).await?;
            filters.insert(column.to_owned(), json!(spelt.first()));
            filter.any_of(column, spelt);
        }
        if let Some(tag) = &asked.tag {
            let spelt = self.tags(RecordType::Deal, tag).await?;
            filter.tagged(&spelt);
            filters.insert("tag".to_owned(), json!(spelt.first()));
        }
        Ok(())
    }
}

fn deal_ranges(asked: &DealFilter, filter: &mut Filter, filters: &mut Filters) {
    if let Some(value) = asked.min_value {
        filter.at_least("estimated_value", value);
        filters.insert("min_value".to_owned(), json!(value));
    }
    if let Some(value) = asked.max_value {
        filter.at_most("estimated_value", value);
        filters.insert("max_value".to_owned(), json!(value));
    }
    if let Some(day) = asked.created_after {
        filter.at_least("created_date", day.start());
        filters.insert("created_after".to_owned(), json!(day));
    }
    if let Some(day) = asked.created_before {
        filter.below("created_date", day.start());
        filters.insert("created_before".to_owned(), json!(day));
    }
    if let Some(day) = asked.closed_after {
        filter.at_least("closed_date", day);
        filters.insert("closed_after".to_owned(), json!(day));
    }
    if let Some(day) = asked.closed_before {
        filter.below("closed_date", day);
        filters.insert("closed_before".to_owned(), json!(day));
    }
}
