//! A request in the words of chat completions.

use serde_json::{Value, json};

use crate::remote::{Asked, fenced, is_object, upstream};
use crate::{ModelMessage, ModelRequest, ToolCall, ToolSpec};

pub(crate) fn body(asked: &Asked<'_>, request: &ModelRequest) -> Value {
    let system = &request.system.stable;
    let system = (!system.is_empty()).then(|| json!({ "role": "system", "content": system }));
    let mut messages: Vec<Value> = system.into_iter().collect();
    for (at, message) in request.messages.iter().enumerate() {
        match message {
            // Many chat templates take no question after results: what is to be said stands behind the last of them.
            ModelMessage::Note { text } => note(&mut messages, text),
            _ => messages.push(self::message(message, asked, request, at)),
        }
    }
    let mut body = json!({
        "model": asked.model,
        "messages": messages,
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    let Some(fields) = body.as_object_mut() else { return body };
    fields.extend(asked.body.clone());
    if request.tools.is_empty() {
        for of_tools in ["tool_choice", "parallel_tool_calls"] {
            fields.remove(of_tools);
        }
        return body;
    }
    let tools: Vec<Value> = request.tools.iter().map(tool).collect();
    fields.insert("tools".to_owned(), Value::Array(tools));
    if request.tool_calls_left == 0 {
        // They stay, so that what the server has read of them stays in its cache.
        fields.insert("tool_choice".to_owned(), json!("none"));
    }
    body
}

fn note(messages: &mut Vec<Value>, text: &str) {
    let last = messages.last_mut().filter(|message| message["role"] == "tool");
    match last.and_then(|message| message.get_mut("content")) {
        Some(Value::String(content)) => content.push_str(&format!("\n{text}")),
        _ => messages.push(json!({ "role": "user", "content": text })),
    }
}

fn tool(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "function": {
            "name": upstream(&tool.name),
            "description": tool.description,
            "parameters": tool.parameters,
        },
    })
}

fn message(message: &ModelMessage, asked: &Asked<'_>, request: &ModelRequest, at: usize) -> Value {
    match message {
        ModelMessage::User { .. } => json!({ "role": "user", "content": request.asked_at(at) }),
        ModelMessage::Note { text } => json!({ "role": "user", "content": text }),
        ModelMessage::Assistant { text, tool_calls, .. } if tool_calls.is_empty() => {
            json!({ "role": "assistant", "content": text })
        }
        ModelMessage::Assistant { text, tool_calls, by, reasoning } => {
            let own = by.as_deref() == Some(asked.label);
            let mut said = json!({
                "role": "assistant",
                // Never null: some servers answer 500 to that.
                "content": text,
                "tool_calls": tool_calls.iter().map(|called| call(called, own, asked)).collect::<Vec<_>>(),
            });
            if let (true, Some(fields)) = (own, said.as_object_mut()) {
                let thoughts = reasoning.iter().filter_map(Value::as_object).flatten();
                fields.extend(thoughts.map(|(field, thought)| (field.clone(), thought.clone())));
            }
            said
        }
        ModelMessage::Tool { call_id, result, .. } => {
            let content = fenced(result, &request.fence);
            json!({ "role": "tool", "tool_call_id": upstream(call_id), "content": content })
        }
    }
}

fn call(call: &ToolCall, own: bool, asked: &Asked<'_>) -> Value {
    let mut called = json!({
        "id": upstream(&call.id),
        "type": "function",
        "function": {
            "name": upstream(&call.name),
            // Several servers parse these and answer 400 to what is not an object.
            "arguments": if is_object(&call.arguments) { call.arguments.as_str() } else { "{}" },
        },
    });
    let extra = if own { call.extra.clone() } else { asked.foreign_calls_have.clone() };
    if let (Some(extra), Some(fields)) = (extra, called.as_object_mut()) {
        fields.insert("extra_content".to_owned(), extra);
    }
    called
}

/// What Gemini takes in place of its own signature, where a call was another model's.
pub(crate) fn unsigned() -> Value {
    json!({ "google": { "thought_signature": "skip_thought_signature_validator" } })
}
