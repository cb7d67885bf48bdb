//! Requests to write. A request is understood only as a whole: `lexicon/orders.rs` has the wordings, `pattern` lays them
//! over the message, and what stands in their places is read strictly (`named`, `many`, `values`), with nothing left over
//! and no typing error guessed at. `plan` looks the records up and then asks for one write of all of them; `answer` words
//! what came of it.

mod answer;
mod content;
mod many;
mod named;
mod pattern;
mod plan;
mod read;
mod slot;
mod tail;
mod values;

pub(super) use answer::{not_a_request, without};
pub(super) use plan::{Step, next};
pub(super) use read::read;

use lexi_types::RecordId;
use lexi_types::records::RecordType;

use super::plan::Arguments;
use super::question::Question;
use crate::ModelRequest;

/// The tools that write.
const TOOLS: &[&str] = &[
    "contacts.create",
    "contacts.update",
    "contacts.delete",
    "companies.create",
    "deals.create",
    "deals.update",
    "notes.create",
    "tasks.create",
    "tasks.complete",
    "activities.log",
];

/// What a message that asks for something to be written comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading {
    Order(Box<Order>),
    /// It was understood, and why nothing is written all the same.
    Refused(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    pub act: Act,
    pub target: Target,
    /// In words, behind "I have proposed to": what stands before the record and what behind it: "set the status of", "to
    /// Qualified".
    pub told: (String, String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// What is to be set, for each type of record that it can be set of; the likeliest first.
    Update(Vec<(RecordType, Set)>),
    Delete,
    Complete,
    Create(Create),
}

/// The values that fields are to have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Set {
    pub fields: Arguments,
    /// Added to those that a record has.
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Create {
    pub kind: RecordType,
    pub tool: &'static str,
    pub fields: Arguments,
    /// The records that it hangs on, each with the types that it may be of.
    pub parents: Vec<Named>,
    /// Whether there may be one of its name already.
    pub may_exist: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// Of what is made there is none.
    New,
    One(Named),
    /// Shown on the page.
    This(RecordType, RecordId),
    Many(Box<Question>),
    /// A task by its title.
    Task(String),
}

/// A record as the message names it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub text: String,
    /// What it may be, the likeliest first.
    pub kinds: Vec<RecordType>,
    /// Where the page shows it.
    pub id: Option<RecordId>,
}

/// Whether anything could be written at all, or is only lacking a scope: without that nobody need know that it could.
pub(super) fn is_offered(request: &ModelRequest) -> bool {
    TOOLS.iter().any(|name| {
        request.tools.iter().any(|tool| tool.name == *name)
            || request.briefing.missing.iter().any(|(tool, _)| tool == name)
    })
}
