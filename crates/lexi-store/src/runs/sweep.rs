//! Leases, the runs that outlive theirs, and what is forgotten after its time.

use std::collections::HashSet;

use lexi_types::{RunId, Timestamp, WorkspaceId};

use crate::db::{Tx, statements};
use crate::{Result, credits, replays};

statements! {
    RENEW = "UPDATE runs SET lease_until = $4 WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND status = 'running'";
    ABANDONED = "SELECT workspace_id, id, hold FROM runs
        WHERE status = 'running' AND (lease_until < $1 OR epoch <> $2 AND $3 = 1) LIMIT $4";
    LOSE = "UPDATE runs SET status = 'lost', ended_at = $3 WHERE workspace_id = $1 AND id = $2 AND status = 'running'";
    EXPIRE_CLAIMS = "DELETE FROM idempotency_keys WHERE (workspace_id, key) IN (
        SELECT workspace_id, key FROM idempotency_keys WHERE expires_at < $1 LIMIT $2)";
    EXPIRE_FRAMES = "DELETE FROM run_frames WHERE (workspace_id, run_id) IN (
        SELECT workspace_id, run_id FROM run_frames WHERE expires_at < $1 LIMIT $2)";
    EXPIRE_WRITES = "DELETE FROM run_writes WHERE (workspace_id, idempotency_key, digest) IN (
        SELECT workspace_id, idempotency_key, digest FROM run_writes WHERE expires_at < $1 LIMIT $2)";
}

const SWEPT_PER_TRANSACTION: i64 = 500;

/// Says that this server still runs these. Answers those that are no longer its own: they have been swept.
pub async fn renew(
    tx: &mut Tx<'_>,
    runs: &[(WorkspaceId, RunId)],
    epoch: i64,
    until: Timestamp,
) -> Result<Vec<RunId>> {
    let mut lost = Vec::new();
    for (workspace, run) in runs {
        if tx.execute(RENEW, &[(*workspace).into(), (*run).into(), epoch.into(), until.into()]).await? == 0 {
            lost.push(*run);
        }
    }
    Ok(lost)
}

pub(super) async fn lose(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    run: RunId,
    hold: i64,
    now: Timestamp,
) -> Result<bool> {
    if tx.execute(LOSE, &[workspace.into(), run.into(), now.into()]).await? == 0 {
        return Ok(false);
    }
    credits::release(tx, workspace, hold).await?;
    Ok(true)
}

/// Whose runs the sweeper takes for lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// Every run whose lease has run out.
    Expired,
    /// And every run of an earlier start: right where one server owns the whole database.
    Predecessors,
}

/// Marks abandoned runs as lost and gives their holds back. `alive` are those that this server is running: a lease that
/// ran out behind a slow disk does not end them. Answers how many were lost; call again while it is not 0.
pub async fn sweep(
    tx: &mut Tx<'_>,
    sweep: Sweep,
    epoch: i64,
    alive: &HashSet<RunId>,
    now: Timestamp,
) -> Result<u64> {
    let all = i64::from(sweep == Sweep::Predecessors);
    let params = [now.into(), epoch.into(), all.into(), SWEPT_PER_TRANSACTION.into()];
    let mut swept = 0;
    for row in tx.rows(ABANDONED, &params).await? {
        let run = row.parse(1)?;
        if !alive.contains(&run) && lose(tx, row.parse(0)?, run, row.int(2)?, now).await? {
            swept += 1;
        }
    }
    Ok(swept)
}

/// Forgets idempotency keys, streams and answers whose time is over. Answers how many rows went; call again while it is not 0.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let claims = tx.execute(EXPIRE_CLAIMS, &[now.into(), SWEPT_PER_TRANSACTION.into()]).await?;
    let frames = tx.execute(EXPIRE_FRAMES, &[now.into(), SWEPT_PER_TRANSACTION.into()]).await?;
    let writes = tx.execute(EXPIRE_WRITES, &[now.into(), SWEPT_PER_TRANSACTION.into()]).await?;
    let replays = replays::expire(tx, now, SWEPT_PER_TRANSACTION).await?;
    if claims + frames + writes + replays > 0 {
        tracing::debug!(claims, frames, writes, replays, "expired");
    }
    Ok(claims + frames + writes + replays)
}
