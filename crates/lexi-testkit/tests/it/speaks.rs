//! What the two protocols ask and answer, in the same words.

use lexi_types::sse::Parser;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaks {
    OpenAi,
    Anthropic,
}

pub(crate) const BOTH: [Speaks; 2] = [Speaks::OpenAi, Speaks::Anthropic];

/// An answer put together.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) thoughts: String,
    pub(crate) signature: String,
    pub(crate) refusal: String,
    /// Id, name and arguments.
    pub(crate) calls: Vec<(String, String, String)>,
    pub(crate) finish: String,
    /// The end mark has come.
    pub(crate) done: bool,
    pub(crate) error: Value,
    pub(crate) usage: Value,
    /// Frames that are not JSON.
    pub(crate) bad: usize,
}

impl Speaks {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "/chat/completions",
            Self::Anthropic => "/messages",
        }
    }

    /// A request with a tool on offer.
    pub(crate) fn request(self, script: &Value) -> Value {
        let script = script.to_string();
        match self {
            Self::OpenAi => json!({
                "model": "m", "stream": true,
                "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": script}],
                "tools": [{"type": "function", "function": {"name": "contacts_search"}}],
            }),
            Self::Anthropic => json!({
                "model": "m", "stream": true, "max_tokens": 4096, "system": "s",
                "messages": [{"role": "user", "content": script}],
                "tools": [{"name": "contacts_search", "input_schema": {"type": "object"}}],
            }),
        }
    }

    /// The request after the calls of an answer, with their results.
    pub(crate) fn after(self, request: &Value, said: &Said) -> Value {
        let mut request = request.clone();
        let messages = request["messages"].as_array_mut().unwrap();
        match self {
            Self::OpenAi => {
                let calls: Vec<Value> = said.calls.iter().map(|(id, name, arguments)| {
                    json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
                }).collect();
                messages.push(json!({"role": "assistant", "content": null, "tool_calls": calls}));
                messages.extend(
                    said.calls
                        .iter()
                        .map(|(id, ..)| json!({"role": "tool", "tool_call_id": id, "content": "{}"})),
                );
            }
            Self::Anthropic => {
                let mut content = Vec::new();
                if !said.thoughts.is_empty() {
                    content.push(
                        json!({"type": "thinking", "thinking": said.thoughts, "signature": said.signature}),
                    );
                }
                content.extend(said.calls.iter().map(|(id, name, arguments)| {
                    let input = serde_json::from_str(arguments).unwrap_or_else(|_| json!({}));
                    json!({"type": "tool_use", "id": id, "name": name, "input": input})
                }));
                messages.push(json!({"role": "assistant", "content": content}));
                let results: Vec<Value> = said
                    .calls
                    .iter()
                    .map(|(id, ..)| json!({"type": "tool_result", "tool_use_id": id, "content": "{}"}))
                    .collect();
                messages.push(json!({"role": "user", "content": results}));
            }
        }
        request
    }

    pub(crate) fn read(self, body: &[u8]) -> Said {
        let mut said = Said::default();
        for frame in Parser::default().push(body) {
            if frame.data == "[DONE]" {
                said.done = true;
                continue;
            }
            let Ok(data) = serde_json::from_str::<Value>(&frame.data) else {
                said.bad += 1;
                continue;
            };
            match self {
                Self::OpenAi => said.chunk(&data),
                Self::Anthropic => {
                    assert_eq!(data["type"], frame.event.as_str());
                    said.event(&data);
                }
            }
        }
        said
    }

    /// What the finish is called here.
    pub(crate) const fn word(self, open_ai: &'static str, anthropic: &'static str) -> &'static str {
        match self {
            Self::OpenAi => open_ai,
            Self::Anthropic => anthropic,
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Said {
    fn chunk(&mut self, chunk: &Value) {
        if !chunk["error"].is_null() {
            self.error = chunk["error"].clone();
        }
        if !chunk["usage"].is_null() {
            self.usage = chunk["usage"].clone();
        }
        let choice = &chunk["choices"][0];
        self.finish.push_str(text(&choice["finish_reason"]));
        let delta = &choice["delta"];
        self.text.push_str(text(&delta["content"]));
        self.thoughts.push_str(text(&delta["reasoning_content"]));
        self.refusal.push_str(text(&delta["refusal"]));
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let function = &call["function"];
            if function["name"].is_string() {
                self.calls.push((
                    text(&call["id"]).to_owned(),
                    text(&function["name"]).to_owned(),
                    String::new(),
                ));
            }
            let arguments = match &function["arguments"] {
                Value::String(piece) => piece.clone(),
                whole => whole.to_string(),
            };
            self.calls.last_mut().unwrap().2.push_str(&arguments);
        }
    }

    fn event(&mut self, event: &Value) {
        match text(&event["type"]) {
            "error" => self.error = event["error"].clone(),
            "message_start" => self.usage = event["message"]["usage"].clone(),
            "content_block_start" => {
                let block = &event["content_block"];
                if block["type"] == "tool_use" {
                    let whole =
                        if block["input"] == json!({}) { String::new() } else { block["input"].to_string() };
                    self.calls.push((text(&block["id"]).to_owned(), text(&block["name"]).to_owned(), whole));
                }
            }
            "content_block_delta" => {
                let delta = &event["delta"];
                self.text.push_str(text(&delta["text"]));
                self.thoughts.push_str(text(&delta["thinking"]));
                self.signature.push_str(text(&delta["signature"]));
                if delta["type"] == "input_json_delta" {
                    self.calls.last_mut().unwrap().2.push_str(text(&delta["partial_json"]));
                }
            }
            "message_delta" => {
                self.finish.push_str(text(&event["delta"]["stop_reason"]));
                self.refusal.push_str(text(&event["delta"]["stop_details"]["explanation"]));
                if event["usage"]["output_tokens"].is_number() {
                    self.usage["output_tokens"] = event["usage"]["output_tokens"].clone();
                }
            }
            "message_stop" => self.done = true,
            _ => {}
        }
    }
}
