//! From a question to tool calls: the ways to ask for it, the likeliest first. The next way is tried only when one finds
//! no such record.

mod arguments;
mod records;

pub(super) use records::one;
use serde_json::{Map, Value, json};

use super::field::Field;
use super::question::{
    Compare, DateField, Entity, Filters, Grouping, Intent, Leader, Measure, Question, Sort,
};
use crate::Briefing;

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

/// Lists are shown whole up to here.
const LIST_DEFAULT: usize = 20;
/// Of two groupings there are many pairs.
const PAIRS: usize = 200;

/// Fills in what the question leaves open. `None` when it asks for nothing that exists here.
pub(super) fn settled(mut question: Question) -> Option<Question> {
    let filters = &question.filters;
    let clear = question.unplaced.is_empty();
    let of_deals = !filters.values(&Field::Stage).is_empty()
        || !filters.values(&Field::Status).is_empty()
        || !filters.values(&Field::Pipeline).is_empty()
        || !filters.value.is_empty()
        || !filters.probability.is_empty()
        || filters.date_field == Some(DateField::Closed)
        || !question.groups.is_empty()
        || question.sort.is_some() && clear;
    let follow_up = filters.date_field == Some(DateField::FollowUp) && question.entity.is_none();
    match question.intent {
        _ if follow_up && clear => question.intent = question.intent.or(Some(Intent::List)),
        None if question.entity.is_some() && (clear || question.follows) => {
            question.intent = Some(Intent::List);
        }
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
        Some(Intent::List) if question.filters.text.is_some() && question.entity.is_none() => {}
        Some(Intent::List) if question.entity.is_none() => {
            if !clear || !of_deals {
                return None;
            }
            question.entity = Some(Entity::Deals);
        }
        Some(Intent::Measure) if question.entity.is_none() => {
            let money = question.measures.iter().any(|measure| *measure != Measure::Count);
            let owned = !question.filters.values(&Field::Owner).is_empty();
            if !clear || !(of_deals || money || owned) {
                return None;
            }
            question.entity = Some(Entity::Deals);
        }
        Some(Intent::Lookup) if question.subject.is_none() => return None,
        _ => {}
    }
    if question.intent == Some(Intent::List) && (!question.groups.is_empty() || question.compare.is_some()) {
        question.intent = Some(Intent::Measure);
        question.measures = vec![Measure::Count];
    }
    Some(question)
}

/// The questions that one question is made of, each answered by itself.
pub(super) fn parts(question: Question) -> Vec<Question> {
    let follow_ups = question.filters.date_field == Some(DateField::FollowUp) && question.entity.is_none();
    if follow_ups && matches!(question.intent, Some(Intent::List | Intent::Measure)) {
        let of = |entity| Question { entity: Some(entity), ..question.clone() };
        return vec![of(Entity::Contacts), of(Entity::Deals)];
    }
    if question.intent == Some(Intent::Workload) {
        let of = |entity, status: &str, not| {
            let mut part = Question {
                intent: Some(Intent::List),
                entity: Some(entity),
                limit: Some(10),
                ..question.clone()
            };
            part.filters.add(Field::Status, status, not);
            part
        };
        return vec![
            of(Entity::Deals, "active", false),
            of(Entity::Matters, "open", false),
            of(Entity::Tasks, "completed", true),
        ];
    }
    if question.everything && question.intent == Some(Intent::Lookup) {
        let happened = Question {
            intent: Some(Intent::Timeline),
            filters: Filters { about: question.subject.clone(), ..Filters::default() },
            limit: Some(5),
            ..Question::default()
        };
        return vec![Question { everything: false, ..question }, happened];
    }
    if let Some(Compare::With(earlier)) = question.compare {
        let mut before = Question { compare: None, left_out: Vec::new(), ..question.clone() };
        before.filters.period = Some(earlier);
        return vec![Question { compare: None, ..question }, before];
    }
    vec![question]
}

pub(super) fn plan(question: &Question, briefing: &Briefing) -> Plan {
    match question.intent {
        None | Some(Intent::Help | Intent::Change | Intent::Users | Intent::Workload) => Plan::NotUnderstood,
        Some(Intent::Stages) => Plan::Calls(vec![Call { tool: "pipelines.list", arguments: Map::new() }]),
        Some(Intent::Lookup) => records::lookup(question, briefing),
        Some(Intent::Summary) => summary(question, briefing),
        Some(Intent::Timeline) => timeline(question, briefing),
        Some(Intent::Measure) => measure(question, briefing),
        Some(Intent::List) => list(question, briefing),
    }
}

fn summary(question: &Question, briefing: &Briefing) -> Plan {
    let mut question = question.clone();
    if question.filters.values(&Field::Status).is_empty() {
        question.filters.add(Field::Status, "active", false);
    }
    if question.groups.is_empty() {
        question.groups.push(Grouping::Field(Field::Stage));
    }
    aggregate(&question, Entity::Deals, "deals.aggregate", briefing)
}

fn measure(question: &Question, briefing: &Briefing) -> Plan {
    let entity = question.entity.unwrap_or(Entity::Deals);
    let money = question.measures.iter().any(|measure| measure.is_money());
    if money && !entity.has_value() {
        let Some(by) = (match entity {
            Entity::Contacts => Some(Field::Contact),
            Entity::Companies => Some(Field::Company),
            _ => None,
        }) else {
            return Plan::Say(format!("Only deals carry a value, so I have no sum for {}.", entity.plural()));
        };
        // What is summed up are the deals, of contacts and companies too.
        let mut question = question.clone();
        if question.groups.is_empty() {
            question.groups.push(Grouping::Field(by));
        }
        return aggregate(&question, Entity::Deals, "deals.aggregate", briefing);
    }
    if question.measures(Measure::WinRate) && entity != Entity::Deals {
        return Plan::Say(format!(
            "Only deals are won or lost, so there is no win rate of {}.",
            entity.plural()
        ));
    }
    if question.measures(Measure::Cycle) && !matches!(entity, Entity::Deals | Entity::Matters) {
        return Plan::Say(format!(
            "Only of deals and matters I know how long they take, not of {}.",
            entity.plural()
        ));
    }
    let tool = match entity {
        Entity::Deals => "deals.aggregate",
        Entity::Contacts => "contacts.aggregate",
        Entity::Companies => "companies.aggregate",
        Entity::Matters => "matters.aggregate",
        Entity::Tasks => "tasks.aggregate",
        // A timeline knows of companies and matters too, and texts are searched by another tool.
        Entity::Activities if question.filters.about.is_some() && question.groups.is_empty() => {
            return happenings(question, 1, briefing);
        }
        Entity::Activities => "activities.aggregate",
        Entity::Notes => "notes.aggregate",
    };
    aggregate(question, entity, tool, briefing)
}

fn aggregate(question: &Question, entity: Entity, tool: &'static str, briefing: &Briefing) -> Plan {
    let question = &with_present(question, entity);
    let mut groups = Vec::new();
    for grouping in &question.groups {
        match grouping {
            Grouping::Time(unit) => groups.push(format!("{unit:?}").to_lowercase()),
            Grouping::Field(field) => match field.grouping(entity) {
                Some(name) => groups.push(name),
                None => {
                    return Plan::Say(format!(
                        "I cannot break {} down by {}.",
                        entity.plural(),
                        field.noun()
                    ));
                }
            },
        }
    }
    with_filters(question, entity, briefing, tool, |arguments| {
        match groups.as_slice() {
            [] => {}
            [one] => drop(arguments.insert("group_by".to_owned(), json!(one))),
            several => drop(arguments.insert("group_by".to_owned(), json!(several))),
        }
        let timed = question.groups.iter().any(|grouping| matches!(grouping, Grouping::Time(_)));
        if let Some(field) = time_field(question, entity, briefing).filter(|_| timed) {
            arguments.insert("date_field".to_owned(), json!(field));
        }
        let compare = match question.compare {
            Some(Compare::PreviousPeriod) => Some("previous_period"),
            Some(Compare::PreviousYear) => Some("previous_year"),
            Some(Compare::With(_)) | None => None,
        };
        if let Some(compare) = compare {
            arguments.insert("compare".to_owned(), json!(compare));
        }
        let special =
            |m: &&Measure| !matches!(m, Measure::Count | Measure::Sum | Measure::Average | Measure::Weighted);
        if question.measures.iter().any(|m| special(&m)) {
            let names: Vec<&str> =
                question.measures.iter().filter(|m| **m != Measure::Count).map(|m| m.as_str()).collect();
            arguments.insert("measures".to_owned(), json!(names));
        }
        rank(question, arguments);
        if groups.len() > 1 || !question.having.is_empty() {
            arguments.insert("top".to_owned(), json!(PAIRS));
        } else if let Some(limit) = question.limit.filter(|_| !groups.is_empty()) {
            // One more, where those without the field cannot be left out before.
            let spare = usize::from(question.filters.present.is_empty());
            arguments.insert("top".to_owned(), json!(limit + spare));
        }
    })
}

/// Of those who have the most, nobody is none.
fn with_present(question: &Question, entity: Entity) -> Question {
    let mut question = question.clone();
    let first = question.leader.is_some() || question.limit.is_some() || !question.having.is_empty();
    if let (true, Some(Grouping::Field(field))) = (first, question.groups.first()) {
        let known = field.emptiable(entity).is_some() || matches!(field, Field::Custom(_));
        if known && !question.filters.present.contains(field) {
            question.filters.present.push(field.clone());
        }
    }
    question
}

/// The date by which groups of time are made, where it is not the usual one.
fn time_field(question: &Question, entity: Entity, briefing: &Briefing) -> Option<&'static str> {
    Some(match (entity, arguments::date_field(&question.filters, entity, briefing)) {
        (Entity::Deals, DateField::Closed) => "closed_date",
        (Entity::Deals | Entity::Contacts, DateField::FollowUp) => "next_follow_up_date",
        (Entity::Matters, DateField::Closed) => "close_date",
        (Entity::Tasks, DateField::Created) => "created_date",
        _ => return None,
    })
}

/// Groups come by what was asked for, the largest first; times, stages and statuses in their own order unless the first is
/// asked for.
fn rank(question: &Question, arguments: &mut Arguments) {
    let Some(first) = question.groups.first() else { return };
    let measure =
        question.measures.iter().find(|measure| **measure != Measure::Count).or(question.measures.first());
    let natural = matches!(first, Grouping::Time(_) | Grouping::Field(Field::Stage | Field::Status))
        || question.groups.len() > 1;
    let by = match (measure, question.leader) {
        (Some(measure), Some(_)) => Some(*measure),
        (Some(measure), None) if *measure != Measure::Count && !natural => Some(*measure),
        _ => None,
    };
    if let Some(by) = by {
        arguments.insert("rank_by".to_owned(), json!(by.as_str()));
    }
    if question.leader == Some(Leader::Least) {
        arguments.insert("order".to_owned(), json!("asc"));
    }
}

fn list(question: &Question, briefing: &Briefing) -> Plan {
    let limit = question.limit.unwrap_or(LIST_DEFAULT);
    match question.entity {
        Some(Entity::Activities) => happenings(question, limit, briefing),
        Some(entity) => search(question, entity, limit, briefing),
        None => texts(question, limit, briefing),
    }
}

/// Words in whatever text.
fn texts(question: &Question, limit: usize, briefing: &Briefing) -> Plan {
    let entity = question.entity.unwrap_or(Entity::Notes);
    with_filters(question, entity, briefing, "search.text", |arguments| {
        arguments.insert("limit".to_owned(), json!(limit));
        if question.entity == Some(Entity::Activities) {
            arguments.insert("types".to_owned(), json!(["activities"]));
        }
    })
}

/// Activities, newest first.
fn happenings(question: &Question, limit: usize, briefing: &Briefing) -> Plan {
    if question.sort == Some(Sort::Oldest) {
        return Plan::Say("I can show activities from the newest on, not from the oldest.".to_owned());
    }
    if question.filters.text.is_some() {
        return texts(question, limit, briefing);
    }
    let mut question = question.clone();
    let kinds = question.filters.values(&Field::Type).to_vec();
    question.filters.remove(&Field::Type);
    with_filters(&question, Entity::Activities, briefing, "activities.timeline", |arguments| {
        arguments.insert("types".to_owned(), json!(["activity"]));
        match kinds.as_slice() {
            [] => {}
            [one] => drop(arguments.insert("kind".to_owned(), json!(one))),
            several => drop(arguments.insert("kind".to_owned(), json!(several))),
        }
        arguments.insert("limit".to_owned(), json!(limit));
    })
}

/// What happened, whatever type of record says so.
fn timeline(question: &Question, briefing: &Briefing) -> Plan {
    let limit = question.limit.unwrap_or(10);
    let told = question.entity == Some(Entity::Activities);
    with_filters(question, Entity::Activities, briefing, "activities.timeline", |arguments| {
        if told && question.filters.values(&Field::Owner).is_empty() {
            arguments.insert("types".to_owned(), json!(["activity", "note"]));
        }
        arguments.insert("limit".to_owned(), json!(limit));
    })
}

fn search(question: &Question, entity: Entity, limit: usize, briefing: &Briefing) -> Plan {
    let tool = match entity {
        Entity::Contacts => "contacts.search",
        Entity::Companies => "companies.search",
        Entity::Deals => "deals.search",
        Entity::Matters => "matters.search",
        Entity::Notes | Entity::Activities => "notes.search",
        Entity::Tasks => "tasks.search",
    };
    let sort = match sorted(question, entity, briefing) {
        Ok(sort) => sort,
        Err(sentence) => return Plan::Say(sentence),
    };
    with_filters(question, entity, briefing, tool, |arguments| {
        arguments.insert("limit".to_owned(), json!(limit));
        if let Some(sort) = sort {
            arguments.insert("sort".to_owned(), json!(sort));
        }
    })
}

/// The order by its name, where it is not the usual one.
fn sorted(question: &Question, entity: Entity, briefing: &Briefing) -> Result<Option<&'static str>, String> {
    let filters = &question.filters;
    let date = arguments::date_field(filters, entity, briefing);
    let Some(sort) = question.sort else {
        let lists = question.intent == Some(Intent::List);
        return Ok(match entity {
            Entity::Deals | Entity::Contacts if lists && date == DateField::FollowUp => Some("follow_up"),
            Entity::Deals | Entity::Contacts | Entity::Companies | Entity::Matters
                if lists && filters.inactive.is_some() =>
            {
                Some("least_active")
            }
            _ => None,
        });
    };
    Ok(Some(match (entity, sort) {
        (Entity::Deals, Sort::Largest) => "value_desc",
        (Entity::Deals, Sort::Smallest) => "value_asc",
        (Entity::Deals, Sort::Newest) if date == DateField::Closed => "closed_newest",
        (Entity::Deals, Sort::Oldest) if date == DateField::Closed => "closed_oldest",
        (Entity::Matters, Sort::Newest) if date == DateField::Closed => "closed_newest",
        (Entity::Matters, Sort::Oldest) if date == DateField::Closed => "closed_oldest",
        (Entity::Matters, Sort::Newest) => "opened_newest",
        (Entity::Matters, Sort::Oldest) => "opened_oldest",
        (Entity::Notes, Sort::Newest) => return Ok(None),
        (Entity::Notes, _) => {
            return Err("I can list notes from the newest on, and in no other order.".to_owned());
        }
        (_, Sort::Largest | Sort::Smallest) => {
            return Err(format!(
                "Only deals have a value, so no {} is the largest.",
                super::format::noun(1, entity.plural())
            ));
        }
        (Entity::Tasks, Sort::Oldest) => "due",
        (_, Sort::Newest) => "newest",
        (_, Sort::Oldest) => "oldest",
        (_, Sort::Updated) => "updated",
    }))
}

fn with_filters(
    question: &Question,
    entity: Entity,
    briefing: &Briefing,
    tool: &'static str,
    finish: impl Fn(&mut Arguments),
) -> Plan {
    let filters = &question.filters;
    let (mut arguments, refused) = arguments::of_filters(filters, entity, briefing);
    if !refused.is_empty() {
        return Plan::Say(format!("I cannot narrow {} by {}.", entity.plural(), refused.join(" or ")));
    }
    finish(&mut arguments);
    match records::ways_to(filters, entity, tool, briefing) {
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
