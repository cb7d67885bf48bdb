//! What may be done with contacts.

use lexi_store::{Condition, Filter, Named, Order, contacts, name_key};
use lexi_types::records::{Contact, RecordType};
use lexi_types::{RecordId, Scope};
use serde_json::{Value, json};

use crate::crm::{Crm, Found, View, first};
use crate::filter::Asked;
use crate::{Access, CrmError};

#[derive(Debug, Clone)]
pub struct ContactView {
    pub contact: Contact,
    pub owner: Option<String>,
}

impl Crm {
    pub async fn search_contacts(
        &self,
        access: &Access,
        asked: Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<ContactView>, CrmError> {
        self.view(access, move |mut view| {
            Box::pin(async move { view.search_contacts(&asked, order, limit).await })
        })
        .await
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
        asked: &Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<ContactView>, CrmError> {
        self.access.require(Scope::ReadContacts)?;
        let (filter, filters) = self.filter(RecordType::Contact, asked).await?;
        let listed = contacts::list(self.tx, &filter, order, first(limit)).await?;
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

    /// A contact belongs to a company by its link, or by no more than the company's name in its own record; the latter
    /// may be asked for without the right to read companies.
    pub(crate) async fn company_of_contacts(
        &mut self,
        filter: &mut Filter,
        company: &str,
    ) -> Result<(Condition, Value), CrmError> {
        let linked = match self.one(Named::Company, company).await {
            Ok(linked) => Some(linked),
            Err(CrmError::Denied(_) | CrmError::NotFound { .. }) => None,
            Err(other) => return Err(other),
        };
        match linked {
            Some(linked) => {
                let condition = self.belonging_to(filter, linked.id, &linked.name);
                Ok((condition, json!(linked.name)))
            }
            None => {
                let named =
                    contacts::find_by_company_key(self.tx, self.workspace(), &name_key(company)).await?;
                let name = match named.into_iter().find_map(|contact| contact.company_name) {
                    Some(name) => name,
                    None => {
                        let kind = RecordType::Contact;
                        let spelt = self.spellings(kind, "company_name", "company", company).await?;
                        let Some(name) = spelt.into_iter().next() else {
                            return Ok((filter.nothing(), json!(company)));
                        };
                        name
                    }
                };
                Ok((filter.any_of("company_key", [name_key(&name)]), json!(name)))
            }
        }
    }

    pub(crate) fn belonging_to(&self, filter: &mut Filter, company: RecordId, name: &str) -> Condition {
        let linked = filter.any_of("related_company_id", [company]);
        let named = filter.any_of("company_key", company_key(name));
        Filter::either(&linked, &named)
    }
}

/// How contacts that are linked to no company name this one; signs alone name none.
pub(crate) fn company_key(name: &str) -> Option<String> {
    Some(name_key(name)).filter(|key| !key.is_empty())
}

/// A record that vanished between two looks at one state of the database: cannot be, and is still no reason to panic.
pub(crate) fn gone(noun: &str) -> CrmError {
    CrmError::NotFound { message: format!("The {noun} no longer exists."), valid: Vec::new() }
}
