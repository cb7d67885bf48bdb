//! What the tools that write take, made of the table of writable fields.

use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use super::RECORDS_MAX;
use crate::CrmError;
use crate::change::fields::{Field, FieldKind, fields};
use crate::filter::{Arguments, Asked};
use crate::names::shown;

/// The fields of a new record; under every name that a field has, though few are offered.
pub(super) fn of_create(kind: RecordType, offered: &'static [&'static str]) -> Arguments {
    let named = |name: &str| fields(kind).iter().find(|field| field.names().any(|own| own == name));
    let schemas = offered.iter().filter_map(|name| Some(((*name).to_owned(), schema(named(name)?, name))));
    let unoffered = names(kind).filter(|name| !offered.contains(name)).collect();
    Arguments { offered: schemas.collect(), unoffered }
}

/// The fields are those of the tool that creates, which has the same scope: a description of them would be read twice.
pub(super) fn of_set(kind: RecordType) -> Arguments {
    let set = format!("Fields as {}.create takes them; null empties one", kind.plural());
    of_records(kind).and(json!({ "set": { "type": "object", "description": set } }))
}

pub(super) fn of_records(kind: RecordType) -> Arguments {
    let named = if kind == RecordType::Task { "titles" } else { "names" };
    let description = format!("Ids or {named}, at most {RECORDS_MAX}");
    json!({ "records": crate::filter::texts(&description) }).into()
}

fn names(kind: RecordType) -> impl Iterator<Item = &'static str> {
    fields(kind).iter().flat_map(Field::names)
}

fn schema(field: &Field, name: &str) -> Value {
    let mut schema = match field.kind {
        FieldKind::Choice(choices) => json!({ "type": "string", "enum": choices }),
        FieldKind::Level => json!({ "type": "string", "enum": ["high", "medium", "low"] }),
        FieldKind::Money => json!({ "type": "number" }),
        FieldKind::Percent => json!({ "type": "integer", "minimum": 0, "maximum": 100 }),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::Tags => json!({ "type": "array", "items": { "type": "string" } }),
        FieldKind::CustomFields | FieldKind::Metadata => json!({ "type": "object" }),
        _ => json!({ "type": "string" }),
    };
    let description = match field.kind {
        FieldKind::Date => "YYYY-MM-DD",
        FieldKind::User => "A name, or \"me\"",
        FieldKind::Record(_) | FieldKind::EntityOf(_) => "A name or an id",
        // How it is merged is of no use to who makes a record.
        FieldKind::Tags | FieldKind::CustomFields => "",
        _ if name == field.name => field.description,
        _ => "",
    };
    if !description.is_empty() {
        schema["description"] = json!(description);
    }
    schema
}

/// The fields to set, all of which must be known: a model that made one up would think it set.
pub(super) fn set(kind: RecordType, args: &Asked) -> Result<Map<String, Value>, CrmError> {
    let valid = || names(kind).map(str::to_owned).collect::<Vec<_>>();
    let given = args.fields().get("set").and_then(Value::as_object).filter(|set| !set.is_empty());
    let Some(set) = given else {
        return Err(CrmError::Invalid {
            message: "set must be an object of the fields to set, for example {\"owner\": \"me\"}."
                .to_owned(),
            valid: valid(),
        });
    };
    match set.keys().find(|name| !names(kind).any(|known| known == name.as_str())) {
        None => Ok(set.clone()),
        Some(unknown) => Err(CrmError::Invalid {
            message: format!(
                "There is no field \"{}\" to set. Fields are: {}.",
                shown(unknown),
                valid().join(", ")
            ),
            valid: valid(),
        }),
    }
}

/// Models write a number for a text, and one text for a list of it.
pub(super) fn lenient(kind: RecordType, given: &Map<String, Value>) -> Map<String, Value> {
    let mut given = given.clone();
    for field in fields(kind) {
        for name in field.names() {
            let Some(value) = given.get_mut(name) else { continue };
            match (field.kind, &*value) {
                (FieldKind::Line { .. } | FieldKind::Text { .. }, Value::Number(number)) => {
                    *value = json!(number.to_string());
                }
                (FieldKind::Tags, Value::String(tag)) => *value = json!([tag]),
                _ => {}
            }
        }
    }
    given
}
