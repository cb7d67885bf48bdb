//! What may be done with matters.

use lexi_store::{Condition, Filter, Named, Order, matters};
use lexi_types::records::{Matter, RecordType};
use lexi_types::{RecordId, Scope};
use serde_json::{Value, json};

use crate::contacts::gone;
use crate::crm::{Crm, Found, View, first};
use crate::filter::Asked;
use crate::{Access, CrmError};

#[derive(Debug, Clone)]
pub struct MatterView {
    pub matter: Matter,
    /// The company, else the contact, as far as the key may read it.
    pub client: Option<String>,
    /// The person at the client, as far as the key may read contacts.
    pub client_contact: Option<String>,
    pub responsible: Option<String>,
}

impl Crm {
    pub async fn search_matters(
        &self,
        access: &Access,
        asked: Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<MatterView>, CrmError> {
        self.view(access, move |mut view| {
            Box::pin(async move { view.search_matters(&asked, order, limit).await })
        })
        .await
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
        asked: &Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<MatterView>, CrmError> {
        self.access.require(Scope::ReadMatters)?;
        let (filter, filters) = self.filter(RecordType::Matter, asked).await?;
        let listed = matters::list(self.tx, &filter, order, first(limit)).await?;
        let items = self.with_parties(listed.rows).await?;
        Ok(Found { items, total: listed.total, filters })
    }

    /// A client is a company, else a person.
    pub(crate) async fn client(
        &mut self,
        filter: &mut Filter,
        text: &str,
    ) -> Result<(Condition, Value), CrmError> {
        match self.one(Named::Company, text).await {
            Ok(company) => {
                return Ok((filter.any_of("client_company_id", [company.id]), json!(company.name)));
            }
            Err(CrmError::NotFound { .. }) => {}
            Err(CrmError::Denied(_)) if self.access.may(Scope::ReadContacts) => {}
            Err(other) => return Err(other),
        }
        let contact = match self.one(Named::Contact, text).await {
            Err(CrmError::Denied(_)) => return Err(no_client(text)),
            Err(CrmError::NotFound { .. }) => return Err(no_client(text)),
            other => other?,
        };
        Ok((filter.any_of("client_contact_id", [contact.id]), json!(contact.name)))
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
                client_contact: contact.cloned(),
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
