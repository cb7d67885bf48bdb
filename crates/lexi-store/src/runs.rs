//! A run: one execution of a chat request. Its life is three transactions at most: admitted, (lease renewed,) settled;
//! or swept, when the server that ran it is gone.

use std::time::Duration;

use lexi_types::{
    ConversationId, ErrorCode, FinishReason, KeyId, MessageId, PageContext, RunId, Timestamp, Usage,
    WorkspaceId,
};

use crate::conversations::{self, NewMessage};
use crate::db::{Row, Tx, statements};
use crate::{Result, credits};

statements! {
    CLAIMED = "SELECT k.request_hash, k.expires_at, r.id, r.status, r.conversation_id, r.message_id, r.user_message_id,
        r.lease_until, r.hold FROM idempotency_keys k JOIN runs r ON r.workspace_id = k.workspace_id AND r.id = k.run_id
        WHERE k.workspace_id = $1 AND k.key = $2";
    CLAIM = "INSERT INTO idempotency_keys (workspace_id, key, request_hash, run_id, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, key) DO UPDATE SET
        request_hash = excluded.request_hash, run_id = excluded.run_id, created_at = excluded.created_at,
        expires_at = excluded.expires_at";
    INSERT = "INSERT INTO runs (workspace_id, id, conversation_id, message_id, user_message_id, key_id, idempotency_key,
        status, hold, charged, epoch, lease_until, input_tokens, output_tokens, started_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, 0, $9, $10, 0, 0, $11)";
    // The guard of exactly-once: whoever finds no row here was swept, and neither charges nor stores anything.
    SETTLE = "UPDATE runs SET status = $4, charged = $5, finish_reason = $6, error_code = $7, input_tokens = $8,
        output_tokens = $9, ended_at = $10 WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND status = 'running'
        RETURNING hold, conversation_id, message_id, idempotency_key";
    STORE_FRAMES = "INSERT INTO run_frames (workspace_id, run_id, frames, expires_at) VALUES ($1, $2, $3, $4)";
    FRAMES = "SELECT frames FROM run_frames WHERE workspace_id = $1 AND run_id = $2";
    RENEW = "UPDATE runs SET lease_until = $4 WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND status = 'running'";
    ABANDONED = "SELECT workspace_id, id, hold FROM runs
        WHERE status = 'running' AND (lease_until < $1 OR epoch <> $2 AND $3 = 1) LIMIT $4";
    LOSE = "UPDATE runs SET status = 'lost', ended_at = $3 WHERE workspace_id = $1 AND id = $2 AND status = 'running'";
    ACTIVE = "SELECT id FROM runs WHERE workspace_id = $1 AND conversation_id = $2 AND status = 'running'
        ORDER BY started_at DESC, id DESC";
    EXPIRE_CLAIMS = "DELETE FROM idempotency_keys WHERE expires_at < $1";
    EXPIRE_FRAMES = "DELETE FROM run_frames WHERE expires_at < $1";
}

const SWEPT_PER_TRANSACTION: i64 = 500;

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
    /// The same request is running: follow it.
    Running(RunPlace),
    /// The same request is done: show it again.
    Done(RunPlace),
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
            "done" => return Ok(Admitted::Done(run.place.clone())),
            "running" if run.lease_until >= admission.now => return Ok(Admitted::Running(run.place.clone())),
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
    // Up to here nothing of this request is written; from here nothing refuses.
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Charged; `Canceled` is a way of being done.
    Done { charge: i64, finish: FinishReason },
    /// Not charged.
    Error(ErrorCode),
}

#[derive(Debug, Clone)]
pub struct Settlement {
    pub workspace: WorkspaceId,
    pub run_id: RunId,
    pub epoch: i64,
    pub outcome: Outcome,
    /// The answer, or as much of it as there is.
    pub content: String,
    /// JSON: the tool calls that were made.
    pub tool_calls: String,
    pub usage: Usage,
    pub now: Timestamp,
    /// How long the stream of a keyed run can be replayed.
    pub frames_kept: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// With the balance after it.
    Yes(i64),
    /// The run was swept: nothing was written, nothing may be shown.
    Lost,
}

/// Ends a run: hold to charge (or back), ledger row, message, frames, all or nothing, and once. `frames` gives the whole
/// stream as the reader will have seen it, which needs the balance that only this transaction knows.
pub async fn settle(
    tx: &mut Tx<'_>,
    settlement: &Settlement,
    frames: impl FnOnce(i64) -> Vec<u8> + Send,
) -> Result<Settled> {
    let Settlement { workspace, run_id, now, .. } = *settlement;
    let (status, charge, finish, error) = match settlement.outcome {
        Outcome::Done { charge, finish } => ("done", charge, Some(finish.as_str()), None),
        Outcome::Error(code) => ("error", 0, None, Some(code.as_str())),
    };
    let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let params = [
        workspace.into(),
        run_id.into(),
        settlement.epoch.into(),
        status.into(),
        charge.into(),
        finish.into(),
        error.into(),
        tokens(settlement.usage.input_tokens).into(),
        tokens(settlement.usage.output_tokens).into(),
        now.into(),
    ];
    let Some(run) = tx.row(SETTLE, &params).await? else { return Ok(Settled::Lost) };
    let hold = run.int(0)?;
    let message_id: MessageId = run.parse(2)?;
    store_answer(tx, settlement, &run, &message_id).await?;
    let Outcome::Done { charge, .. } = settlement.outcome else {
        return credits::release(tx, workspace, hold).await.map(Settled::Yes);
    };
    let balance = credits::charge(tx, workspace, hold, charge, run_id, &message_id, now).await?;
    if run.opt_text(3)?.is_some() {
        let expires = now.plus(settlement.frames_kept);
        tx.execute(STORE_FRAMES, &[workspace.into(), run_id.into(), frames(balance).into(), expires.into()])
            .await?;
    }
    Ok(Settled::Yes(balance))
}

async fn store_answer(tx: &mut Tx<'_>, settlement: &Settlement, run: &Row, id: &MessageId) -> Result<()> {
    let status = match settlement.outcome {
        Outcome::Done { finish: FinishReason::Canceled, .. } => "canceled",
        Outcome::Done { .. } => "complete",
        // A failure before the first word leaves nothing to keep.
        Outcome::Error(_) if settlement.content.is_empty() => return Ok(()),
        Outcome::Error(_) => "failed",
    };
    let answer = NewMessage {
        id,
        run: settlement.run_id,
        role: "assistant",
        content: &settlement.content,
        status,
        tool_calls: &settlement.tool_calls,
    };
    conversations::append(tx, settlement.workspace, run.parse(1)?, answer, settlement.now).await
}

/// The stream of a finished keyed run, as long as it is kept.
pub async fn frames(tx: &mut Tx<'_>, workspace: WorkspaceId, run: RunId) -> Result<Option<Vec<u8>>> {
    let row = tx.row(FRAMES, &[workspace.into(), run.into()]).await?;
    row.map(|row| row.blob(0).map(<[u8]>::to_vec)).transpose()
}

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

async fn lose(
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

/// Marks abandoned runs as lost and gives their holds back. Answers how many; call again while it is not 0.
pub async fn sweep(tx: &mut Tx<'_>, sweep: Sweep, epoch: i64, now: Timestamp) -> Result<u64> {
    let all = i64::from(sweep == Sweep::Predecessors);
    let params = [now.into(), epoch.into(), all.into(), SWEPT_PER_TRANSACTION.into()];
    let mut swept = 0;
    for row in tx.rows(ABANDONED, &params).await? {
        if lose(tx, row.parse(0)?, row.parse(1)?, row.int(2)?, now).await? {
            swept += 1;
        }
    }
    Ok(swept)
}

/// The runs of a conversation that are not finished, newest first.
pub async fn active(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<Vec<RunId>> {
    let rows = tx.rows(ACTIVE, &[workspace.into(), conversation.into()]).await?;
    rows.iter().map(|row| row.parse(0)).collect()
}

/// Forgets idempotency keys and streams whose time is over. Answers how many rows went.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let claims = tx.execute(EXPIRE_CLAIMS, &[now.into()]).await?;
    let frames = tx.execute(EXPIRE_FRAMES, &[now.into()]).await?;
    if claims + frames > 0 {
        tracing::debug!(claims, frames, "expired");
    }
    Ok(claims + frames)
}
