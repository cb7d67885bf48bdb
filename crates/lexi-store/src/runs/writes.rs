//! What runs have written or proposed, by the client's key for retries: a run that is made afresh does not do it again.

use lexi_types::{RunId, Timestamp, WorkspaceId};

use crate::Result;
use crate::db::{Tx, statements};

statements! {
    RUNNING = "SELECT 1 FROM runs WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND status = 'running'";
    WRITTEN = "SELECT outcome FROM run_writes WHERE workspace_id = $1 AND idempotency_key = $2 AND digest = $3
        AND expires_at > $4";
    REMEMBER = "INSERT INTO run_writes (workspace_id, idempotency_key, digest, outcome, expires_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, idempotency_key, digest) DO UPDATE SET
        outcome = excluded.outcome, expires_at = excluded.expires_at";
}

/// Whether this start of the server still runs it. One that was swept has been given up, and may have been made afresh.
pub async fn is_running(tx: &mut Tx<'_>, workspace: WorkspaceId, run: RunId, epoch: i64) -> Result<bool> {
    Ok(tx.row(RUNNING, &[workspace.into(), run.into(), epoch.into()]).await?.is_some())
}

/// What came of this before, under the same key.
pub async fn written(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    key: &str,
    digest: &[u8],
    now: Timestamp,
) -> Result<Option<String>> {
    let row = tx.row(WRITTEN, &[workspace.into(), key.into(), digest.into(), now.into()]).await?;
    row.map(|row| row.string(0)).transpose()
}

/// Keeps what came of it, in the transaction in which it was done.
pub async fn remember(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    key: &str,
    digest: &[u8],
    outcome: &str,
    until: Timestamp,
) -> Result<()> {
    let params = [workspace.into(), key.into(), digest.into(), outcome.into(), until.into()];
    tx.execute(REMEMBER, &params).await.map(drop)
}
