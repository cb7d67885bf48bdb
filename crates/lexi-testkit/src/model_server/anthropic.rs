//! Messages.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::answer::Step;
use super::bytes::{Data, Frame};
use super::protocol::Encoder;
use super::turn::{Part, Turn};

pub(super) const GARBAGE: Frame = Frame {
    event: Some("content_block_delta"),
    data: Data::Text("{\"type\": \"content_block_delta\", \"index\": 0, \"del"),
};
pub(super) const HUGE_LINE: &str = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"";
const ID: &str = "msg_scripted";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Thinking,
    Text,
    Tool,
}

#[derive(Debug)]
pub(super) struct Events {
    turn: Turn,
    /// Of the open block, or of the next.
    index: usize,
    open: Option<Block>,
    pinged: bool,
}

impl Events {
    pub(super) const fn new(turn: Turn) -> Self {
        Self { turn, index: 0, open: None, pinged: false }
    }

    fn start(&self) -> Vec<Step> {
        let mut message = json!({
            "id": ID, "type": "message", "role": "assistant", "content": [], "model": self.turn.model,
            "stop_reason": null, "stop_sequence": null,
        });
        if let Some(usage) = usage(&self.turn, 1) {
            message["usage"] = usage;
        }
        vec![Step::Paced(event("message_start", json!({"message": message})))]
    }

    /// Goes on with the open block if it is one of this kind.
    fn block(&mut self, kind: Block, content: &Value) -> Vec<Step> {
        if self.open == Some(kind) && kind != Block::Tool {
            return Vec::new();
        }
        let mut steps = self.close();
        self.open = Some(kind);
        let start = json!({"index": self.index, "content_block": content});
        steps.push(Step::Now(event("content_block_start", start)));
        if !std::mem::replace(&mut self.pinged, true) {
            steps.push(Step::Now(event("ping", json!({}))));
        }
        steps
    }

    fn close(&mut self) -> Vec<Step> {
        let Some(kind) = self.open.take() else { return Vec::new() };
        let mut steps = Vec::new();
        if kind == Block::Thinking {
            let signature = signature(self.turn.script.thoughts().unwrap_or_default(), self.turn.round);
            steps.push(Step::Now(self.delta(&json!({"type": "signature_delta", "signature": signature}))));
        }
        steps.push(Step::Now(event("content_block_stop", json!({"index": self.index}))));
        self.index += 1;
        steps
    }

    fn delta(&self, delta: &Value) -> Frame {
        event("content_block_delta", json!({"index": self.index, "delta": delta}))
    }

    fn piece(&mut self, kind: Block, content: &Value, delta: &Value) -> Vec<Step> {
        let mut steps = self.block(kind, content);
        steps.push(Step::Paced(self.delta(delta)));
        steps
    }

    fn call(&mut self, index: usize, name: &str, arguments: Option<Value>) -> Vec<Step> {
        let (input, whole) = match arguments {
            Some(Value::String(whole)) => (json!({}), whole),
            Some(input) => (input, String::new()),
            None => (json!({}), String::new()),
        };
        let id = self.turn.call_id("toolu", index);
        let content = json!({"type": "tool_use", "id": id, "name": name, "input": input});
        // The real one begins every input with an empty piece.
        self.piece(Block::Tool, &content, &json!({"type": "input_json_delta", "partial_json": whole}))
    }

    fn finish(&mut self) -> Vec<Step> {
        let mut steps = self.close();
        let mut last = json!({"delta": {"stop_reason": reason(&self.turn), "stop_sequence": null}});
        if let Some(details) = details(&self.turn) {
            last["delta"]["stop_details"] = details;
        }
        if self.turn.script.usage_empty {
            last["usage"] = json!({});
        } else if self.turn.script.usage {
            last["usage"] = json!({"output_tokens": self.turn.output_tokens()});
        }
        steps.push(Step::Now(event("message_delta", last)));
        if !self.turn.script.wire.no_done {
            steps.push(Step::Now(event("message_stop", json!({}))));
        }
        steps
    }
}

impl Encoder for Events {
    fn encode(&mut self, part: Part) -> Vec<Step> {
        match part {
            Part::Open => self.start(),
            Part::Thought(piece) => {
                let content = json!({"type": "thinking", "thinking": "", "signature": ""});
                self.piece(Block::Thinking, &content, &json!({"type": "thinking_delta", "thinking": piece}))
            }
            Part::Text(piece) => {
                let content = json!({"type": "text", "text": ""});
                self.piece(Block::Text, &content, &json!({"type": "text_delta", "text": piece}))
            }
            // Told with the stop reason.
            Part::Refusal(_) => Vec::new(),
            Part::Call { index, name, arguments } => self.call(index, &name, arguments),
            Part::Arguments { piece, .. } => {
                vec![Step::Paced(self.delta(&json!({"type": "input_json_delta", "partial_json": piece})))]
            }
            Part::Finish => self.finish(),
        }
    }
}

/// An event, whose data repeats its name.
fn event(name: &'static str, mut data: Value) -> Frame {
    data["type"] = json!(name);
    Frame { event: Some(name), data: Data::Json(data) }
}

/// What a thinking block is signed with: the same for the same thoughts of the same round, so that a server that was
/// started again knows it.
pub(super) fn signature(thoughts: &str, round: usize) -> String {
    let mut hasher = DefaultHasher::new();
    thoughts.hash(&mut hasher);
    format!("sig-{round}-{:016x}", hasher.finish())
}

/// `None` where the script leaves it out.
fn reason(turn: &Turn) -> Option<&str> {
    let reason = match turn.finish() {
        _ if turn.refusal().is_some() => "refusal",
        "stop" => "end_turn",
        "length" => "max_tokens",
        "content_filter" => "refusal",
        "tool_calls" => "tool_use",
        other => other,
    };
    (!turn.script.wire.no_finish).then_some(reason)
}

fn details(turn: &Turn) -> Option<Value> {
    turn.refusal().map(|why| json!({"type": "refusal", "category": null, "explanation": why}))
}

fn usage(turn: &Turn, output_tokens: usize) -> Option<Value> {
    if turn.script.usage_empty {
        return Some(json!({}));
    }
    turn.script.usage.then(|| {
        json!({
            "input_tokens": turn.input_tokens, "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": turn.script.cached, "output_tokens": output_tokens,
        })
    })
}

pub(super) fn document(turn: &Turn) -> Value {
    let mut content = Vec::new();
    if let Some(thoughts) = turn.script.thoughts() {
        let signature = signature(thoughts, turn.round);
        content.push(json!({"type": "thinking", "thinking": thoughts, "signature": signature}));
    }
    let text = turn.pieces().concat();
    if !text.is_empty() {
        content.push(json!({"type": "text", "text": text}));
    }
    for (index, (name, arguments)) in turn.whole_calls().into_iter().enumerate() {
        let input = match arguments {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            input => input,
        };
        content.push(
            json!({"type": "tool_use", "id": turn.call_id("toolu", index), "name": name, "input": input}),
        );
    }
    let mut document = json!({
        "id": ID, "type": "message", "role": "assistant", "model": turn.model, "content": content,
        "stop_reason": reason(turn), "stop_sequence": null,
    });
    if let Some(details) = details(turn) {
        document["stop_details"] = details;
    }
    if let Some(usage) = usage(turn, turn.output_tokens()) {
        document["usage"] = usage;
    }
    document
}

pub(super) fn error(status: u16, code: Option<&str>, message: &str) -> Value {
    let usual = match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500..=599 => "api_error",
        _ => "invalid_request_error",
    };
    json!({"type": "error", "error": {"type": code.unwrap_or(usual), "message": message}, "request_id": "req_scripted"})
}

pub(super) fn error_frame(status: Option<u16>, code: Option<&str>) -> Frame {
    let data = error(status.unwrap_or(529), code, "scripted failure");
    Frame { event: Some("error"), data: Data::Json(data) }
}
