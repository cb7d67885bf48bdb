//! From a question to tool calls: the ways to ask for it, the likeliest first. The next way is tried only when one finds
//! no such record.

mod arguments;
mod records;

pub(super) use records::one;
use serde_json::{Map, Value, json};

use super::question::{DateField, Entity, Group, Intent, Question, Sort};
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
        None if question.entity.is_some() && (clear || question.follows) => {
            question.intent = Some(Intent::List)
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
        Some(Intent::Count | Intent::List) if question.entity.is_none() => {
            if !clear || !of_deals && question.filters.owner.is_none() {
                return None;
            }
            question.entity = Some(Entity::Deals);
        }
        Some(
            Intent::Sum
            | Intent::Average
            | Intent::Weighted
            | Intent::Median
            | Intent::WinRate
            | Intent::Cycle,
        ) if question.entity.is_none() => {
            if !of_deals && !clear {
                return None;
            }
            question.entity = Some(Entity::Deals);
        }
        Some(Intent::Summary) if question.entity.is_none() && !clear => return None,
        Some(Intent::List)
            if matches!(question.entity, Some(Entity::Companies | Entity::Contacts))
                && matches!(question.sort, Some(Sort::Largest | Sort::Smallest)) =>
        {
            // Companies have no size of their own but their deals.
            question.intent = Some(Intent::Sum);
            question.entity = Some(Entity::Deals);
            question.group = question.group.or(Some(Group::Company));
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
        Some(Intent::Lookup) => records::lookup(question, briefing),
        Some(Intent::Summary) => summary(question, briefing),
        Some(Intent::Cycle) if entity == Entity::Matters => aggregate(question, briefing),
        Some(
            Intent::Sum
            | Intent::Average
            | Intent::Weighted
            | Intent::Median
            | Intent::WinRate
            | Intent::Cycle,
        ) => match entity {
            Entity::Deals | Entity::Contacts | Entity::Companies => aggregate(question, briefing),
            other => Plan::Say(format!("Only deals carry a value, so I have no sum for {}.", other.plural())),
        },
        Some(Intent::Count | Intent::List) if question.group.is_some() && entity == Entity::Notes => {
            Plan::Say("I cannot break notes down. I can count them with a filter, one at a time.".to_owned())
        }
        Some(Intent::Count) if entity == Entity::Deals => aggregate(question, briefing),
        Some(Intent::Count | Intent::List) if question.group.is_some() => aggregate(question, briefing),
        Some(Intent::Count | Intent::List) if question.filters.compare && entity != Entity::Notes => {
            aggregate(question, briefing)
        }
        Some(Intent::Count) => search(question, entity, 1, briefing),
        Some(Intent::List) => search(question, entity, question.limit.unwrap_or(LIST_DEFAULT), briefing),
    }
}

fn summary(question: &Question, briefing: &Briefing) -> Plan {
    let mut question = question.clone();
    if question.filters.status.is_none() {
        question.filters.status = Some("active".to_owned());
    }
    question.group = question.group.or(Some(Group::Stage));
    aggregate(&question, briefing)
}

fn aggregate(question: &Question, briefing: &Briefing) -> Plan {
    let asked = question.entity.unwrap_or(Entity::Deals);
    let counted = matches!(question.intent, Some(Intent::Count | Intent::List));
    let days = question.intent == Some(Intent::Cycle);
    let (entity, tool) = match asked {
        Entity::Contacts if counted => (asked, "contacts.aggregate"),
        Entity::Companies if counted => (asked, "companies.aggregate"),
        Entity::Tasks if counted => (asked, "tasks.aggregate"),
        Entity::Matters if counted || days => (asked, "matters.aggregate"),
        // What is summed up are the deals, of contacts and companies too.
        _ => (Entity::Deals, "deals.aggregate"),
    };
    let mut group = question.group;
    if asked != entity {
        group = group.or(Some(Group::Company));
    }
    let measure = match question.intent {
        Some(Intent::Median) => Some("median"),
        Some(Intent::WinRate) => Some("win_rate"),
        Some(Intent::Cycle) => Some("cycle_days"),
        _ => None,
    };
    with_filters(question, entity, briefing, tool, |arguments| {
        if let Some(group) = group {
            arguments.insert("group_by".to_owned(), json!(group.of(entity)));
        }
        let closed = arguments::date_field(&question.filters) == DateField::Closed;
        if group.is_some_and(Group::is_time) && closed && entity == Entity::Deals {
            arguments.insert("date_field".to_owned(), json!("closed_date"));
        }
        if question.filters.compare {
            arguments::compare(arguments);
        }
        if let Some(measure) = measure {
            arguments.insert("measures".to_owned(), json!([measure]));
        }
        if let Some(rank) = ranked_by(question.intent).filter(|_| {
            group.is_some_and(|group| !group.is_time() && !matches!(group, Group::Stage | Group::Status))
        }) {
            arguments.insert("rank_by".to_owned(), json!(rank));
        }
    })
}

/// Groups come by what was asked for, the largest first.
const fn ranked_by(intent: Option<Intent>) -> Option<&'static str> {
    match intent {
        Some(Intent::Sum) => Some("sum"),
        Some(Intent::Average) => Some("average"),
        Some(Intent::Weighted) => Some("weighted"),
        Some(Intent::Median) => Some("median"),
        Some(Intent::WinRate) => Some("win_rate"),
        Some(Intent::Cycle) => Some("cycle_days"),
        _ => None,
    }
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
    let (mut arguments, refused) = arguments::of_filters(filters, entity, briefing);
    if !refused.is_empty() {
        return Plan::Say(format!("I cannot narrow {} by {}.", entity.plural(), refused.join(" or ")));
    }
    finish(&mut arguments);
    match records::ways_to(filters, entity, briefing) {
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
