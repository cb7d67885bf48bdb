//! The end of a run, in one transaction, and only then shown: what a client has seen as done is durable.

use std::time::Duration;

use lexi_store::runs::{self, Outcome, RunPlace, Settled, Settlement};
use lexi_types::{ErrorCode, Event, FinishReason, Timestamp};

use crate::ending::Ending;
use crate::registry::LiveRun;
use crate::shared::Inner;
use crate::work::Work;

const FIRST_RETRY: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(2);

/// Stores and charges the run, then shows its last frame. A database that is away is waited for as long as the lease
/// lasts; after that the run belongs to the sweeper.
pub(crate) async fn settle(inner: &Inner, live: &LiveRun, place: &RunPlace, work: Work, ending: Ending) {
    let (outcome, last) = outcome(inner, place, &work, &ending);
    let settlement = Settlement {
        workspace: live.workspace,
        run_id: live.run_id,
        epoch: inner.epoch,
        outcome,
        tool_calls: work.tool_calls_json(),
        tool_results: work.tool_results_json(),
        tool_scopes: Some(work.scopes.to_string()),
        unsupported_figures: work.unsupported_figures(),
        unsupported_links: work.unsupported_links(),
        content: work.content,
        models: work.models,
        now: Timestamp::now(),
        frames_kept: inner.settings.replay_kept,
        credits_low: inner.settings.credits_low,
    };
    let (unsupported_figures, unsupported_links) =
        (settlement.unsupported_figures, settlement.unsupported_links);
    let settled = patiently(inner, live, settlement, last.clone()).await;
    let shown = match settled {
        Some(Settled::Yes(balance)) => last(balance),
        Some(Settled::Lost) => {
            // Swept meanwhile, perhaps run afresh already: whoever reads here is to ask again.
            tracing::warn!(run = %live.run_id, "the run was lost before it could be settled");
            inner.metrics.ended("lost", live.started.elapsed(), 0);
            return live.journal.cut();
        }
        None => Event::error(
            ErrorCode::InternalError,
            "The answer could not be stored and was not charged. Please ask again.",
        ),
    };
    let charged = if let Event::Done { credits_charged, .. } = &shown { *credits_charged } else { 0 };
    inner.metrics.ended(label(&shown), live.started.elapsed(), charged);
    tracing::info!(
        run = %live.run_id,
        event = shown.name(),
        charged,
        unsupported_figures,
        unsupported_links,
        "run ended"
    );
    live.journal.append(&shown);
    live.journal.close();
}

/// How a run ended, in a word.
fn label(last: &Event) -> &'static str {
    match last {
        Event::Done { finish_reason: FinishReason::Stop, .. } => "done",
        Event::Done { finish_reason, .. } => finish_reason.as_str(),
        Event::Error { code, .. } => ErrorCode::parse(code).unwrap_or(ErrorCode::InternalError).as_str(),
        Event::Thinking { .. } | Event::ToolStep { .. } | Event::Text { .. } => "unknown",
    }
}

type LastFrame = std::sync::Arc<dyn Fn(i64) -> Event + Send + Sync>;

fn outcome(inner: &Inner, place: &RunPlace, work: &Work, ending: &Ending) -> (Outcome, LastFrame) {
    match *ending {
        Ending::Done(finish) => {
            // One credit for the answer, one for each tool call that ran.
            let charge = (1 + work.calls_executed).min(inner.settings.credits_per_run_max);
            let (message_id, usage, grounding) =
                (place.message_id.clone(), work.usage(), work.grounding.clone());
            let last = move |balance| Event::Done {
                credits_remaining: balance,
                message_id: message_id.clone(),
                credits_charged: charge,
                finish_reason: finish,
                usage,
                grounding: grounding.clone(),
            };
            (Outcome::Done { charge, finish }, std::sync::Arc::new(last))
        }
        Ending::Failed { code, message } => {
            (Outcome::Error(code), std::sync::Arc::new(move |_| Event::error(code, message)))
        }
    }
}

async fn patiently(
    inner: &Inner,
    live: &LiveRun,
    settlement: Settlement,
    last: LastFrame,
) -> Option<Settled> {
    let until = tokio::time::Instant::now() + inner.settings.lease;
    let mut pause = FIRST_RETRY;
    loop {
        let (mut settlement, last, journal) = (settlement.clone(), last.clone(), live.journal.clone());
        let attempt = inner.store.write(move |tx| {
            Box::pin(async move {
                // The moment of the commit, not of the first attempt: the ledger is in the order of its times.
                settlement.now = Timestamp::now();
                runs::settle(tx, &settlement, |balance| journal.with_last(&last(balance))).await
            })
        });
        match attempt.await {
            Ok(settled) => return Some(settled),
            Err(error) if error.is_temporary() && tokio::time::Instant::now() + pause < until => {
                tracing::warn!(run = %live.run_id, %error, "the run waits for the database");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY_MAX);
            }
            Err(error) => {
                tracing::error!(run = %live.run_id, %error, "the run could not be settled");
                return None;
            }
        }
    }
}
