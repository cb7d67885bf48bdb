//! From a script to the bytes of a `text/event-stream` of chat completion chunks.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use futures_util::Stream;
use serde_json::{Value, json};

use super::Guard;
use super::script::{FailAt, FailKind, Script};

/// What one response does.
pub(super) struct Plan {
    pub(super) first_delay: Duration,
    /// Refuse with this status instead of a stream.
    pub(super) status: Option<StatusCode>,
    delay: Duration,
    steps: VecDeque<Step>,
}

enum Step {
    Send(Bytes),
    /// Without the pause between chunks.
    SendAtOnce(Bytes),
    Cut,
    Stall,
}

impl Plan {
    pub(super) fn for_request(request: &Value, may_fail: impl Fn(&Script) -> bool) -> Result<Self, String> {
        let messages = request["messages"].as_array().ok_or("`messages` is missing")?;
        let last_user = messages.iter().rposition(|m| m["role"] == "user").ok_or("no user message")?;
        let since = messages.get(last_user..).unwrap_or_default();
        let script = Script::find(&content(&messages[last_user]))?;
        let round = since.iter().filter(|m| m["tool_calls"].is_array()).count();
        let offered = request["tools"].as_array().is_some_and(|tools| !tools.is_empty());
        let calls = round < script.rounds && !script.tools.is_empty() && (offered || script.force_tools);

        let at = if calls && script.fail.at == FailAt::Mid { FailAt::Never } else { script.fail.at };
        let at = if at != FailAt::Never && !may_fail(&script) { FailAt::Never } else { at };
        let mut plan = Self {
            first_delay: Duration::from_millis(script.first_delay_ms),
            status: None,
            delay: Duration::from_millis(script.delay_ms),
            steps: VecDeque::new(),
        };
        if at == FailAt::Start {
            plan.status = status(script.fail.kind);
            plan.fail(script.fail.kind);
            return Ok(plan);
        }
        plan.think(&script);
        if calls {
            plan.call_tools(&script, round);
        } else {
            let pieces = script.pieces();
            let sent = if at == FailAt::Mid { pieces.len() / 2 } else { pieces.len() };
            for piece in pieces.iter().take(sent) {
                plan.delta(json!({"content": piece}));
            }
            if at == FailAt::Mid {
                plan.fail(script.fail.kind);
                return Ok(plan);
            }
        }
        plan.finish(&script, calls, messages.len());
        Ok(plan)
    }

    fn think(&mut self, script: &Script) {
        self.delta(json!({"role": "assistant", "content": ""}));
        for piece in script.reasoning.iter().flat_map(|text| text.split_inclusive(' ')) {
            self.delta(json!({"reasoning_content": piece}));
        }
    }

    /// As models send them: the name first, then the arguments in pieces that say nothing but their index.
    fn call_tools(&mut self, script: &Script, round: usize) {
        for (index, call) in script.tools.iter().enumerate() {
            let id = format!("call_{round}_{index}");
            let name = call.name.replace('.', "_");
            self.delta(json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}]}));
            let arguments = Value::Object(call.arguments.clone()).to_string();
            let characters: Vec<char> = arguments.chars().collect();
            for piece in characters.chunks(7) {
                let piece: String = piece.iter().collect();
                self.delta(json!({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}));
            }
        }
    }

    fn finish(&mut self, script: &Script, calls: bool, messages: usize) {
        let reason = if calls { "tool_calls" } else { script.finish.as_str() };
        self.at_once(&chunk(json!([{"index": 0, "delta": {}, "finish_reason": reason}])));
        if script.usage {
            let completion = script.pieces().len();
            let mut last = chunk(json!([]));
            last["usage"] = json!({"prompt_tokens": messages * 10, "completion_tokens": completion, "total_tokens": messages * 10 + completion});
            self.at_once(&last);
        }
        self.steps.push_back(Step::SendAtOnce(Bytes::from_static(b"data: [DONE]\n\n")));
    }

    fn fail(&mut self, kind: FailKind) {
        match kind {
            FailKind::Status500 | FailKind::Status429 | FailKind::ErrorObject => {
                self.at_once(
                    &json!({"error": {"message": "scripted failure", "type": "server_error", "code": 500}}),
                );
            }
            FailKind::Cut => self.steps.push_back(Step::Cut),
            FailKind::Stall => self.steps.push_back(Step::Stall),
            FailKind::Garbage => {
                self.steps
                    .push_back(Step::SendAtOnce(Bytes::from_static(b"data: {\"choices\": [{\"del\n\n")));
            }
            FailKind::NoFinish => {}
        }
    }

    fn delta(&mut self, delta: Value) {
        let chunk = chunk(json!([{"index": 0, "delta": delta, "finish_reason": null}]));
        self.steps.push_back(Step::Send(frame(&chunk)));
    }

    fn at_once(&mut self, chunk: &Value) {
        self.steps.push_back(Step::SendAtOnce(frame(chunk)));
    }
}

pub(super) fn stream(plan: Plan, guard: Guard) -> impl Stream<Item = io::Result<Bytes>> {
    futures_util::stream::unfold((plan, guard, true), |(mut plan, mut guard, first)| async move {
        let Some(step) = plan.steps.pop_front() else {
            guard.finish();
            return None;
        };
        match step {
            Step::Send(bytes) => {
                if !first && !plan.delay.is_zero() {
                    tokio::time::sleep(plan.delay).await;
                }
                // After the last piece nothing asks for more, so the end is known here.
                guard.finished = plan.steps.is_empty();
                Some((Ok(bytes), (plan, guard, false)))
            }
            Step::SendAtOnce(bytes) => {
                guard.finished = plan.steps.is_empty();
                Some((Ok(bytes), (plan, guard, false)))
            }
            Step::Cut => {
                // What was sent before must be on its way, or the break swallows it.
                tokio::time::sleep(Duration::from_millis(20)).await;
                guard.finished = true;
                Some((Err(io::Error::other("scripted cut")), (plan, guard, false)))
            }
            Step::Stall => std::future::pending().await,
        }
    })
}

fn status(kind: FailKind) -> Option<StatusCode> {
    match kind {
        FailKind::Status500 => Some(StatusCode::INTERNAL_SERVER_ERROR),
        FailKind::Status429 => Some(StatusCode::TOO_MANY_REQUESTS),
        _ => None,
    }
}

/// The text of a message, whether one string or parts.
fn content(message: &Value) -> String {
    match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

fn chunk(choices: Value) -> Value {
    json!({"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": choices})
}

fn frame(chunk: &Value) -> Bytes {
    Bytes::from(format!("data: {chunk}\n\n"))
}
