//! Records as they are shown.

use lexi_types::records::RecordType;

use super::super::schema::{
    Field, Shape, about, amount, choice, day, flag, integer_from, integer_of, list, map, must, object,
    or_null, text, time, uuid,
};

/// A record, with lists of others beside it.
pub(super) fn record(kind: RecordType, beside: Vec<(&'static str, Shape)>) -> Shape {
    let own = kind.fields().iter().map(|name| must(*name, field(kind, name)));
    let beside = beside.into_iter().map(|(name, shape)| super::super::schema::may(name, list(shape)));
    object(own.chain(beside).collect::<Vec<Field>>())
}

fn field(kind: RecordType, name: &str) -> Shape {
    match (kind, name) {
        (_, "id") => uuid(),
        (_, "created_date" | "updated_date") => time(),
        (_, "tags") => list(text()),
        (_, "custom_fields" | "metadata") => map(),
        (_, "is_pinned") => flag(),
        (RecordType::Contact, "full_name") | (_, "content") => text(),
        (RecordType::Company | RecordType::Deal | RecordType::Matter, "name") => text(),
        (RecordType::Note | RecordType::Task | RecordType::Activity, "title") | (_, "type") => text(),
        (RecordType::Contact, "priority") => or_null(about(integer_of(1, 3), "1 high, 2 medium, 3 low")),
        (RecordType::Task, "priority") => or_null(choice(&["low", "medium", "high"])),
        (RecordType::Deal, "status") => choice(&["active", "won", "lost"]),
        (RecordType::Matter, "status") => choice(&["open", "pending", "closed"]),
        (RecordType::Task, "status") => choice(&["open", "in_progress", "completed"]),
        (_, "note_type") => choice(&["general", "meeting", "call", "email", "other"]),
        (_, "estimated_value") => {
            or_null(about(amount(), "In major units of the currency, at most two decimals"))
        }
        (_, "currency") => about(text(), "ISO 4217"),
        (_, "probability") => or_null(about(integer_of(0, 100), "Percent")),
        (_, name) if name.ends_with("_id") => or_null(uuid()),
        (_, name) if name.ends_with("_date") => or_null(day()),
        _ => or_null(text()),
    }
}

pub(super) fn pipeline() -> Shape {
    let stage = object([
        must("id", uuid()),
        must("name", text()),
        must("stage_type", choice(&["open", "won", "lost"])),
        must("sort_order", integer_from(0)),
        must("probability", about(integer_of(0, 100), "Percent")),
    ]);
    object([must("id", uuid()), must("name", text()), must("stages", list(stage))])
}

pub(super) fn user() -> Shape {
    object([must("id", uuid()), must("full_name", text()), must("email", or_null(text()))])
}
