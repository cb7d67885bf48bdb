//! What may be done with contacts.

use lexi_store::vocabulary::distinct;
use lexi_store::{Filter, Named, Order, contacts, name_key};
use lexi_types::records::{Contact, RecordType};
use lexi_types::{RecordId, Scope};
use serde_json::json;

use crate::crm::{Crm, Filters, Found, View, first};
use crate::names::spellings;
use crate::{Access, CrmError};

/// Everything is optional; texts may be names or ids where they name a record.
#[derive(Debug, Clone, Default)]
pub struct ContactSearch {
    pub query: Option<String>,
    pub status: Option<String>,
    pub owner: Option<String>,
    pub company: Option<String>,
    pub tag: Option<String>,
    pub custom: Vec<(String, String)>,
    pub limit: i64,
}

#[derive(Debug, Clone)]
pub struct ContactView {
    pub contact: Contact,
    pub owner: Option<String>,
}

impl Crm {
    pub async fn search_contacts(
        &self,
        access: &Access,
        search: ContactSearch,
    ) -> Result<Found<ContactView>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.search_contacts(&search).await })).await
    }

    pub async fn contact(&self, access: &Access, id: RecordId) -> Result<ContactView, CrmError> {
        self.view(access, move |mut view| Box::pin(async move { view.contact(&id.to_string()).await })).await
    }
}

impl View<'_, '_> {
    pub(crate) async fn contact(&mut self, id_or_name: &str) -> Result<ContactView, CrmError> {
        self.access.require(Scope::ReadContacts)?;
        let found = self.one(Named::Contact, id_or_name).await?;
        let contact = contacts::get(self.tx, self.access.workspace, found.id).await?;
        let contact = contact.ok_or_else(|| gone("contact"))?;
        let owner = self.names(Named::User, vec![contact.owner_user_id]).await?.into_values().next();
        Ok(ContactView { contact, owner })
    }

    pub(crate) async fn search_contacts(
        &mut self,
        search: &ContactSearch,
    ) -> Result<Found<ContactView>, CrmError> {
        self.access.require(Scope::ReadContacts)?;
        let (filter, filters) = self.contact_filter(search).await?;
        let listed = contacts::list(self.tx, &filter, Order::Name, first(search.limit)).await?;
        let owners = self.names(Named::User, listed.rows.iter().map(|c| c.owner_user_id).collect()).await?;
        let items = listed
            .rows
            .into_iter()
            .map(|contact| {
                let owner = contact.owner_user_id.and_then(|id| owners.get(&id).cloned());
                ContactView { contact, owner }
            })
            .collect();
        Ok(Found { items, total: listed.total, filters })
    }

    async fn contact_filter(&mut self, search: &ContactSearch) -> Result<(Filter, Filters), CrmError> {
        let mut filter = Filter::new(self.workspace(), RecordType::Contact);
        let mut filters = Filters::new();
        if let Some(query) = &search.query {
            filter = filter.matching(query);
            filters.insert("query".to_owned(), json!(query));
        }
        if let Some(status) = &search.status {
            let spelt = self.spellings(RecordType::Contact, "status", "status", status).await?;
            filters.insert("status".to_owned(), json!(spelt.first()));
            filter.any_of("status", spelt);
        }
        if let Some(owner) = &search.owner {
            let user = self.user(owner).await?;
            filter.equal("owner_user_id", user.id);
            filters.insert("owner".to_owned(), json!(user.name));
        }
        if let Some(company) = &search.company {
            let name = self.contacts_of_company(&mut filter, company).await?;
            filters.insert("company".to_owned(), json!(name));
        }
        if let Some(tag) = &search.tag {
            let spelt = self.tags(RecordType::Contact, tag).await?;
            filter.tagged(&spelt);
            filters.insert("tag".to_owned(), json!(spelt.first()));
        }
        let mut custom = Filters::new();
        for (name, value) in &search.custom {
            let (names, values) = self.custom(RecordType::Contact, name, value).await?;
            filter.custom(&names, &values);
            custom.insert(names.into_iter().next().unwrap_or_default(), json!(values.first()));
        }
        if !custom.is_empty() {
            filters.insert("custom".to_owned(), custom.into());
        }
        Ok((filter, filters))
    }

    /// A contact belongs to a company by its link, or by no more than the company's name in its own record; the latter
    /// may be asked for without the right to read companies.
    async fn contacts_of_company(&mut self, filter: &mut Filter, company: &str) -> Result<String, CrmError> {
        let linked = match self.one(Named::Company, company).await {
            Ok(linked) => Some(linked),
            Err(CrmError::Denied(_) | CrmError::NotFound { .. }) => None,
            Err(other) => return Err(other),
        };
        match linked {
            Some(linked) => {
                self.belonging_to(filter, linked.id, &linked.name).await?;
                Ok(linked.name)
            }
            None => {
                let spelt = spellings("company", company, self.company_names().await?)?;
                let name = spelt.first().cloned().unwrap_or_default();
                filter.any_of("company_name", spelt);
                Ok(name)
            }
        }
    }

    pub(crate) async fn belonging_to(
        &mut self,
        filter: &mut Filter,
        company: RecordId,
        name: &str,
    ) -> Result<(), CrmError> {
        let key = name_key(name);
        let mut spelt = self.company_names().await?;
        spelt.retain(|spelling| name_key(spelling) == key);
        filter.either(("related_company_id", vec![company]), ("company_name", spelt));
        Ok(())
    }

    async fn company_names(&mut self) -> Result<Vec<String>, CrmError> {
        Ok(distinct(self.tx, self.access.workspace, RecordType::Contact, "company_name").await?)
    }
}

/// A record that vanished between two looks at one state of the database: cannot be, and is still no reason to panic.
pub(crate) fn gone(noun: &str) -> CrmError {
    CrmError::NotFound { message: format!("The {noun} no longer exists."), valid: Vec::new() }
}
