//! What an import prints for people.

use std::path::Path;

use lexi_crm::import::{ImportReport, UnusedFile};

use super::Done;

/// So many refused rows of a file are shown; the report file has all of them.
const ERRORS_SHOWN: usize = 5;
const TABLE: [&str; 9] =
    ["FILE", "HOLDS", "ROWS", "CREATED", "UPDATED", "UNCHANGED", "NO RECORD", "LEFT OUT", "NOTES"];

pub(super) fn of_file(done: &[Done], dry_run: bool, listed: Option<&Path>) -> String {
    let mut lines = Vec::new();
    for report in done.iter().filter_map(|done| done.outcome.as_ref().ok()) {
        for column in &report.columns {
            let how = if column.mapped { " (as mapped)" } else { "" };
            lines.push(format!("  {} -> {}{how}", column.column, column.field));
        }
        lines.push(format!(
            "{} {} rows: {} created, {} updated, {} unchanged, {} empty, {} no records, {} left out.",
            imported(dry_run),
            report.rows,
            report.created,
            report.updated,
            report.unchanged,
            report.skipped,
            report.set_aside,
            report.failed
        ));
        brought_along(report, &mut lines);
        details(report, "", &mut lines);
    }
    where_listed(listed, &mut lines);
    lines.join("\n")
}

pub(super) fn of_folder(
    done: &[Done],
    unused: &[UnusedFile],
    dry_run: bool,
    listed: Option<&Path>,
) -> String {
    let mut total = ImportReport::default();
    let mut rows = vec![TABLE.map(str::to_owned)];
    for done in done {
        if let Ok(report) = &done.outcome {
            rows.push(table_row(&name(&done.path), done.kind.plural(), report));
            add(&mut total, report);
        }
    }
    rows.push(table_row(imported(dry_run), "", &total));
    let mut lines = aligned(&rows);
    brought_along(&total, &mut lines);
    for done in done {
        match &done.outcome {
            Ok(report) => details(report, &format!("{}, ", name(&done.path)), &mut lines),
            Err(error) => lines.push(error.clone()),
        }
    }
    lines.extend(unused.iter().map(|file| format!("{}: not used, {}", name(&file.path), file.reason)));
    where_listed(listed, &mut lines);
    lines.join("\n")
}

const fn imported(dry_run: bool) -> &'static str {
    if dry_run { "Would import" } else { "Imported" }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn table_row(file: &str, holds: &str, report: &ImportReport) -> [String; 9] {
    let notes = report.notices.len() as u64;
    let counts = [
        report.rows,
        report.created,
        report.updated,
        report.unchanged,
        report.skipped + report.set_aside,
        report.failed,
        notes,
    ];
    let [a, b, c, d, e, f, g] = counts.map(|count| count.to_string());
    [file.to_owned(), holds.to_owned(), a, b, c, d, e, f, g]
}

fn add(total: &mut ImportReport, report: &ImportReport) {
    total.rows += report.rows;
    total.created += report.created;
    total.updated += report.updated;
    total.unchanged += report.unchanged;
    total.skipped += report.skipped;
    total.set_aside += report.set_aside;
    total.failed += report.failed;
    total.created_users += report.created_users;
    total.created_companies += report.created_companies;
    total.created_contacts += report.created_contacts;
    total.notices.extend_from_slice(&report.notices);
}

/// Words to the left, numbers to the right.
fn aligned(rows: &[[String; 9]]) -> Vec<String> {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let line = |row: &[String; 9]| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = width(column);
            if column < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect()
}

fn brought_along(report: &ImportReport, lines: &mut Vec<String>) {
    let linked = [
        (report.created_users, "user", "users"),
        (report.created_companies, "company", "companies"),
        (report.created_contacts, "contact", "contacts"),
    ];
    for (count, one, several) in linked.into_iter().filter(|(count, ..)| *count > 0) {
        let what = if count == 1 { one } else { several };
        lines.push(format!("  and {count} {what} that the rows name"));
    }
}

fn details(report: &ImportReport, file: &str, lines: &mut Vec<String>) {
    let column = |column: Option<&str>| column.map(|name| format!(", column {name}")).unwrap_or_default();
    let value = |value: Option<&str>| value.map(|value| format!(" `{value}`")).unwrap_or_default();
    if report.rows == 0 {
        lines.push(format!("  note: {file}there are no rows below the header"));
    }
    if !matches!(report.encoding.as_str(), "" | "UTF-8") {
        lines.push(format!("  note: {file}read as {}, as it is not UTF-8", report.encoding));
    }
    for notice in &report.notices {
        let count = match notice.rows {
            1 => String::new(),
            2 => " and 1 more row".to_owned(),
            rows => format!(" and {} more rows", rows - 1),
        };
        lines.push(format!(
            "  note: {file}line {}{count}{}{}: {}",
            notice.line,
            column(notice.column.as_deref()),
            value(notice.value.as_deref()),
            notice.reason
        ));
    }
    for error in report.errors.iter().take(ERRORS_SHOWN) {
        lines.push(format!(
            "  left out: {file}line {}{}{}: {}",
            error.line,
            column(error.column.as_deref()),
            value(error.value.as_deref()),
            error.reason
        ));
    }
    let more = report.errors.len().saturating_sub(ERRORS_SHOWN) as u64 + report.errors_more;
    if more > 0 {
        lines.push(format!("  left out: {file}{more} more"));
    }
}

fn where_listed(listed: Option<&Path>, lines: &mut Vec<String>) {
    if let Some(path) = listed {
        lines.push(format!("Everything that was left out or noted is listed in {}.", path.display()));
    }
}
