//! The arguments of a filter as JSON Schema, in few words that help a model to fill them. Only keywords that every
//! provider takes: no types in a list, no formats, no `anyOf`.

use lexi_types::Period;
use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use super::Arguments;
use super::fields::{Argument, Slot, arguments, emptiable, left_out, relations};

/// The filters that the tools for this type of record take.
pub(crate) fn filters(kind: RecordType) -> Arguments {
    let (offered, unoffered): (Vec<&Argument>, Vec<&Argument>) =
        arguments(kind).iter().partition(|argument| argument.slot.offered());
    let mut all: Map<String, Value> =
        offered.iter().map(|argument| (argument.name.to_owned(), of_argument(argument))).collect();
    all.insert("not".to_owned(), not(kind));
    let fields: Vec<&str> = emptiable(kind).iter().map(|(name, _)| *name).collect();
    if !fields.is_empty() {
        let empty = format!("Fields that must be empty: {} or custom.<name>", fields.join(", "));
        all.insert("missing".to_owned(), texts(&empty));
        all.insert("present".to_owned(), texts("Fields that must be filled, named as for missing"));
    }
    let related: Vec<&str> = relations(kind).iter().map(|relation| relation.name).collect();
    if !related.is_empty() {
        all.insert("has".to_owned(), choices(&related, "With at least one of each of these"));
        all.insert("has_no".to_owned(), texts("Without any of these, named as for has"));
    }
    Arguments { offered: all, unoffered: unoffered.iter().map(|argument| argument.name).collect() }
}

/// The same for a tool whose description sends the model to another tool for what they mean.
pub(crate) fn filters_in_brief(kind: RecordType) -> Arguments {
    let mut filters = filters(kind);
    let periods: Vec<&str> = super::period_names(kind).collect();
    for (name, schema) in &mut filters.offered {
        let Value::Object(schema) = schema else { continue };
        schema.remove("description");
        if periods.contains(&name.as_str()) {
            schema.insert("description".to_owned(), json!("A period"));
        } else if name == "not" {
            schema.insert("description".to_owned(), json!(format!("As {}", left_out(kind))));
        }
    }
    filters
}

/// The filters of its values are named, not described again: `View::excluded` says what is wrong with others.
fn not(kind: RecordType) -> Value {
    let values = arguments(kind).iter().filter(|argument| argument.slot.takes_values());
    let names: Vec<&str> = values.map(|argument| argument.name).collect();
    json!({
        "type": "object",
        "description": format!(
            "Filters whose records are left out, as {}; takes {}",
            left_out(kind), names.join(", "),
        ),
    })
}

fn of_argument(argument: &Argument) -> Value {
    let description = argument.description;
    let mut schema = match argument.slot {
        Slot::Choice(_, values) => choices(values, description),
        Slot::Level(_) => choices(&["high", "medium", "low"], description),
        Slot::Query | Slot::Address(_) | Slot::After(..) | Slot::Before(..) => text(description),
        Slot::Custom => json!({
            "type": "object", "description": description,
            "additionalProperties": { "type": "array", "items": { "type": "string" } },
        }),
        Slot::CustomDates => json!({
            "type": "object", "description": description, "additionalProperties": { "type": "string" },
        }),
        // The only one that every type has.
        Slot::Period(..) if argument.name == "created" => period(description),
        Slot::Period(..) | Slot::ExpectedClose => text(&format!("{description}, a period as for created")),
        Slot::LeastMoney(_) | Slot::MostMoney(_) => json!({ "type": "number", "description": description }),
        Slot::Least(_) | Slot::Most(_) | Slot::Inactive => {
            json!({ "type": "integer", "minimum": 0, "description": description })
        }
        Slot::Overdue | Slot::Flag(_) => json!({ "type": "boolean", "description": description }),
        _ => texts(description),
    };
    if let (true, Value::Object(schema)) = (description.is_empty(), &mut schema) {
        schema.remove("description");
    }
    schema
}

/// The first period of a tool; the others refer to it.
pub(crate) fn period(description: &str) -> Value {
    text(&format!(
        "{description}, a period: {}; a range includes both ends, either may be missing",
        Period::FORMS
    ))
}

pub(crate) fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

pub(crate) fn texts(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

pub(crate) fn choices(values: &[&str], description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string", "enum": values }, "description": description })
}
