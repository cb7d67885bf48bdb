//! The one record that a timeline or a search of texts is about, and what belongs to it.

use lexi_store::{Condition, Filter, Named};
use lexi_types::records::RecordType;
use lexi_types::{RecordId, Scope};
use serde_json::json;

use crate::CrmError;
use crate::contacts::company_key;
use crate::crm::{Filters, View};
use crate::filter::Asked;

const ARGUMENTS: [(&str, Named); 4] = [
    ("contact", Named::Contact),
    ("company", Named::Company),
    ("deal", Named::Deal),
    ("matter", Named::Matter),
];

#[derive(Debug, Clone)]
pub(crate) struct Parent {
    named: Named,
    id: RecordId,
    /// For a company: its name in contacts that are not linked to it.
    key: Option<String>,
    /// Whether what belongs to a company through these counts too: only with their scopes.
    contacts: bool,
    deals: bool,
    matters: bool,
}

impl View<'_, '_> {
    /// The one parent that was asked for, if any; several are an error.
    pub(crate) async fn parent(
        &mut self,
        asked: &Asked,
        filters: &mut Filters,
    ) -> Result<Option<Parent>, CrmError> {
        let mut parent = None;
        for (argument, named) in ARGUMENTS {
            let Some(text) = asked.text(argument)? else { continue };
            if parent.is_some() {
                let valid: Vec<String> = ARGUMENTS.map(|(name, _)| name.to_owned()).to_vec();
                return Err(CrmError::Invalid {
                    message: format!("Pass at most one of {}.", valid.join(", ")),
                    valid,
                });
            }
            let found = self.one(named, &text).await?;
            let contacts = self.access.may(Scope::ReadContacts);
            let key = company_key(&found.name);
            filters.insert(argument.to_owned(), json!(found.name));
            parent = Some(Parent {
                named,
                id: found.id,
                key,
                contacts,
                deals: self.access.may(Scope::ReadDeals),
                matters: self.access.may(Scope::ReadMatters),
            });
        }
        Ok(parent)
    }
}

impl Parent {
    /// The records of this type that belong to the parent; `None` when none can.
    pub(crate) fn of(&self, filter: &mut Filter, kind: RecordType) -> Option<Condition> {
        let ways = match self.named {
            Named::Company => self.of_company(filter, kind),
            Named::Contact => self.direct(filter, kind, "contact_id", "main_contact_id", "client_contact_id"),
            Named::Deal => self.direct(filter, kind, "deal_id", "", ""),
            Named::Matter => self.direct(filter, kind, "matter_id", "matter_id", ""),
            Named::User => Vec::new(),
        };
        ways.into_iter().reduce(|one, other| Filter::either(&one, &other))
    }

    /// By the columns that name the parent: in notes and tasks, in deals, in matters.
    fn direct(
        &self,
        filter: &mut Filter,
        kind: RecordType,
        column: &'static str,
        of_deals: &'static str,
        of_matters: &'static str,
    ) -> Vec<Condition> {
        let column = match kind {
            RecordType::Deal => of_deals,
            RecordType::Matter => of_matters,
            // Activities name a contact or a deal in a column of their own, and anything as their entity.
            RecordType::Activity if column == "matter_id" => "",
            _ => column,
        };
        let mut ways = Vec::new();
        if !column.is_empty() {
            ways.push(filter.any_of(column, [self.id]));
        }
        if kind == RecordType::Activity {
            let (named, id) = (entity(filter, self.named), filter.any_of("entity_id", [self.id]));
            ways.push(Filter::both(&named, &id));
        }
        ways
    }

    fn of_company(&self, filter: &mut Filter, kind: RecordType) -> Vec<Condition> {
        let mut ways = Vec::new();
        let own = match kind {
            RecordType::Matter => Some("client_company_id"),
            RecordType::Activity => None,
            _ => Some("related_company_id"),
        };
        if let Some(column) = own {
            ways.push(filter.any_of(column, [self.id]));
        }
        if kind == RecordType::Activity {
            let (named, id) = (entity(filter, Named::Company), filter.any_of("entity_id", [self.id]));
            ways.push(Filter::both(&named, &id));
        }
        let columns: &[(&'static str, Named)] = match kind {
            RecordType::Deal => &[("main_contact_id", Named::Contact), ("matter_id", Named::Matter)],
            RecordType::Matter => &[("client_contact_id", Named::Contact)],
            RecordType::Activity => &[("contact_id", Named::Contact), ("deal_id", Named::Deal)],
            _ => &[("contact_id", Named::Contact), ("deal_id", Named::Deal), ("matter_id", Named::Matter)],
        };
        for (column, named) in columns {
            ways.extend(self.through(filter, column, *named));
        }
        if kind == RecordType::Activity {
            for named in [Named::Contact, Named::Deal, Named::Matter] {
                let Some(condition) = self.through(filter, "entity_id", named) else { continue };
                let of_type = entity(filter, named);
                ways.push(Filter::both(&of_type, &condition));
            }
        }
        ways
    }

    /// The column names a contact, a deal or a matter of the company.
    fn through(&self, filter: &mut Filter, column: &'static str, named: Named) -> Option<Condition> {
        match named {
            Named::Contact if self.contacts => {
                let linked = filter.through(column, RecordType::Contact, "related_company_id", [self.id]);
                let Some(key) = &self.key else { return Some(linked) };
                let called = filter.through(column, RecordType::Contact, "company_key", [key]);
                Some(Filter::either(&linked, &called))
            }
            Named::Deal if self.deals => {
                Some(filter.through(column, RecordType::Deal, "related_company_id", [self.id]))
            }
            Named::Matter if self.matters => {
                Some(filter.through(column, RecordType::Matter, "client_company_id", [self.id]))
            }
            _ => None,
        }
    }
}

fn entity(filter: &mut Filter, named: Named) -> Condition {
    let word = match named {
        Named::Contact => "contact",
        Named::Company => "company",
        Named::Deal => "deal",
        Named::Matter => "matter",
        Named::User => "user",
    };
    filter.any_of("entity_type", [word])
}
