//! What records must or must not be, hold or have: `not`, `missing` and `present`, `has` and `has_no`.

use lexi_store::{Condition, Filter};
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::fields::{Relation, arguments, emptiable, relations};
use super::{Asked, choose, read_scope};
use crate::CrmError;
use crate::crm::{Filters, View};
use crate::names::shown;

/// What the values of an argument name.
#[derive(Debug, Clone, Copy)]
enum Held {
    Field,
    Relation,
}

/// Each with whether its records are wanted or left out.
const ARGUMENTS: [(&str, Held, bool); 4] = [
    ("missing", Held::Field, false),
    ("present", Held::Field, true),
    ("has", Held::Relation, true),
    ("has_no", Held::Relation, false),
];

impl View<'_, '_> {
    pub(super) async fn excluded(
        &mut self,
        kind: RecordType,
        asked: &Asked,
        filter: &mut Filter,
        filters: &mut Filters,
    ) -> Result<(), CrmError> {
        let Some(excluded) = asked.inner("not")? else { return Ok(()) };
        let valid = || arguments(kind).iter().filter(|a| a.slot.takes_values()).map(|a| a.name.to_owned());
        let mut names = Filters::new();
        for name in excluded.names() {
            let argument = arguments(kind).iter().find(|a| a.name == name && a.slot.takes_values());
            let argument = argument.ok_or_else(|| CrmError::Invalid {
                message: format!(
                    "not takes {}; \"{}\" is none of them.",
                    valid().collect::<Vec<_>>().join(", "),
                    shown(name)
                ),
                valid: valid().collect(),
            })?;
            let found = self.condition(kind, argument, &excluded, filter).await?;
            let Some((condition, shown)) = found else { continue };
            filter.exclude(condition);
            names.insert(name.to_owned(), shown);
        }
        if !names.is_empty() {
            filters.insert("not".to_owned(), Value::Object(names));
        }
        Ok(())
    }

    pub(super) async fn having(
        &mut self,
        kind: RecordType,
        asked: &Asked,
        filter: &mut Filter,
        filters: &mut Filters,
    ) -> Result<(), CrmError> {
        for (argument, held, wanted) in ARGUMENTS {
            let mut names = Vec::new();
            for text in asked.texts(argument)? {
                let (condition, name) = match held {
                    Held::Field => self.holding(kind, argument, &text, filter).await?,
                    Held::Relation => self.related(kind, argument, &text, filter)?,
                };
                if wanted {
                    filter.require(condition);
                } else {
                    filter.exclude(condition);
                }
                names.push(name);
            }
            if !names.is_empty() {
                filters.insert(argument.to_owned(), json!(names));
            }
        }
        Ok(())
    }

    /// The field holds something.
    async fn holding(
        &mut self,
        kind: RecordType,
        argument: &str,
        text: &str,
        filter: &mut Filter,
    ) -> Result<(Condition, String), CrmError> {
        if let Some(custom) = text.strip_prefix("custom.") {
            let names = self.custom_name(kind, custom).await?;
            let name = format!("custom.{}", names.first().map_or(custom, String::as_str));
            return Ok((filter.custom_set(&names), name));
        }
        let known = emptiable(kind);
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let name = choose(argument, text, &names)?;
        let column = known.iter().find(|(known, _)| *known == name).map_or("id", |(_, column)| *column);
        let condition = match (kind, name) {
            (RecordType::Contact, "company") => {
                Filter::either(&Filter::set(column), &Filter::set("related_company_id"))
            }
            _ => Filter::set(column),
        };
        Ok((condition, name.to_owned()))
    }

    /// Another record hangs on it.
    fn related(
        &self,
        kind: RecordType,
        argument: &str,
        text: &str,
        filter: &Filter,
    ) -> Result<(Condition, String), CrmError> {
        let known: Vec<&str> = relations(kind).iter().map(|relation| relation.name).collect();
        let name = choose(argument, text, &known)?;
        let found = relations(kind).iter().find(|relation| relation.name == name);
        let Some(Relation { child, link, further, .. }) = found.copied() else {
            return Err(CrmError::invalid(format!("{argument} takes no \"{}\".", shown(text))));
        };
        self.access.require(read_scope(child))?;
        Ok((filter.related(child, link, further), name.to_owned()))
    }
}
