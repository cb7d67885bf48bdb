//! The arguments of a filter as JSON Schema, in words that help a model to fill them.

use lexi_types::Period;
use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use super::fields::{Slot, arguments, emptiable, relations};

/// The filters that the tools for this type of record take.
pub(crate) fn properties(kind: RecordType) -> Value {
    let mut all = Map::new();
    for argument in arguments(kind) {
        all.insert(argument.name.to_owned(), of_slot(argument.slot, argument.description));
    }
    let values = arguments(kind).iter().filter(|argument| argument.slot.takes_values());
    let excluded: Map<String, Value> = values
        .map(|argument| (argument.name.to_owned(), of_slot(argument.slot, argument.description)))
        .collect();
    if !excluded.is_empty() {
        all.insert(
            "not".to_owned(),
            json!({
                "type": "object",
                "description": "Filters whose records are left out, for example {\"status\": \"won\"}",
                "properties": excluded,
                "additionalProperties": false,
            }),
        );
    }
    let fields: Vec<&str> = emptiable(kind).iter().map(|(name, _)| *name).collect();
    if !fields.is_empty() {
        let with_custom = format!("{} or custom.<name>", fields.join(", "));
        all.insert("missing".to_owned(), list(&format!("Fields that must be empty: {with_custom}")));
        all.insert("present".to_owned(), list(&format!("Fields that must be filled: {with_custom}")));
    }
    let related: Vec<&str> = relations(kind).iter().map(|relation| relation.name).collect();
    if !related.is_empty() {
        let several = |what: &str| {
            json!({
                "type": "array", "items": { "type": "string", "enum": related },
                "description": format!("Only those {what}"),
            })
        };
        all.insert("has".to_owned(), several("with at least one of each of these"));
        all.insert("has_no".to_owned(), several("without any of these"));
    }
    Value::Object(all)
}

fn list(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

fn of_slot(slot: Slot, description: &str) -> Value {
    match slot {
        Slot::Choice(_, choices) => one_or_more(json!({ "type": "string", "enum": choices }), description),
        Slot::Level(_) => {
            one_or_more(json!({ "type": "string", "enum": ["high", "medium", "low"] }), description)
        }
        Slot::Query | Slot::Address(_) => json!({ "type": "string", "description": description }),
        Slot::Custom => json!({
            "type": "object", "description": description,
            "additionalProperties": { "type": ["string", "number", "boolean", "array"] },
        }),
        Slot::CustomDates => json!({
            "type": "object", "description": description,
            "additionalProperties": { "type": "string" },
            "examples": [{ "renewal_date": "next_quarter" }],
        }),
        Slot::Period(..) | Slot::ExpectedClose => json!({
            "type": "string", "description": format!("{description}, as a period: {}", Period::FORMS),
            "examples": ["this_quarter", "last_30_days", "2026-Q1", "2026-01-01..2026-03-31"],
        }),
        Slot::After(..) | Slot::Before(..) => json!({
            "type": "string", "format": "date", "description": format!("{description}, as YYYY-MM-DD"),
        }),
        Slot::LeastMoney(_) | Slot::MostMoney(_) => json!({ "type": "number", "description": description }),
        Slot::Least(_) | Slot::Most(_) | Slot::Inactive => {
            json!({ "type": "integer", "minimum": 0, "description": description })
        }
        Slot::Overdue | Slot::Flag(_) => json!({ "type": "boolean", "description": description }),
        _ => one_or_more(json!({ "type": "string" }), description),
    }
}

fn one_or_more(item: Value, description: &str) -> Value {
    json!({
        "description": format!("{description}; several in a list mean any of them"),
        "anyOf": [item, { "type": "array", "items": item }],
    })
}
