//! The orders of lists.

use lexi_types::records::RecordType;

use crate::Sight;
use crate::links::last_activity;

/// The order of a list. Ties are broken by id, so that pages never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Newest,
    Oldest,
    Updated,
    Name,
    HighestValue,
    LowestValue,
    FirstDue,
    Number,
    LikeliestFirst,
    LastClosed,
    FirstClosed,
    LastOpened,
    FirstOpened,
    FollowUp,
    /// What has heard of nobody for the longest time first.
    LeastActive,
    /// By a column that somebody chose, what has no value last. It goes before how well a record fits the words searched for.
    By(&'static str, Way),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

/// Columns that always hold something.
const FILLED: &[&str] = &["created_date", "updated_date", "name_key", "status"];

impl Order {
    pub(crate) fn sql(self, sight: Sight, kind: RecordType) -> String {
        let order = match self {
            Self::Newest => "created_date DESC, id DESC",
            Self::Oldest => "created_date, id",
            Self::Updated => "updated_date DESC, id DESC",
            Self::Name => "name_key, id",
            Self::HighestValue => "estimated_value IS NULL, estimated_value DESC, id",
            Self::LowestValue => "estimated_value IS NULL, estimated_value, id",
            Self::FirstDue => "due_date IS NULL, due_date, id",
            Self::Number => "number IS NULL, number, id",
            Self::LikeliestFirst => "probability IS NULL, probability DESC, id",
            Self::LastClosed => match kind {
                RecordType::Matter => "close_date IS NULL, close_date DESC, id",
                _ => "closed_date IS NULL, closed_date DESC, id",
            },
            Self::FirstClosed => match kind {
                RecordType::Matter => "close_date IS NULL, close_date, id",
                _ => "closed_date IS NULL, closed_date, id",
            },
            Self::LastOpened => "open_date IS NULL, open_date DESC, id",
            Self::FirstOpened => "open_date IS NULL, open_date, id",
            Self::FollowUp => "next_follow_up_date IS NULL, next_follow_up_date, id",
            Self::LeastActive => return format!("{}, id", last_activity(sight, kind)),
            Self::By(column, way) => {
                let way = if way == Way::Down { " DESC" } else { "" };
                let empty =
                    if FILLED.contains(&column) { String::new() } else { format!("{column} IS NULL, ") };
                return format!("{empty}{column}{way}, id{way}");
            }
        };
        order.to_owned()
    }
}
