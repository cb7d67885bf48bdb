//! The arguments of a call, read one by one with an error that says what would be right. Models write numbers as text
//! and leave things `null`; both are understood.

use lexi_types::{Date, Money, Period, Timestamp};
use serde_json::{Map, Value};

use super::{Arguments, choose};
use crate::CrmError;
use crate::names::shown;

const LIMIT: i64 = 10;
const LIMIT_MAX: i64 = 50;
/// Longer than any name; keeps the work of a comparison small.
const TEXT_CHARS_MAX: usize = 500;
/// Each is a look at every record of the type.
const PAIRS_MAX: usize = 10;
/// More than a list of alternatives has.
const TEXTS_MAX: usize = 50;

/// Arguments by name. What is blank or null is not there.
#[derive(Debug, Clone, Default)]
pub struct Asked(Map<String, Value>);

impl From<Value> for Asked {
    /// Anything but an object asks for nothing.
    fn from(value: Value) -> Self {
        match value {
            Value::Object(given) => Self(given.into_iter().filter(|(_, value)| !value.is_null()).collect()),
            _ => Self::default(),
        }
    }
}

impl Asked {
    pub(crate) fn parse(arguments: &str, taken: &Arguments) -> Result<Self, CrmError> {
        let text = if arguments.trim().is_empty() { "{}" } else { arguments };
        let valid: Vec<String> = taken.offered.keys().cloned().collect();
        let given = match serde_json::from_str(text) {
            Ok(Value::Object(given)) => given,
            Ok(Value::Null) => Map::new(),
            Ok(_) => return Err(not_an_object("The arguments are not a JSON object", valid)),
            Err(error) => {
                return Err(not_an_object(&format!("The arguments are not valid JSON ({error})"), valid));
            }
        };
        if let Some(unknown) = given.keys().find(|name| !taken.take(name)) {
            let message = if valid.is_empty() {
                format!("Unknown argument \"{}\": this tool takes none.", shown(unknown))
            } else {
                format!("Unknown argument \"{}\". Valid arguments: {}.", shown(unknown), valid.join(", "))
            };
            return Err(CrmError::Invalid { message, valid });
        }
        Ok(Value::Object(given).into())
    }

    pub(crate) const fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The same with another value for one argument.
    pub(crate) fn with(&self, name: &str, value: String) -> Self {
        let mut all = self.0.clone();
        all.insert(name.to_owned(), Value::String(value));
        Self(all)
    }

    /// The day by which relative periods are counted.
    pub(crate) fn today(&self) -> Date {
        Timestamp::now().date()
    }

    /// One text or several; blank ones are left out.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, CrmError> {
        let values = match self.0.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(values)) if values.len() > TEXTS_MAX => {
                return Err(CrmError::invalid(format!("{name} takes at most {TEXTS_MAX} values.")));
            }
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            texts.extend(short(name, value)?);
        }
        Ok(texts)
    }

    /// Filters inside of a filter.
    pub(crate) fn inner(&self, name: &str) -> Result<Option<Self>, CrmError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(inner @ Value::Object(_)) => Ok(Some(inner.clone().into())),
            Some(_) => Err(CrmError::invalid(format!(
                "{name} must be an object of filters, for example {{\"status\": \"won\"}}."
            ))),
        }
    }

    pub(crate) fn period(&self, name: &str) -> Result<Option<Period>, CrmError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        Period::parse(&text, self.today()).map(Some).ok_or_else(|| {
            CrmError::invalid(format!(
                "{name} must be a period such as {}; it is \"{}\".",
                Period::FORMS,
                shown(&text)
            ))
        })
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, CrmError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.trim_end_matches(".0").parse().ok().filter(|n| (0..=1_000_000).contains(n)).map(Some).ok_or_else(
            || CrmError::invalid(format!("{name} must be a whole number; it is \"{}\".", shown(&text))),
        )
    }

    /// Blank text counts as not given.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, CrmError> {
        self.0.get(name).map_or(Ok(None), |value| short(name, value))
    }

    pub(crate) fn choice(&self, name: &str, values: &[&str]) -> Result<Option<String>, CrmError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        choose(name, &text, values).map(|value| Some(value.to_owned()))
    }

    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, CrmError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let plain = text.len() == 10;
        text.parse().ok().filter(|_| plain).map(Some).ok_or_else(|| {
            CrmError::invalid(format!(
                "{name} must be a date as YYYY-MM-DD, for example 2026-01-31; it is \"{}\".",
                shown(&text)
            ))
        })
    }

    pub(crate) fn amount(&self, name: &str) -> Result<Option<Money>, CrmError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        // The number's own decimal text decides: a double would not be exact.
        text.trim_end_matches(".0").parse().map(Some).map_err(|_| {
            CrmError::invalid(format!(
                "{name} must be an amount in major units without thousands separators, for example 50000 or 1250.50; it is \"{}\".",
                shown(&text)
            ))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, CrmError> {
        match self.text(name)?.map(|text| text.to_lowercase()).as_deref() {
            None => Ok(None),
            Some("false") => Ok(Some(false)),
            Some("true") => Ok(Some(true)),
            Some(_) => Err(CrmError::Invalid {
                message: format!("{name} must be true or false."),
                valid: vec!["true".to_owned(), "false".to_owned()],
            }),
        }
    }

    /// More than the most is the most: the result says that it was truncated.
    pub(crate) fn limit(&self) -> Result<i64, CrmError> {
        self.limit_up_to(LIMIT, LIMIT_MAX)
    }

    pub(crate) fn limit_up_to(&self, default: i64, most: i64) -> Result<i64, CrmError> {
        let Some(text) = self.text("limit")? else { return Ok(default) };
        match text.trim_end_matches(".0").parse::<i64>() {
            Ok(limit) if limit >= 1 => Ok(limit.min(most)),
            _ => Err(CrmError::invalid(format!("limit must be a whole number from 1 to {most}."))),
        }
    }

    /// An object of names, each with a value or several.
    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<(String, Vec<String>)>, CrmError> {
        let wrong = || {
            CrmError::invalid(format!(
                "{name} must be an object of names and single values, for example {{\"source\": \"Web\"}}."
            ))
        };
        let Some(value) = self.0.get(name) else { return Ok(Vec::new()) };
        let pairs = value.as_object().ok_or_else(wrong)?;
        if pairs.len() > PAIRS_MAX {
            return Err(CrmError::invalid(format!("{name} may name at most {PAIRS_MAX} fields.")));
        }
        let values = |value: &Value| match value {
            Value::Array(values) if values.len() <= TEXTS_MAX => values.iter().map(scalar).collect(),
            one => scalar(one).map(|text| vec![text]),
        };
        pairs.iter().map(|(name, value)| Ok((name.clone(), values(value).ok_or_else(wrong)?))).collect()
    }

    /// The record that a `get` is for: its id, else its name.
    pub(crate) fn id_or_name(&self) -> Result<String, CrmError> {
        if let Some(id) = self.text("id")? {
            return match id.parse::<lexi_types::RecordId>() {
                Ok(id) => Ok(id.to_string()),
                Err(_) => Err(CrmError::invalid(format!(
                    "id must be a UUID; it is \"{}\". If that is a name, pass it as name.",
                    shown(&id)
                ))),
            };
        }
        self.text("name")?.ok_or_else(|| CrmError::Invalid {
            message: "Pass id or name.".to_owned(),
            valid: vec!["id".to_owned(), "name".to_owned()],
        })
    }
}

fn not_an_object(what: &str, valid: Vec<String>) -> CrmError {
    CrmError::Invalid { message: format!("{what}; pass one JSON object."), valid }
}

fn short(name: &str, value: &Value) -> Result<Option<String>, CrmError> {
    let Some(text) = scalar(value) else {
        return Err(CrmError::invalid(format!("{name} must be text.")));
    };
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(CrmError::invalid(format!("{name} must have at most {TEXT_CHARS_MAX} characters.")));
    }
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn args(text: &str) -> Result<Asked, CrmError> {
        Asked::parse(
            text,
            &json!({ "query": {}, "limit": {}, "day": {}, "value": {}, "late": {}, "custom": {} }).into(),
        )
    }

    #[test]
    fn nothing_null_and_blank_count_as_not_given() {
        for text in ["", "  ", "{}", "null", r#"{"query":null,"limit":null}"#, r#"{"query":" "}"#] {
            let args = args(text).unwrap();
            assert_eq!(args.text("query").unwrap(), None, "{text}");
            assert_eq!(args.limit().unwrap(), 10);
        }
    }

    #[test]
    fn what_is_not_an_object_of_known_names_is_refused() {
        let deep = "[".repeat(100_000);
        for text in ["[]", "7", "{", "\"a\"", r#"{"quarry":1}"#, deep.as_str()] {
            let error = args(text).unwrap_err();
            assert!(matches!(&error, CrmError::Invalid { valid, .. } if valid.contains(&"query".to_owned())));
        }
        assert!(args(r#"{"quarry":1}"#).unwrap_err().to_string().contains("query"));
    }

    #[test]
    fn numbers_may_come_as_text_and_text_as_numbers() {
        let given =
            args(r#"{"query":2026,"limit":"7","value":"1250.5","late":"True","day":"2026-02-28"}"#).unwrap();
        assert_eq!(given.text("query").unwrap().as_deref(), Some("2026"));
        assert_eq!(given.limit().unwrap(), 7);
        assert_eq!(given.amount("value").unwrap(), Some(Money::from_minor(125_050)));
        assert_eq!(given.flag("late").unwrap(), Some(true));
        assert_eq!(given.date("day").unwrap(), Date::new(2026, 2, 28));
        assert_eq!(args(r#"{"limit":1000}"#).unwrap().limit().unwrap(), 50);
        assert_eq!(
            args(r#"{"value":50000.0}"#).unwrap().amount("value").unwrap(),
            Some(Money::from_minor(5_000_000))
        );
    }

    #[test]
    fn wrong_values_are_errors_that_name_right_ones() {
        let given =
            args(r#"{"query":[1],"limit":0,"day":"tomorrow","value":"lots","late":"maybe","custom":"x"}"#)
                .unwrap();
        assert!(given.text("query").is_err());
        assert!(given.limit().unwrap_err().to_string().contains("50"));
        assert!(given.date("day").unwrap_err().to_string().contains("YYYY-MM-DD"));
        assert!(given.amount("value").is_err());
        assert!(given.flag("late").unwrap_err().to_string().contains("true or false"));
        assert!(given.pairs("custom").is_err());
        let many: Vec<String> = (0..=PAIRS_MAX).map(|n| format!("\"f{n}\":1")).collect();
        assert!(args(&format!(r#"{{"custom":{{{}}}}}"#, many.join(","))).unwrap().pairs("custom").is_err());
        assert!(args(r#"{"day":"2026-02-30"}"#).unwrap().date("day").is_err());
        assert!(args(r#"{"day":"2026-02-28T10:00:00Z"}"#).unwrap().date("day").is_err());
    }
}
