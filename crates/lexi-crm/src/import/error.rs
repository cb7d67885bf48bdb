//! Why a whole file is refused. What is wrong with a single row stands in the report instead.

use lexi_store::StoreError;

use super::fields::ImportKind;
use super::options::MatchBy;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("cannot read the file: {0}")]
    Read(#[from] std::io::Error),
    #[error("the file is empty: the first line must name the columns")]
    Empty,
    #[error(
        "line {line} holds a byte at column {column} that stands in no text (a NUL or the like): is this a spreadsheet? Save \
         it as \"CSV UTF-8\" and import that"
    )]
    NoText { line: u64, column: u64 },
    #[error("a quotation mark in the header is never closed: the first line must name the columns")]
    HeaderUnclosed,
    #[error(
        "the header holds bytes that are not UTF-8, as the rest of the file is: save the file as \"CSV UTF-8\""
    )]
    HeaderGarbled,
    #[error("this is {what}; {advice}")]
    NotCsv { what: &'static str, advice: &'static str },
    #[error("the header is too large: the first line must name the columns")]
    HeaderTooLarge,
    #[error(
        "no column names the {}: one of {} is needed (or --map \"Column=field\"); the file has {found}{}",
        kind.plural(), kind.name_fields(), separators(found)
    )]
    NoName { kind: ImportKind, found: String },
    #[error("--map names a column `{column}` that is not in the file; the file has {found}")]
    UnknownColumn { column: String, found: String },
    #[error("--map gives column `{column}` a custom field without a name: write custom.<name>")]
    NamelessField { column: String },
    #[error("--map names an unknown field `{field}`; {} have {valid} and ignore", kind.plural())]
    UnknownField { kind: ImportKind, field: String, valid: String },
    #[error("--map gives `{field}` to more than one column")]
    DoubledField { field: String },
    #[error(
        "the dates in column `{column}`, such as `{example}`, can be read as day/month and as month/day: say which with \
         --dates us (month first) or --dates european (day first)"
    )]
    AmbiguousDates { column: String, example: String },
    #[error(
        "the dates in column `{column}`, such as `{example}` in line {line}, do not stand in the order that this system \
         writes: say in which order they stand with --dates us (month first) or --dates european (day first)"
    )]
    OtherDates { column: String, example: String, line: u64 },
    #[error("the store failed; {rows} rows are done, and a second run will not double them: {source}")]
    Store { rows: u64, source: StoreError },
    #[error("the list of the rows that are left out cannot be written: {0}")]
    Report(std::io::Error),
    #[error("{} cannot be matched by {way}: use --match {use_instead}, or leave --match out", kind.plural())]
    NoSuchMatch { kind: ImportKind, way: MatchBy, use_instead: String },
    #[error("the import was interrupted")]
    Interrupted,
}

/// A file that seems to have one column may have others.
fn separators(found: &str) -> &'static str {
    if found.contains("`, `") {
        ""
    } else {
        ": if these are several columns, separate them with commas, semicolons or tabs, or write sep=| above them"
    }
}
