//! One turn: model, tools, model … until it has answered, within the hold's tool budget and the limits.

use futures_util::StreamExt;
use lexi_crm::Access;
use lexi_models::{Finish, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolCall};
use lexi_types::{ConversationId, ErrorCode, Event, FinishReason, RecordRef, Usage};
use serde::Serialize;

use crate::journal::Journal;
use crate::registry::LiveRun;
use crate::run::Inner;
use crate::settle::Ending;
use crate::tools;

const BUDGET_NOTE: &str =
    "The tool budget of this answer is used up. Answer now from what you have, and say what is missing.\n";

pub(crate) struct Turn<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) access: &'a Access,
    pub(crate) live: &'a LiveRun,
    pub(crate) conversation: ConversationId,
    /// What the run may cost: one for the answer, the rest for tool calls.
    pub(crate) hold: i64,
}

/// What a turn has done so far; it outlives a turn that is cut short.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) content: String,
    pub(crate) usage: Usage,
    pub(crate) calls_executed: i64,
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
            journal.append(&tools::abandoned(&tool, &call_id));
        }
    }

    pub(crate) fn tool_calls_json(&self) -> String {
        serde_json::to_string(&self.calls).unwrap_or_else(|_| "[]".to_owned())
    }
}

/// What the model said in one round.
struct Said {
    text: String,
    calls: Vec<ToolCall>,
    finish: Finish,
}

impl Turn<'_> {
    pub(crate) async fn run(&self, prompt: ModelRequest, work: &mut Work) -> Result<FinishReason, Ending> {
        let mut request = prompt;
        let offered = request.tools.clone();
        for round in 0.. {
            let left = usize::try_from(self.hold - 1 - work.calls_executed).unwrap_or(0);
            let budget =
                if round < self.inner.settings.tool_rounds_max && !offered.is_empty() { left } else { 0 };
            if budget == 0 && !request.tools.is_empty() {
                request.tools = [].into();
                request.system.push_str(BUDGET_NOTE);
            }
            request.tool_calls_left = budget;
            let said = self.listen(request.clone(), work).await?;
            if said.calls.is_empty() || budget == 0 {
                if work.content.trim().is_empty() {
                    tracing::warn!(run = %self.live.run_id, "the model gave no answer");
                    return Err(Ending::failed(
                        ErrorCode::ProviderError,
                        "The language model gave no answer.",
                    ));
                }
                let cut = said.finish == Finish::Length;
                return Ok(if cut { FinishReason::Length } else { FinishReason::Stop });
            }
            request
                .messages
                .push(ModelMessage::Assistant { text: said.text, tool_calls: said.calls.clone() });
            request.messages.extend(tools::call_all(self, said.calls, budget, work).await?);
        }
        Err(Ending::failed(ErrorCode::InternalError, "Something went wrong on the server."))
    }

    /// One call of the model, shown as it comes.
    async fn listen(&self, request: ModelRequest, work: &mut Work) -> Result<Said, Ending> {
        let mut events = self.inner.model.stream(request);
        let mut said = Said { text: String::new(), calls: Vec::new(), finish: Finish::Stop };
        while let Some(event) = events.next().await {
            match event.map_err(|error| self.failure(&error))? {
                ModelEvent::Thinking(text) => self.live.journal.append(&Event::Thinking { text }),
                ModelEvent::Text(delta) => {
                    if !self.say(delta, &mut said, work) {
                        said.finish = Finish::Length;
                        said.calls.clear();
                        return Ok(said);
                    }
                }
                ModelEvent::ToolCall(call) => said.calls.push(call),
                ModelEvent::Usage(usage) => work.usage += usage,
                ModelEvent::Finish(finish) => said.finish = finish,
            }
        }
        Ok(said)
    }

    /// Shows text; `false` when the answer has reached its limit, with as much shown as fits.
    fn say(&self, delta: String, said: &mut Said, work: &mut Work) -> bool {
        let room = self.inner.settings.answer_bytes_max.saturating_sub(work.content.len());
        let fits = delta.floor_char_boundary(room);
        let full = fits < delta.len();
        let mut delta = delta;
        delta.truncate(fits);
        if !delta.is_empty() {
            work.content.push_str(&delta);
            said.text.push_str(&delta);
            self.live.journal.append(&Event::Text { delta, conversation_id: self.conversation });
        }
        !full
    }

    fn failure(&self, error: &ModelError) -> Ending {
        tracing::warn!(run = %self.live.run_id, model = self.inner.model.name(), %error, "the model failed");
        match error {
            ModelError::Provider { .. } => Ending::failed(
                ErrorCode::ProviderError,
                "The language model failed. Nothing was charged; please ask again.",
            ),
            ModelError::Timeout { .. } => Ending::failed(
                ErrorCode::ProviderTimeout,
                "The language model did not answer in time. Nothing was charged; please ask again.",
            ),
        }
    }
}
