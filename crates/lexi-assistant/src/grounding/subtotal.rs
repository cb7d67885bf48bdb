//! The few sums that an answer may make of an aggregate's counts: they are of whole columns that the tool has counted
//! through, so that a wrong sum still has no support.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// Closed deals are the won and the lost; deals with a value are those of each currency; a group by two fields has its
/// subtotals by either.
pub(super) fn subtotals(result: &Map<String, Value>) -> Vec<u64> {
    let mut sums = Vec::new();
    if let (Some(won), Some(lost)) = (count(result, "won"), count(result, "lost")) {
        sums.extend(won.checked_add(lost));
    }
    let of_currencies = rows(result, "totals").map(|row| count(row, "count_with_value").unwrap_or(0));
    sums.push(of_currencies.fold(0, u64::saturating_add));
    // Of a part of the groups there is no subtotal.
    if result.get("truncated").and_then(Value::as_bool) == Some(false) {
        sums.extend(by_key(result));
    }
    sums
}

fn by_key(result: &Map<String, Value>) -> impl Iterator<Item = u64> {
    let mut sums: HashMap<(usize, &str), u64> = HashMap::new();
    for row in rows(result, "groups") {
        let keys = row.get("keys").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (place, key) in keys.iter().enumerate() {
            let sum = sums.entry((place, key.as_str().unwrap_or_default())).or_default();
            *sum = sum.saturating_add(count(row, "count").unwrap_or(0));
        }
    }
    sums.into_values()
}

fn rows<'a>(result: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let rows = result.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    rows.iter().filter_map(Value::as_object)
}

fn count(fields: &Map<String, Value>, name: &str) -> Option<u64> {
    fields.get(name).and_then(Value::as_u64)
}
