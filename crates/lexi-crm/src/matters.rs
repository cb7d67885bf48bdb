//! What may be done with matters.

use lexi_store::{Filter, Named, Order, matters};
use lexi_types::records::{Matter, RecordType};
use lexi_types::{Date, RecordId, Scope};
use serde_json::json;

use crate::contacts::gone;
use crate::crm::{Crm, Filters, Found, View, first};
use crate::{Access, CrmError};

#[derive(Debug, Clone, Default)]
pub struct MatterSearch {
    pub query: Option<String>,
    /// `open`, `pending` or `closed`.
    pub status: Option<String>,
    pub practice_area: Option<String>,
    /// A company or a contact.
    pub client: Option<String>,
    pub responsible: Option<String>,
    pub tag: Option<String>,
    pub opened_after: Option<Date>,
    pub opened_before: Option<Date>,
    pub limit: i64,
}

#[derive(Debug, Clone)]
pub struct MatterView {
    pub matter: Matter,
    /// The company, else the contact, as far as the key may read it.
    pub client: Option<String>,
    pub responsible: Option<String>,
}

impl Crm {
    pub async fn search_matters(
        &self,
        access: &Access,
        search: MatterSearch,
    ) -> Result<Found<MatterView>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.search_matters(&search).await })).await
    }

    pub async fn matter(&self, access: &Access, id: RecordId) -> Result<MatterView, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.matter(&id.to_string()).await })).await
    }
}

impl View<'_, '_> {
    pub(crate) async fn matter(&mut self, id_or_name: &str) -> Result<MatterView, CrmError> {
        self.access.require(Scope::ReadMatters)?;
        let found = self.one(Named::Matter, id_or_name).await?;
        let matter = matters::get(self.tx, self.access.workspace, found.id).await?;
        let matter = matter.ok_or_else(|| gone("matter"))?;
        self.with_parties(vec![matter]).await?.pop().ok_or_else(|| gone("matter"))
    }

    pub(crate) async fn search_matters(
        &mut self,
        search: &MatterSearch,
    ) -> Result<Found<MatterView>, CrmError> {
        self.access.require(Scope::ReadMatters)?;
        let (filter, filters) = self.matter_filter(search).await?;
        let listed = matters::list(self.tx, &filter, Order::Number, first(search.limit)).await?;
        let items = self.with_parties(listed.rows).await?;
        Ok(Found { items, total: listed.total, filters })
    }

    async fn matter_filter(&mut self, search: &MatterSearch) -> Result<(Filter, Filters), CrmError> {
        let mut filter = Filter::new(self.workspace(), RecordType::Matter);
        let mut filters = Filters::new();
        if let Some(query) = &search.query {
            filter = filter.matching(query);
            filters.insert("query".to_owned(), json!(query));
        }
        if let Some(status) = &search.status {
            filter.equal("status", status);
            filters.insert("status".to_owned(), json!(status));
        }
        if let Some(area) = &search.practice_area {
            let spelt = self.spellings(RecordType::Matter, "practice_area", "practice_area", area).await?;
            filters.insert("practice_area".to_owned(), json!(spelt.first()));
            filter.any_of("practice_area", spelt);
        }
        if let Some(client) = &search.client {
            let (column, id, name) = self.client(client).await?;
            filter.equal(column, id);
            filters.insert("client".to_owned(), json!(name));
        }
        if let Some(responsible) = &search.responsible {
            let user = self.user(responsible).await?;
            filter.equal("responsible_user_id", user.id);
            filters.insert("responsible".to_owned(), json!(user.name));
        }
        if let Some(tag) = &search.tag {
            let spelt = self.tags(RecordType::Matter, tag).await?;
            filter.tagged(&spelt);
            filters.insert("tag".to_owned(), json!(spelt.first()));
        }
        if let Some(day) = search.opened_after {
            filter.at_least("open_date", day);
            filters.insert("opened_after".to_owned(), json!(day));
        }
        if let Some(day) = search.opened_before {
            filter.below("open_date", day);
            filters.insert("opened_before".to_owned(), json!(day));
        }
        Ok((filter, filters))
    }

    /// A client is a company, else a person.
    async fn client(&mut self, text: &str) -> Result<(&'static str, RecordId, String), CrmError> {
        match self.one(Named::Company, text).await {
            Ok(company) => return Ok(("client_company_id", company.id, company.name)),
            Err(CrmError::NotFound { .. }) => {}
            Err(CrmError::Denied(_)) if self.access.may(Scope::ReadContacts) => {}
            Err(other) => return Err(other),
        }
        let contact = match self.one(Named::Contact, text).await {
            Err(CrmError::Denied(_)) => return Err(no_client(text)),
            Err(CrmError::NotFound { .. }) => return Err(no_client(text)),
            other => other?,
        };
        Ok(("client_contact_id", contact.id, contact.name))
    }

    async fn with_parties(&mut self, matters: Vec<Matter>) -> Result<Vec<MatterView>, CrmError> {
        let companies =
            self.names(Named::Company, matters.iter().map(|m| m.client_company_id).collect()).await?;
        let contacts =
            self.names(Named::Contact, matters.iter().map(|m| m.client_contact_id).collect()).await?;
        let users = self.names(Named::User, matters.iter().map(|m| m.responsible_user_id).collect()).await?;
        let views = matters.into_iter().map(|matter| {
            let company = matter.client_company_id.and_then(|id| companies.get(&id));
            let contact = matter.client_contact_id.and_then(|id| contacts.get(&id));
            MatterView {
                client: company.or(contact).cloned(),
                responsible: matter.responsible_user_id.and_then(|id| users.get(&id).cloned()),
                matter,
            }
        });
        Ok(views.collect())
    }
}

fn no_client(text: &str) -> CrmError {
    CrmError::NotFound {
        message: format!(
            "There is no client \"{}\" among the companies and contacts that this key may read.",
            crate::names::shown(text)
        ),
        valid: Vec::new(),
    }
}
