//! Settlement: a run ends, all of it or nothing, and once.

use std::time::Duration;

use lexi_types::{ErrorCode, FinishReason, MessageId, RunId, Timestamp, WorkspaceId};
use serde_json::json;

use crate::conversations::{self, NewMessage};
use crate::db::{Row, Tx, statements};
use crate::outbox::{self, Event};
use crate::usage::{self, ModelUse};
use crate::{Result, credits};

statements! {
    // The guard of exactly-once: whoever finds no row here was swept, and neither charges nor stores anything.
    SETTLE = "UPDATE runs SET status = $4, charged = $5, finish_reason = $6, error_code = $7, input_tokens = $8,
        output_tokens = $9, ended_at = $10, cached_tokens = $11, model = $12, cost_micros = $13,
        unsupported_figures = $14, unsupported_links = $15 WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND status = 'running'
        RETURNING hold, conversation_id, message_id, idempotency_key, key_id";
    STORE_FRAMES = "INSERT INTO run_frames (workspace_id, run_id, frames, expires_at) VALUES ($1, $2, $3, $4)";
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
    /// A JSON array in the order of `tool_calls`: what each of them gave, as far as it is kept.
    pub tool_results: Option<String>,
    /// The scopes of the key whose calls they were.
    pub tool_scopes: Option<String>,
    /// One for each model that was asked; the one that answered last comes last. Kept whatever the outcome is: the
    /// provider takes its money for a failed answer too.
    pub models: Vec<ModelUse>,
    /// How many figures and links of the answer nothing supports.
    pub unsupported_figures: u64,
    pub unsupported_links: u64,
    pub now: Timestamp,
    /// How long the stream of a keyed run can be replayed.
    pub frames_kept: Duration,
    /// A charge that takes the balance below this is told to webhooks.
    pub credits_low: i64,
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
    let (used, cost) = usage::total(&settlement.models);
    let params = [
        workspace.into(),
        run_id.into(),
        settlement.epoch.into(),
        status.into(),
        charge.into(),
        finish.into(),
        error.into(),
        usage::tokens(used.input_tokens).into(),
        usage::tokens(used.output_tokens).into(),
        now.into(),
        usage::tokens(used.cached_tokens).into(),
        settlement.models.last().map(|last| &last.model).into(),
        cost.into(),
        usage::tokens(settlement.unsupported_figures).into(),
        usage::tokens(settlement.unsupported_links).into(),
    ];
    let Some(run) = tx.row(SETTLE, &params).await? else { return Ok(Settled::Lost) };
    let hold = run.int(0)?;
    let message_id: MessageId = run.parse(2)?;
    usage::add(tx, workspace, &settlement.models, now).await?;
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
    tell(tx, settlement, &run, balance).await?;
    Ok(Settled::Yes(balance))
}

/// Tells webhooks that a run was completed and, where it is so, that its charge left few credits.
async fn tell(tx: &mut Tx<'_>, settlement: &Settlement, run: &Row, balance: i64) -> Result<()> {
    let Outcome::Done { charge, finish } = settlement.outcome else { return Ok(()) };
    let Settlement { workspace, now, credits_low, .. } = *settlement;
    let used = usage::total(&settlement.models).0;
    let event = |kind: &str, subject: &str, data| Event {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        deal: None,
        matter: None,
        data,
    };
    let completed = json!({
        "conversation_id": run.text(1)?,
        "message_id": run.text(2)?,
        "finish_reason": finish.as_str(),
        "credits_charged": charge,
        "key_id": run.text(4)?,
        "usage": used,
    });
    outbox::emit(tx, workspace, &event("lexi.run.completed", run.text(1)?, completed), now).await?;
    if balance < credits_low && balance + charge >= credits_low {
        let low = json!({ "balance": balance, "threshold": credits_low });
        outbox::emit(tx, workspace, &event("credits.low", "credits", low), now).await?;
    }
    Ok(())
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
        tool_results: settlement.tool_results.as_deref(),
        tool_scopes: settlement.tool_scopes.as_deref(),
    };
    conversations::append(tx, settlement.workspace, run.parse(1)?, answer, settlement.now).await
}
