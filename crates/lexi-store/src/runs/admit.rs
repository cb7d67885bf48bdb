//! Admission: everything that makes a request a run, decided and done at once.

use std::time::Duration;

use lexi_types::{ConversationId, KeyId, MessageId, PageContext, RunId, Timestamp, WorkspaceId};

use super::sweep::lose;
use crate::conversations::{self, NewMessage};
use crate::db::{Tx, statements};
use crate::{Result, credits, replays};

statements! {
    CLAIMED = "SELECT k.request_hash, k.expires_at, r.id, r.status, r.conversation_id, r.message_id, r.user_message_id,
        r.lease_until, r.hold, r.epoch, k.attempt FROM idempotency_keys k JOIN runs r ON r.workspace_id = k.workspace_id AND r.id = k.run_id
        WHERE k.workspace_id = $1 AND k.key = $2";
    CLAIM = "INSERT INTO idempotency_keys (workspace_id, key, request_hash, run_id, attempt, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $7, $5, $6) ON CONFLICT (workspace_id, key) DO UPDATE SET
        request_hash = excluded.request_hash, run_id = excluded.run_id, attempt = excluded.attempt, created_at = excluded.created_at,
        expires_at = excluded.expires_at";
    INSERT = "INSERT INTO runs (workspace_id, id, conversation_id, message_id, user_message_id, key_id, idempotency_key,
        status, hold, charged, epoch, lease_until, input_tokens, output_tokens, started_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, 0, $9, $10, 0, 0, $11)";
}

/// A request that claims to be made once: the client's key and a digest of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub key: String,
    pub request_hash: Vec<u8>,
    /// How long the key is remembered, and its stream with it.
    pub kept: Duration,
}

#[derive(Debug, Clone)]
pub struct Admission {
    pub workspace: WorkspaceId,
    pub key_id: KeyId,
    pub run_id: RunId,
    pub message_id: MessageId,
    pub user_message_id: MessageId,
    /// The conversation that the request names; a new one is made where it names none.
    pub conversation: Option<ConversationId>,
    pub message: String,
    pub context: PageContext,
    /// The most that this run may cost.
    pub hold_max: i64,
    pub claim: Option<Claim>,
    /// Names this start of this server.
    pub epoch: i64,
    /// Only what exists already: this server is shutting down.
    pub closed: bool,
    pub now: Timestamp,
    pub lease: Duration,
}

/// Where a run belongs and what its answer will be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPlace {
    pub run_id: RunId,
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admitted {
    New {
        place: RunPlace,
        user_message_id: MessageId,
        hold: i64,
    },
    /// The same request is running: follow it. `attempt` counts the runs that have had its key.
    Running {
        place: RunPlace,
        attempt: i64,
    },
    /// The same request is done: show it again.
    Done {
        place: RunPlace,
        attempt: i64,
    },
    /// It would be a new run, and this server takes none.
    Closed,
    ConversationNotFound,
    Conflict,
    InsufficientCredits,
}

struct Claimed {
    same_request: bool,
    status: String,
    place: RunPlace,
    user_message_id: MessageId,
    lease_until: Timestamp,
    hold: i64,
    epoch: i64,
    attempt: i64,
}

/// Decides and does everything at once. A refusal writes nothing.
pub async fn admit(tx: &mut Tx<'_>, admission: &Admission) -> Result<Admitted> {
    let workspace = admission.workspace;
    let earlier = match &admission.claim {
        Some(claim) => claimed(tx, workspace, claim, admission.now).await?,
        None => None,
    };
    if let Some(run) = earlier.as_ref().filter(|run| run.same_request) {
        match run.status.as_str() {
            "done" => return Ok(Admitted::Done { place: run.place.clone(), attempt: run.attempt }),
            // Our own runs end by our own hand, even where a clock or a slow disk has let a lease run out.
            "running" if run.epoch == admission.epoch || run.lease_until >= admission.now => {
                return Ok(Admitted::Running { place: run.place.clone(), attempt: run.attempt });
            }
            "running" if admission.closed => return Ok(Admitted::Closed),
            // Its server is gone: what the sweeper would do by and by is done now, and the retry runs afresh.
            "running" => lose(tx, workspace, run.place.run_id, run.hold, admission.now).await.map(drop)?,
            _ => {}
        }
    }
    if let Some(named) = admission.conversation
        && !conversations::exists(tx, workspace, named).await?
    {
        return Ok(Admitted::ConversationNotFound);
    }
    if earlier.as_ref().is_some_and(|run| !run.same_request) {
        return Ok(Admitted::Conflict);
    }
    if let Some(claim) = &admission.claim
        && replays::claimed(tx, workspace, &claim.key, admission.now).await?
    {
        return Ok(Admitted::Conflict);
    }
    if admission.closed {
        return Ok(Admitted::Closed);
    }
    // Up to here nothing of this request is written; from here nothing refuses.
    let attempt = earlier.as_ref().map_or(1, |run| run.attempt + 1);
    let Some(hold) = credits::hold(tx, workspace, admission.hold_max).await? else {
        return Ok(Admitted::InsufficientCredits);
    };
    let (conversation_id, user_message_id) = place_question(tx, admission, earlier).await?;
    insert(tx, admission, conversation_id, &user_message_id, hold).await?;
    if let Some(claim) = &admission.claim {
        let params = [
            workspace.into(),
            (&claim.key).into(),
            claim.request_hash.as_slice().into(),
            admission.run_id.into(),
            admission.now.into(),
            admission.now.plus(claim.kept).into(),
            attempt.into(),
        ];
        tx.execute(CLAIM, &params).await?;
    }
    let place =
        RunPlace { run_id: admission.run_id, conversation_id, message_id: admission.message_id.clone() };
    Ok(Admitted::New { place, user_message_id, hold })
}

async fn claimed(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    claim: &Claim,
    now: Timestamp,
) -> Result<Option<Claimed>> {
    let Some(row) = tx.row(CLAIMED, &[workspace.into(), (&claim.key).into()]).await? else { return Ok(None) };
    if row.time(1)? <= now {
        return Ok(None);
    }
    Ok(Some(Claimed {
        same_request: row.blob(0)? == claim.request_hash.as_slice(),
        status: row.string(3)?,
        place: RunPlace { run_id: row.parse(2)?, conversation_id: row.parse(4)?, message_id: row.parse(5)? },
        user_message_id: row.parse(6)?,
        lease_until: row.time(7)?,
        hold: row.int(8)?,
        epoch: row.int(9)?,
        attempt: row.int(10)?,
    }))
}

/// Puts the user's message into its conversation. The retry of a failed run finds its question already there.
async fn place_question(
    tx: &mut Tx<'_>,
    admission: &Admission,
    earlier: Option<Claimed>,
) -> Result<(ConversationId, MessageId)> {
    let workspace = admission.workspace;
    if let Some(run) = earlier
        && conversations::exists(tx, workspace, run.place.conversation_id).await?
    {
        return Ok((run.place.conversation_id, run.user_message_id));
    }
    let conversation = match admission.conversation {
        Some(named) => named,
        None => {
            let id = ConversationId::new();
            conversations::insert(tx, workspace, id, &admission.message, &admission.context, admission.now)
                .await?;
            id
        }
    };
    let question = NewMessage {
        id: &admission.user_message_id,
        run: admission.run_id,
        role: "user",
        content: &admission.message,
        status: "complete",
        tool_calls: "[]",
        tool_results: None,
        tool_scopes: None,
    };
    conversations::append(tx, workspace, conversation, question, admission.now).await?;
    Ok((conversation, admission.user_message_id.clone()))
}

async fn insert(
    tx: &mut Tx<'_>,
    admission: &Admission,
    conversation: ConversationId,
    user_message_id: &MessageId,
    hold: i64,
) -> Result<()> {
    let params = [
        admission.workspace.into(),
        admission.run_id.into(),
        conversation.into(),
        (&admission.message_id).into(),
        user_message_id.into(),
        admission.key_id.into(),
        admission.claim.as_ref().map(|claim| &claim.key).into(),
        hold.into(),
        admission.epoch.into(),
        admission.now.plus(admission.lease).into(),
        admission.now.into(),
    ];
    tx.execute(INSERT, &params).await.map(drop)
}
