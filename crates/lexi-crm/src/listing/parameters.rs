//! What lists can be narrowed by: the names that fields have on the wire, and the filters of the tools under their own.

use lexi_types::records::RecordType;

use crate::filter::{Argument, Clock, Slot, arguments};

/// What a parameter does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// The id in a column.
    Id(&'static str),
    /// The text in a column.
    Text(&'static str),
    /// A day or a time, from which on.
    After(&'static str, Clock),
    /// A day or a time, before which.
    Before(&'static str, Clock),
    /// A filter of the tools, by the name that it has there.
    Filter(&'static Argument),
}

/// What a parameter looks like, for whoever describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    Id,
    /// A day or a time.
    Time,
    /// As [`lexi_types::Period`] reads it.
    Period,
    Amount,
    Whole,
    Flag,
}

#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub(super) takes: Takes,
}

impl Parameter {
    pub const fn shape(&self) -> Shape {
        match self.takes {
            Takes::Id(_) => Shape::Id,
            Takes::Text(_) => Shape::Text,
            Takes::After(..) | Takes::Before(..) => Shape::Time,
            Takes::Filter(argument) => match argument.slot {
                Slot::Period(..) | Slot::ExpectedClose => Shape::Period,
                Slot::LeastMoney(_) | Slot::MostMoney(_) => Shape::Amount,
                Slot::Least(_) | Slot::Most(_) | Slot::Inactive => Shape::Whole,
                Slot::Overdue | Slot::Flag(_) => Shape::Flag,
                _ => Shape::Text,
            },
        }
    }

    /// What it means, in a few words; empty where the name says it.
    pub const fn description(&self) -> &'static str {
        match self.takes {
            Takes::After(..) => "At this day or time, or later",
            Takes::Before(..) => "Before this day or time",
            Takes::Filter(argument) => argument.description,
            Takes::Id(_) | Takes::Text(_) => "",
        }
    }

    /// Several may be given, any of which will do.
    pub const fn is_repeated(&self) -> bool {
        match self.takes {
            Takes::Id(_) | Takes::Text(_) => true,
            Takes::After(..) | Takes::Before(..) => false,
            Takes::Filter(argument) => argument.slot.takes_values(),
        }
    }

    /// Whether a comma stands between values.
    pub(super) const fn has_commas(&self) -> bool {
        matches!(self.takes, Takes::Filter(Argument { slot: Slot::Tag, .. }))
    }
}

const fn id(name: &'static str, column: &'static str) -> Parameter {
    Parameter { name, takes: Takes::Id(column) }
}

const fn after(name: &'static str, column: &'static str, clock: Clock) -> Parameter {
    Parameter { name, takes: Takes::After(column, clock) }
}

const fn before(name: &'static str, column: &'static str, clock: Clock) -> Parameter {
    Parameter { name, takes: Takes::Before(column, clock) }
}

use Clock::{Day, Micros};

const CREATED: &[Parameter] =
    &[after("created_after", "created_date", Micros), before("created_before", "created_date", Micros)];
const UPDATED: &[Parameter] =
    &[after("updated_after", "updated_date", Micros), before("updated_before", "updated_date", Micros)];
const OWNER: &[Parameter] = &[id("owner_user_id", "owner_user_id"), id("owner_id", "owner_user_id")];
const COMPANY: &[Parameter] =
    &[id("company_id", "related_company_id"), id("related_company_id", "related_company_id")];
const PARENTS: &[Parameter] =
    &[id("contact_id", "contact_id"), id("deal_id", "deal_id"), id("matter_id", "matter_id")];

const OF_DEALS: &[Parameter] = &[
    id("contact_id", "main_contact_id"),
    id("main_contact_id", "main_contact_id"),
    id("matter_id", "matter_id"),
    after("closed_after", "closed_date", Day),
    before("closed_before", "closed_date", Day),
];
const OF_MATTERS: &[Parameter] = &[
    id("contact_id", "client_contact_id"),
    id("client_contact_id", "client_contact_id"),
    id("company_id", "client_company_id"),
    id("client_company_id", "client_company_id"),
    id("responsible_user_id", "responsible_user_id"),
    after("opened_after", "open_date", Day),
    before("opened_before", "open_date", Day),
    after("closed_after", "close_date", Day),
    before("closed_before", "close_date", Day),
];
const OF_TASKS: &[Parameter] = &[
    id("assigned_to_user_id", "assigned_to_user_id"),
    id("assignee_id", "assigned_to_user_id"),
    after("due_after", "due_date", Day),
    before("due_before", "due_date", Day),
];
const OF_ACTIVITIES: &[Parameter] = &[
    id("contact_id", "contact_id"),
    id("deal_id", "deal_id"),
    Parameter { name: "entity_type", takes: Takes::Text("entity_type") },
    id("entity_id", "entity_id"),
    id("created_by_user_id", "created_by_user_id"),
    id("user_id", "created_by_user_id"),
];

/// By the names of the fields.
const fn named(kind: RecordType) -> &'static [&'static [Parameter]] {
    match kind {
        RecordType::Contact => &[COMPANY, OWNER, CREATED, UPDATED],
        RecordType::Company => &[CREATED, UPDATED],
        RecordType::Deal => &[OF_DEALS, COMPANY, OWNER, CREATED, UPDATED],
        RecordType::Matter => &[OF_MATTERS, CREATED, UPDATED],
        RecordType::Note => &[PARENTS, COMPANY, CREATED, UPDATED],
        RecordType::Task => &[PARENTS, COMPANY, OF_TASKS, CREATED, UPDATED],
        RecordType::Activity => &[OF_ACTIVITIES, CREATED],
    }
}

/// Every parameter by which a list of this type is narrowed, but for `custom.<name>`.
pub fn parameters(kind: RecordType) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = named(kind).iter().copied().flatten().copied().collect();
    for argument in arguments(kind) {
        let takes = Takes::Filter(argument);
        let name = match argument.slot {
            Slot::Query => "search",
            Slot::Tag => "tags",
            Slot::Flag("is_pinned") => "is_pinned",
            // Said by the names of the fields.
            Slot::After(..) | Slot::Before(..) | Slot::Custom | Slot::CustomDates => continue,
            _ => argument.name,
        };
        all.push(Parameter { name, takes });
    }
    all
}

/// Other names of the same.
pub(super) fn known_as(name: &str) -> &str {
    match name {
        "query" => "search",
        "tag" => "tags",
        "pinned" => "is_pinned",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_parameter_means_two_things() {
        for kind in RecordType::ALL {
            let mut names: Vec<_> = parameters(kind).iter().map(|parameter| parameter.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{kind:?}: {names:?}");
            assert!(names.contains(&"search") && names.contains(&"created_after"), "{kind:?}");
        }
    }
}
