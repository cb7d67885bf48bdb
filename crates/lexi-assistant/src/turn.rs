//! One turn: model, tools, model … until it has answered, within the hold's tool budget and the limits.

use futures_util::StreamExt;
use lexi_crm::Access;
use lexi_models::{Finish, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolCall};
use lexi_types::{ConversationId, ErrorCode, Event, FinishReason};

use crate::ending::Ending;
use crate::registry::LiveRun;
use crate::shared::Inner;
use crate::tools::{self, Caller};
use crate::work::Work;

const BUDGET_NOTE: &str =
    "The tool budget of this answer is used up. Answer now from what you have, and say what is missing.\n";

/// More than any budget; what comes beyond is not even refused one by one.
const CALLS_PER_ROUND_MAX: usize = 64;

pub(crate) struct Turn<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) access: &'a Access,
    pub(crate) live: &'a LiveRun,
    pub(crate) conversation: ConversationId,
    /// What the run may cost: one for the answer, the rest for tool calls.
    pub(crate) hold: i64,
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
        let caller = Caller { inner: self.inner, access: self.access, live: self.live };
        let mut round = 0;
        loop {
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
            request.messages.extend(tools::call_all(&caller, said.calls, budget, work).await?);
            round += 1;
        }
    }

    /// One call of the model, shown as it comes.
    async fn listen(&self, request: ModelRequest, work: &mut Work) -> Result<Said, Ending> {
        let mut events = self.inner.model.stream(request);
        let mut said = Said { text: String::new(), calls: Vec::new(), finish: Finish::Stop };
        while let Some(event) = events.next().await {
            match event.map_err(|error| self.failure(&error))? {
                ModelEvent::Thinking(text) => self.think(text, work),
                ModelEvent::Text(delta) => {
                    if !self.say(delta, &mut said, work) {
                        said.finish = Finish::Length;
                        said.calls.clear();
                        return Ok(said);
                    }
                }
                ModelEvent::ToolCall(call) if said.calls.len() < CALLS_PER_ROUND_MAX => said.calls.push(call),
                ModelEvent::ToolCall(_) => {}
                ModelEvent::Usage(usage) => work.used(self.inner.model.name(), usage, None),
                ModelEvent::Finish(finish) => said.finish = finish,
            }
        }
        Ok(said)
    }

    /// Thoughts are shown, not stored, and have the limit of an answer.
    fn think(&self, text: String, work: &mut Work) {
        work.thought_bytes = work.thought_bytes.saturating_add(text.len());
        if work.thought_bytes <= self.inner.settings.answer_bytes_max {
            self.live.journal.append(&Event::Thinking { text });
        }
    }

    /// Shows text; `false` when the answer has reached its limit, with as much shown as fits.
    fn say(&self, delta: String, said: &mut Said, work: &mut Work) -> bool {
        let mut delta = delta;
        if said.text.is_empty()
            && !delta.is_empty()
            && !work.content.is_empty()
            && !work.content.ends_with('\n')
        {
            // What was said before the tools were called is a paragraph of its own.
            delta.insert_str(0, "\n\n");
        }
        let room = self.inner.settings.answer_bytes_max.saturating_sub(work.content.len());
        let fits = delta.floor_char_boundary(room);
        let full = fits < delta.len();
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
