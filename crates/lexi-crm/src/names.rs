//! From what somebody wrote to what it means: people, companies and deals by name or id, and the workspace's own
//! vocabulary (stages, statuses, tags) whatever its case, accents and small mistakes.

use std::collections::{BTreeMap, HashMap};

use lexi_store::vocabulary::{self, Place};
use lexi_store::{NameMatch, Named, matching, name_key, names, users, word_key};
use lexi_types::records::RecordType;
use lexi_types::{RecordId, Scope};

use crate::CrmError;
use crate::crm::{Reading, View};

const LISTED_MAX: usize = 40;

/// The scope that shows the names of these records. Users are the firm's own people, whom every key sees.
const fn scope(named: Named) -> Option<Scope> {
    match named {
        Named::Contact => Some(Scope::ReadContacts),
        Named::Company => Some(Scope::ReadCompanies),
        Named::Deal => Some(Scope::ReadDeals),
        Named::Matter => Some(Scope::ReadMatters),
        Named::User => None,
    }
}

const fn noun(named: Named) -> &'static str {
    match named {
        Named::Contact => "contact",
        Named::Company => "company",
        Named::Deal => "deal",
        Named::Matter => "matter",
        Named::User => "user",
    }
}

impl View<'_, '_> {
    /// The one record that the text names, by id or by name.
    pub(crate) async fn one(&mut self, named: Named, text: &str) -> Result<NameMatch, CrmError> {
        if let Some(scope) = scope(named) {
            self.access.require(scope)?;
        }
        if let Ok(id) = text.trim().parse::<RecordId>() {
            let found = names::names_of(self.tx, self.sight, named, [id]).await?.remove(&id);
            return match found {
                Some(name) => Ok(NameMatch { id, name, detail: None }),
                None => Err(self.unknown(named, text).await?),
            };
        }
        let mut found = names::look_up(self.tx, self.sight, named, text).await?;
        match (found.pop(), found.is_empty()) {
            (None, _) => Err(self.unknown(named, text).await?),
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                found.push(last);
                Err(ambiguous(noun(named), text, found))
            }
        }
    }

    /// The user that the text names; "me" is the key's own.
    pub(crate) async fn user(&mut self, text: &str) -> Result<NameMatch, CrmError> {
        if !matches!(name_key(text).as_str(), "me" | "myself" | "i" | "my") {
            return self.one(Named::User, text).await;
        }
        let Some(id) = self.access.user_id else {
            return Err(CrmError::Invalid {
                message: "This API key belongs to no user, so \"me\" is nobody; name a user.".to_owned(),
                valid: self.user_names().await?,
            });
        };
        self.one(Named::User, &id.to_string()).await
    }

    async fn unknown(&mut self, named: Named, text: &str) -> Result<CrmError, CrmError> {
        let noun = noun(named);
        let valid = if named == Named::User { self.user_names().await? } else { Vec::new() };
        let message = if valid.is_empty() {
            format!("There is no {noun} \"{}\". Search with other words, or leave it out.", shown(text))
        } else {
            format!("There is no {noun} \"{}\". Users are: {}.", shown(text), valid.join(", "))
        };
        Ok(CrmError::NotFound { message, valid })
    }

    async fn user_names(&mut self) -> Result<Vec<String>, CrmError> {
        let users = users::list(self.tx, self.access.workspace).await?;
        Ok(users.into_iter().map(|user| user.full_name).take(LISTED_MAX).collect())
    }

    /// The names of these records, or none of them when the key may not read that type.
    pub(crate) async fn names(
        &mut self,
        named: Named,
        ids: Vec<Option<RecordId>>,
    ) -> Result<HashMap<RecordId, String>, CrmError> {
        if scope(named).is_some_and(|scope| !self.access.may(scope)) {
            return Ok(HashMap::new());
        }
        Ok(names::names_of(self.tx, self.sight, named, ids.into_iter().flatten()).await?)
    }

    /// The stored spellings of a word of the workspace's own vocabulary.
    pub(crate) async fn spellings(
        &mut self,
        kind: RecordType,
        column: &'static str,
        argument: &str,
        text: &str,
    ) -> Result<Vec<String>, CrmError> {
        self.spelt(kind, Place::Column(column), argument, text, Vec::new()).await
    }

    /// The stored spellings of a tag.
    pub(crate) async fn tags(&mut self, kind: RecordType, text: &str) -> Result<Vec<String>, CrmError> {
        self.spelt(kind, Place::Tag, "tag", text, Vec::new()).await
    }

    /// The stored spellings of the name of a custom field.
    pub(crate) async fn custom_name(
        &mut self,
        kind: RecordType,
        name: &str,
    ) -> Result<Vec<String>, CrmError> {
        let known = vocabulary::custom_names(self.tx, self.access.workspace, kind).await?;
        if self.reading == Reading::AsWritten {
            let mut same = same_word(name, known.values);
            if same.is_empty() && !known.complete {
                same.push(name.to_owned());
            }
            return Ok(same);
        }
        match spellings("custom field", name, known.values) {
            // There are more fields than the vocabulary holds; this may be one of them.
            Err(_) if !known.complete => Ok(vec![name.to_owned()]),
            other => other,
        }
    }

    /// The stored spellings of the name of a custom field and of a value of it.
    pub(crate) async fn custom(
        &mut self,
        kind: RecordType,
        name: &str,
        value: &str,
    ) -> Result<(Vec<String>, Vec<String>), CrmError> {
        let names = self.custom_name(kind, name).await?;
        let argument = format!("custom field {}", names.first().map_or(name, String::as_str));
        let values = self.spelt(kind, Place::Custom(&names), &argument, value, Vec::new()).await?;
        Ok((names, values))
    }

    /// The stored spellings of a word, `more` of which are known from elsewhere. Of a field with more values than a
    /// vocabulary has, only the word itself is found: what else might be meant cannot be known.
    pub(crate) async fn spelt(
        &mut self,
        kind: RecordType,
        place: Place<'_>,
        argument: &str,
        text: &str,
        mut more: Vec<String>,
    ) -> Result<Vec<String>, CrmError> {
        let workspace = self.workspace();
        let known = vocabulary::values(self.tx, workspace, kind, place).await?;
        if known.complete && self.reading == Reading::AsWritten {
            more.extend(known.values);
            return Ok(same_word(text, more));
        }
        if known.complete {
            more.extend(known.values);
            more.sort();
            more.dedup();
            return spellings(argument, text, more);
        }
        let mut stored = vocabulary::spellings_in_records(self.tx, self.sight, kind, place, text).await?;
        let key = word_key(text);
        stored.extend(more.into_iter().filter(|word| word_key(word) == key));
        if !stored.is_empty() || self.reading == Reading::AsWritten {
            return Ok(stored);
        }
        let close = matching::best(&key, known.values.iter().map(|value| (value, word_key(value))));
        let valid: Vec<String> = close.into_iter().take(LISTED_MAX).cloned().collect();
        Err(CrmError::Invalid {
            message: format!(
                "No record has the {argument} \"{}\". There are too many different values to guess what is meant; pass \
                 one as it is written.",
                shown(text)
            ),
            valid,
        })
    }
}

/// The stored spellings that fold to the same word.
fn same_word(text: &str, stored: Vec<String>) -> Vec<String> {
    let key = word_key(text);
    stored.into_iter().filter(|word| word_key(word) == key).collect()
}

/// Which of the stored spellings the text means: those that fold to the same word, else those of the one word that
/// comes closest.
pub(crate) fn spellings(
    argument: &str,
    text: &str,
    stored: impl IntoIterator<Item = String>,
) -> Result<Vec<String>, CrmError> {
    let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for spelling in stored {
        words.entry(word_key(&spelling)).or_default().push(spelling);
    }
    let asked = word_key(text);
    if let Some(exact) = words.remove(&asked) {
        return Ok(exact);
    }
    let close = matching::best(&asked, words.iter().map(|(key, spelt)| (spelt, key)));
    match close.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(unknown_value(argument, text, words)),
        several => {
            let names: Vec<String> = several.iter().filter_map(|spelt| spelt.first().cloned()).collect();
            Err(CrmError::Invalid {
                message: format!(
                    "The {argument} \"{}\" may mean {}; say which.",
                    shown(text),
                    listed(&names, " or ")
                ),
                valid: names,
            })
        }
    }
}

fn unknown_value(argument: &str, text: &str, words: BTreeMap<String, Vec<String>>) -> CrmError {
    let valid: Vec<String> =
        words.into_values().filter_map(|spelt| spelt.into_iter().next()).take(LISTED_MAX).collect();
    let message = if valid.is_empty() {
        format!("No record has a value for {argument}; leave it out.")
    } else {
        format!("There is no {argument} \"{}\". Valid: {}.", shown(text), listed(&valid, ", "))
    };
    CrmError::Invalid { message, valid }
}

pub(crate) fn ambiguous(noun: &str, text: &str, mut candidates: Vec<NameMatch>) -> CrmError {
    let count = match candidates.len() {
        // As many as a search for one name gives.
        50.. => "at least 50".to_owned(),
        count => count.to_string(),
    };
    candidates.truncate(10);
    CrmError::Ambiguous {
        message: format!(
            "The name \"{}\" fits {count} records of type {noun}; call again with the id of the one that is meant.",
            shown(text)
        ),
        candidates,
    }
}

fn listed(names: &[String], between: &str) -> String {
    names.join(between)
}

/// What was asked for, short enough to repeat.
pub(crate) fn shown(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(79).chain(['…']).collect() }
}
