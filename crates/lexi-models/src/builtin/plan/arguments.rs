//! Filters as the arguments of a tool.

use serde_json::{Map, Value, json};

use super::Arguments;
use crate::Briefing;
use crate::builtin::question::{DateField, Entity, Filters, Owner, Period};
use lexi_types::Date;

/// What the tool of this kind of record takes of the filters; and the names of those that it does not take.
pub(super) fn of_filters(
    filters: &Filters,
    entity: Entity,
    briefing: &Briefing,
) -> (Arguments, Vec<&'static str>) {
    let deals = entity == Entity::Deals;
    let owner = match &filters.owner {
        Some(Owner::Me) => briefing.user.as_ref().map(|_| json!("me")),
        Some(Owner::Named(name)) => Some(json!(name)),
        None => None,
    };
    let owner_key = match entity {
        Entity::Deals | Entity::Contacts => Some("owner"),
        Entity::Matters => Some("responsible"),
        Entity::Tasks => Some("assignee"),
        // "my companies": nobody owns a company, and the word says no more than "our".
        Entity::Companies | Entity::Notes => None,
    };
    let owner = owner.filter(|_| owner_key.is_some() || filters.owner != Some(Owner::Me));
    let text = |value: &Option<String>| value.as_ref().map(|v| json!(v));
    let field_key = if entity == Entity::Companies { "industry" } else { "practice_area" };
    let has_status = matches!(entity, Entity::Deals | Entity::Contacts | Entity::Matters | Entity::Tasks);
    let has_tag = !matches!(entity, Entity::Notes | Entity::Tasks);
    let (from_key, to_key) = match entity {
        Entity::Deals if date_field(filters) == DateField::Closed => {
            (Some("closed_after"), Some("closed_before"))
        }
        Entity::Deals => (Some("created_after"), Some("created_before")),
        Entity::Matters if matters_closed(filters) => (None, None),
        Entity::Matters => (Some("opened_after"), Some("opened_before")),
        Entity::Tasks if filters.date_field == Some(DateField::Created) => (None, None),
        Entity::Tasks => (Some("due_after"), Some("due_before")),
        Entity::Contacts | Entity::Companies | Entity::Notes => {
            (Some("created_after"), Some("created_before"))
        }
    };
    // Amounts have two decimals: the next one is a cent away.
    let beyond = if filters.beyond { 0.01 } else { 0.0 };
    let field = matches!(entity, Entity::Companies | Entity::Matters).then_some(field_key);
    let given: [(&'static str, Option<&'static str>, Option<Value>); 14] = [
        ("stage", deals.then_some("stage"), text(&filters.stage)),
        ("status", has_status.then_some("status"), text(&filters.status)),
        ("owner", owner_key, owner),
        ("pipeline", deals.then_some("pipeline"), text(&filters.pipeline)),
        ("priority", (deals || entity == Entity::Tasks).then_some("priority"), text(&filters.priority)),
        ("tag", has_tag.then_some("tag"), text(&filters.tag)),
        ("field of work", field, text(&filters.field_of_work)),
        ("text", Some("query"), text(&filters.text)),
        ("value", deals.then_some("min_value"), filters.min.map(|least| amount(least + beyond))),
        ("value", deals.then_some("max_value"), filters.max.map(|most| amount(most - beyond))),
        ("date", from_key, filters.period.and_then(|p| p.from).map(|d| json!(d))),
        ("date", to_key, filters.period.and_then(|p| p.to).map(|d| json!(d))),
        ("due date", (entity == Entity::Tasks).then_some("overdue"), filters.overdue.then_some(json!(true))),
        (
            "custom field",
            (entity == Entity::Contacts).then_some("custom"),
            filters.custom.as_ref().map(|(name, value)| json!({ name: value })),
        ),
    ];
    let mut arguments = Map::new();
    let mut refused = Vec::new();
    for (what, key, value) in given {
        match (key, value) {
            (Some(key), Some(value)) => drop(arguments.insert(key.to_owned(), value)),
            (None, Some(_)) if !refused.contains(&what) => refused.push(what),
            _ => {}
        }
    }
    if entity == Entity::Matters
        && matters_closed(filters)
        && let Some(period) = filters.period
    {
        refused.retain(|what| *what != "date");
        arguments.insert("closed".to_owned(), json!(range(period)));
    }
    own_words(filters, &mut arguments);
    let missing: Vec<&str> = filters.missing.iter().map(|field| missing_name(entity, field)).collect();
    if !missing.is_empty() {
        arguments.insert("missing".to_owned(), json!(missing));
    }
    if !filters.has_no.is_empty() {
        arguments.insert("has_no".to_owned(), json!(filters.has_no));
    }
    if let Some(days) = filters.inactive {
        arguments.insert("inactive_days".to_owned(), json!(days));
    }
    (arguments, refused)
}

fn own_words(filters: &Filters, arguments: &mut Arguments) {
    let mut custom = Map::new();
    for (field, values) in &filters.own {
        let mut values = values.clone();
        // "interested in Training or Consulting": the first is read as a custom field, the second as a word.
        if let Some((name, value)) = &filters.custom
            && field.strip_prefix("custom.").is_some_and(|own| same_name(own, name))
        {
            if let Some(given) = arguments.get_mut("custom").and_then(Value::as_object_mut) {
                given.remove(name);
            }
            values.insert(0, value.clone());
        }
        let value = match values.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        match field.strip_prefix("custom.") {
            Some(name) => drop(custom.insert(name.to_owned(), value)),
            None => drop(arguments.insert(field.clone(), value)),
        }
    }
    match arguments.get_mut("custom").and_then(Value::as_object_mut) {
        Some(given) => given.extend(custom),
        None if !custom.is_empty() => drop(arguments.insert("custom".to_owned(), Value::Object(custom))),
        None => {}
    }
}

fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-'], " ");
    plain(one) == plain(other)
}

/// Whom a record belongs to has another name for each type.
fn missing_name(entity: Entity, field: &'static str) -> &'static str {
    match (field, entity) {
        ("owner" | "assignee", Entity::Tasks) => "assignee",
        ("owner" | "assignee", Entity::Matters) => "responsible",
        (field, _) => field,
    }
}

/// The two ends as one period, and the period before beside it.
pub(super) fn compare(arguments: &mut Arguments) {
    for field in ["created", "closed", "opened", "due"] {
        let (after, before) = (format!("{field}_after"), format!("{field}_before"));
        let day = |value: Option<Value>| value.as_ref().and_then(Value::as_str)?.parse::<Date>().ok();
        let (from, to) = (day(arguments.remove(&after)), day(arguments.remove(&before)));
        if from.is_some() || to.is_some() {
            arguments.insert(field.to_owned(), json!(range(Period { from, to })));
        }
    }
    arguments.insert("compare".to_owned(), json!("previous_period"));
}

/// Both days included.
fn range(period: Period) -> String {
    let end = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    format!("{}..{}", end(period.from), end(period.to.map(|day| day.plus_days(-1))))
}

/// "cases closed this year": the day of closing is meant.
fn matters_closed(filters: &Filters) -> bool {
    filters.date_field == Some(DateField::Closed)
        || filters.date_field.is_none() && filters.status.as_deref() == Some("closed")
}

/// A whole amount as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far below the limit of i64")]
fn amount(value: f64) -> Value {
    if value.fract().abs() < f64::EPSILON && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

pub(super) fn date_field(filters: &Filters) -> DateField {
    let ended = matches!(filters.status.as_deref(), Some("won" | "lost"));
    filters.date_field.unwrap_or(if ended { DateField::Closed } else { DateField::Created })
}
