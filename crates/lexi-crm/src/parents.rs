//! Notes and tasks hang on contacts, companies, deals and matters.

use lexi_store::{Filter, Named};
use serde_json::json;

use crate::CrmError;
use crate::crm::{Filters, View};

/// What a note or task must belong to, each by name or id.
#[derive(Debug, Clone, Default)]
pub struct Parents {
    pub contact: Option<String>,
    pub company: Option<String>,
    pub deal: Option<String>,
    pub matter: Option<String>,
}

impl View<'_, '_> {
    pub(crate) async fn under(
        &mut self,
        parents: &Parents,
        filter: &mut Filter,
        filters: &mut Filters,
    ) -> Result<(), CrmError> {
        for (named, argument, column, text) in [
            (Named::Contact, "contact", "contact_id", &parents.contact),
            (Named::Company, "company", "related_company_id", &parents.company),
            (Named::Deal, "deal", "deal_id", &parents.deal),
            (Named::Matter, "matter", "matter_id", &parents.matter),
        ] {
            let Some(text) = text else { continue };
            let parent = self.one(named, text).await?;
            filter.equal(column, parent.id);
            filters.insert(argument.to_owned(), json!(parent.name));
        }
        Ok(())
    }
}
