//! A record on its way from what it is to what it will be.

use std::collections::BTreeMap;

use lexi_types::records::{Record, RecordType};
use lexi_types::{RecordId, Timestamp};
use serde_json::{Map, Value, json};

use super::fields::{Field, FieldKind, Need, fields};
use super::values::{TOO_LARGE, fits};
use crate::CrmError;

/// What was given for one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    /// The name under which it was given, for what is to be said about it.
    pub(super) name: String,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: RecordType,
    pub(super) is_new: bool,
    pub(super) now: Timestamp,
    /// As they are; those of a new record are its beginnings.
    pub(super) before: Map<String, Value>,
    pub(super) fields: Map<String, Value>,
    given: BTreeMap<&'static str, Given>,
    pub(super) wrong: Wrong,
}

/// What is wrong with what was given, by the names under which it was given.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub(super) fields: BTreeMap<String, String>,
    /// A name that fits several records, with its field.
    pub(super) ambiguous: Option<(String, CrmError)>,
}

impl Wrong {
    pub(super) fn add(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.fields.entry(name.into()).or_insert_with(|| reason.into());
    }
}

impl Draft {
    pub(super) fn of_new(kind: RecordType, now: Timestamp) -> Self {
        let mut fields = blank(kind);
        fields.insert("id".to_owned(), json!(RecordId::new()));
        fields.insert("created_date".to_owned(), json!(now));
        fields.insert("updated_date".to_owned(), json!(now));
        Self::new(kind, true, now, fields)
    }

    pub(super) fn of(record: &Record, now: Timestamp) -> Self {
        Self::new(record.kind(), false, now, record.fields())
    }

    fn new(kind: RecordType, is_new: bool, now: Timestamp, before: Map<String, Value>) -> Self {
        let (fields, given, wrong) = (before.clone(), BTreeMap::new(), Wrong::default());
        Self { kind, is_new, now, before, fields, given, wrong }
    }

    /// Takes in a value that was given for a field. Several for one field must say the same; one that says nothing does not
    /// count beside one that does.
    pub(super) fn give(&mut self, field: &Field, name: &str, value: Value) {
        if let Some(earlier) = self.given.get(field.name)
            && !earlier.value.is_null()
        {
            if !value.is_null() && value != earlier.value {
                self.wrong.add(name, format!("says something else than {}; give one of them", earlier.name));
            }
            return;
        }
        self.given.insert(field.name, Given { name: name.to_owned(), value });
    }

    pub(super) fn given(&self, field: &str) -> Option<&Given> {
        self.given.get(field)
    }

    /// Something was given that is not nothing.
    pub(super) fn given_text(&self, field: &str) -> Option<&str> {
        self.given.get(field)?.value.as_str()
    }

    /// Whether nothing is what was given.
    pub(super) fn emptied(&self, field: &str) -> bool {
        self.given.get(field).is_some_and(|given| given.value.is_null())
    }

    /// The name to speak of a field by.
    pub(super) fn name_of<'n>(&'n self, field: &'n str) -> &'n str {
        self.given.get(field).map_or(field, |given| given.name.as_str())
    }

    pub(super) fn refuse(&mut self, field: &str, reason: impl Into<String>) {
        let name = self.name_of(field).to_owned();
        self.wrong.add(name, reason);
    }

    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), value.into());
    }

    /// Puts what was given into the fields.
    pub(super) fn apply(&mut self) {
        let blank = blank(self.kind);
        for field in fields(self.kind) {
            let Some(given) = self.given.get(field.name) else {
                if self.is_new && field.need == Need::Required {
                    self.wrong.add(field.name, "must be given");
                }
                continue;
            };
            if given.value.is_null() {
                match field.need {
                    Need::Required => self.wrong.add(given.name.clone(), "must not be empty"),
                    Need::Kept if !self.is_new => self.wrong.add(given.name.clone(), "must not be empty"),
                    _ => {
                        let empty = blank.get(field.name).cloned().unwrap_or_default();
                        self.fields.insert(field.name.to_owned(), empty);
                    }
                }
                continue;
            }
            match field.kind {
                FieldKind::CustomFields => self.merge(field.name),
                FieldKind::Client | FieldKind::EntityOf(_) | FieldKind::Created => {}
                _ => {
                    self.fields.insert(field.name.to_owned(), given.value.clone());
                }
            }
        }
    }

    /// Puts the given fields of an object into the one that is there; those that are null leave it.
    fn merge(&mut self, name: &'static str) {
        let Some(Given { value: Value::Object(given), .. }) = self.given.get(name) else { return };
        let mut merged = self.fields.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        for (key, value) in given {
            if value.is_null() {
                merged.remove(key);
            } else {
                merged.insert(key.clone(), value.clone());
            }
        }
        if !fits(&merged) {
            self.refuse(name, TOO_LARGE);
            return;
        }
        self.set(name, merged);
    }

    /// The fields that change, as they are and as they will be. Of a new record those that hold something.
    pub(super) fn changes(&self, record: &Record) -> (Map<String, Value>, Map<String, Value>) {
        let after = record.fields();
        if self.is_new {
            let own = |name: &str| match name {
                "id" | "updated_date" => false,
                "created_date" => self.given.contains_key(name),
                _ => true,
            };
            let held = after.into_iter().filter(|(name, value)| own(name) && !is_empty(value));
            return (Map::new(), held.collect());
        }
        difference(&self.before, after)
    }
}

/// The fields in which two states of a record differ, but for when it was changed.
pub(super) fn difference(
    before: &Map<String, Value>,
    after: Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let (mut old, mut new) = (Map::new(), Map::new());
    for (name, value) in after {
        let was = before.get(&name).cloned().unwrap_or_default();
        if name != "updated_date" && was != value {
            old.insert(name.clone(), was);
            new.insert(name, value);
        }
    }
    (old, new)
}

/// The fields that hold something.
pub(super) fn held(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().filter(|(_, value)| !is_empty(value)).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A record of which nothing is said yet: what it must have, and no more.
pub(super) fn blank(kind: RecordType) -> Map<String, Value> {
    let fields = match kind {
        RecordType::Contact => json!({ "full_name": "", "tags": [], "custom_fields": {} }),
        RecordType::Company => json!({ "name": "", "tags": [], "custom_fields": {} }),
        RecordType::Deal => {
            json!({ "name": "", "status": "active", "currency": "", "tags": [], "custom_fields": {} })
        }
        RecordType::Matter => json!({ "name": "", "status": "open", "tags": [], "custom_fields": {} }),
        RecordType::Note => {
            json!({ "title": "", "content": "", "note_type": "general", "is_pinned": false, "tags": [] })
        }
        RecordType::Task => json!({ "title": "", "status": "open" }),
        RecordType::Activity => json!({ "type": "", "title": "", "metadata": {} }),
    };
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
