//! Pieces of JSON Schema, in words that help a model to fill them.

use serde_json::{Map, Value, json};

use crate::filter::text;

pub(super) fn object(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

pub(super) fn choice(values: &[&str], description: &str) -> Value {
    json!({ "type": "string", "enum": values, "description": description })
}

pub(super) fn limit() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": 50, "default": 10 })
}

/// One of these; the first unless said.
pub(super) fn one_of(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values, "default": values.first() })
}

/// The arguments of every `get`.
pub(super) fn id_or_name() -> Value {
    json!({
        "id": { "type": "string" },
        "name": text("If the id is not known; small mistakes are forgiven"),
    })
}
