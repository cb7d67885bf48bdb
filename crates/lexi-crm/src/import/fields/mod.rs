//! The fields of each kind of record, and the names by which files call them.

mod happenings;
mod names;
mod people;

use std::str::FromStr;

use lexi_store::name_key;

use super::options::MatchBy;
use happenings::{ACTIVITY, HAPPENED, HAPPENING, NOTE, PARENTS, TASK};
use names::{COMPANY, DEAL, EVERYWHERE, Field, IGNORED, MATTER};
use people::{CONTACT, OWNER, USER};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    Contacts,
    Companies,
    Deals,
    Matters,
    Users,
    Notes,
    Tasks,
    Activities,
}

impl ImportKind {
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
            Self::Matters => "matters",
            Self::Users => "users",
            Self::Notes => "notes",
            Self::Tasks => "tasks",
            Self::Activities => "activities",
        }
    }

    /// The fields of which at least one must have a column.
    pub(super) const fn name_fields(self) -> &'static str {
        match self {
            Self::Contacts | Self::Users => "full_name, first_name, last_name, email",
            Self::Companies | Self::Deals | Self::Matters => "name",
            Self::Notes => "content, title",
            Self::Tasks => "title",
            Self::Activities => "title, description, type",
        }
    }

    pub(super) fn fields(self) -> impl Iterator<Item = &'static Field> {
        let (own, people): (&[Field], &[Field]) = match self {
            Self::Contacts => (CONTACT, OWNER),
            Self::Companies => (COMPANY, &[]),
            Self::Deals => (DEAL, OWNER),
            Self::Matters => (MATTER, &[]),
            Self::Users => (USER, &[]),
            Self::Notes => (NOTE, PARENTS),
            Self::Tasks => (TASK, PARENTS),
            Self::Activities => (ACTIVITY, PARENTS),
        };
        let everywhere: &[Field] = match self {
            Self::Contacts | Self::Companies | Self::Deals | Self::Matters => EVERYWHERE,
            Self::Users => &[],
            Self::Notes | Self::Tasks => HAPPENING,
            Self::Activities => HAPPENED,
        };
        own.iter().chain(people).chain(everywhere)
    }

    /// By what alone existing records can be found, where a person chooses.
    pub fn ways_to_match(self) -> &'static [MatchBy] {
        match self {
            Self::Contacts | Self::Users => &[MatchBy::Email, MatchBy::Name, MatchBy::ExternalId],
            Self::Companies | Self::Deals | Self::Matters => &[MatchBy::Name, MatchBy::ExternalId],
            Self::Notes | Self::Tasks | Self::Activities => &[MatchBy::ExternalId],
        }
    }

    /// Whether columns that no field takes are kept with the record.
    pub(super) const fn has_custom_fields(self) -> bool {
        !matches!(self, Self::Users | Self::Notes | Self::Tasks)
    }

    pub(super) fn field_named(self, name: &str) -> Option<&'static str> {
        self.recognise(name).map(|(field, _)| field)
    }

    /// The field that a column of this name fills, and how far down its name stands among those of the field.
    pub(super) fn recognise(self, header: &str) -> Option<(&'static str, usize)> {
        let whole = squeezed(header);
        let bare = header.split_once(" - ").filter(|(entity, _)| squeezed(entity) == self.entity());
        bare.and_then(|(_, rest)| self.rank_of(&squeezed(rest))).or_else(|| self.rank_of(&whole))
    }

    fn rank_of(self, key: &str) -> Option<(&'static str, usize)> {
        let position = |others: &[&str]| others.iter().position(|other| *other == key).map(|at| at + 1);
        let own = self.fields().find(|(field, _)| squeezed(field) == key);
        own.map(|(field, others)| (*field, position(others).unwrap_or_default()))
            .or_else(|| self.fields().find_map(|(field, others)| Some((*field, position(others)?))))
    }

    /// What Pipedrive calls such a record at the start of each column.
    const fn entity(self) -> &'static str {
        match self {
            Self::Contacts => "person",
            Self::Companies => "organization",
            Self::Deals => "deal",
            Self::Matters => "matter",
            Self::Users => "user",
            Self::Notes => "note",
            Self::Tasks => "task",
            Self::Activities => "activity",
        }
    }

    /// Whether a column carries nothing for a reader.
    pub(super) fn ignores(self, header: &str) -> bool {
        IGNORED.contains(&squeezed(header).as_str())
    }
}

impl FromStr for ImportKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "contacts" | "contact" => Ok(Self::Contacts),
            "companies" | "company" => Ok(Self::Companies),
            "deals" | "deal" => Ok(Self::Deals),
            "matters" | "matter" => Ok(Self::Matters),
            "users" | "user" => Ok(Self::Users),
            "notes" | "note" => Ok(Self::Notes),
            "tasks" | "task" => Ok(Self::Tasks),
            "activities" | "activity" => Ok(Self::Activities),
            other => Err(format!(
                "`{other}` cannot be imported; contacts, companies, deals, matters, users, notes, tasks and \
                 activities can"
            )),
        }
    }
}

/// The fields that name what a note, a task or an activity is about.
pub(super) fn parents() -> impl Iterator<Item = &'static str> {
    PARENTS.iter().map(|(field, _)| *field)
}

/// Case, blanks, underscores and punctuation make no difference to the name of a column.
pub(super) fn squeezed(name: &str) -> String {
    name_key(name).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_known_systems_are_recognised() {
        use ImportKind::{Activities, Companies, Contacts, Deals, Matters, Notes, Tasks, Users};
        for (kind, header, field) in [
            (Contacts, "Record ID", "external_id"),
            (Contacts, "Contact owner", "owner"),
            (Contacts, "Associated Company", "company_name"),
            (Contacts, "Associated Company IDs (Primary)", "company_external_id"),
            (Contacts, "AccountId", "company_external_id"),
            (Contacts, "Person - Email - Work", "email"),
            (Contacts, "Person - Email (Work)", "email"),
            (Contacts, "Person - Organization", "company_name"),
            (Companies, "Country/Region", "country"),
            (Companies, "Account ID", "external_id"),
            (Companies, "Organization - Name", "name"),
            (Companies, "Organization - Pipedrive System ID", "external_id"),
            (Deals, "StageName", "stage"),
            (Deals, "Probability (%)", "probability"),
            (Deals, "Opportunity Owner", "owner"),
            (Deals, "Deal - Title", "name"),
            (Deals, "Deal - Value", "estimated_value"),
            (Deals, "Deal - Stage (pipeline)", "stage"),
            (Deals, "Deal - Expected close date", "expected_close_date"),
            (Deals, "Deal - Won time", "won_date"),
            (Deals, "Close Date", "closed_date"),
            (Deals, "OwnerId", "owner_external_id"),
            (Deals, "Organization - Name", "company_name"),
            (Deals, "Account ID", "company_external_id"),
            (Matters, "Display Number", "number"),
            (Matters, "Responsible Attorney", "responsible"),
            (Users, "Username", "full_name"),
            (Notes, "Note body", "content"),
            (Notes, "ParentId", "about_external_id"),
            (Tasks, "WhatId", "about_external_id"),
            (Tasks, "ActivityDate", "due_date"),
            (Tasks, "Task title", "title"),
            (Activities, "Activity - Subject", "title"),
            (Activities, "Activity - Done", "done"),
            (Activities, "Call notes", "description"),
            (Activities, "StartDateTime", "created_date"),
        ] {
            assert_eq!(kind.field_named(header), Some(field), "{header}");
        }
    }

    #[test]
    fn an_id_of_another_kind_is_no_identity() {
        assert_eq!(ImportKind::Deals.field_named("Customer ID"), None);
        assert_eq!(ImportKind::Deals.field_named("Contact ID"), Some("contact_external_id"));
        assert_eq!(ImportKind::Contacts.field_named("Deal ID"), None);
    }
}
