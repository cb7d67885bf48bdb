//! What an answer may rest on: the records that this run's tools gave, and the figures in them.

use std::sync::Arc;

use lexi_types::{Date, Grounding, RecordId, RecordRef};
use serde_json::Value;

use crate::grounding::Evidence;
use crate::links::LinkFilter;

#[derive(Debug, Default)]
pub(crate) struct Support {
    links: LinkFilter,
    question: String,
    today: Option<Date>,
    /// Read for figures only when there is an answer: nobody waits for that.
    given: Vec<Arc<Value>>,
}

/// What the fields of records call other records.
const REFERENCES: &[(&str, &str)] = &[
    ("contact_id", "contact"),
    ("main_contact_id", "contact"),
    ("client_contact_id", "contact"),
    ("company_id", "company"),
    ("related_company_id", "company"),
    ("client_company_id", "company"),
    ("deal_id", "deal"),
    ("matter_id", "matter"),
];

const KINDS: &[(&str, &str)] = &[
    ("contact", "contacts"),
    ("company", "companies"),
    ("deal", "deals"),
    ("matter", "matters"),
    ("note", "notes"),
    ("task", "tasks"),
    ("activity", "activities"),
];

impl Support {
    /// The question, and the day on which it is asked.
    pub(crate) fn asked(&mut self, question: &str, today: Date) {
        question.clone_into(&mut self.question);
        self.today = Some(today);
    }

    /// A tool's result, or the records of the page.
    pub(crate) fn given(&mut self, result: &Arc<Value>, records: &[RecordRef]) {
        self.given.push(Arc::clone(result));
        for record in records {
            self.links.allow(&record.kind, record.id);
        }
        self.records_in(result, None);
    }

    /// The list of records that a tool names may be shorter than its result.
    fn records_in(&mut self, value: &Value, kind: Option<&'static str>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.records_in(item, kind)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let named =
                        KINDS.iter().find(|(one, many)| key == one || key == many).map(|(one, _)| *one);
                    let refers = REFERENCES.iter().find(|(field, _)| key == field).map(|(_, kind)| *kind);
                    let of = if key == "id" { kind } else { refers };
                    if let (Some(kind), Some(id)) = (of, value.as_str().and_then(|id| id.parse().ok())) {
                        let id: RecordId = id;
                        self.links.allow(kind, id);
                    }
                    self.records_in(value, named);
                }
            }
            _ => {}
        }
    }

    /// The next piece of the answer without links to records that nothing gave. A beginning link is held back.
    pub(crate) fn link_only_what_was_given(&mut self, delta: &str) -> String {
        self.links.push(delta)
    }

    /// What was held back.
    pub(crate) fn rest(&mut self) -> String {
        self.links.finish()
    }

    pub(crate) fn links_removed(&self) -> u64 {
        self.links.removed()
    }

    /// The figures of an answer, and those that nothing supports.
    pub(crate) fn grounding(&self, answer: &str) -> Grounding {
        // Figures have digits, whatever else they have.
        if !answer.contains(char::is_numeric) {
            return Grounding::default();
        }
        let mut evidence = Evidence::default();
        self.given.iter().for_each(|result| evidence.add_json(result));
        evidence.add_text(&self.question);
        if let Some(today) = self.today {
            evidence.today(today);
        }
        evidence.check(answer)
    }
}
