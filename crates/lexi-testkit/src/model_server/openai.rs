//! Chat completions.

use serde_json::{Map, Value, json};

use super::answer::Step;
use super::bytes::{Data, Frame};
use super::protocol::Encoder;
use super::turn::{Part, Turn};
use super::wire::Args;

pub(super) const GARBAGE: Frame = Frame { event: None, data: Data::Text("{\"choices\": [{\"del") };
pub(super) const HUGE_LINE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
const DONE: Frame = Frame { event: None, data: Data::Text("[DONE]") };
const ID: &str = "chatcmpl-scripted";

#[derive(Debug)]
pub(super) struct Chunks {
    turn: Turn,
}

impl Chunks {
    pub(super) const fn new(turn: Turn) -> Self {
        Self { turn }
    }

    fn chunk(&self, choices: &Value) -> Frame {
        Frame { event: None, data: Data::Json(self.envelope(choices)) }
    }

    fn envelope(&self, choices: &Value) -> Value {
        json!({"id": ID, "object": "chat.completion.chunk", "created": 0, "model": self.turn.model, "choices": choices})
    }

    fn delta(&self, delta: &Value) -> Vec<Step> {
        vec![Step::Paced(self.chunk(&json!([{"index": 0, "delta": delta, "finish_reason": null}])))]
    }

    /// As models send calls: the name first, then the arguments in pieces that say nothing but their index.
    fn call(&self, index: usize, mut call: Value, begins: bool) -> Vec<Step> {
        if self.turn.script.args != Args::NoIds {
            call["index"] = json!(index);
            if begins {
                call["id"] = json!(self.turn.call_id("call", index));
            }
        }
        self.delta(&json!({"tool_calls": [call]}))
    }

    fn finish(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if !self.turn.script.wire.no_finish {
            let choice = json!([{"index": 0, "delta": {}, "finish_reason": reason(&self.turn)}]);
            steps.push(Step::Now(self.chunk(&choice)));
        }
        if let Some(usage) = usage(&self.turn) {
            let mut last = self.envelope(&json!([]));
            last["usage"] = usage;
            steps.push(Step::Now(Frame { event: None, data: Data::Json(last) }));
        }
        if !self.turn.script.wire.no_done {
            steps.push(Step::Now(DONE));
        }
        steps
    }
}

impl Encoder for Chunks {
    fn encode(&mut self, part: Part) -> Vec<Step> {
        match part {
            Part::Open => self.delta(&json!({"role": "assistant", "content": ""})),
            Part::Thought(piece) => self.delta(&json!({"reasoning_content": piece})),
            Part::Text(piece) => self.delta(&json!({"content": piece})),
            Part::Refusal(piece) => self.delta(&json!({"refusal": piece})),
            Part::Call { index, name, arguments } => {
                let arguments = arguments.unwrap_or_else(|| json!(""));
                let call = json!({"type": "function", "function": {"name": name, "arguments": arguments}});
                self.call(index, call, true)
            }
            Part::Arguments { index, piece } => {
                self.call(index, json!({"function": {"arguments": piece}}), false)
            }
            Part::Finish => self.finish(),
        }
    }
}

fn reason(turn: &Turn) -> &str {
    match turn.finish() {
        "max_tokens" => "length",
        "refusal" => "content_filter",
        "tool_use" => "tool_calls",
        "end_turn" => "stop",
        other => other,
    }
}

fn usage(turn: &Turn) -> Option<Value> {
    if turn.script.usage_empty {
        return Some(json!({}));
    }
    let cached = turn.script.cached;
    let input = u64::try_from(turn.input_tokens).unwrap_or_default().saturating_add(cached);
    let output = u64::try_from(turn.output_tokens()).unwrap_or_default();
    let total = input.saturating_add(output);
    let mut usage = json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": total});
    if cached > 0 {
        usage["prompt_tokens_details"] = json!({"cached_tokens": cached});
    }
    turn.script.usage.then_some(usage)
}

pub(super) fn document(turn: &Turn) -> Value {
    let text = turn.pieces().concat();
    let mut message = json!({"role": "assistant", "content": null, "refusal": turn.refusal()});
    if turn.calls.is_empty() && turn.refusal().is_none() {
        message["content"] = json!(text);
    }
    if let Some(thoughts) = turn.script.thoughts() {
        message["reasoning_content"] = json!(thoughts);
    }
    if !turn.calls.is_empty() {
        message["tool_calls"] =
            turn.whole_calls().into_iter().enumerate().map(|call| whole(turn, call)).collect();
    }
    let reason = (!turn.script.wire.no_finish).then(|| reason(turn));
    let mut document = json!({
        "id": ID, "object": "chat.completion", "created": 0, "model": turn.model,
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
    });
    if let Some(usage) = usage(turn) {
        document["usage"] = usage;
    }
    document
}

fn whole(turn: &Turn, (index, (name, arguments)): (usize, (String, Value))) -> Value {
    let mut call = Map::new();
    if turn.script.args != Args::NoIds {
        call.insert("id".to_owned(), json!(turn.call_id("call", index)));
    }
    call.insert("type".to_owned(), json!("function"));
    call.insert("function".to_owned(), json!({"name": name, "arguments": arguments}));
    Value::Object(call)
}

pub(super) fn error(status: u16, code: Option<&str>, message: &str) -> Value {
    let (kind, usual) = match status {
        401 => ("invalid_request_error", Some("invalid_api_key")),
        403 => ("request_forbidden", Some("unsupported_country_region_territory")),
        404 => ("invalid_request_error", Some("model_not_found")),
        429 => ("requests", Some("rate_limit_exceeded")),
        408 | 504 => ("timeout", None),
        500..=599 => ("server_error", None),
        _ => ("invalid_request_error", None),
    };
    json!({"error": {"message": message, "type": kind, "param": null, "code": code.or(usual)}})
}

pub(super) fn error_frame(status: Option<u16>, code: Option<&str>) -> Frame {
    let status = status.unwrap_or(500);
    let mut error = error(status, code, "scripted failure");
    if code.is_none() {
        error["error"]["code"] = json!(status);
    }
    Frame { event: None, data: Data::Json(error) }
}
