//! Whether and when a deal of a row was closed.

use lexi_store::name_key;
use lexi_types::Date;

use super::cells::Cells;
use super::values::Parsed;

/// When a deal was closed, or will be.
#[derive(Debug)]
pub(super) struct Closed {
    date: Option<Date>,
    won: Option<Date>,
    lost: Option<Date>,
    expected: Option<Date>,
}

impl Closed {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            date: cells.main_date("closed_date"),
            won: cells.main_date("won_date"),
            lost: cells.main_date("lost_date"),
            expected: cells.main_date("expected_close_date"),
        }
    }

    /// The day on which a deal of this status was closed. An open deal has none: what a file calls its close date is
    /// when it is expected to close.
    pub(super) fn on(&self, status: &str) -> Option<Date> {
        match status {
            "won" => self.date.or(self.won),
            "lost" => self.date.or(self.lost),
            _ => None,
        }
    }

    pub(super) fn expected(&self, status: &str) -> Option<Date> {
        self.expected.or(self.date.filter(|_| status == "active"))
    }
}

/// Columns of yes and no that say how deals of a stage ended.
pub(super) fn outcome(cells: &Cells<'_>) -> Option<&'static str> {
    match (cells.flag("is_won"), cells.flag("is_lost"), cells.flag("is_closed")) {
        (Some(true), _, _) => Some("won"),
        (_, Some(true), _) | (Some(false), _, Some(true)) => Some("lost"),
        (_, _, Some(false)) | (Some(false), Some(false), None) => Some("open"),
        _ => None,
    }
}

pub(super) fn status(text: &str) -> Parsed<String> {
    let status = match name_key(text).as_str() {
        "active" | "open" | "in progress" => "active",
        "won" | "closed won" | "closedwon" => "won",
        "lost" | "closed lost" | "closedlost" => "lost",
        _ => {
            return Err(
                "is not a status: active, won and lost are; a column of stages can be mapped to stage"
                    .to_owned(),
            );
        }
    };
    Ok(status.to_owned())
}
