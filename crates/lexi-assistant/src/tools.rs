//! Tool calls of one round: started and completed in the stream, side by side, within the run's budget. A tool's failure
//! or bad arguments go back to the model as a result that it can mend.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lexi_crm::{Access, ToolOutcome};
use lexi_models::{ModelMessage, ToolCall};
use lexi_types::{ErrorCode, Event, ToolStatus};
use serde_json::{Value, json};

use crate::ending::Ending;
use crate::registry::LiveRun;
use crate::shared::Inner;
use crate::work::{StoredCall, Work};

/// For whom tools are called, and in which run.
pub(crate) struct Caller<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) access: &'a Access,
    pub(crate) live: &'a LiveRun,
}

impl Caller<'_> {
    /// A call without arguments that were too long to be taken: nobody is to read them again.
    pub(crate) fn within_limit(&self, call: ToolCall) -> ToolCall {
        if call.arguments.len() <= self.inner.settings.tool_arguments_bytes_max {
            return call;
        }
        ToolCall { arguments: "{}".to_owned(), ..call }
    }
}

/// What came of a round of calls.
pub(crate) struct Results {
    /// One for each call, in the order of the calls.
    pub(crate) messages: Vec<ModelMessage>,
    /// Not one of those that ran gave what was asked for.
    pub(crate) all_failed: bool,
}

/// Calls what the model asked for, at most `budget` of it.
pub(crate) async fn call_all(
    caller: &Caller<'_>,
    calls: &[ToolCall],
    budget: usize,
    work: &mut Work,
) -> Result<Results, Ending> {
    let mut results: Vec<Option<ModelMessage>> = Vec::with_capacity(calls.len());
    let mut running = FuturesUnordered::new();
    for (index, call) in calls.iter().enumerate() {
        if index >= budget {
            results.push(Some(unanswered(call)));
            continue;
        }
        results.push(None);
        let call_id = work.open_step(&call.name);
        caller.live.journal.append(&started(&call.name, &call_id));
        running.push(async move { (index, call_id, execute(caller, call).await, call) });
    }
    let mut all_failed = true;
    while let Some((index, call_id, outcome, call)) = running.next().await {
        let outcome = outcome?;
        all_failed &= outcome.is_error;
        caller.live.journal.append(&completed(&call.name, &call_id, &outcome));
        work.complete_step(&call_id, stored(&caller.within_limit(call.clone()), &call_id, &outcome));
        let result = Arc::new(outcome.result);
        work.support.given(&result, &outcome.records);
        if let Some(slot) = results.get_mut(index) {
            *slot = Some(ModelMessage::Tool {
                call_id: call.id.clone(),
                name: call.name.clone(),
                result,
                is_error: outcome.is_error,
            });
        }
    }
    Ok(Results { messages: results.into_iter().flatten().collect(), all_failed })
}

async fn execute(caller: &Caller<'_>, call: &ToolCall) -> Result<ToolOutcome, Ending> {
    let limit = caller.inner.settings.tool_arguments_bytes_max;
    if call.arguments.len() > limit {
        return Ok(ToolOutcome {
            summary: "The arguments were too long".to_owned(),
            result: json!({"error": "invalid_arguments", "message": format!("Arguments may have at most {limit} bytes.")}),
            records: Vec::new(),
            is_error: true,
        });
    }
    caller.inner.crm.call_tool(caller.access, &call.name, &call.arguments).await.map_err(|error| {
        tracing::error!(run = %caller.live.run_id, tool = call.name, %error, "a tool could not reach the store");
        Ending::failed(ErrorCode::InternalError, "The records could not be read. Please ask again.")
    })
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

fn completed(tool: &str, call_id: &str, outcome: &ToolOutcome) -> Event {
    Event::ToolStep {
        tool: tool.to_owned(),
        status: ToolStatus::Completed,
        summary: Some(outcome.summary.clone()),
        call_id: call_id.to_owned(),
        is_error: Some(outcome.is_error),
        records: Some(outcome.records.clone()),
        task_id: None,
        requires_approval: None,
    }
}

fn stored(call: &ToolCall, call_id: &str, outcome: &ToolOutcome) -> StoredCall {
    StoredCall {
        call_id: call_id.to_owned(),
        tool: call.name.clone(),
        arguments: serde_json::from_str(&call.arguments).unwrap_or(Value::Null),
        summary: outcome.summary.clone(),
        is_error: outcome.is_error,
        records: outcome.records.clone(),
        result: crate::work::kept(&outcome.result, &outcome.summary),
    }
}
