//! What a question file's own statement says the answer is: someone else's SELECT, on a read-only connection.

use lexi_types::{Date, WorkspaceId};

use crate::db::{Row, Tx, Value, statements};
use crate::{Result, StoreError};

statements! {
    CONTACTS = "SELECT full_name FROM contacts WHERE workspace_id = $1";
    COMPANIES = "SELECT name FROM companies WHERE workspace_id = $1";
    DEALS = "SELECT name FROM deals WHERE workspace_id = $1";
    MATTERS = "SELECT name FROM matters WHERE workspace_id = $1";
    TASKS = "SELECT title FROM tasks WHERE workspace_id = $1";
}

/// The rows of one SELECT with `$1` the workspace and `$2` the day. Fractions must be given as text (`printf`).
pub async fn rows(tx: &mut Tx<'_>, sql: &str, workspace: WorkspaceId, today: Date) -> Result<Vec<Row>> {
    let text = sql.trim_start();
    let reads = ["select", "with"]
        .iter()
        .any(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if !reads {
        return Err(StoreError::Internal("the truth of a question must be one SELECT".to_owned()));
    }
    let mut params: Vec<Value> = Vec::new();
    if sql.contains("$1") {
        params.push(workspace.into());
        if sql.contains("$2") {
            params.push(today.into());
        }
    }
    tx.rows(sql, &params).await
}

/// The names of all records of a kind; `None` for a kind that has no names.
pub async fn names(tx: &mut Tx<'_>, kind: &str, workspace: WorkspaceId) -> Result<Option<Vec<String>>> {
    let sql = match kind {
        "contact" => CONTACTS,
        "company" => COMPANIES,
        "deal" => DEALS,
        "matter" => MATTERS,
        "task" => TASKS,
        _ => return Ok(None),
    };
    let rows = tx.rows(sql, &[workspace.into()]).await?;
    rows.iter().map(|row| row.string(0)).collect::<Result<_>>().map(Some)
}
