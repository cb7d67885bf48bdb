//! What a turn has done so far. It outlives a turn that is cut short.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lexi_models::ToolCall;
use lexi_store::usage::ModelUse;
use lexi_types::{Event, Grounding, LexiTaskId, RecordRef, ScopeSet, ToolStatus, Usage};
use serde::Serialize;
use serde_json::Value;

use crate::history::shortened;
use crate::journal::Journal;
use crate::repeats::Repeats;
use crate::support::Support;
use crate::writes::InFlight;

/// A longer result of a tool is kept in its short form.
pub(crate) const STORED_RESULT_BYTES_MAX: usize = 16 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) content: String,
    /// Those of the key, which its results are kept under.
    pub(crate) scopes: ScopeSet,
    /// What each model used; the one that answered last comes last.
    pub(crate) models: Vec<ModelUse>,
    /// What the answer may rest on, and how it does.
    pub(crate) support: Support,
    pub(crate) grounding: Grounding,
    pub(crate) calls_executed: i64,
    /// How many tasks it has made for a person to decide on.
    pub(crate) proposed: u64,
    pub(crate) repeats: Repeats,
    /// A write that has begun and not ended.
    pub(crate) in_flight: Option<InFlight>,
    pub(crate) thought_bytes: usize,
    calls: Vec<StoredCall>,
    open_steps: Vec<(String, String)>,
    steps_opened: usize,
    calls_asked: usize,
}

/// A tool call as it is kept with the message.
#[derive(Debug, Serialize)]
pub(crate) struct StoredCall {
    pub(crate) call_id: String,
    pub(crate) tool: String,
    pub(crate) arguments: Value,
    pub(crate) summary: String,
    pub(crate) is_error: bool,
    pub(crate) records: Vec<RecordRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) task_id: Option<LexiTaskId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requires_approval: Option<bool>,
    /// JSON, kept beside the call and not in it: clients are shown the call.
    #[serde(skip)]
    pub(crate) result: String,
}

/// A result as it is kept.
pub(crate) fn kept(result: &Value, summary: &str) -> String {
    let text = result.to_string();
    if text.len() <= STORED_RESULT_BYTES_MAX { text } else { shortened(summary) }
}

impl Work {
    /// Adds what one call of a model used. `cost_micros` is `None` where the price is not known; then it is not known
    /// for all that the model used in this run.
    pub(crate) fn used(&mut self, model: &str, usage: Usage, cost_micros: Option<i64>) {
        let so_far = self.models.iter().position(|used| used.model == model).map(|at| self.models.remove(at));
        let mut used = so_far.unwrap_or_else(|| ModelUse {
            model: model.to_owned(),
            usage: Usage::default(),
            cost_micros: Some(0),
        });
        used.usage += usage;
        used.cost_micros = used.cost_micros.zip(cost_micros).map(|(sum, cost)| sum.saturating_add(cost));
        self.models.push(used);
    }

    /// Of all models together.
    pub(crate) fn usage(&self) -> Usage {
        let mut sum = Usage::default();
        for used in &self.models {
            sum += used.usage;
        }
        sum
    }

    /// Holds the answer's figures against what they may rest on. An answer that is there is not lost for a defect in that.
    pub(crate) fn ground(&mut self) {
        let look = AssertUnwindSafe(|| self.support.grounding(&self.content));
        self.grounding = catch_unwind(look).unwrap_or_default();
    }

    pub(crate) fn unsupported_figures(&self) -> u64 {
        u64::try_from(self.grounding.unsupported.len()).unwrap_or(u64::MAX)
    }

    pub(crate) fn unsupported_links(&self) -> u64 {
        self.support.links_removed()
    }

    /// A call with an id of ours: models give one id twice, or none, and some providers take back only ids of nine letters
    /// and digits.
    pub(crate) fn with_own_id(&mut self, call: ToolCall) -> ToolCall {
        self.calls_asked += 1;
        ToolCall { id: format!("r{:08}", self.calls_asked), ..call }
    }

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
    pub(crate) fn close_steps(&mut self, journal: &Journal, writes: impl Fn(&str) -> bool) {
        for (tool, call_id) in self.open_steps.drain(..) {
            let summary = if writes(&tool) { "Stopped: nothing was changed" } else { "Stopped" };
            journal.append(&abandoned(&tool, &call_id, summary));
        }
    }

    /// The tool calls that ran, in the order in which they ended.
    pub(crate) fn calls(&self) -> &[StoredCall] {
        &self.calls
    }

    pub(crate) fn tool_calls_json(&self) -> String {
        serde_json::to_string(&self.calls).unwrap_or_else(|_| "[]".to_owned())
    }

    /// What the calls gave, in the order of `tool_calls_json`; `None` when there were none.
    pub(crate) fn tool_results_json(&self) -> Option<String> {
        let results: Vec<&str> = self.calls.iter().map(|call| call.result.as_str()).collect();
        (!results.is_empty()).then(|| format!("[{}]", results.join(",")))
    }
}

/// A step that was cut short: every `started` has its `completed`. What had begun to write has been waited for; this has not.
fn abandoned(tool: &str, call_id: &str, summary: &str) -> Event {
    Event::ToolStep {
        tool: tool.to_owned(),
        status: ToolStatus::Completed,
        summary: Some(summary.to_owned()),
        call_id: call_id.to_owned(),
        is_error: Some(true),
        records: Some(Vec::new()),
        task_id: None,
        requires_approval: None,
    }
}
