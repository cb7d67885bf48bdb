//! Filters as the arguments of a tool.

use lexi_types::Period;
use serde_json::{Map, Value, json};

use super::Arguments;
use crate::Briefing;
use crate::builtin::field::Field;
use crate::builtin::question::{Condition, DateField, Entity, Filters, ME};

/// What the tool of this kind of record takes of the filters; and the names of those that it does not take.
pub(super) fn of_filters(filters: &Filters, entity: Entity, briefing: &Briefing) -> (Arguments, Vec<String>) {
    let mut arguments = Map::new();
    let mut refused = Vec::new();
    for condition in &filters.conditions {
        if !one_condition(condition, entity, briefing, &mut arguments) {
            refused.push(condition.field.noun());
        }
    }
    bounds(filters, entity, &mut arguments, &mut refused);
    period(filters, entity, briefing, &mut arguments, &mut refused);
    if let Some(text) = &filters.text {
        arguments.insert("query".to_owned(), json!(text));
    }
    for (name, fields) in [("missing", &filters.missing), ("present", &filters.present)] {
        let mut names = Vec::new();
        for field in fields {
            match (field, field.emptiable(entity)) {
                (Field::Custom(custom), _) if field.argument(entity).is_some() => {
                    names.push(format!("custom.{custom}"))
                }
                (_, Some(known)) => names.push(known.to_owned()),
                (_, None) => refused.push(field.noun()),
            }
        }
        if !names.is_empty() {
            arguments.insert(name.to_owned(), json!(names));
        }
    }
    for (name, relations) in [("has", &filters.has), ("has_no", &filters.has_no)] {
        if !relations.is_empty() {
            arguments.insert(name.to_owned(), json!(relations));
        }
    }
    let tasks = entity == Entity::Tasks;
    let lively = matches!(entity, Entity::Deals | Entity::Contacts | Entity::Companies | Entity::Matters);
    for (name, value, fits) in [
        ("inactive_days", filters.inactive.map(|days| json!(days)), lively),
        ("overdue", filters.overdue.then_some(json!(true)), tasks),
        ("pinned", filters.pinned.then_some(json!(true)), entity == Entity::Notes),
    ] {
        match value {
            Some(value) if fits => drop(arguments.insert(name.to_owned(), value)),
            Some(_) => refused.push(name.trim_end_matches("_days").to_owned()),
            None => {}
        }
    }
    (arguments, refused)
}

/// Whether the tool takes it.
fn one_condition(
    condition: &Condition,
    entity: Entity,
    briefing: &Briefing,
    arguments: &mut Arguments,
) -> bool {
    let owner = condition.field == Field::Owner;
    let mine = owner && condition.values == [ME];
    if mine && (briefing.user.is_none() || condition.field.argument(entity).is_none()) {
        // "my companies": nobody owns a company, and the word says no more than "our".
        return true;
    }
    let Some(name) = condition.field.argument(entity) else { return false };
    let value = match condition.values.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let place = if condition.not {
        let not = arguments.entry("not").or_insert_with(|| Value::Object(Map::new()));
        let Some(not) = not.as_object_mut() else { return false };
        not
    } else {
        arguments
    };
    if let Field::Custom(custom) = &condition.field {
        let all = place.entry(name).or_insert_with(|| Value::Object(Map::new()));
        if let Some(all) = all.as_object_mut() {
            all.insert(custom.clone(), value);
        }
    } else {
        place.insert(name.to_owned(), value);
    }
    true
}

fn bounds(filters: &Filters, entity: Entity, arguments: &mut Arguments, refused: &mut Vec<String>) {
    // Amounts have two decimals, so the next one is a cent away; probabilities have none.
    for (bounds, step, least, most, noun) in [
        (&filters.value, 0.01, "min_value", "max_value", "value"),
        (&filters.probability, 1.0, "min_probability", "max_probability", "probability"),
    ] {
        if bounds.is_empty() {
            continue;
        }
        if entity != Entity::Deals {
            refused.push(noun.to_owned());
            continue;
        }
        let step = if bounds.beyond { step } else { 0.0 };
        if let Some(min) = bounds.min {
            arguments.insert(least.to_owned(), amount(min + step));
        }
        if let Some(max) = bounds.max {
            arguments.insert(most.to_owned(), amount(max - step));
        }
    }
}

fn period(
    filters: &Filters,
    entity: Entity,
    briefing: &Briefing,
    arguments: &mut Arguments,
    refused: &mut Vec<String>,
) {
    let Some(period) = filters.period else { return };
    match date_argument(filters, entity, briefing) {
        Ok(name) => drop(arguments.insert(name.to_owned(), json!(shown(period)))),
        Err(noun) => refused.push(noun.to_owned()),
    }
}

/// The filter that takes the period, or the date that these records do not have.
fn date_argument(
    filters: &Filters,
    entity: Entity,
    briefing: &Briefing,
) -> Result<&'static str, &'static str> {
    use DateField::{Closed, Created, Due, FollowUp, Opened, Updated};
    let field = date_field(filters, entity, briefing);
    match (entity, field) {
        (Entity::Deals, Closed) if filters.values(&Field::Status) == ["active"] => Ok("expected_close"),
        (Entity::Deals | Entity::Matters, Closed) => Ok("closed"),
        (Entity::Deals | Entity::Contacts, FollowUp) => Ok("follow_up"),
        (Entity::Matters, Opened | Created) => Ok("opened"),
        (Entity::Tasks, Due) => Ok("due"),
        (Entity::Tasks, Closed) => Err("the day of completion, which is not recorded"),
        (Entity::Deals | Entity::Contacts | Entity::Companies | Entity::Matters, Updated) => Ok("updated"),
        (_, Created | Opened) => Ok("created"),
        (_, Closed) => Err("closing date"),
        (_, Due) => Err("due date"),
        (_, FollowUp) => Err("follow-up date"),
        (_, Updated) => Err("the day of the last change"),
    }
}

/// The date that a period is meant of.
pub(super) fn date_field(filters: &Filters, entity: Entity, briefing: &Briefing) -> DateField {
    let statuses = filters.values(&Field::Status);
    match entity {
        Entity::Deals => {
            let ended = !statuses.is_empty() && statuses.iter().all(|s| matches!(s.as_str(), "won" | "lost"));
            let ending = filters.values(&Field::Stage);
            let stages = briefing.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
            let ends =
                |name: &String| stages.clone().any(|stage| stage.name == *name && stage.stage_type != "open");
            let ended = ended || !ending.is_empty() && ending.iter().all(ends);
            match filters.date_field {
                Some(DateField::Due) => DateField::Closed,
                Some(field) => field,
                None if ended => DateField::Closed,
                None => DateField::Created,
            }
        }
        Entity::Matters => match filters.date_field {
            Some(field) => field,
            None if statuses == ["closed"] => DateField::Closed,
            None => DateField::Opened,
        },
        Entity::Tasks => match filters.date_field {
            Some(field) => field,
            None if statuses == ["completed"] => DateField::Closed,
            None => DateField::Due,
        },
        _ => match filters.date_field {
            Some(field @ (DateField::Closed | DateField::FollowUp | DateField::Updated)) => field,
            _ => DateField::Created,
        },
    }
}

/// Both days included.
fn shown(period: Period) -> String {
    period.text()
}

/// A whole amount as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far below the limit of i64")]
fn amount(value: f64) -> Value {
    if value.fract().abs() < f64::EPSILON && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}
