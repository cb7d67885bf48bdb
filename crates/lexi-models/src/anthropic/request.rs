//! A request in the words of messages. Roles alternate, blocks are never empty, and a result stands in the message right
//! after its call: all else is refused.

use serde_json::{Map, Value, json};

use crate::remote::{Asked, fenced, upstream};
use crate::{ModelMessage, ModelRequest, ToolCall, ToolSpec};

/// The protocol asks for a limit; every current model can say so much.
const OUTPUT_TOKENS_MAX: u32 = 8192;

pub(crate) fn body(asked: &Asked<'_>, request: &ModelRequest) -> Value {
    let calls_may_follow = !request.tools.is_empty() && request.tool_calls_left > 0;
    let mut messages = Messages::new(asked.label, request);
    request.messages.iter().enumerate().for_each(|(at, message)| messages.take(message, at));
    let mut fields = Map::from_iter([
        ("model".to_owned(), json!(asked.model)),
        ("max_tokens".to_owned(), json!(OUTPUT_TOKENS_MAX)),
        ("stream".to_owned(), json!(true)),
        ("system".to_owned(), system(request)),
        // What has been said is read again in the next round.
        ("messages".to_owned(), messages.finish(calls_may_follow)),
    ]);
    fields.extend(asked.body.clone());
    if request.tools.is_empty() {
        fields.remove("tool_choice");
    } else {
        // They stay when none may be called any more: the messages speak of them.
        fields.insert("tools".to_owned(), request.tools.iter().map(tool).collect());
        if !calls_may_follow {
            fields.insert("tool_choice".to_owned(), json!({ "type": "none" }));
        }
    }
    Value::Object(fields)
}

/// With all that stands before it, the tools, it is kept in the provider's cache.
fn system(request: &ModelRequest) -> Value {
    if request.system.stable.trim().is_empty() {
        return json!([]);
    }
    let mut block = json!({ "type": "text", "text": request.system.stable });
    mark(&mut block);
    json!([block])
}

/// Everything up to and with this block goes into the cache. There may be four such marks; two are used, whatever the
/// number of rounds.
fn mark(block: &mut Value) {
    if let Some(fields) = block.as_object_mut() {
        fields.insert("cache_control".to_owned(), json!({ "type": "ephemeral" }));
    }
}

fn tool(tool: &ToolSpec) -> Value {
    json!({ "name": upstream(&tool.name), "description": tool.description, "input_schema": tool.parameters })
}

struct Messages<'a> {
    label: &'a str,
    request: &'a ModelRequest,
    turns: Vec<(&'static str, Vec<Value>)>,
}

impl<'a> Messages<'a> {
    const fn new(label: &'a str, request: &'a ModelRequest) -> Self {
        Self { label, request, turns: Vec::new() }
    }

    /// Without tools no block may be of theirs: what they gave is told in words.
    fn with_tools(&self) -> bool {
        !self.request.tools.is_empty()
    }

    fn take(&mut self, message: &ModelMessage, at: usize) {
        match message {
            ModelMessage::User { .. } => {
                self.add("user", [json!({ "type": "text", "text": self.request.asked_at(at) })]);
            }
            ModelMessage::Assistant { text, tool_calls, by, reasoning } => {
                let calls: &[ToolCall] = if self.with_tools() { tool_calls } else { &[] };
                let own = by.as_deref() == Some(self.label);
                if own && !reasoning.is_empty() && !calls.is_empty() {
                    return self.add("assistant", as_it_came(reasoning, calls));
                }
                if !text.trim().is_empty() {
                    self.add("assistant", [json!({ "type": "text", "text": text.trim_end() })]);
                }
                self.add("assistant", calls.iter().map(call));
            }
            ModelMessage::Tool { call_id, result, is_error, .. } if self.with_tools() => {
                let mut block = json!({
                    "type": "tool_result",
                    "tool_use_id": upstream(call_id),
                    "content": fenced(result, &self.request.fence),
                });
                if let (true, Some(fields)) = (*is_error, block.as_object_mut()) {
                    fields.insert("is_error".to_owned(), json!(true));
                }
                self.add("user", [block]);
            }
            ModelMessage::Tool { name, result, .. } => {
                let text = format!("What {name} gave:\n{}", fenced(result, &self.request.fence));
                self.add("user", [json!({ "type": "text", "text": text })]);
            }
            ModelMessage::Note { text } => self.add("user", [json!({ "type": "text", "text": text })]),
        }
    }

    fn add(&mut self, role: &'static str, blocks: impl IntoIterator<Item = Value>) {
        let mut blocks = blocks.into_iter().peekable();
        if blocks.peek().is_none() {
            return;
        }
        match self.turns.last_mut().filter(|(last, _)| *last == role) {
            Some((_, content)) => content.extend(blocks),
            None => self.turns.push((role, blocks.collect())),
        }
    }

    fn finish(mut self, cached: bool) -> Value {
        if cached && let Some(last) = self.turns.last_mut().and_then(|(_, content)| content.last_mut()) {
            mark(last);
        }
        let turns = self.turns.into_iter();
        turns.map(|(role, content)| json!({ "role": role, "content": content })).collect()
    }
}

/// A message with signed thoughts goes back in the order of its blocks; where a call stood, it stands again.
fn as_it_came(blocks: &[Value], calls: &[ToolCall]) -> Vec<Value> {
    let mut calls = calls.iter();
    let block = |block: &Value| match block["type"].as_str() {
        Some("tool_use") => calls.next().map(call),
        _ => Some(block.clone()),
    };
    let mut content: Vec<Value> = blocks.iter().filter_map(block).collect();
    content.extend(calls.map(call));
    content
}

fn call(call: &ToolCall) -> Value {
    let input: Map<String, Value> = serde_json::from_str(&call.arguments).unwrap_or_default();
    json!({ "type": "tool_use", "id": upstream(&call.id), "name": upstream(&call.name), "input": input })
}
