//! The words that a workspace itself uses: its statuses, industries, tags, custom fields. Each list has at most
//! [`WORDS_MAX`] entries.

use lexi_types::WorkspaceId;
use lexi_types::records::RecordType;

use crate::db::{Row, Tx, Value};
use crate::{Result, dialect};

/// More than any vocabulary has; a bound on the work of one question all the same.
pub const WORDS_MAX: usize = 20_000;

/// The different values of a text column.
pub async fn distinct(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    column: &'static str,
) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT DISTINCT {column} FROM {} WHERE workspace_id = $1 AND {column} IS NOT NULL \
         ORDER BY {column} LIMIT {WORDS_MAX}",
        kind.plural()
    );
    strings(&tx.rows(&sql, &[workspace.into()]).await?)
}

/// The different tags of the records of this type.
pub async fn tags(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType) -> Result<Vec<String>> {
    let (table, each) = (kind.plural(), dialect::each_tag(kind.plural()));
    let sql = format!(
        "SELECT DISTINCT CAST(tag.value AS TEXT) FROM {table}, {each} WHERE {table}.workspace_id = $1 \
         ORDER BY 1 LIMIT {WORDS_MAX}"
    );
    strings(&tx.rows(&sql, &[workspace.into()]).await?)
}

/// The names of the custom fields that the records of this type have.
pub async fn custom_names(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType) -> Result<Vec<String>> {
    let (table, each) = (kind.plural(), dialect::each_custom_field(kind.plural()));
    let sql = format!(
        "SELECT DISTINCT custom.key FROM {table}, {each} WHERE {table}.workspace_id = $1 ORDER BY 1 LIMIT {WORDS_MAX}"
    );
    strings(&tx.rows(&sql, &[workspace.into()]).await?)
}

/// The different values, as text, of the custom fields of these names.
pub async fn custom_values(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    names: &[String],
) -> Result<Vec<String>> {
    let mut params: Vec<Value> = vec![workspace.into()];
    let mut list = Vec::with_capacity(names.len());
    for name in names {
        params.push(name.into());
        list.push(format!("${}", params.len()));
    }
    let (table, each, text) =
        (kind.plural(), dialect::each_custom_field(kind.plural()), dialect::CUSTOM_TEXT);
    let sql = format!(
        "SELECT DISTINCT {text} FROM {table}, {each} WHERE {table}.workspace_id = $1 AND custom.key IN ({}) \
         AND custom.value IS NOT NULL ORDER BY 1 LIMIT {WORDS_MAX}",
        list.join(", ")
    );
    strings(&tx.rows(&sql, &params).await?)
}

fn strings(rows: &[Row]) -> Result<Vec<String>> {
    rows.iter().map(|row| row.string(0)).collect()
}

/// How many of the newest records are read for the words in use: whoever asks for them waits for it.
const RECENT_MAX: usize = 2_000;

fn recent(kind: RecordType, columns: &str) -> String {
    let table = kind.plural();
    format!(
        "(SELECT {columns} FROM {table} WHERE workspace_id = $1 ORDER BY id DESC LIMIT {RECENT_MAX}) AS recent"
    )
}

/// The different values of a text column in the newest records.
pub async fn recent_values(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    column: &'static str,
) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT DISTINCT {column} FROM {} WHERE {column} IS NOT NULL ORDER BY 1",
        recent(kind, column)
    );
    strings(&tx.rows(&sql, &[workspace.into()]).await?)
}

/// The different tags of the newest records.
pub async fn recent_tags(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType) -> Result<Vec<String>> {
    let (from, each) = (recent(kind, "tags"), dialect::each_tag("recent"));
    let sql = format!("SELECT DISTINCT CAST(tag.value AS TEXT) FROM {from}, {each} ORDER BY 1");
    strings(&tx.rows(&sql, &[workspace.into()]).await?)
}

/// The custom fields of the newest records: names with their different values, in the order of both.
pub async fn recent_custom(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
) -> Result<Vec<(String, String)>> {
    let (from, each, text) =
        (recent(kind, "custom_fields"), dialect::each_custom_field("recent"), dialect::CUSTOM_TEXT);
    let sql = format!(
        "SELECT DISTINCT custom.key, {text} FROM {from}, {each} WHERE custom.value IS NOT NULL \
         ORDER BY 1, 2 LIMIT {WORDS_MAX}"
    );
    let rows = tx.rows(&sql, &[workspace.into()]).await?;
    rows.iter().map(|row| Ok((row.string(0)?, row.string(1)?))).collect()
}
