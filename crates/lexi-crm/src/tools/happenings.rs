//! What `activities.timeline` and `search.text` have in common.

use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use super::ToolOutcome;
use super::parts::record;
use crate::filter::{Arguments, text};
use crate::happening::{Happening, LinkNames};
use crate::told::Told;

/// The arguments of which at most one is given.
pub(super) fn parents() -> Arguments {
    json!({
        "contact": text("Name or id of a contact; at most one of contact, company, deal and matter"),
        "company": text("Name or id of a company, with all that belongs to its contacts, deals and matters"),
        "deal": text("Name or id of a deal"),
        "matter": text("Name, number or id of a matter"),
    })
    .into()
}

/// The items under `list`, with the counts of all.
pub(super) fn result(
    told: &Told,
    list: &str,
    summary: String,
    line: impl Fn(&Happening, &LinkNames, Value) -> Value,
) -> ToolOutcome {
    let totals: Map<String, Value> =
        told.totals.iter().map(|(kind, total)| (kind.plural().to_owned(), json!(total))).collect();
    let lines: Vec<Value> = told
        .items
        .iter()
        .map(|item| {
            let about = item
                .about(&told.names)
                .map(|about| json!({ "type": about.kind, "id": about.id, "name": about.name }));
            line(item, &told.names, json!(about))
        })
        .collect();
    let total = told.total();
    let truncated = i64::try_from(lines.len()).is_ok_and(|given| given < total);
    let records = told.items.iter().map(|item| record(item.kind, item.id, &item.title)).collect();
    let mut result = json!({ "total": total, "totals": totals, "truncated": truncated });
    result[list] = Value::Array(lines);
    result["filters"] = Value::Object(told.filters.clone());
    ToolOutcome::new(summary, result, records)
}

/// The types in the plural, as arguments name them.
pub(super) fn plurals(kinds: &[RecordType]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.plural()).collect()
}
