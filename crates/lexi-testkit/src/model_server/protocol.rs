//! The two protocols, as far as the rest of the server tells them apart.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Step;
use super::bytes::Frame;
use super::script::Script;
use super::turn::{Part, Turn};
use super::{anthropic, checks, openai};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    OpenAi,
    Anthropic,
}

/// Puts the parts of an answer into frames.
pub(super) trait Encoder: Send {
    fn encode(&mut self, part: Part) -> Vec<Step>;
}

impl Protocol {
    pub(super) fn of_path(path: &str) -> Option<Self> {
        match path {
            "/v1/chat/completions" => Some(Self::OpenAi),
            "/v1/messages" => Some(Self::Anthropic),
            _ => None,
        }
    }

    /// The script of a conversation and the message that it stands in: the last question. Where that holds none, the name
    /// of the model may be one.
    pub(super) fn script(self, messages: &[Value], model: &str) -> Result<(usize, Script), String> {
        let mut found = None;
        for (at, message) in
            messages.iter().enumerate().rev().filter(|(_, message)| message["role"] == "user")
        {
            let text = text(message);
            let remark = at
                .checked_sub(1)
                .and_then(|before| messages.get(before))
                .is_some_and(|m| m["role"] == "tool");
            if self == Self::OpenAi && remark {
                continue;
            }
            if self == Self::OpenAi {
                let own = Script::find_any(&text.unwrap_or_default())?;
                return Ok((at, own.map_or_else(|| Script::find(model), Ok)?));
            }
            // A question may stand beside results of tools that nobody waited for, and so may a remark to the model.
            let Some(text) = text else { continue };
            match Script::find_any(&text)? {
                Some(script) => return Ok((at, script)),
                None => found = found.or(Some(at)),
            }
            if !has_block(message, "tool_result") {
                break;
            }
        }
        Ok((found.ok_or("no user message with a text")?, Script::find(model)?))
    }

    pub(super) fn calls_tools(self, message: &Value) -> bool {
        match self {
            Self::OpenAi => message["tool_calls"].is_array(),
            Self::Anthropic => has_block(message, "tool_use"),
        }
    }

    /// What the real API would find wrong about a request.
    pub(super) fn check(self, request: &Value, headers: &BTreeMap<String, String>) -> Result<(), String> {
        match self {
            Self::OpenAi => checks::openai::check(request),
            Self::Anthropic => checks::anthropic::check(request, headers),
        }
    }

    /// What it would find wrong once it knows what it has answered before.
    pub(super) fn check_turn(self, request: &Value, turn: &Turn) -> Result<(), String> {
        match self {
            Self::OpenAi => Ok(()),
            Self::Anthropic => checks::anthropic::check_thoughts(request, turn),
        }
    }

    pub(super) fn key(self, headers: &BTreeMap<String, String>) -> Option<&str> {
        let bearer = headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
        match self {
            Self::OpenAi => bearer,
            // Its newer libraries send the key as the others do.
            Self::Anthropic => headers.get("x-api-key").map(String::as_str).or(bearer),
        }
    }

    pub(super) fn encoder(self, turn: Turn) -> Box<dyn Encoder> {
        match self {
            Self::OpenAi => Box::new(openai::Chunks::new(turn)),
            Self::Anthropic => Box::new(anthropic::Events::new(turn)),
        }
    }

    pub(super) fn document(self, turn: &Turn) -> Value {
        match self {
            Self::OpenAi => openai::document(turn),
            Self::Anthropic => anthropic::document(turn),
        }
    }

    pub(super) fn error(self, status: u16, code: Option<&str>, message: &str) -> Value {
        match self {
            Self::OpenAi => openai::error(status, code, message),
            Self::Anthropic => anthropic::error(status, code, message),
        }
    }

    /// An error in the middle of a stream.
    pub(super) fn error_frame(self, status: Option<u16>, code: Option<&str>) -> Frame {
        match self {
            Self::OpenAi => openai::error_frame(status, code),
            Self::Anthropic => anthropic::error_frame(status, code),
        }
    }

    /// A frame that is not JSON.
    pub(super) const fn garbage(self) -> Frame {
        match self {
            Self::OpenAi => openai::GARBAGE,
            Self::Anthropic => anthropic::GARBAGE,
        }
    }

    /// How a text begins that will not end.
    pub(super) const fn huge_line(self) -> &'static str {
        match self {
            Self::OpenAi => openai::HUGE_LINE,
            Self::Anthropic => anthropic::HUGE_LINE,
        }
    }

    pub(super) fn models(self) -> Value {
        match self {
            Self::OpenAi => {
                json!({"object": "list", "data": [{"id": "scripted", "object": "model", "created": 0, "owned_by": "test"}]})
            }
            Self::Anthropic => json!({
                "data": [{"type": "model", "id": "scripted", "display_name": "Scripted", "created_at": "1970-01-01T00:00:00Z"}],
                "has_more": false, "first_id": "scripted", "last_id": "scripted",
            }),
        }
    }
}

pub(super) fn has_block(message: &Value, kind: &str) -> bool {
    message["content"].as_array().is_some_and(|blocks| blocks.iter().any(|block| block["type"] == kind))
}

/// The text of a message, whether one string or parts; `None` where no part is a text.
fn text(message: &Value) -> Option<String> {
    match &message["content"] {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            (!texts.is_empty()).then(|| texts.join("\n"))
        }
        _ => None,
    }
}
