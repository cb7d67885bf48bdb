//! The few expressions that SQLite and PostgreSQL write differently. Everything else is one text for both.

/// The month (`2026-11`) of a column that holds microseconds since 1970.
pub(crate) fn month_of_micros(column: &str) -> String {
    format!("strftime('%Y-%m', {column} / 1000000, 'unixepoch')")
}

/// One row per custom field, with `custom.key` and `custom.value`, for a `FROM` that names the table first.
pub(crate) fn each_custom_field(table: &str) -> String {
    format!("json_each({table}.custom_fields) AS custom")
}

/// The value of a custom field as people write it; SQLite has no truth values of its own and gives 1 and 0.
pub(crate) const CUSTOM_TEXT: &str =
    "CASE custom.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(custom.value AS TEXT) END";

/// One row per tag, in `tag.value`, for a `FROM` that names the table first.
pub(crate) fn each_tag(table: &str) -> String {
    format!("json_each({table}.tags) AS tag")
}
