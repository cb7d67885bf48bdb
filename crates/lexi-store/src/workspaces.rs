//! Workspaces: the tenants. Names are unique on one installation, so that the command line can use them.

use lexi_types::{Timestamp, WorkspaceId};

use crate::db::{Tx, statements};
use crate::{Result, StoreError};

statements! {
    INSERT = "INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)";
    INSERT_ACCOUNT = "INSERT INTO credit_accounts (workspace_id, balance, held, last_hold) VALUES ($1, 0, 0, 0)";
    BY_NAME = "SELECT id, name, created_at FROM workspaces WHERE name = $1 OR id = $1";
    BY_ID = "SELECT id, name, created_at FROM workspaces WHERE id = $1";
    ALL = "SELECT id, name, created_at FROM workspaces ORDER BY name";
    LATEST = "SELECT max(at) FROM (SELECT max(started_at) AS at FROM runs UNION ALL
        SELECT max(created_at) FROM credit_ledger UNION ALL SELECT max(created_at) FROM workspaces) AS times";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    pub created_at: Timestamp,
}

fn read(row: &crate::Row) -> Result<Workspace> {
    Ok(Workspace { id: row.parse(0)?, name: row.string(1)?, created_at: row.time(2)? })
}

/// Makes a workspace with an empty credit account; `None` when the name is taken.
pub async fn create(tx: &mut Tx<'_>, name: &str, now: Timestamp) -> Result<Option<Workspace>> {
    let workspace = Workspace { id: WorkspaceId::new(), name: name.to_owned(), created_at: now };
    match tx.execute(INSERT, &[workspace.id.into(), name.into(), now.into()]).await {
        Ok(_) => {}
        Err(StoreError::Constraint(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    tx.execute(INSERT_ACCOUNT, &[workspace.id.into()]).await?;
    Ok(Some(workspace))
}

/// By name, or by id where that is what was given.
pub async fn find(tx: &mut Tx<'_>, name_or_id: &str) -> Result<Option<Workspace>> {
    tx.row(BY_NAME, &[name_or_id.into()]).await?.as_ref().map(read).transpose()
}

pub async fn get(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Option<Workspace>> {
    tx.row(BY_ID, &[workspace.into()]).await?.as_ref().map(read).transpose()
}

pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    tx.rows(ALL, &[]).await?.iter().map(read).collect()
}

/// The latest moment that the database has written down, whichever workspace it was in: a clock that is behind it is wrong.
pub async fn latest(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let row = tx.row(LATEST, &[]).await?;
    row.map(|row| row.opt_time(0)).transpose().map(Option::flatten)
}
