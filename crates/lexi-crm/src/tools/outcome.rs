//! What a tool gives back, kept below the size that a model can take.

use lexi_store::NameMatch;
use lexi_types::RecordRef;
use serde_json::{Map, Value, json};

use crate::CrmError;

const RESULT_BYTES_MAX: usize = 256 * 1024;
const RECORDS_MAX: usize = 50;

#[derive(Debug, Clone)]
pub struct ToolOutcome {
    /// One line in plain words: "Found 1 contact".
    pub summary: String,
    /// Always a JSON object.
    pub result: Value,
    /// The records that were read, at most fifty.
    pub records: Vec<RecordRef>,
    pub is_error: bool,
}

impl ToolOutcome {
    pub(super) fn new(summary: impl Into<String>, result: Value, mut records: Vec<RecordRef>) -> Self {
        records.truncate(RECORDS_MAX);
        Self { summary: summary.into(), result, records, is_error: false }
    }

    /// A call that could not be carried out, in words from which a model can mend it.
    pub fn failed(error: CrmError) -> Self {
        let message = error.to_string();
        let mut result = Map::from_iter([("message".to_owned(), json!(message))]);
        let (code, summary) = match error {
            CrmError::Denied(denied) => {
                result.insert("scope".to_owned(), json!(denied.0.as_str()));
                ("insufficient_permissions", format!("Not permitted: needs {}", denied.0))
            }
            CrmError::Invalid { valid, .. } => {
                if !valid.is_empty() {
                    result.insert("valid_values".to_owned(), json!(valid));
                }
                ("invalid_arguments", message)
            }
            CrmError::Fields { fields, .. } => {
                result.insert("fields".to_owned(), json!(fields));
                ("invalid_arguments", message)
            }
            CrmError::Stale(_) | CrmError::Conflict(_) => ("conflict", message),
            CrmError::NotFound { valid, .. } => {
                if !valid.is_empty() {
                    result.insert("valid_values".to_owned(), json!(valid));
                }
                ("not_found", message)
            }
            CrmError::Ambiguous { candidates, .. } => {
                let candidates: Vec<Value> = candidates.iter().map(candidate).collect();
                result.insert("candidates".to_owned(), json!(candidates));
                ("ambiguous_reference", message)
            }
            // The caller has turned this into an error of its own.
            CrmError::Store(_) => ("unavailable", "The database is unavailable".to_owned()),
        };
        result.insert("error".to_owned(), json!(code));
        Self { summary, result: Value::Object(result), records: Vec::new(), is_error: true }
    }

    /// Shortens lists, then long texts, until the result fits, and says so in `truncated`.
    pub(super) fn within_limit(mut self) -> Self {
        let mut shortened = false;
        while size(&self.result) > RESULT_BYTES_MAX {
            shortened = true;
            if !shorten_longest_list(&mut self.result) && !shorten_longest_text(&mut self.result) {
                self.result = json!({});
            }
        }
        if shortened && let Some(result) = self.result.as_object_mut() {
            result.insert("truncated".to_owned(), json!(true));
        }
        self
    }
}

fn candidate(found: &NameMatch) -> Value {
    json!({ "id": found.id, "name": found.name, "detail": found.detail })
}

fn size(value: &Value) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

/// Takes a quarter, at least one, off the list that takes the most room.
fn shorten_longest_list(value: &mut Value) -> bool {
    fn longest<'v>(value: &'v mut Value, best: &mut Option<(usize, &'v mut Vec<Value>)>) {
        match value {
            Value::Array(items) if items.len() > 1 => {
                let bytes = items.iter().map(size).sum();
                if best.as_ref().is_none_or(|(most, _)| bytes > *most) {
                    *best = Some((bytes, items));
                }
            }
            Value::Object(fields) => fields.values_mut().for_each(|field| longest(field, best)),
            _ => {}
        }
    }
    let mut best = None;
    longest(value, &mut best);
    let Some((_, items)) = best else { return false };
    items.truncate(items.len() - items.len().div_ceil(4));
    true
}

/// Halves the longest text.
fn shorten_longest_text(value: &mut Value) -> bool {
    fn longest<'v>(value: &'v mut Value, best: &mut Option<&'v mut String>) {
        match value {
            Value::String(text) if best.as_ref().is_none_or(|so_far| text.len() > so_far.len()) => {
                *best = Some(text);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| longest(item, best)),
            Value::Object(fields) => fields.values_mut().for_each(|field| longest(field, best)),
            _ => {}
        }
    }
    let mut best = None;
    longest(value, &mut best);
    match best {
        Some(text) if text.len() > 64 => {
            text.truncate(text.floor_char_boundary(text.len() / 2));
            text.push('…');
            true
        }
        _ => false,
    }
}

/// `1 contact`, `no contacts`, `1,500 contacts`.
pub(super) fn counted(count: i64, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", thousands(count)),
    }
}

fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_write_them() {
        assert_eq!(counted(0, "deal", "deals"), "no deals");
        assert_eq!(counted(1, "deal", "deals"), "1 deal");
        assert_eq!(counted(999, "deal", "deals"), "999 deals");
        assert_eq!(counted(1_234_567, "deal", "deals"), "1,234,567 deals");
    }

    #[test]
    fn a_result_is_shortened_until_it_fits_and_says_so() {
        let long = "ä".repeat(10_000);
        let items: Vec<Value> = (0..50).map(|n| json!({ "n": n, "text": long })).collect();
        let outcome =
            ToolOutcome::new("", json!({ "total": 50, "truncated": false, "items": items }), Vec::new());
        let outcome = outcome.within_limit();
        assert!(size(&outcome.result) <= RESULT_BYTES_MAX);
        assert_eq!(outcome.result["truncated"], true);
        assert!(!outcome.result["items"].as_array().unwrap().is_empty());
        let one = ToolOutcome::new("", json!({ "deal": { "text": "ä".repeat(400_000) } }), Vec::new());
        let one = one.within_limit();
        assert!(size(&one.result) <= RESULT_BYTES_MAX && one.result["truncated"] == true);
        let small = ToolOutcome::new("", json!({ "a": 1 }), Vec::new()).within_limit();
        assert_eq!(small.result, json!({ "a": 1 }));
        let many: Map<String, Value> =
            (0..20_000).map(|n| (format!("a field of this name {n}"), json!(n))).collect();
        assert!(size(&ToolOutcome::new("", many.into(), Vec::new()).within_limit().result) < 100);
    }
}
