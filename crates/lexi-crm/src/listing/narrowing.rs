//! From query parameters to a filter. What is malformed is blamed by name, all of it at once; a word or an id that no record
//! has is no error here: nothing is found.

use std::collections::BTreeMap;

use lexi_store::{Condition, Filter};
use lexi_types::records::RecordType;
use lexi_types::{Date, RecordId, Timestamp};
use serde_json::{Map, Value, json};

use super::parameters::{Parameter, Takes, known_as, parameters};
use crate::CrmError;
use crate::crm::{Reading, View};
use crate::filter::{Argument, Asked, Clock, Slot, arguments};

const TEXT_CHARS_MAX: usize = 200;
const VALUES_MAX: usize = 50;
const AN_ID: &str = "must be a UUID";
const A_TIME: &str = "must be a day or an RFC 3339 time, for example 2026-01-31 or 2026-01-31T09:00:00Z";

/// The values of each parameter.
type Given<'q> = BTreeMap<&'q str, Vec<&'q str>>;

impl View<'_, '_> {
    pub(super) async fn narrowed(
        &mut self,
        kind: RecordType,
        query: &[(String, String)],
    ) -> Result<Filter, CrmError> {
        self.reading = Reading::AsWritten;
        let mut wrong = BTreeMap::new();
        let given = sorted(query, &mut wrong);
        let known = parameters(kind);
        let asked = asked(&known, &given);
        let mut filter = Filter::new(self.sight, kind);
        for parameter in &known {
            let Some(texts) = given.get(parameter.name) else { continue };
            match self.parameter(kind, *parameter, texts, &asked, &mut filter).await {
                Ok(condition) => condition.into_iter().for_each(|condition| filter.require(condition)),
                Err(CrmError::Invalid { message, .. }) => {
                    wrong.insert(parameter.name.to_owned(), reason(parameter, &message));
                }
                Err(other) => return Err(other.of_field(parameter.name)),
            }
        }
        if let Some(custom) = arguments(kind).iter().find(|argument| matches!(argument.slot, Slot::Custom))
            && let Some(condition) = self.filtered(kind, custom, &asked, &mut filter).await?
        {
            filter.require(condition);
        }
        match wrong.is_empty() {
            true => Ok(with_words(filter, &given)),
            false => Err(CrmError::fields(wrong)),
        }
    }

    async fn parameter(
        &mut self,
        kind: RecordType,
        parameter: Parameter,
        texts: &[&str],
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<Condition>, CrmError> {
        let last = texts.last().copied().unwrap_or_default();
        match parameter.takes {
            Takes::Id(column) => {
                let ids: Result<Vec<RecordId>, _> = texts.iter().map(|text| text.parse()).collect();
                let ids = ids.map_err(|_| CrmError::invalid(AN_ID))?;
                Ok(Some(filter.any_of(column, ids)))
            }
            Takes::Text(column) => Ok(Some(filter.any_of(column, texts.iter().copied()))),
            Takes::After(column, clock) => bound(filter, column, ">=", clock, last).map(Some),
            Takes::Before(column, clock) => bound(filter, column, "<", clock, last).map(Some),
            Takes::Filter(argument) => self.filtered(kind, argument, asked, filter).await,
        }
    }

    /// A filter of the tools.
    async fn filtered(
        &mut self,
        kind: RecordType,
        argument: &Argument,
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<Condition>, CrmError> {
        let found = self.condition(kind, argument, asked, filter).await?;
        Ok(found.map(|(condition, _)| condition))
    }
}

/// By the names that parameters have in the table, without blank values.
fn sorted<'q>(query: &'q [(String, String)], wrong: &mut BTreeMap<String, String>) -> Given<'q> {
    let mut given = Given::new();
    for (name, text) in query {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let values = given.entry(known_as(name)).or_default();
        values.push(text);
        if text.chars().count() > TEXT_CHARS_MAX || text.contains('\0') {
            wrong.insert(
                name.clone(),
                format!("must be text of at most {TEXT_CHARS_MAX} characters, without NUL"),
            );
        } else if values.len() > VALUES_MAX {
            wrong.insert(name.clone(), format!("may be given at most {VALUES_MAX} times"));
        }
    }
    given
}

/// The same as arguments of the tools.
fn asked(known: &[Parameter], given: &Given<'_>) -> Asked {
    let mut arguments = Map::new();
    for parameter in known {
        let (Takes::Filter(argument), Some(texts)) = (parameter.takes, given.get(parameter.name)) else {
            continue;
        };
        let value = if parameter.has_commas() {
            json!(texts.iter().flat_map(|text| text.split(',')).collect::<Vec<_>>())
        } else if parameter.is_repeated() {
            json!(texts)
        } else {
            json!(texts.last())
        };
        arguments.insert(argument.name.to_owned(), value);
    }
    let custom: Map<String, Value> = given
        .iter()
        .filter_map(|(name, texts)| Some((name.strip_prefix("custom.")?.to_owned(), json!(texts))))
        .collect();
    if !custom.is_empty() {
        arguments.insert("custom".to_owned(), Value::Object(custom));
    }
    Value::Object(arguments).into()
}

fn with_words(filter: Filter, given: &Given<'_>) -> Filter {
    match given.get("search").and_then(|texts| texts.last()) {
        Some(words) => filter.matching(words),
        None => filter,
    }
}

fn bound(
    filter: &mut Filter,
    column: &'static str,
    operator: &str,
    clock: Clock,
    text: &str,
) -> Result<Condition, CrmError> {
    // Ten characters and no more: jiff reads other spellings of a day too.
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let time = text.parse::<Timestamp>().ok();
    match (clock, day, time) {
        (Clock::Day, Some(day), _) => Ok(filter.compare(column, operator, day)),
        (Clock::Day, None, Some(time)) => Ok(filter.compare(column, operator, time.date())),
        (Clock::Micros, Some(day), _) => Ok(filter.compare(column, operator, day.start())),
        (Clock::Micros, None, Some(time)) => Ok(filter.compare(column, operator, time)),
        (_, None, None) => Err(CrmError::invalid(A_TIME)),
    }
}

/// Without the name that the message may begin with: it stands before the reason anyway.
fn reason(parameter: &Parameter, message: &str) -> String {
    let name = match parameter.takes {
        Takes::Filter(argument) => argument.name,
        _ => parameter.name,
    };
    message.strip_prefix(name).map_or(message, str::trim_start).to_owned()
}
