//! What an import says afterwards.

use std::collections::BTreeMap;

use serde::Serialize;

/// So many refusals are kept in a report; all of them are told to whoever watches.
pub const ERRORS_KEPT: usize = 100;
/// Different notices beyond this number are dropped: a file has only so many columns.
const NOTICES_MAX: usize = 200;
const VALUE_CHARS_MAX: usize = 80;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    pub dry_run: bool,
    /// Rows below the header: the sum of created, updated, unchanged, skipped, set aside and failed.
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Rows without any value.
    pub skipped: u64,
    /// Rows that are no records, such as totals, footers and what was deleted; `notices` says which.
    pub set_aside: u64,
    /// Rows of which nothing was written; `errors` says why.
    pub failed: u64,
    pub created_users: u64,
    pub created_companies: u64,
    /// Contacts that deals and matters name and that did not exist.
    pub created_contacts: u64,
    pub errors: Vec<RowError>,
    pub errors_more: u64,
    /// What was assumed, rounded or left empty, once for each column and reason.
    pub notices: Vec<Notice>,
    pub columns: Vec<ColumnUse>,
    /// How the bytes of the file were read: UTF-8, UTF-16LE, UTF-16BE or windows-1252.
    pub encoding: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The line of the file on which the row begins; the header is usually line 1.
    pub line: u64,
    pub column: Option<String>,
    pub value: Option<String>,
    pub reason: String,
}

/// Something that rows have in common and that was not refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub column: Option<String>,
    pub reason: String,
    pub rows: u64,
    /// The first of these rows, and its value.
    pub line: u64,
    pub value: Option<String>,
}

/// How a column was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnUse {
    pub column: String,
    /// A field of the record, `custom.<key>` or `ignore`.
    pub field: String,
    /// Whether `--map` said so.
    pub mapped: bool,
}

/// The report while it grows.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) report: ImportReport,
    /// Refusals that nobody has been told yet: those of a batch at most.
    pub(super) untold: Vec<RowError>,
    /// Of each column of which nothing is made, the first value.
    pub(super) untaken: BTreeMap<usize, Notice>,
}

impl Tally {
    /// Counts one row that is left out, for all these reasons.
    pub(super) fn fail(&mut self, errors: Vec<RowError>) {
        self.report.failed += 1;
        for mut error in errors {
            error.value = error.value.map(shorten);
            if self.report.errors.len() < ERRORS_KEPT {
                self.report.errors.push(error.clone());
            } else {
                self.report.errors_more += 1;
            }
            self.untold.push(error);
        }
    }

    pub(super) fn set_aside(&mut self, line: u64, reason: &str) {
        self.report.set_aside += 1;
        self.note(RowError { line, column: None, value: None, reason: reason.to_owned() });
    }

    /// Notes that nothing is made of a value.
    pub(super) fn leave(&mut self, index: usize, line: u64, column: &str, value: &str, reason: &str) {
        let notice = self.untaken.entry(index).or_insert_with(|| Notice {
            column: Some(column.to_owned()),
            reason: reason.to_owned(),
            rows: 0,
            line,
            value: Some(shorten(value.to_owned())),
        });
        notice.rows += 1;
    }

    /// The report when everything is read.
    pub(super) fn finish(mut self) -> ImportReport {
        self.report.notices.extend(std::mem::take(&mut self.untaken).into_values().take(NOTICES_MAX));
        self.report
    }

    pub(super) fn note(&mut self, about: RowError) {
        let notices = &mut self.report.notices;
        let same = |notice: &Notice| notice.column == about.column && notice.reason == about.reason;
        if let Some(at) = notices.iter().position(same) {
            notices.iter_mut().skip(at).take(1).for_each(|notice| notice.rows += 1);
        } else if notices.len() < NOTICES_MAX {
            notices.push(Notice {
                column: about.column,
                reason: about.reason,
                rows: 1,
                line: about.line,
                value: about.value.map(shorten),
            });
        }
    }
}

fn shorten(value: String) -> String {
    match value.char_indices().nth(VALUE_CHARS_MAX) {
        None => value,
        Some(_) => value.chars().take(VALUE_CHARS_MAX - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(value: &str) -> RowError {
        let value = Some(value.to_owned());
        RowError { line: 2, column: None, value, reason: "is odd".to_owned() }
    }

    #[test]
    fn errors_are_bounded_in_number_and_length_and_all_are_told() {
        let mut tally = Tally::default();
        for _ in 0..ERRORS_KEPT + 5 {
            tally.fail(vec![about(&"ä".repeat(500))]);
        }
        assert_eq!((tally.report.errors.len(), tally.report.errors_more), (ERRORS_KEPT, 5));
        assert_eq!(tally.untold.len(), ERRORS_KEPT + 5);
        assert_eq!(tally.report.errors[0].value.as_deref().unwrap().chars().count(), VALUE_CHARS_MAX);
        assert_eq!(shorten("ä".repeat(80)), "ä".repeat(80));
    }

    #[test]
    fn what_rows_have_in_common_is_noted_once() {
        let mut tally = Tally::default();
        tally.note(about("a"));
        tally.note(about("b"));
        let [notice] = tally.report.notices.as_slice() else { panic!("{tally:?}") };
        assert_eq!((notice.rows, notice.value.as_deref()), (2, Some("a")));
    }
}
