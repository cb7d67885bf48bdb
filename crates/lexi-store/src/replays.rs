//! Answers that are given again: what a request with an `Idempotency-Key` did is done once, however often it is asked for.
//! Chats keep their streams instead (`runs/admit.rs`); a key belongs to one or the other.

use std::time::Duration;

use lexi_types::{Timestamp, WorkspaceId};

use crate::Result;
use crate::db::{Tx, statements};

/// How long a key is remembered.
pub const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

statements! {
    GET = "SELECT request_hash, status, etag, location, body FROM request_replays
        WHERE workspace_id = $1 AND key = $2 AND expires_at > $3";
    OF_A_CHAT = "SELECT 1 FROM idempotency_keys WHERE workspace_id = $1 AND key = $2 AND expires_at > $3";
    KEEP = "INSERT INTO request_replays (workspace_id, key, request_hash, status, etag, location, body, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workspace_id, key) DO UPDATE SET
        request_hash = excluded.request_hash, status = excluded.status, etag = excluded.etag,
        location = excluded.location, body = excluded.body, expires_at = excluded.expires_at";
    EXPIRE = "DELETE FROM request_replays WHERE (workspace_id, key) IN (
        SELECT workspace_id, key FROM request_replays WHERE expires_at < $1 LIMIT $2)";
}

/// The client's key, and a digest of what it was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub key: String,
    pub request_hash: Vec<u8>,
}

/// An answer as it was given the first time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    /// Empty where it has none.
    pub body: String,
}

/// What a key has been used for within its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    Nothing,
    /// This very request: its answer.
    Answered(Replay),
    /// Another request, or a chat.
    Other,
}

pub async fn earlier(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    claim: &Claim,
    now: Timestamp,
) -> Result<Earlier> {
    let params = [workspace.into(), (&claim.key).into(), now.into()];
    let Some(row) = tx.row(GET, &params).await? else {
        let of_a_chat = tx.row(OF_A_CHAT, &params).await?.is_some();
        return Ok(if of_a_chat { Earlier::Other } else { Earlier::Nothing });
    };
    if row.blob(0)? != claim.request_hash.as_slice() {
        return Ok(Earlier::Other);
    }
    Ok(Earlier::Answered(Replay {
        status: u16::try_from(row.int(1)?).unwrap_or(200),
        etag: row.opt_string(2)?,
        location: row.opt_string(3)?,
        body: row.string(4)?,
    }))
}

/// Keeps an answer, in the transaction of what it tells of.
pub async fn keep(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    claim: &Claim,
    replay: &Replay,
    now: Timestamp,
) -> Result<()> {
    let params = [
        workspace.into(),
        (&claim.key).into(),
        claim.request_hash.as_slice().into(),
        i64::from(replay.status).into(),
        replay.etag.as_deref().into(),
        replay.location.as_deref().into(),
        (&replay.body).into(),
        now.plus(KEPT).into(),
    ];
    tx.execute(KEEP, &params).await.map(drop)
}

/// Whether a request that is no chat was made with this key.
pub(crate) async fn claimed(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    key: &str,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.row(GET, &[workspace.into(), key.into(), now.into()]).await?.is_some())
}

/// Forgets answers whose time is over, and says how many.
pub(crate) async fn expire(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64> {
    tx.execute(EXPIRE, &[now.into(), limit.into()]).await
}
