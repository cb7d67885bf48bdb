//! Notes, tasks and activities.

use lexi_types::records::RecordType;

use super::{
    COMPANY, CONTACT, CREATED, DEAL, Field, FieldKind, LEVELS, LONG, MATTER, NAME, Need, TAGS, WORD, field,
    required,
};
use crate::filter::{NOTE_TYPES, TASK_STATUSES};

pub(super) const NOTES: &[Field] = &[
    required("title", NAME),
    field("content", LONG).need(Need::Defaulted),
    field("note_type", FieldKind::Choice(NOTE_TYPES)).need(Need::Defaulted),
    field("is_pinned", FieldKind::Flag).need(Need::Defaulted),
    TAGS,
    CONTACT,
    COMPANY,
    DEAL,
    MATTER,
    CREATED,
];

pub(super) const TASKS: &[Field] = &[
    required("title", NAME),
    field("description", LONG),
    field("status", FieldKind::Choice(TASK_STATUSES)).need(Need::Kept),
    field("priority", FieldKind::Choice(LEVELS)),
    field("due_date", FieldKind::Date),
    field("assigned_to_user_id", FieldKind::User).aliases(&["assignee_id", "assignee", "assigned_to"]),
    CONTACT,
    COMPANY,
    DEAL,
    MATTER,
    CREATED,
];

/// What an activity may be about besides its contact and its deal.
const ENTITIES: &[&str] = &["contact", "company", "deal", "matter", "note", "task"];

pub(super) const ACTIVITIES: &[Field] = &[
    required("type", WORD).about("Such as call, email or meeting"),
    required("title", NAME),
    field("description", LONG),
    CONTACT,
    DEAL,
    field("entity_type", FieldKind::Choice(ENTITIES)),
    field("entity_id", FieldKind::Entity),
    field("company_id", FieldKind::EntityOf(RecordType::Company))
        .aliases(&["related_company_id", "company_name", "company"])
        .about("As entity_type and entity_id"),
    field("matter_id", FieldKind::EntityOf(RecordType::Matter))
        .aliases(&["matter_name", "matter"])
        .about("As entity_type and entity_id"),
    field("metadata", FieldKind::Metadata),
    CREATED,
];
