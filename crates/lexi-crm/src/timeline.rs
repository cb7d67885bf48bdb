//! What happened, newest first: to one contact, company, deal or matter, or in the whole workspace.

use lexi_store::Filter;
use lexi_types::records::RecordType;
use lexi_types::{Date, Scope};
use serde_json::json;

use crate::CrmError;
use crate::crm::{Filters, View};
use crate::filter::Asked;
use crate::happening::{Happening, LinkNames};

/// The newest of what happened, of all types together.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) items: Vec<Happening>,
    pub(crate) names: LinkNames,
    /// How many there are of each type that was looked at.
    pub(crate) totals: Vec<(RecordType, i64)>,
    pub(crate) filters: Filters,
}

impl Told {
    pub(crate) fn total(&self) -> i64 {
        self.totals.iter().map(|(_, total)| total).sum()
    }
}

impl View<'_, '_> {
    pub(crate) async fn timeline(&mut self, asked: &Asked, limit: i64) -> Result<Told, CrmError> {
        self.access.require(Scope::ReadActivities)?;
        let mut filters = Filters::new();
        let mut types = self.types(asked)?;
        let kinds = self.kinds(asked, &mut types).await?;
        let user = match asked.text("user")? {
            Some(text) => Some(self.user(&text).await?),
            None => None,
        };
        if user.is_some() {
            let named = asked.has("types");
            only(&mut types, named, "user", |kind| whose(kind).is_some())?;
        }
        let parent = self.parent(asked, &mut filters).await?;
        let created = asked.period("created")?;
        let (mut items, mut totals) = (Vec::new(), Vec::new());
        for kind in types {
            let mut filter = Filter::new(self.workspace(), kind);
            if let Some(parent) = &parent {
                match parent.of(&mut filter, kind) {
                    Some(belonging) => filter.require(belonging),
                    None => {
                        totals.push((kind, 0));
                        continue;
                    }
                }
            }
            if let Some(kinds) = &kinds {
                let condition = filter.any_of("type", kinds);
                filter.require(condition);
            }
            if let Some((user, column)) = user.as_ref().zip(whose(kind)) {
                filter.equal(column, user.id);
            }
            if let Some(period) = created {
                created_within(&mut filter, period.from, period.to);
            }
            let (newest, total) = self.newest(kind, &filter, limit).await?;
            items.extend(newest);
            totals.push((kind, total));
        }
        items.sort_by_key(|item| std::cmp::Reverse((item.date, item.id)));
        items.truncate(usize::try_from(limit).unwrap_or(0));
        if let Some(kinds) = kinds {
            filters.insert("kind".to_owned(), json!(kinds));
        }
        if let Some(user) = user {
            filters.insert("user".to_owned(), json!(user.name));
        }
        if let Some(period) = created {
            filters.insert("created".to_owned(), period.shown());
        }
        if asked.has("types") {
            let names: Vec<&str> = totals.iter().map(|(kind, _)| kind.as_str()).collect();
            filters.insert("types".to_owned(), json!(names));
        }
        let names = self.link_names(&items).await?;
        Ok(Told { items, names, totals, filters })
    }

    /// The types of activity that were asked for; they leave no other record than activities.
    async fn kinds(
        &mut self,
        asked: &Asked,
        types: &mut Vec<RecordType>,
    ) -> Result<Option<Vec<String>>, CrmError> {
        let texts = asked.texts("kind")?;
        if texts.is_empty() {
            return Ok(None);
        }
        only(types, asked.has("types"), "kind", |kind| kind == RecordType::Activity)?;
        let mut kinds = Vec::new();
        for text in texts {
            kinds.extend(self.spellings(RecordType::Activity, "type", "kind", &text).await?);
        }
        Ok(Some(kinds))
    }
}

/// The column that says who did it or is to do it.
const fn whose(kind: RecordType) -> Option<&'static str> {
    match kind {
        RecordType::Activity => Some("created_by_user_id"),
        RecordType::Task => Some("assigned_to_user_id"),
        RecordType::Deal => Some("owner_user_id"),
        RecordType::Matter => Some("responsible_user_id"),
        RecordType::Contact | RecordType::Company | RecordType::Note => None,
    }
}

/// Leaves the types to which an argument applies. One that was named and to which it does not is an error.
fn only(
    types: &mut Vec<RecordType>,
    named: bool,
    argument: &str,
    applies: impl Fn(RecordType) -> bool,
) -> Result<(), CrmError> {
    let wrong: Vec<&str> = types.iter().filter(|kind| !applies(**kind)).map(|kind| kind.plural()).collect();
    if named && !wrong.is_empty() {
        let valid: Vec<String> = crate::happening::TELLING
            .into_iter()
            .filter(|kind| applies(*kind))
            .map(|kind| kind.as_str().to_owned())
            .collect();
        return Err(CrmError::Invalid {
            message: format!(
                "{argument} does not apply to {}; leave types out or pass only {}.",
                wrong.join(", "),
                valid.join(", ")
            ),
            valid,
        });
    }
    types.retain(|kind| applies(*kind));
    Ok(())
}

/// The days from the first, included, to the second, not included.
pub(crate) fn created_within(filter: &mut Filter, from: Option<Date>, to: Option<Date>) {
    if let Some(day) = from {
        filter.at_least("created_date", day.start());
    }
    if let Some(day) = to {
        filter.below("created_date", day.start());
    }
}
