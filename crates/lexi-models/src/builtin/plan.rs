//! From a question to tool calls: the ways to ask for it, the likeliest first. The next way is tried only when one finds
//! no such record.

use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use super::question::{DateField, Entity, Filters, Intent, Name, Owner, Question, Subject};
use super::words::fold;
use crate::{Briefing, BriefingRecord};

pub(super) type Arguments = Map<String, Value>;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub tool: &'static str,
    pub arguments: Arguments,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plan {
    Calls(Vec<Call>),
    /// Answered without looking anything up.
    Say(String),
    NotUnderstood,
}

const LIST_DEFAULT: usize = 10;

/// Fills in what the question leaves open. `None` when it asks for nothing that exists here.
pub(super) fn settled(mut question: Question) -> Option<Question> {
    let f = &question.filters;
    let clear = question.unplaced.is_empty();
    let of_deals = f.stage.is_some()
        || f.status.is_some()
        || f.min.is_some()
        || f.max.is_some()
        || f.pipeline.is_some()
        || question.group.is_some()
        || question.sort.is_some() && clear;
    match question.intent {
        None if question.entity.is_some() => question.intent = Some(Intent::List),
        None => {
            if let Some(subject) = question.filters.record().filter(|_| clear) {
                question.subject = Some(subject);
                question.intent = Some(Intent::Lookup);
            } else if of_deals && clear {
                question.intent = Some(Intent::List);
                question.entity = Some(Entity::Deals);
            } else {
                return None;
            }
        }
        Some(Intent::Count | Intent::List) if question.entity.is_none() => {
            if !clear || !of_deals && question.filters.owner.is_none() {
                return None;
            }
            question.entity = Some(Entity::Deals);
        }
        Some(Intent::Sum | Intent::Average | Intent::Weighted) if question.entity.is_none() => {
            if !of_deals && !clear {
                return None;
            }
            question.entity = Some(Entity::Deals);
        }
        Some(Intent::Lookup) if question.subject.is_none() => return None,
        _ => {}
    }
    Some(question)
}

pub(super) fn plan(question: &Question, briefing: &Briefing) -> Plan {
    let entity = question.entity.unwrap_or(Entity::Deals);
    match question.intent {
        None | Some(Intent::Help | Intent::Change | Intent::Users) => Plan::NotUnderstood,
        Some(Intent::Stages) => Plan::Calls(vec![Call { tool: "pipelines.list", arguments: Map::new() }]),
        Some(Intent::Lookup) => lookup(question, briefing),
        Some(Intent::Summary) => summary(question, briefing),
        Some(Intent::Sum | Intent::Average | Intent::Weighted) => match entity {
            Entity::Deals | Entity::Contacts | Entity::Companies => aggregate(question, briefing),
            other => Plan::Say(format!("Only deals carry a value, so I have no sum for {}.", other.plural())),
        },
        Some(Intent::Count | Intent::List) if question.group.is_some() && entity != Entity::Deals => {
            Plan::Say(format!(
                "I can break down deals only, not {}. I can count {} with a filter, one at a time.",
                entity.plural(),
                entity.plural()
            ))
        }
        Some(Intent::Count) if entity == Entity::Deals => aggregate(question, briefing),
        Some(Intent::List) if question.group.is_some() => aggregate(question, briefing),
        Some(Intent::Count) => search(question, entity, 1, briefing),
        Some(Intent::List) => search(question, entity, question.limit.unwrap_or(LIST_DEFAULT), briefing),
    }
}

fn summary(question: &Question, briefing: &Briefing) -> Plan {
    let mut question = question.clone();
    if question.filters.status.is_none() {
        question.filters.status = Some("active".to_owned());
    }
    question.group = question.group.or(Some(super::question::Group::Stage));
    aggregate(&question, briefing)
}

fn aggregate(question: &Question, briefing: &Briefing) -> Plan {
    let mut group = question.group;
    if question.entity.is_some_and(|e| e != Entity::Deals) {
        group = group.or(Some(super::question::Group::Company));
    }
    with_filters(question, Entity::Deals, briefing, "deals.aggregate", |arguments| {
        if let Some(group) = group {
            arguments.insert("group_by".to_owned(), json!(group.as_str()));
        }
        let closed = date_field(&question.filters) == DateField::Closed;
        if group == Some(super::question::Group::Month) && closed {
            arguments.insert("date_field".to_owned(), json!("closed_date"));
        }
    })
}

fn search(question: &Question, entity: Entity, limit: usize, briefing: &Briefing) -> Plan {
    let tool = match entity {
        Entity::Contacts => "contacts.search",
        Entity::Companies => "companies.search",
        Entity::Deals => "deals.search",
        Entity::Matters => "matters.search",
        Entity::Notes => "notes.search",
        Entity::Tasks => "tasks.search",
    };
    with_filters(question, entity, briefing, tool, |arguments| {
        arguments.insert("limit".to_owned(), json!(limit));
        if let Some(sort) = question.sort.filter(|_| entity == Entity::Deals) {
            arguments.insert("sort".to_owned(), json!(sort.as_str()));
        }
    })
}

fn with_filters(
    question: &Question,
    entity: Entity,
    briefing: &Briefing,
    tool: &'static str,
    finish: impl Fn(&mut Arguments),
) -> Plan {
    let filters = &question.filters;
    let (mut arguments, refused) = filter_arguments(filters, entity, briefing);
    if !refused.is_empty() {
        return Plan::Say(format!("I cannot narrow {} by {}.", entity.plural(), refused.join(" or ")));
    }
    finish(&mut arguments);
    match ways_to_the_record(filters, entity, briefing) {
        Err(sentence) => Plan::Say(sentence),
        Ok(ways) => {
            let with = |(key, value): (&'static str, Value)| {
                let mut arguments = arguments.clone();
                arguments.insert(key.to_owned(), value);
                Call { tool, arguments }
            };
            let mut calls: Vec<Call> = ways.into_iter().map(with).collect();
            if calls.is_empty() {
                calls.push(Call { tool, arguments });
            }
            Plan::Calls(calls)
        }
    }
}

/// What the tool of this kind of record takes of the filters; and the names of those that it does not take.
fn filter_arguments(
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
        Entity::Matters => (Some("opened_after"), Some("opened_before")),
        Entity::Tasks => (Some("due_after"), Some("due_before")),
        _ => (None, None),
    };
    let field = matches!(entity, Entity::Companies | Entity::Matters).then_some(field_key);
    let given: [(&'static str, Option<&'static str>, Option<Value>); 15] = [
        ("stage", deals.then_some("stage"), text(&filters.stage)),
        ("status", has_status.then_some("status"), text(&filters.status)),
        ("owner", owner_key, owner),
        ("pipeline", deals.then_some("pipeline"), text(&filters.pipeline)),
        ("priority", deals.then_some("priority"), text(&filters.priority)),
        ("tag", has_tag.then_some("tag"), text(&filters.tag)),
        ("field of work", field, text(&filters.field_of_work)),
        ("place", (entity == Entity::Companies).then_some("city"), text(&filters.place)),
        ("text", Some("query"), text(&filters.text)),
        ("value", deals.then_some("min_value"), filters.min.map(amount)),
        ("value", deals.then_some("max_value"), filters.max.map(amount)),
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
    (arguments, refused)
}

/// A whole amount as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far below the limit of i64")]
fn amount(value: f64) -> Value {
    if value.fract().abs() < f64::EPSILON && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

fn date_field(filters: &Filters) -> DateField {
    let ended = matches!(filters.status.as_deref(), Some("won" | "lost"));
    filters.date_field.unwrap_or(if ended { DateField::Closed } else { DateField::Created })
}

/// The arguments by which the record that the wanted ones hang on can be named, the likeliest first.
fn ways_to_the_record(
    filters: &Filters,
    entity: Entity,
    briefing: &Briefing,
) -> Result<Vec<(&'static str, Value)>, String> {
    use RecordType::{Company, Contact, Deal, Matter};
    let Some(subject) = &filters.about else { return Ok(Vec::new()) };
    let taken: &[(RecordType, &'static str)] = match entity {
        Entity::Deals => &[(Company, "company"), (Contact, "contact")],
        Entity::Contacts => &[(Company, "company")],
        Entity::Matters => &[(Company, "client"), (Contact, "client")],
        Entity::Notes | Entity::Tasks => {
            &[(Company, "company"), (Contact, "contact"), (Deal, "deal"), (Matter, "matter")]
        }
        Entity::Companies => &[],
    };
    match subject {
        Subject::This(kind) => {
            let record = on_the_page(*kind, briefing)?;
            let key = taken.iter().find(|(kind, _)| *kind == record.kind).map(|(_, key)| *key);
            Ok(vec![key.map_or(("query", json!(record.name)), |key| (key, json!(record.id)))])
        }
        Subject::Named(name) => {
            let mut ways: Vec<_> =
                taken.iter().filter(|(kind, _)| name.kind.is_none_or(|k| k == *kind)).collect();
            if ways.is_empty() && matches!(name.kind, Some(Contact)) {
                ways = taken.iter().filter(|(kind, _)| *kind == Company).collect();
            }
            if looks_like_person(&name.text) {
                ways.sort_by_key(|(kind, _)| *kind != Contact);
            }
            let mut ways: Vec<_> = ways.into_iter().map(|(_, key)| (*key, json!(name.text))).collect();
            ways.dedup();
            Ok(if ways.is_empty() { vec![("query", json!(name.text))] } else { ways })
        }
    }
}

fn lookup(question: &Question, briefing: &Briefing) -> Plan {
    match &question.subject {
        None => Plan::NotUnderstood,
        Some(Subject::This(kind)) => match on_the_page(*kind, briefing) {
            Err(sentence) => Plan::Say(sentence),
            Ok(record) => match getter(record.kind) {
                Some(tool) => Plan::Calls(vec![Call { tool, arguments: one("id", json!(record.id)) }]),
                None => Plan::NotUnderstood,
            },
        },
        Some(Subject::Named(name)) => {
            let tools = kinds_to_try(question, name).into_iter().filter_map(getter);
            Plan::Calls(tools.map(|tool| Call { tool, arguments: one("name", json!(name.text)) }).collect())
        }
    }
}

pub(super) fn one(key: &str, value: Value) -> Arguments {
    Map::from_iter([(key.to_owned(), value)])
}

const fn getter(kind: RecordType) -> Option<&'static str> {
    match kind {
        RecordType::Contact => Some("contacts.get"),
        RecordType::Company => Some("companies.get"),
        RecordType::Deal => Some("deals.get"),
        RecordType::Matter => Some("matters.get"),
        RecordType::Note | RecordType::Task | RecordType::Activity => None,
    }
}

fn kinds_to_try(question: &Question, name: &Name) -> Vec<RecordType> {
    use super::question::Focus;
    use RecordType::{Company, Contact, Deal, Matter};
    if let Some(kind) = name.kind {
        // "client" and "customer" may also be a company.
        return if kind == Contact { vec![Contact, Company] } else { vec![kind] };
    }
    let numbered = name.text.contains(|c: char| c.is_ascii_digit()) && name.text.contains(['-', '/']);
    match question.focus {
        _ if question.who => vec![Contact, Company],
        Some(Focus::Status | Focus::Owner | Focus::FollowUp) => vec![Deal, Matter, Contact, Company],
        _ if numbered => vec![Matter, Deal, Company, Contact],
        _ if looks_like_person(&name.text) => vec![Contact, Company, Deal, Matter],
        _ => vec![Company, Deal, Matter, Contact],
    }
}

/// Two or three plain words without a sign of a firm.
pub(super) fn looks_like_person(name: &str) -> bool {
    const FIRM: &[&str] = &[
        "inc",
        "llc",
        "ltd",
        "gmbh",
        "ag",
        "plc",
        "corp",
        "company",
        "co",
        "group",
        "holding",
        "holdings",
        "partners",
        "bank",
        "labs",
        "systems",
        "industries",
        "solutions",
        "technologies",
        "software",
        "logistics",
        "capital",
        "llp",
        "sa",
        "bv",
        "consulting",
        "energy",
        "media",
        "studio",
        "foods",
        "international",
        "services",
        "association",
        "ventures",
        "trust",
        "works",
        "hotel",
        "hotels",
        "pharma",
        "insurance",
        "university",
        "foundation",
    ];
    let folded = fold(name);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let plain = folded.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '.' | '-'));
    plain && (2..=3).contains(&words.len()) && !words.iter().any(|w| FIRM.contains(&w.trim_end_matches('.')))
}

/// The record that "this deal" means, or the sentence that says why there is none.
fn on_the_page(kind: Option<RecordType>, briefing: &Briefing) -> Result<&BriefingRecord, String> {
    let fits = |record: &&BriefingRecord| match kind {
        None => true,
        Some(RecordType::Contact) => matches!(record.kind, RecordType::Contact | RecordType::Company),
        Some(kind) => record.kind == kind,
    };
    let mut fitting: Vec<_> = briefing.context.iter().filter(fits).collect();
    fitting.sort_by_key(|record| kind.is_some_and(|kind| record.kind != kind));
    let noun = kind.map_or("record", RecordType::as_str);
    match fitting.first() {
        None => Err(format!(
            "I cannot see which {noun} you mean: the request names none. Please tell me its name."
        )),
        Some(record) if record.name.is_none() => Err(format!(
            "There is no such {}: none with the given id exists in what this key may see.",
            record.kind.as_str()
        )),
        Some(record) => Ok(*record),
    }
}
