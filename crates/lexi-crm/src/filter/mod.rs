//! From what was asked to a filter of the store, names resolved, and to the same in words for the answer.

mod arguments;
mod asked;
mod fields;
mod having;
mod schema;
mod values;

use lexi_store::Filter;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::json;

use crate::CrmError;
use crate::crm::{Filters, View};
use crate::names::shown;

pub(crate) use arguments::Arguments;
pub use asked::Asked;
pub(crate) use fields::{Argument, Clock, Slot, arguments, relations};
pub(crate) use fields::{DEAL_STATUSES, MATTER_STATUSES, NOTE_TYPES, TASK_STATUSES};
pub(crate) use schema::{choices, filters, filters_in_brief, period, text, texts};

impl View<'_, '_> {
    /// The filter that was asked for, and the filters as they were understood.
    pub(crate) async fn filter(
        &mut self,
        kind: RecordType,
        asked: &Asked,
    ) -> Result<(Filter, Filters), CrmError> {
        let mut filter = Filter::new(self.sight, kind);
        let mut filters = Filters::new();
        for argument in arguments(kind) {
            if !asked.has(argument.name) {
                continue;
            }
            if let Slot::Query = argument.slot {
                if let Some(query) = asked.text(argument.name)? {
                    filter = filter.matching(&query);
                    filters.insert(argument.name.to_owned(), json!(query));
                }
                continue;
            }
            let Some((condition, shown)) = self.condition(kind, argument, asked, &mut filter).await? else {
                continue;
            };
            filter.require(condition);
            filters.insert(argument.name.to_owned(), shown);
        }
        self.excluded(kind, asked, &mut filter, &mut filters).await?;
        self.having(kind, asked, &mut filter, &mut filters).await?;
        Ok((filter, filters))
    }
}

pub(crate) fn choose<'c>(name: &str, text: &str, choices: &[&'c str]) -> Result<&'c str, CrmError> {
    let asked = text.trim().to_lowercase().replace([' ', '-'], "_");
    choices.iter().find(|choice| **choice == asked).copied().ok_or_else(|| CrmError::Invalid {
        message: format!("{name} must be one of {}; it is \"{}\".", choices.join(", "), shown(text)),
        valid: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    })
}

/// The filters that take a period.
pub(crate) fn period_names(kind: RecordType) -> impl Iterator<Item = &'static str> {
    let periods = |argument: &&Argument| matches!(argument.slot, Slot::Period(..) | Slot::ExpectedClose);
    arguments(kind).iter().filter(periods).map(|a| a.name)
}

pub(crate) const fn read_scope(kind: RecordType) -> Scope {
    match kind {
        RecordType::Contact => Scope::ReadContacts,
        RecordType::Company => Scope::ReadCompanies,
        RecordType::Deal => Scope::ReadDeals,
        RecordType::Matter => Scope::ReadMatters,
        RecordType::Note => Scope::ReadNotes,
        RecordType::Task => Scope::ReadTasks,
        RecordType::Activity => Scope::ReadActivities,
    }
}
