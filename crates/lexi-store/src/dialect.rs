//! The few expressions that SQLite and PostgreSQL write differently. Everything else is one text for both.

/// The calendar units that a date can be cut to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    Day,
    /// ISO 8601: from Monday, `2026-W09`.
    Week,
    Month,
    Quarter,
    Year,
}

/// The day (`2026-11-03`) of a column that holds microseconds since 1970.
pub(crate) fn day_of_micros(column: &str) -> String {
    format!("strftime('%Y-%m-%d', {column} / 1000000, 'unixepoch')")
}

/// The unit (`2026-11`, `2026-Q4`) in which a day lies.
pub(crate) fn unit_of_day(day: &str, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Day => day.to_owned(),
        TimeUnit::Week => format!("strftime('%G-W%V', {day})"),
        TimeUnit::Month => format!("SUBSTR({day}, 1, 7)"),
        TimeUnit::Quarter => {
            format!("SUBSTR({day}, 1, 4) || '-Q' || ((CAST(SUBSTR({day}, 6, 2) AS INTEGER) + 2) / 3)")
        }
        TimeUnit::Year => format!("SUBSTR({day}, 1, 4)"),
    }
}

/// Whole days from one day to another.
pub(crate) fn days_between(from: &str, to: &str) -> String {
    format!("CAST(julianday({to}) - julianday({from}) AS INTEGER)")
}

/// The order, such that no index gives it: the planner is to choose an index for the filter.
pub(crate) fn by_sorting(order: &str) -> String {
    let column = order.starts_with(|c: char| c.is_ascii_lowercase() || c == '"');
    if column { format!("+{order}") } else { order.to_owned() }
}

/// The greatest of several values.
pub(crate) fn greatest(values: &[&str]) -> String {
    format!("MAX({})", values.join(", "))
}

/// One row per custom field, with `custom.key` and `custom.value`, for a `FROM` that names the table first.
pub(crate) fn each_custom_field(table: &str) -> String {
    format!("json_each({table}.custom_fields) AS custom")
}

/// The value of a custom field as people write it; SQLite has no truth values of its own and gives 1 and 0.
pub(crate) const CUSTOM_TEXT: &str =
    "CASE custom.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(custom.value AS TEXT) END";

/// The text folded as [`crate::word_key`] folds it. Each driver gives the engine this function.
pub(crate) fn word_key(text: &str) -> String {
    format!("word_key({text})")
}

/// One row per tag, in `tag.value`, for a `FROM` that names the table first.
pub(crate) fn each_tag(table: &str) -> String {
    format!("json_each({table}.tags) AS tag")
}
