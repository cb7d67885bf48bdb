//! Tool calls of one round: started and completed in the stream, within the run's budget. A tool's failure or bad arguments go
//! back to the model as a result that it can mend.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lexi_crm::{Access, ToolOutcome};
use lexi_models::{ModelMessage, ToolCall};
use lexi_store::StoreError;
use lexi_store::runs::RunPlace;
use lexi_types::{ErrorCode, Event, LexiTaskId, ToolStatus};
use serde_json::{Value, json};

use crate::ending::Ending;
use crate::policy::{Policies, Verdict};
use crate::registry::LiveRun;
use crate::shared::Inner;
use crate::words;
use crate::work::{StoredCall, Work};
use crate::writes::{self, Called};

/// For whom tools are called, and in which run.
pub(crate) struct Caller<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) access: &'a Access,
    pub(crate) policies: &'a Policies,
    pub(crate) live: &'a LiveRun,
    pub(crate) place: &'a RunPlace,
    /// The client's key for retries.
    pub(crate) idempotency_key: Option<&'a str>,
}

impl Caller<'_> {
    /// A call as the model is told it again.
    pub(crate) fn within_limit(&self, call: ToolCall) -> ToolCall {
        within_limit(self.inner, call)
    }
}

/// What came of a round of calls.
pub(crate) struct Results {
    /// One for each call, in the order of the calls.
    pub(crate) messages: Vec<ModelMessage>,
    /// Not one of those that ran gave what was asked for.
    pub(crate) all_failed: bool,
}

/// Calls what the model asked for, at most `budget` of it. What reads goes first, side by side: it shows the records as they
/// were when all of it was asked for. What writes follows, one after the other in the order asked, so that the second change of a
/// record is planned on the first.
pub(crate) async fn call_all(
    caller: &Caller<'_>,
    calls: &[ToolCall],
    budget: usize,
    work: &mut Work,
) -> Result<Results, Ending> {
    let mut results: Vec<Option<ModelMessage>> = Vec::with_capacity(calls.len());
    let (mut reads, mut writes) = (FuturesUnordered::new(), Vec::new());
    for (index, call) in calls.iter().enumerate() {
        results.push((index >= budget).then(|| unanswered(call)));
        if index >= budget {
            continue;
        }
        if caller.inner.crm.writes(&call.name) {
            writes.push((index, call));
            continue;
        }
        let call_id = start(caller, call, work);
        reads.push(async move { (index, call_id, read(caller, call).await, call) });
    }
    let mut all_failed = true;
    let mut place = |index: usize, message: ModelMessage, is_error: bool| {
        all_failed &= is_error;
        if let Some(slot) = results.get_mut(index) {
            *slot = Some(message);
        }
    };
    while let Some((index, call_id, called, call)) = reads.next().await {
        let called = called?;
        let is_error = called.outcome.is_error;
        place(index, complete(caller.inner, caller.live, call, &call_id, called, work), is_error);
    }
    for (index, call) in writes {
        let call_id = start(caller, call, work);
        let called = write(caller, call, &call_id, work).await?;
        let is_error = called.outcome.is_error;
        place(index, complete(caller.inner, caller.live, call, &call_id, called, work), is_error);
    }
    Ok(Results { messages: results.into_iter().flatten().collect(), all_failed })
}

/// A write that a cancellation or a failure has found under way is waited for: it is made or it is not, and its step says which.
pub(crate) async fn land(inner: &Inner, live: &LiveRun, work: &mut Work) {
    let Some((call, call_id, called)) = writes::land(work).await else { return };
    match called {
        Ok(called) => {
            complete(inner, live, &call, &call_id, called, work);
        }
        // Its step is closed with the others: it was not made.
        Err(error) => tracing::error!(run = %live.run_id, tool = call.name, %error, "a write failed"),
    }
}

fn start(caller: &Caller<'_>, call: &ToolCall, work: &mut Work) -> String {
    let call_id = work.open_step(&call.name);
    caller.live.journal.append(&started(&call.name, &call_id));
    call_id
}

/// Shows what came of a call, keeps it, and says it to the model.
fn complete(
    inner: &Inner,
    live: &LiveRun,
    call: &ToolCall,
    call_id: &str,
    called: Called,
    work: &mut Work,
) -> ModelMessage {
    let Called { outcome, task_id } = called;
    live.journal.append(&completed(&call.name, call_id, &outcome, task_id));
    let call = within_limit(inner, call.clone());
    work.complete_step(call_id, stored(&call, call_id, &outcome, task_id));
    let result = Arc::new(outcome.result);
    work.support.given(&result, &outcome.records);
    ModelMessage::Tool { call_id: call.id, name: call.name, result, is_error: outcome.is_error }
}

async fn read(caller: &Caller<'_>, call: &ToolCall) -> Result<Called, Ending> {
    if let Some(outcome) = refused(caller, call, false) {
        return Ok(outcome.into());
    }
    let called = caller.inner.crm.call_tool(caller.access, &call.name, &call.arguments).await;
    called.map(Called::from).map_err(|error| unreachable_store(caller, &call.name, error))
}

async fn write(
    caller: &Caller<'_>,
    call: &ToolCall,
    call_id: &str,
    work: &mut Work,
) -> Result<Called, Ending> {
    if let Some(outcome) = refused(caller, call, true) {
        return Ok(outcome.into());
    }
    if let Some(called) = writes::begin(caller, call, call_id, work).await? {
        return Ok(called);
    }
    match writes::land(work).await {
        Some((_, _, called)) => called.map_err(|error| unreachable_store(caller, &call.name, error)),
        None => Err(Ending::failed(ErrorCode::InternalError, words::STORE_UNREACHABLE)),
    }
}

/// What is not even tried.
fn refused(caller: &Caller<'_>, call: &ToolCall, writes: bool) -> Option<ToolOutcome> {
    let limit = caller.inner.settings.tool_arguments_bytes_max;
    if call.arguments.len() > limit {
        return Some(ToolOutcome {
            summary: "The arguments were too long".to_owned(),
            result: json!({"error": "invalid_arguments", "message": format!("Arguments may have at most {limit} bytes.")}),
            records: Vec::new(),
            is_error: true,
        });
    }
    let denied = caller.policies.verdict(&call.name, writes) == Verdict::Deny;
    // What there is no such tool for is told by whoever knows the tools.
    (denied && caller.inner.crm.tool_name(&call.name).is_some()).then(|| writes::denied(&call.name))
}

pub(crate) fn unreachable_store(caller: &Caller<'_>, tool: &str, error: StoreError) -> Ending {
    tracing::error!(run = %caller.live.run_id, tool, %error, "a tool could not reach the store");
    Ending::failed(ErrorCode::InternalError, words::STORE_UNREACHABLE)
}

/// A call without arguments that were too long to be taken: nobody is to read them again.
fn within_limit(inner: &Inner, call: ToolCall) -> ToolCall {
    if call.arguments.len() <= inner.settings.tool_arguments_bytes_max {
        return call;
    }
    ToolCall { arguments: "{}".to_owned(), ..call }
}

/// A call beyond the budget: not run, not charged, and the model is told.
fn unanswered(call: &ToolCall) -> ModelMessage {
    let message = "The tool budget of this answer is used up: answer from what you have.";
    let result = Arc::new(json!({"error": "budget_exhausted", "message": message}));
    ModelMessage::Tool { call_id: call.id.clone(), name: call.name.clone(), result, is_error: true }
}

fn started(tool: &str, call_id: &str) -> Event {
    Event::ToolStep {
        tool: tool.to_owned(),
        status: ToolStatus::Started,
        summary: None,
        call_id: call_id.to_owned(),
        is_error: None,
        records: None,
        task_id: None,
        requires_approval: None,
    }
}

fn completed(tool: &str, call_id: &str, outcome: &ToolOutcome, task_id: Option<LexiTaskId>) -> Event {
    Event::ToolStep {
        tool: tool.to_owned(),
        status: ToolStatus::Completed,
        summary: Some(outcome.summary.clone()),
        call_id: call_id.to_owned(),
        is_error: Some(outcome.is_error),
        records: Some(outcome.records.clone()),
        task_id,
        requires_approval: task_id.map(|_| true),
    }
}

fn stored(call: &ToolCall, call_id: &str, outcome: &ToolOutcome, task_id: Option<LexiTaskId>) -> StoredCall {
    StoredCall {
        call_id: call_id.to_owned(),
        tool: call.name.clone(),
        arguments: serde_json::from_str(&call.arguments).unwrap_or(Value::Null),
        summary: outcome.summary.clone(),
        is_error: outcome.is_error,
        records: outcome.records.clone(),
        task_id,
        requires_approval: task_id.map(|_| true),
        result: crate::work::kept(&outcome.result, &outcome.summary),
    }
}
