//! How records refer to each other.

use lexi_types::records::RecordType;

use crate::{Sight, dialect};

/// How a record refers to another.
#[derive(Debug, Clone, Copy)]
pub enum Link {
    Column(&'static str),
    /// By `entity_type` and `entity_id`, as activities may.
    Entity,
    ColumnOrEntity(&'static str),
}

impl Link {
    /// For a `child` that refers to a record of this type.
    pub(crate) fn sql(self, kind: RecordType) -> String {
        let (table, name) = (kind.plural(), kind.as_str());
        match self {
            Self::Column(column) => format!("child.{column} = {table}.id"),
            Self::Entity => format!("child.entity_type = '{name}' AND child.entity_id = {table}.id"),
            Self::ColumnOrEntity(column) => format!(
                "(child.{column} = {table}.id OR child.entity_type = '{name}' AND child.entity_id = {table}.id)"
            ),
        }
    }
}

/// When somebody last wrote a note or did something about the record; else when it was made.
pub(crate) fn last_activity(sight: Sight, kind: RecordType) -> String {
    let table = kind.plural();
    let (note, activity) = touches(kind);
    let newest = |of: RecordType, link: Link| {
        format!(
            "COALESCE((SELECT MAX(child.created_date) FROM {} child WHERE child.workspace_id = $1 AND {}{}), 0)",
            of.plural(),
            link.sql(kind),
            sight.and_seen(of, "child")
        )
    };
    let (notes, activities) = (newest(RecordType::Note, note), newest(RecordType::Activity, activity));
    dialect::greatest(&[&format!("{table}.created_date"), &notes, &activities])
}

/// How notes and how activities refer to a record of this type.
pub const fn touches(kind: RecordType) -> (Link, Link) {
    match kind {
        RecordType::Contact => (Link::Column("contact_id"), Link::ColumnOrEntity("contact_id")),
        RecordType::Deal => (Link::Column("deal_id"), Link::ColumnOrEntity("deal_id")),
        RecordType::Matter => (Link::Column("matter_id"), Link::Entity),
        _ => (Link::Column("related_company_id"), Link::Entity),
    }
}
