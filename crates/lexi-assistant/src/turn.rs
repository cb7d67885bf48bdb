//! One turn: model, tools, model … until it has answered, within the hold's tool budget and the limits.

use std::sync::Arc;

use futures_util::StreamExt;
use lexi_crm::Access;
use lexi_models::{
    BUILTIN, Cause, Finish, ModelError, ModelEvent, ModelMessage, ModelRequest, Then, ToolCall,
};
use lexi_store::runs::RunPlace;
use lexi_types::{ErrorCode, Event, FinishReason, Usage};
use serde_json::Value;

use crate::ending::Ending;
use crate::policy::Policies;
use crate::registry::LiveRun;
use crate::shared::Inner;
use crate::tools::{self, Caller};
use crate::words;
use crate::work::Work;

/// More than any budget; what comes beyond is not even refused one by one.
const CALLS_PER_ROUND_MAX: usize = 64;
/// After a round in which every call failed the model may mend them, so often in a row.
const MENDS_MAX: usize = 2;
/// How many times as long as an answer the thoughts before it may be.
const THOUGHTS_PER_ANSWER_MAX: usize = 16;

pub(crate) struct Turn<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) access: &'a Access,
    pub(crate) policies: &'a Policies,
    pub(crate) live: &'a LiveRun,
    pub(crate) place: &'a RunPlace,
    /// The client's key for retries.
    pub(crate) idempotency_key: Option<&'a str>,
    /// What the run may cost: one for the answer, the rest for tool calls.
    pub(crate) hold: i64,
}

/// What the model said in one round.
struct Said {
    by: Option<Arc<str>>,
    text: String,
    thought: bool,
    reasoning: Vec<Value>,
    calls: Vec<ToolCall>,
    finish: Finish,
    /// The answer has reached its limit.
    full: bool,
    counted: bool,
}

impl Said {
    fn only_calls(&self) -> bool {
        !self.calls.is_empty() && self.text.trim().is_empty()
    }
}

impl Turn<'_> {
    pub(crate) async fn run(&self, prompt: ModelRequest, work: &mut Work) -> Result<FinishReason, Ending> {
        let mut request = prompt;
        let caller = Caller {
            inner: self.inner,
            access: self.access,
            policies: self.policies,
            live: self.live,
            place: self.place,
            idempotency_key: self.idempotency_key,
        };
        let (mut rounds, mut failed_rounds) = (0, 0);
        loop {
            let note = self.why_no_more(rounds, failed_rounds, work);
            match note.filter(|_| !request.tools.is_empty()) {
                None => {}
                // Before the first round it stands with what holds for the run: many models refuse two questions in a row.
                Some(text) if rounds == 0 => request.system.run.push_str(text),
                Some(text) => request.messages.push(ModelMessage::Note { text }),
            }
            let budget = if note.is_some() { 0 } else { self.calls_left(work) };
            request.tool_calls_left = if request.tools.is_empty() { 0 } else { budget };
            let said = self.listen(request.clone(), work).await?;
            if request.tool_calls_left == 0 && !request.tools.is_empty() && said.only_calls() {
                // Some servers let a model call what it may not. Without any tools it can only answer.
                request.tools = [].into();
                continue;
            }
            if said.full || said.calls.is_empty() || request.tool_calls_left == 0 {
                return self.answered(&said, work);
            }
            request.begun_with.clone_from(&said.by);
            if !said.thought {
                self.think(self.what_comes(&said.calls), work);
            }
            let outcome = tools::call_all(&caller, &said.calls, budget, work).await?;
            request.messages.push(ModelMessage::Assistant {
                text: said.text,
                tool_calls: said.calls.into_iter().map(|call| caller.within_limit(call)).collect(),
                by: said.by,
                reasoning: said.reasoning,
            });
            request.messages.extend(outcome.messages);
            rounds += 1;
            failed_rounds = if outcome.all_failed { failed_rounds + 1 } else { 0 };
        }
    }

    /// A line for whoever waits, of what the tools are about to do.
    fn what_comes(&self, calls: &[ToolCall]) -> String {
        let reads: Vec<&ToolCall> = calls.iter().filter(|call| !self.inner.crm.writes(&call.name)).collect();
        if reads.is_empty() { words::PREPARING.to_owned() } else { words::looking_up(&reads) }
    }

    fn calls_left(&self, work: &Work) -> usize {
        usize::try_from(self.hold - 1 - work.calls_executed).unwrap_or(0)
    }

    /// What the model is told when it may call no more tools.
    fn why_no_more(&self, rounds: usize, failed_rounds: usize, work: &Work) -> Option<&'static str> {
        if failed_rounds > MENDS_MAX {
            Some(words::TOOLS_FAILED)
        } else if rounds >= self.inner.settings.tool_rounds_max || self.calls_left(work) == 0 {
            Some(words::BUDGET_USED_UP)
        } else {
            None
        }
    }

    /// The last round must say something, unless our own limit left no room: what was said before its tools were called is no
    /// answer.
    fn answered(&self, said: &Said, work: &Work) -> Result<FinishReason, Ending> {
        let text = if said.full { &work.content } else { &said.text };
        if text.trim().is_empty() {
            tracing::warn!(run = %self.live.run_id, "the model gave no answer");
            return Err(words::failure(Cause::Empty));
        }
        Ok(if said.finish == Finish::Length { FinishReason::Length } else { FinishReason::Stop })
    }

    /// One call of the model, shown as it comes.
    async fn listen(&self, request: ModelRequest, work: &mut Work) -> Result<Said, Ending> {
        let mut events = self.inner.model.stream(request);
        let mut said = Said {
            by: None,
            text: String::new(),
            thought: false,
            reasoning: Vec::new(),
            calls: Vec::new(),
            finish: Finish::Stop,
            full: false,
            counted: false,
        };
        while let Some(event) = events.next().await {
            match event.map_err(|error| self.failure(said.by.as_deref(), &error))? {
                ModelEvent::By(model) => {
                    said.by = Some(model);
                    said.counted = false;
                }
                ModelEvent::Failed { model, error, then } => self.attempt_failed(&model, &error, then, work),
                ModelEvent::Thinking(text) => {
                    said.thought = true;
                    if !self.think(text, work) {
                        tracing::warn!(run = %self.live.run_id, "the model thinks without an end");
                        self.ended(&said, "endless", work);
                        return Err(Ending::failed(ErrorCode::ProviderError, words::NO_END));
                    }
                }
                ModelEvent::Reasoning(thought) => said.reasoning.push(thought),
                ModelEvent::Text(delta) => {
                    let delta = work.support.link_only_what_was_given(&delta);
                    if !self.say(delta, &mut said, work) {
                        self.ended(&said, "answered", work);
                        return Ok(said);
                    }
                }
                ModelEvent::ToolCall(call) if said.calls.len() < CALLS_PER_ROUND_MAX => {
                    said.calls.push(work.with_own_id(call));
                }
                ModelEvent::ToolCall(_) => {}
                ModelEvent::Usage(usage) => {
                    said.counted = true;
                    self.count(said.by.as_deref(), usage, work);
                }
                ModelEvent::Finish(finish) => said.finish = finish,
            }
        }
        let rest = work.support.rest();
        self.say(rest, &mut said, work);
        self.ended(&said, "answered", work);
        Ok(said)
    }

    fn ended(&self, said: &Said, outcome: &str, work: &mut Work) {
        if !said.counted {
            // It has answered, although its provider tells no numbers.
            self.count(said.by.as_deref(), Usage::default(), work);
        }
        self.inner.metrics.model_attempt(self.model(said.by.as_deref()), outcome);
    }

    fn model<'s>(&'s self, by: Option<&'s str>) -> &'s str {
        by.unwrap_or_else(|| self.inner.model.name())
    }

    fn count(&self, by: Option<&str>, usage: Usage, work: &mut Work) {
        let model = self.model(by);
        let cost = match self.inner.settings.prices.get(model) {
            Some(price) => Some(price.micros(usage)),
            None => (model == BUILTIN).then_some(0),
        };
        work.used(model, usage, cost);
    }

    /// Thoughts are shown, not stored. What is beyond the limit of an answer is not shown; `false` where there is no end.
    fn think(&self, text: String, work: &mut Work) -> bool {
        let limit = self.inner.settings.answer_bytes_max;
        work.thought_bytes = work.thought_bytes.saturating_add(text.len());
        if work.thought_bytes <= limit {
            self.live.journal.append(&Event::Thinking { text });
        }
        work.thought_bytes <= limit.saturating_mul(THOUGHTS_PER_ANSWER_MAX)
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
            self.live.journal.append(&Event::Text { delta, conversation_id: self.place.conversation_id });
        }
        if full {
            said.full = true;
            said.finish = Finish::Length;
        }
        !full
    }

    /// Nothing of it was shown. Whoever waits is told why, where it takes a moment.
    fn attempt_failed(&self, model: &str, error: &ModelError, then: Then, work: &mut Work) {
        let cause = error.cause.as_str();
        tracing::warn!(run = %self.live.run_id, model, cause, %error, ?then, "the model failed");
        self.inner.metrics.model_attempt(model, cause);
        if let Some(line) = words::while_waiting(error.cause, then) {
            self.think(line, work);
        }
    }

    fn failure(&self, by: Option<&str>, error: &ModelError) -> Ending {
        let (model, cause) = (self.model(by), error.cause.as_str());
        tracing::warn!(run = %self.live.run_id, model, cause, %error, "the model failed");
        self.inner.metrics.model_attempt(model, cause);
        words::failure(error.cause)
    }
}
