//! Which record a question means, and the ways to ask a tool for it.

use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use super::{Arguments, Call, Plan};
use crate::builtin::field::Field;
use crate::builtin::question::{Entity, Filters, Name, Question, Subject};
use crate::builtin::words::fold;
use crate::{Briefing, BriefingRecord};

/// The arguments by which the record that the wanted ones hang on can be named, the likeliest first.
pub(super) fn ways_to(
    filters: &Filters,
    entity: Entity,
    tool: &str,
    briefing: &Briefing,
) -> Result<Vec<(&'static str, Value)>, String> {
    use RecordType::{Company, Contact, Deal, Matter};
    let Some(subject) = &filters.about else { return Ok(Vec::new()) };
    let taken: &[(RecordType, &'static str)] = match entity {
        _ if matches!(tool, "activities.timeline" | "search.text") => {
            &[(Company, "company"), (Contact, "contact"), (Deal, "deal"), (Matter, "matter")]
        }
        Entity::Deals => &[(Company, "company"), (Contact, "contact")],
        Entity::Contacts => &[(Company, "company")],
        Entity::Matters => &[(Company, "client"), (Contact, "client")],
        Entity::Notes | Entity::Tasks => {
            &[(Company, "company"), (Contact, "contact"), (Deal, "deal"), (Matter, "matter")]
        }
        Entity::Activities => &[(Contact, "contact"), (Deal, "deal")],
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
                taken.iter().filter(|(kind, _)| name.kinds.is_empty() || name.kinds.contains(kind)).collect();
            if ways.is_empty() && name.kinds.contains(&Contact) {
                ways = taken.iter().filter(|(kind, _)| *kind == Company).collect();
            }
            if ways.is_empty() && name.kinds.iter().any(|kind| *kind == entity.kind()) {
                return Ok(vec![("query", json!(name.text))]);
            }
            if ways.is_empty() && !name.kinds.is_empty() {
                ways = taken.iter().collect();
            }
            if looks_like_person(&name.text) && name.kinds.is_empty() {
                ways.sort_by_key(|(kind, _)| *kind != Contact);
            }
            let mut ways: Vec<_> = ways.into_iter().map(|(_, key)| (*key, json!(name.text))).collect();
            ways.dedup();
            Ok(if ways.is_empty() { vec![("query", json!(name.text))] } else { ways })
        }
    }
}

pub(super) fn lookup(question: &Question, briefing: &Briefing) -> Plan {
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
            if name.text.contains('@') {
                let mut arguments = one("query", json!(name.text));
                arguments.insert("limit".to_owned(), json!(10));
                return Plan::Calls(vec![Call { tool: "contacts.search", arguments }]);
            }
            let tools = kinds_to_try(question, name).into_iter().filter_map(getter);
            Plan::Calls(tools.map(|tool| Call { tool, arguments: one("name", json!(name.text)) }).collect())
        }
    }
}

pub(in crate::builtin) fn one(key: &str, value: Value) -> Arguments {
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
    use RecordType::{Company, Contact, Deal, Matter};
    match name.kinds.as_slice() {
        // "client" and "customer" may also be a company.
        [Contact] => return vec![Contact, Company],
        [] => {}
        known => return known.to_vec(),
    }
    let numbered = name.text.contains(|c: char| c.is_ascii_digit()) && name.text.contains(['-', '/']);
    match question.focus {
        _ if question.who => vec![Contact, Company],
        Some(Field::Status | Field::Owner | Field::FollowUp | Field::CloseDate) => {
            vec![Deal, Matter, Contact, Company]
        }
        _ if numbered => vec![Matter, Deal, Company, Contact],
        _ if looks_like_person(&name.text) => vec![Contact, Company, Deal, Matter],
        _ => vec![Company, Deal, Matter, Contact],
    }
}

/// Two or three plain words without a sign of a firm.
fn looks_like_person(name: &str) -> bool {
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
