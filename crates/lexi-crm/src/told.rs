//! What happened, gathered from the types that tell of it: what a timeline and a search of texts have in common.

use lexi_store::Filter;
use lexi_types::Period;
use lexi_types::records::RecordType;
use serde_json::json;

use crate::CrmError;
use crate::crm::{Filters, View};
use crate::filter::Asked;
use crate::happening::{Happening, LinkNames};
use crate::parent::Parent;

/// Some of what happened, of all types together.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) items: Vec<Happening>,
    pub(crate) names: LinkNames,
    /// How many there are of each type that was looked at.
    pub(crate) totals: Vec<(RecordType, i64)>,
    pub(crate) filters: Filters,
}

/// Where to look: which types, of which record, of which time.
#[derive(Debug)]
pub(crate) struct Sought {
    pub(crate) types: Vec<RecordType>,
    parent: Option<Parent>,
    created: Option<Period>,
    pub(crate) filters: Filters,
}

impl Told {
    pub(crate) fn total(&self) -> i64 {
        self.totals.iter().map(|(_, total)| total).sum()
    }
}

impl View<'_, '_> {
    /// Reads the arguments that say where to look. A type is shown as the tool's own argument names it.
    pub(crate) async fn sought(
        &mut self,
        asked: &Asked,
        type_name: fn(RecordType) -> &'static str,
    ) -> Result<Sought, CrmError> {
        let mut filters = Filters::new();
        let types = self.types(asked)?;
        if asked.has("types") {
            filters.insert("types".to_owned(), types.iter().map(|kind| type_name(*kind)).collect());
        }
        let parent = self.parent(asked, &mut filters).await?;
        let created = asked.period("created")?;
        if let Some(period) = created {
            filters.insert("created".to_owned(), json!(period.shown()));
        }
        Ok(Sought { types, parent, created, filters })
    }

    /// The first `limit` of what is sought, of each type what `narrowed` leaves, in the order of `rank`.
    pub(crate) async fn tell<R: Ord>(
        &mut self,
        sought: Sought,
        limit: i64,
        narrowed: impl Fn(Filter, RecordType) -> Filter,
        rank: impl FnMut(&Happening) -> R,
    ) -> Result<Told, CrmError> {
        let Sought { types, parent, created, filters } = sought;
        let (mut items, mut totals) = (Vec::new(), Vec::new());
        for kind in types {
            let mut filter = narrowed(Filter::new(self.sight, kind), kind);
            if let Some(parent) = &parent {
                let Some(belonging) = parent.of(&mut filter, kind) else {
                    totals.push((kind, 0));
                    continue;
                };
                filter.require(belonging);
            }
            if let Some(day) = created.and_then(|period| period.from) {
                filter.at_least("created_date", day.start());
            }
            if let Some(day) = created.and_then(|period| period.to) {
                filter.below("created_date", day.start());
            }
            let (newest, total) = self.newest(kind, &filter, limit).await?;
            items.extend(newest);
            totals.push((kind, total));
        }
        items.sort_by_cached_key(rank);
        items.truncate(usize::try_from(limit).unwrap_or(0));
        let names = self.link_names(&items).await?;
        Ok(Told { items, names, totals, filters })
    }
}
