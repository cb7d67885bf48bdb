//! What a turn has done so far. It outlives a turn that is cut short.

use lexi_types::{Event, RecordRef, ToolStatus, Usage};
use serde::Serialize;

use crate::journal::Journal;

#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) content: String,
    pub(crate) usage: Usage,
    pub(crate) calls_executed: i64,
    pub(crate) thought_bytes: usize,
    calls: Vec<StoredCall>,
    open_steps: Vec<(String, String)>,
    steps_opened: usize,
}

/// A tool call as it is kept with the message.
#[derive(Debug, Serialize)]
pub(crate) struct StoredCall {
    pub(crate) call_id: String,
    pub(crate) tool: String,
    pub(crate) arguments: serde_json::Value,
    pub(crate) summary: String,
    pub(crate) is_error: bool,
    pub(crate) records: Vec<RecordRef>,
}

impl Work {
    /// Ids are ours and unique in the run, whatever ids the model gives its calls.
    pub(crate) fn open_step(&mut self, tool: &str) -> String {
        self.steps_opened += 1;
        let call_id = format!("call_{}", self.steps_opened);
        self.open_steps.push((tool.to_owned(), call_id.clone()));
        call_id
    }

    pub(crate) fn complete_step(&mut self, call_id: &str, call: StoredCall) {
        self.open_steps.retain(|(_, open)| open != call_id);
        self.calls_executed += 1;
        self.calls.push(call);
    }

    /// Completes what a cancellation or a failure has cut short.
    pub(crate) fn close_steps(&mut self, journal: &Journal) {
        for (tool, call_id) in self.open_steps.drain(..) {
            journal.append(&abandoned(&tool, &call_id));
        }
    }

    pub(crate) fn tool_calls_json(&self) -> String {
        serde_json::to_string(&self.calls).unwrap_or_else(|_| "[]".to_owned())
    }
}

/// A step that was cut short: every `started` has its `completed`.
fn abandoned(tool: &str, call_id: &str) -> Event {
    Event::ToolStep {
        tool: tool.to_owned(),
        status: ToolStatus::Completed,
        summary: Some("Stopped".to_owned()),
        call_id: call_id.to_owned(),
        is_error: Some(true),
        records: Some(Vec::new()),
    }
}
