//! A request in the words of messages. Roles alternate, blocks are never empty, and a result stands in the message right
//! after its call: all else is refused.

use serde_json::{Map, Value, json};

use crate::remote::{fenced, upstream, with_page};
use crate::{ModelMessage, ModelRequest, ToolCall, ToolSpec};

/// The protocol asks for a limit; every current model can say so much.
const OUTPUT_TOKENS_MAX: u32 = 8192;

pub(crate) fn body(label: &str, model: &str, request: &ModelRequest, extra: &Map<String, Value>) -> Value {
    let calls_may_follow = !request.tools.is_empty() && request.tool_calls_left > 0;
    let mut messages = Messages::new(label, &request.fence, !request.tools.is_empty());
    request.messages.iter().for_each(|message| messages.take(message));
    let mut fields = Map::from_iter([
        ("model".to_owned(), json!(model)),
        ("max_tokens".to_owned(), json!(OUTPUT_TOKENS_MAX)),
        ("stream".to_owned(), json!(true)),
        ("system".to_owned(), system(request)),
        // What has been said is read again in the next round.
        ("messages".to_owned(), messages.finish(calls_may_follow)),
    ]);
    fields.extend(extra.clone());
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

/// The stable part with all that stands before it, the tools, is kept in the provider's cache.
fn system(request: &ModelRequest) -> Value {
    let block = |text: &String| json!({ "type": "text", "text": text });
    let mut stable = block(&request.system.stable);
    mark(&mut stable);
    let parts = [(&request.system.stable, stable), (&request.system.run, block(&request.system.run))];
    parts.into_iter().filter(|(text, _)| !text.trim().is_empty()).map(|(_, block)| block).collect()
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
    fence: &'a str,
    /// Without tools no block may be of theirs: what they gave is told in words.
    with_tools: bool,
    turns: Vec<(&'static str, Vec<Value>)>,
}

impl<'a> Messages<'a> {
    const fn new(label: &'a str, fence: &'a str, with_tools: bool) -> Self {
        Self { label, fence, with_tools, turns: Vec::new() }
    }

    fn take(&mut self, message: &ModelMessage) {
        match message {
            ModelMessage::User { text, page } => {
                let text = with_page(text, page.as_deref(), self.fence);
                self.add("user", [json!({ "type": "text", "text": text })]);
            }
            ModelMessage::Assistant { text, tool_calls, by, reasoning } => {
                let calls: &[ToolCall] = if self.with_tools { tool_calls } else { &[] };
                if by.as_deref() == Some(self.label) && !calls.is_empty() {
                    self.add("assistant", reasoning.iter().cloned());
                }
                if !text.trim().is_empty() {
                    self.add("assistant", [json!({ "type": "text", "text": text.trim_end() })]);
                }
                self.add("assistant", calls.iter().map(call));
            }
            ModelMessage::Tool { call_id, result, is_error, .. } if self.with_tools => {
                let mut block = json!({
                    "type": "tool_result",
                    "tool_use_id": upstream(call_id),
                    "content": fenced(result, self.fence),
                });
                if let (true, Some(fields)) = (*is_error, block.as_object_mut()) {
                    fields.insert("is_error".to_owned(), json!(true));
                }
                self.add("user", [block]);
            }
            ModelMessage::Tool { name, result, .. } => {
                let text = format!("What {name} gave:\n{}", fenced(result, self.fence));
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

fn call(call: &ToolCall) -> Value {
    let input: Map<String, Value> = serde_json::from_str(&call.arguments).unwrap_or_default();
    json!({ "type": "tool_use", "id": upstream(&call.id), "name": upstream(&call.name), "input": input })
}
