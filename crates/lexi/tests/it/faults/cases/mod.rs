//! The lines of the table, by what goes wrong.

mod breaks;
mod endless;
mod shapes;
mod statuses;
mod tools;
mod words;

use super::case::Case;

pub(super) fn all() -> Vec<Case> {
    [
        shapes::cases(),
        breaks::cases(),
        statuses::cases(),
        statuses::pauses(),
        statuses::in_streams(),
        endless::cases(),
        words::cases(),
        tools::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
