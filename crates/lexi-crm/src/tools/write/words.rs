//! What a call would do, in one line of plain words.

use std::collections::HashMap;

use lexi_store::Named;
use lexi_types::RecordId;
use lexi_types::records::RecordType;
use serde_json::{Map, Value};

use super::{Act, WriteTool};
use crate::change::fields::{Field, FieldKind, fields};
use crate::change::named;
use crate::crm::View;
use crate::names::shown;
use crate::{Change, CrmError};

/// How many records are called by their names.
const NAMED_MAX: usize = 3;

/// The names of what the changes refer to.
struct Words<'w> {
    kind: RecordType,
    names: HashMap<RecordId, String>,
    changes: &'w [Change],
}

pub(super) async fn description(
    view: &mut View<'_, '_>,
    tool: &WriteTool,
    given: &Map<String, Value>,
    changes: &[Change],
) -> Result<String, CrmError> {
    let names = names(view, tool.kind, changes).await?;
    let words = Words { kind: tool.kind, names, changes };
    Ok(match tool.act {
        Act::Create => words.made(),
        Act::Set => words.set(given),
        Act::Delete => format!("Delete {}", words.all()),
        Act::Complete => format!("Mark {} as completed", words.all()),
    })
}

async fn names(
    view: &mut View<'_, '_>,
    kind: RecordType,
    changes: &[Change],
) -> Result<HashMap<RecordId, String>, CrmError> {
    let mut wanted: Vec<(Named, RecordId)> = Vec::new();
    for change in changes {
        let id = |name: &str| change.after.get(name)?.as_str()?.parse::<RecordId>().ok();
        for field in fields(kind) {
            let of = match field.kind {
                FieldKind::User => Some(Named::User),
                FieldKind::Record(kind) => named(kind),
                FieldKind::Entity => entity_type(change).and_then(named),
                _ => None,
            };
            wanted.extend(of.zip(id(field.name)));
        }
    }
    let mut names = HashMap::new();
    for of in [Named::User, Named::Contact, Named::Company, Named::Deal, Named::Matter] {
        let ids = wanted.iter().filter(|(named, _)| *named == of).map(|(_, id)| Some(*id)).collect();
        names.extend(view.names(of, ids).await?);
    }
    Ok(names)
}

fn entity_type(change: &Change) -> Option<RecordType> {
    RecordType::parse(change.after.get("entity_type")?.as_str()?)
}

impl Words<'_> {
    fn made(&self) -> String {
        let Some(change) = self.changes.first() else { return String::new() };
        let name = shown(&change.name);
        let about = self.about(change);
        let on = |word: &str| if about.is_empty() { String::new() } else { format!(" {word} {about}") };
        match self.kind {
            RecordType::Note => {
                let content = change.after.get("content").and_then(Value::as_str);
                let content =
                    content.map(|content| format!(": {}", on_one_line(content))).unwrap_or_default();
                format!("Add a note{}: {name}{content}", on("to"))
            }
            RecordType::Task => {
                let details = self.details(change, &["due_date", "assigned_to_user_id", "priority"]);
                format!("Add a task{}: {name}{details}", on("for"))
            }
            RecordType::Activity => {
                let kind = change.after.get("type").and_then(Value::as_str).unwrap_or("activity");
                format!("Log {} {}{}: {name}", article(kind), shown(kind), on("with"))
            }
            kind => {
                let own = fields(kind).iter().map(|field| field.name);
                let told: Vec<&str> = own.filter(|name| !UNTOLD.contains(name)).collect();
                format!("Add the {} {name}{}", kind.as_str(), self.details(change, &told))
            }
        }
    }

    fn set(&self, given: &Map<String, Value>) -> String {
        let mut told: Vec<(&Field, &Value)> = Vec::new();
        for field in fields(self.kind) {
            let value = field.names().find_map(|name| given.get(name));
            told.extend(value.map(|value| (field, value)));
        }
        let who = self.who();
        if let [(field, value)] = told.as_slice() {
            let label = label(field.name);
            return match self.value(field, value) {
                None => format!("Remove the {label} of {who}"),
                Some(value) if matches!(field.kind, FieldKind::User) => {
                    format!("Change the {label} of {who} to {value}")
                }
                Some(value) => format!("Set the {label} of {who} to {value}"),
            };
        }
        let parts = told.iter().map(|(field, value)| match self.value(field, value) {
            None => format!("no {}", label(field.name)),
            Some(value) => format!("the {} to {value}", label(field.name)),
        });
        format!("Set {} for {who}", listed(parts.collect()))
    }

    /// The value that a field will have, as people write it; `None` where it is emptied.
    fn value(&self, field: &Field, given: &Value) -> Option<String> {
        if given.is_null() {
            return None;
        }
        // As it was understood, where that changes anything.
        let after = self.changes.iter().find_map(|change| change.after.get(field.name));
        Some(match field.kind {
            FieldKind::CustomFields | FieldKind::Metadata => plain(given),
            _ => self.told(field, after.unwrap_or(given)),
        })
    }

    fn told(&self, field: &Field, value: &Value) -> String {
        let name = value.as_str().and_then(|text| text.parse().ok()).and_then(|id| self.names.get(&id));
        if let Some(name) = name {
            return shown(name);
        }
        match (field.kind, value.as_i64()) {
            (FieldKind::Level, Some(1)) => "high".to_owned(),
            (FieldKind::Level, Some(2)) => "medium".to_owned(),
            (FieldKind::Level, Some(3)) => "low".to_owned(),
            (FieldKind::Percent, Some(percent)) => format!("{percent} %"),
            _ => plain(value),
        }
    }

    /// The fields of a new record that say something: `, city Bern, country Switzerland`.
    fn details(&self, change: &Change, names: &[&str]) -> String {
        let mut all = String::new();
        for field in fields(self.kind).iter().filter(|field| names.contains(&field.name)) {
            let Some(value) = change.after.get(field.name) else { continue };
            all.push_str(&format!(", {} {}", label(field.name), self.told(field, value)));
        }
        all
    }

    /// What a new note, task or activity is about.
    fn about(&self, change: &Change) -> String {
        let linked = fields(self.kind)
            .iter()
            .filter(|field| matches!(field.kind, FieldKind::Record(_) | FieldKind::Entity));
        let names = linked.filter_map(|field| {
            let id: RecordId = change.after.get(field.name)?.as_str()?.parse().ok()?;
            self.names.get(&id).map(|name| shown(name))
        });
        listed(names.collect())
    }

    fn who(&self) -> String {
        match self.changes {
            [only] => shown(&only.name),
            all => format!("{} {}", all.len(), self.kind.plural()),
        }
    }

    /// The records with their type: `the contact Jane Doe`, `2 contacts: Jane Doe and Raj Patel`.
    fn all(&self) -> String {
        match self.changes {
            [only] => format!("the {} {}", self.kind.as_str(), shown(&only.name)),
            all => {
                let mut names: Vec<String> =
                    all.iter().take(NAMED_MAX).map(|change| shown(&change.name)).collect();
                if all.len() > NAMED_MAX {
                    names.push(format!("{} more", all.len() - NAMED_MAX));
                }
                format!("{}: {}", self.who(), listed(names))
            }
        }
    }
}

/// What goes without saying beside the name of a new record, or follows from the rest.
const UNTOLD: &[&str] =
    &["full_name", "first_name", "last_name", "name", "created_date", "related_company_id"];

/// `next_follow_up_date`: the next follow-up date.
fn label(name: &str) -> String {
    let name = name.strip_suffix("_user_id").or_else(|| name.strip_suffix("_id")).unwrap_or(name);
    match name {
        "next_follow_up_date" => "next follow-up date".to_owned(),
        "assigned_to" => "assignee".to_owned(),
        "related_company" | "company_name" => "company".to_owned(),
        "high_level_description" => "description".to_owned(),
        "linkedin_url" => "LinkedIn address".to_owned(),
        other => other.replace('_', " "),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => on_one_line(text),
        Value::Array(items) => listed(items.iter().map(plain).collect()),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Object(fields) => {
            let pairs = fields.iter().map(|(name, value)| format!("{}: {}", shown(name), plain(value)));
            listed(pairs.collect())
        }
        Value::Null => "nothing".to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

/// The beginning of a text, without its line breaks.
fn on_one_line(text: &str) -> String {
    let beginning: String = text.chars().take(400).collect();
    shown(&beginning.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn listed(mut parts: Vec<String>) -> String {
    const LISTED_MAX: usize = 8;
    if parts.len() > LISTED_MAX {
        let more = parts.len() - LISTED_MAX;
        parts.truncate(LISTED_MAX);
        parts.push(format!("{more} more"));
    }
    match parts.pop() {
        None => String::new(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}
