//! What an import says afterwards.

use serde::Serialize;

/// Errors beyond this number are counted, not kept.
pub const ERRORS_MAX: usize = 10_000;
const VALUE_CHARS_MAX: usize = 80;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    pub dry_run: bool,
    /// Rows below the header: the sum of created, updated, unchanged, skipped and failed.
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Rows without any value.
    pub skipped: u64,
    /// Rows of which nothing was written; `errors` says why.
    pub failed: u64,
    pub created_users: u64,
    pub created_companies: u64,
    /// Contacts that deals and matters name and that did not exist.
    pub created_contacts: u64,
    pub errors: Vec<RowError>,
    pub errors_more: u64,
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

/// How a column was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnUse {
    pub column: String,
    /// A field of the record, `custom.<key>` or `ignore`.
    pub field: String,
    /// Whether `--map` said so.
    pub mapped: bool,
}

impl ImportReport {
    pub(super) fn fail(&mut self, errors: Vec<RowError>) {
        self.failed += 1;
        for mut error in errors {
            if self.errors.len() < ERRORS_MAX {
                error.value = error.value.map(shorten);
                self.errors.push(error);
            } else {
                self.errors_more += 1;
            }
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

    #[test]
    fn errors_are_bounded_in_number_and_length() {
        let error = RowError { line: 2, column: None, value: Some("ä".repeat(500)), reason: String::new() };
        let mut report = ImportReport::default();
        for _ in 0..ERRORS_MAX + 5 {
            report.fail(vec![error.clone()]);
        }
        assert_eq!((report.errors.len(), report.errors_more), (ERRORS_MAX, 5));
        assert_eq!(report.errors[0].value.as_deref().unwrap().chars().count(), VALUE_CHARS_MAX);
        assert_eq!(shorten("ä".repeat(80)), "ä".repeat(80));
    }
}
