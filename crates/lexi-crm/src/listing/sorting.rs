//! By what lists can be sorted.

use lexi_store::{Order, Way};
use lexi_types::records::RecordType;

use crate::CrmError;

/// Each name with its column.
type Sorts = &'static [(&'static str, &'static str)];

const fn sorts(kind: RecordType) -> Sorts {
    match kind {
        RecordType::Contact => &[
            ("created_date", "created_date"),
            ("updated_date", "updated_date"),
            ("full_name", "name_key"),
            ("last_name", "last_name"),
            ("company_name", "company_key"),
            ("priority", "priority"),
            ("status", "status"),
            ("next_follow_up_date", "next_follow_up_date"),
        ],
        RecordType::Company => &[
            ("created_date", "created_date"),
            ("updated_date", "updated_date"),
            ("name", "name_key"),
            ("industry", "industry"),
            ("city", "city"),
            ("country", "country"),
        ],
        RecordType::Deal => &[
            ("created_date", "created_date"),
            ("updated_date", "updated_date"),
            ("name", "name_key"),
            ("estimated_value", "estimated_value"),
            ("probability", "probability"),
            ("stage", "stage"),
            ("status", "status"),
            ("closed_date", "closed_date"),
            ("next_follow_up_date", "next_follow_up_date"),
        ],
        RecordType::Matter => &[
            ("created_date", "created_date"),
            ("updated_date", "updated_date"),
            ("name", "name_key"),
            ("number", "number"),
            ("status", "status"),
            ("practice_area", "practice_area"),
            ("open_date", "open_date"),
            ("close_date", "close_date"),
        ],
        RecordType::Note => &[
            ("created_date", "created_date"),
            ("updated_date", "updated_date"),
            ("title", "title"),
            ("note_type", "note_type"),
        ],
        RecordType::Task => &[
            ("created_date", "created_date"),
            ("updated_date", "updated_date"),
            ("title", "name_key"),
            ("due_date", "due_date"),
            ("status", "status"),
        ],
        RecordType::Activity => &[("created_date", "created_date"), ("title", "name_key"), ("type", "type")],
    }
}

/// What `sort` may name, each also with a `-` before it.
pub fn sort_names(kind: RecordType) -> impl Iterator<Item = &'static str> {
    let newer = [("created_date", "created_at"), ("updated_date", "updated_at")];
    let known = sorts(kind).iter().map(|(name, _)| *name);
    known.chain(
        newer.into_iter().filter(move |(name, _)| column(kind, name).is_some()).map(|(_, alias)| alias),
    )
}

/// The order that `sort` asks for: a field, upwards, or downwards with a `-` before it.
pub fn sort(kind: RecordType, text: &str) -> Result<Order, CrmError> {
    let (name, way) = text.strip_prefix('-').map_or((text, Way::Up), |name| (name, Way::Down));
    let name = match name {
        "created_at" => "created_date",
        "updated_at" => "updated_date",
        other => other,
    };
    let column = column(kind, name).ok_or_else(|| {
        let names: Vec<&str> = sort_names(kind).collect();
        CrmError::field(
            "sort",
            format!("must be one of {}, or one of them with a - before it", names.join(", ")),
        )
    })?;
    Ok(Order::By(column, way))
}

fn column(kind: RecordType, name: &str) -> Option<&'static str> {
    sorts(kind).iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_their_newer_names_are_sorts() {
        assert_eq!(sort(RecordType::Contact, "-created_at").unwrap(), Order::By("created_date", Way::Down));
        assert_eq!(sort(RecordType::Task, "due_date").unwrap(), Order::By("due_date", Way::Up));
        for wrong in ["", "-", "--name", "name; DROP TABLE contacts", "tags"] {
            let refused = sort(RecordType::Company, wrong).unwrap_err().to_string();
            assert!(refused.contains("created_date") && refused.contains("industry"), "{refused}");
        }
        assert!(!sort_names(RecordType::Activity).any(|name| name == "updated_at"));
    }
}
