//! Full text: words in notes, descriptions and titles.

use lexi_store::{Filter, name_key};
use lexi_types::Scope;
use serde_json::json;

use crate::CrmError;
use crate::crm::{Filters, View};
use crate::filter::Asked;
use crate::timeline::{Told, created_within};

/// More words than anybody searches for at once.
const WORDS_MAX: usize = 20;

impl View<'_, '_> {
    /// What holds all the words, the best first.
    pub(crate) async fn search_text(&mut self, asked: &Asked, limit: i64) -> Result<Told, CrmError> {
        self.access.require(Scope::ReadNotes)?;
        let query = asked.text("query")?.unwrap_or_default();
        let words = asked_words(&query)?;
        let mut filters = Filters::new();
        filters.insert("query".to_owned(), json!(query));
        let types = self.types(asked)?;
        let parent = self.parent(asked, &mut filters).await?;
        let created = asked.period("created")?;
        let (mut items, mut totals) = (Vec::new(), Vec::new());
        for kind in types {
            let mut filter = Filter::new(self.workspace(), kind).containing(&words);
            if let Some(parent) = &parent {
                match parent.of(&mut filter, kind) {
                    Some(belonging) => filter.require(belonging),
                    None => {
                        totals.push((kind, 0));
                        continue;
                    }
                }
            }
            if let Some(period) = created {
                created_within(&mut filter, period.from, period.to);
            }
            let (newest, total) = self.newest(kind, &filter, limit).await?;
            items.extend(newest);
            totals.push((kind, total));
        }
        // Those that have more of the words in their title come first, then the newest.
        items.sort_by_key(|item| {
            let title = name_key(&item.title);
            let missing =
                words.iter().filter(|word| !title.split(' ').any(|w| w.starts_with(word.as_str()))).count();
            (missing, std::cmp::Reverse((item.date, item.id)))
        });
        items.truncate(usize::try_from(limit).unwrap_or(0));
        if let Some(period) = created {
            filters.insert("created".to_owned(), period.shown());
        }
        if asked.has("types") {
            let names: Vec<&str> = totals.iter().map(|(kind, _)| kind.plural()).collect();
            filters.insert("types".to_owned(), json!(names));
        }
        let names = self.link_names(&items).await?;
        Ok(Told { items, names, totals, filters })
    }
}

/// The words of a query, folded.
pub(crate) fn asked_words(query: &str) -> Result<Vec<String>, CrmError> {
    let key = name_key(query);
    let mut words: Vec<String> = key.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.dedup();
    if words.is_empty() {
        return Err(CrmError::invalid(
            "query must hold at least one word, for example \"settlement offer\".",
        ));
    }
    if words.len() > WORDS_MAX {
        return Err(CrmError::invalid(format!("query may hold at most {WORDS_MAX} words.")));
    }
    Ok(words)
}
