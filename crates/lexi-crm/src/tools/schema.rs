//! Pieces of JSON Schema, in words that help a model to fill them.

use serde_json::{Map, Value, json};

pub(super) fn object(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

pub(super) fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

pub(super) fn choice(values: &[&str], description: &str) -> Value {
    json!({ "type": "string", "enum": values, "description": description })
}

pub(super) fn limit() -> Value {
    json!({
        "type": "integer", "minimum": 1, "maximum": 50, "default": 10,
        "description": "How many to return. The total is counted whatever the limit."
    })
}

/// The arguments of every `get`.
pub(super) fn id_or_name(noun: &str) -> Value {
    json!({
        "id": { "type": "string", "format": "uuid", "description": format!("The id of the {noun}") },
        "name": text(&format!("The name of the {noun}, if the id is not known; small mistakes are forgiven")),
    })
}

/// The properties of several groups in one object.
pub(super) fn joined(groups: impl IntoIterator<Item = Value>) -> Value {
    let mut all = Map::new();
    for group in groups {
        if let Value::Object(group) = group {
            all.extend(group);
        }
    }
    Value::Object(all)
}
