//! Full text: words in notes, descriptions and titles.

use std::cmp::Reverse;

use lexi_store::name_key;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::json;

use crate::CrmError;
use crate::crm::View;
use crate::filter::Asked;
use crate::told::Told;

/// More words than anybody searches for at once.
const WORDS_MAX: usize = 20;

impl View<'_, '_> {
    /// What holds all the words, the best first.
    pub(crate) async fn search_text(&mut self, asked: &Asked, limit: i64) -> Result<Told, CrmError> {
        self.access.require(Scope::ReadNotes)?;
        let query = asked.text("query")?.unwrap_or_default();
        let words = asked_words(&query)?;
        let mut sought = self.sought(asked, RecordType::plural).await?;
        sought.filters.insert("query".to_owned(), json!(query));
        // Those with more of the words in their title come first, then the newest.
        self.tell(
            sought,
            limit,
            |filter, _| filter.containing(&words),
            |item| {
                let title = name_key(&item.title);
                let named =
                    words.iter().filter(|word| title.split(' ').any(|w| w.starts_with(word.as_str())));
                Reverse((named.count(), item.date, item.id))
            },
        )
        .await
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
