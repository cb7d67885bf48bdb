//! The filters that a tool says it applied, in words: " with stage Proposal and owner Nadia Rahman, created from …".

use lexi_types::Date;
use serde_json::{Map, Value, json};

use super::super::format::{joined, number, plain};

const NOT_FILTERS: &[&str] = &["limit", "sort", "group_by", "date_field", "cursor", "query", "types"];

/// As it stands behind a noun; nothing where no filter was applied.
pub(in crate::builtin) fn behind_noun(result: &Value) -> String {
    let (with, that) = parts(result);
    let mut text = if with.is_empty() { String::new() } else { format!(" with {}", joined(&with, "and")) };
    for (place, part) in that.iter().enumerate() {
        text.push_str(if place == 0 && with.is_empty() { " " } else { ", " });
        text.push_str(part);
    }
    text
}

/// The same, but for one filter.
pub(super) fn behind_noun_but(result: &Value, left_out: &str) -> String {
    let mut result = result.clone();
    if let Some(filters) = result.get_mut("filters").and_then(Value::as_object_mut) {
        filters.remove(left_out);
    }
    behind_noun(&result)
}

/// One after the other.
pub(super) fn list(result: &Value) -> String {
    let (with, that) = parts(result);
    [with, that].concat().join(", ")
}

/// What the records have, and what they are: "status won", "closed from …".
fn parts(result: &Value) -> (Vec<String>, Vec<String>) {
    let filters = result.get("filters");
    let filters = filters.and_then(|f| f.get("applied")).filter(|applied| applied.is_object()).or(filters);
    let Some(filters) = filters.and_then(Value::as_object) else { return Default::default() };
    let (mut with, mut that) = (Vec::new(), Vec::new());
    if let Some(text) = filters.get("query").and_then(Value::as_str) {
        that.push(format!("matching “{}”", plain(text)));
    }
    for (key, value) in filters.iter().filter(|(_, value)| value.get("from").is_some()) {
        that.extend(within(key, value));
    }
    let between = value_between(filters);
    with.extend(between.clone());
    for (key, value) in filters
        .iter()
        .filter(|(_, value)| value.get("from").is_none())
        .filter(|(key, _)| between.is_none() || !matches!(key.as_str(), "min_value" | "max_value"))
        .filter(|(key, _)| !NOT_FILTERS.contains(&key.as_str()))
    {
        if key == "not" {
            with.extend(
                value.as_object().into_iter().flatten().filter_map(|(key, value)| without(key, value)),
            );
        } else if *value == Value::Bool(true) {
            that.push(plain(key).replace('_', " "));
        } else if let Some(field) = key.strip_suffix("_after").or_else(|| key.strip_suffix("_before")) {
            that.extend(period(field, filters).filter(|part| !that.contains(part)));
        } else {
            with.extend(filter(key, value));
        }
    }
    (with, that)
}

/// What must not be: "status not won", "stage neither Lead nor Proposal".
fn without(key: &str, value: &Value) -> Option<String> {
    if let Value::Object(fields) = value {
        let fields: Vec<String> = fields.iter().filter_map(|(name, value)| without(name, value)).collect();
        return (!fields.is_empty()).then(|| joined(&fields, "and"));
    }
    let field = plain(key).replace("\\_", " ").replace('_', " ");
    let values: Vec<String> = match value {
        Value::String(text) => vec![plain(text)],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(plain).collect(),
        _ => return None,
    };
    match values.as_slice() {
        [] => None,
        [one] => Some(format!("{field} not {one}")),
        several => Some(format!("{field} neither {}", joined(several, "nor"))),
    }
}

/// A period whose two days are both included.
fn within(field: &str, period: &Value) -> Option<String> {
    let field = match field {
        "follow_up" => "to be followed up".to_owned(),
        "expected_close" => "expected to close".to_owned(),
        field => plain(field).replace("\\_", " ").replace('_', " "),
    };
    Some(match (period.get("from")?.as_str(), period.get("to")?.as_str()) {
        (Some(from), Some(to)) if from == to => format!("{field} on {from}"),
        (Some(from), Some(to)) => format!("{field} from {from} to {to}"),
        (Some(from), None) => format!("{field} since {from}"),
        (None, Some(to)) => format!("{field} up to {to}"),
        (None, None) => return None,
    })
}

/// The last day is named instead of the first day after it.
fn period(field: &str, filters: &Map<String, Value>) -> Option<String> {
    let day = |end: &str| filters.get(&format!("{field}_{end}"))?.as_str()?.parse::<Date>().ok();
    let (from, to) = (day("after"), day("before").map(|day| day.plus_days(-1)));
    let field = plain(field);
    Some(match (from, to) {
        (Some(from), Some(to)) if from == to => format!("{field} on {from}"),
        (Some(from), Some(to)) => format!("{field} from {from} to {to}"),
        (Some(from), None) => format!("{field} since {from}"),
        (None, Some(to)) => format!("{field} up to {to}"),
        (None, None) => return None,
    })
}

/// "value from 20,000 to 50,000": both bounds at once, where both count.
fn value_between(filters: &Map<String, Value>) -> Option<String> {
    let bound = |key: &str| filters.get(key).and_then(number);
    let (least, most) = (bound("min_value")?, bound("max_value")?);
    (!least.ends_with(".01") && !most.ends_with(".99")).then(|| format!("value from {least} to {most}"))
}

fn filter(key: &str, value: &Value) -> Option<String> {
    let shown = match value {
        Value::String(text) if text == "in_progress" => "in progress".to_owned(),
        Value::String(text) => plain(text),
        Value::Number(_) => number(value)?,
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().filter_map(|(name, value)| filter(name, value)).collect();
            return (!fields.is_empty()).then(|| joined(&fields, "and"));
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().filter_map(Value::as_str).map(plain).collect();
            joined(&values, "or")
        }
        Value::Null | Value::Bool(_) => return None,
    };
    if shown.is_empty() {
        return None;
    }
    let named = || shown.replace("custom.", "").replace('_', " ");
    Some(match key {
        "missing" => format!("no {}", named().replace(" or ", " and no ")),
        "present" if named().starts_with(['a', 'e', 'i', 'o']) => {
            format!("an {}", named().replace(" or ", " and a "))
        }
        "present" => format!("a {}", named().replace(" or ", " and a ")),
        "has" => shown.replace('_', " ").replace(" or ", " and "),
        "has_no" => format!("no {}", shown.replace('_', " ").replace(" or ", " and no ")),
        "inactive_days" => format!("no note or activity in the last {shown} days"),
        "min_probability" => format!("probability at least {shown} %"),
        "max_probability" => format!("probability at most {shown} %"),
        "min_value" => match shown.strip_suffix(".01") {
            Some(bound) => format!("value over {bound}"),
            None => format!("value at least {shown}"),
        },
        "max_value" => match value.as_f64().filter(|_| shown.ends_with(".99")) {
            Some(most) => format!("value under {}", number(&json!((most + 0.01).round()))?),
            None => format!("value at most {shown}"),
        },
        key => format!("{} {shown}", plain(key).replace('_', " ")),
    })
}
