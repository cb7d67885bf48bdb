//! A request in the words of chat completions.

use serde_json::{Map, Value, json};

use crate::remote::{fenced, upstream, with_page};
use crate::{ModelMessage, ModelRequest, ToolCall, ToolSpec};

pub(crate) fn body(label: &str, model: &str, request: &ModelRequest, extra: &Map<String, Value>) -> Value {
    let system = &request.system.stable;
    let system = (!system.is_empty()).then(|| json!({ "role": "system", "content": system }));
    // What changes with every run stands with the question. In the instructions it would stand before the tools, which most
    // chat templates put behind them, and the server would have to read those anew for each question.
    let asked = request.messages.iter().rposition(|message| message.question().is_some());
    let messages = request.messages.iter().enumerate().map(|(at, message)| {
        let run = if asked == Some(at) { request.system.run.as_str() } else { "" };
        self::message(message, label, &request.fence, run)
    });
    let mut body = json!({
        "model": model,
        "messages": system.into_iter().chain(messages).collect::<Vec<_>>(),
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    let Some(fields) = body.as_object_mut() else { return body };
    fields.extend(extra.clone());
    // No tools at all is what every server understands as "answer now"; not all of them know `tool_choice`.
    if request.tools.is_empty() || request.tool_calls_left == 0 {
        for of_tools in ["tool_choice", "parallel_tool_calls"] {
            fields.remove(of_tools);
        }
    } else {
        let tools: Vec<Value> = request.tools.iter().map(tool).collect();
        fields.insert("tools".to_owned(), Value::Array(tools));
    }
    body
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

fn message(message: &ModelMessage, label: &str, fence: &str, run: &str) -> Value {
    match message {
        ModelMessage::User { text, page } => {
            let question = with_page(text, page.as_deref(), fence);
            let content = if run.is_empty() { question } else { format!("{run}\nQuestion: {question}") };
            json!({ "role": "user", "content": content })
        }
        ModelMessage::Note { text } => json!({ "role": "user", "content": text }),
        ModelMessage::Assistant { text, tool_calls, .. } if tool_calls.is_empty() => {
            json!({ "role": "assistant", "content": text })
        }
        ModelMessage::Assistant { text, tool_calls, by, reasoning } => {
            let own = by.as_deref() == Some(label);
            let mut said = json!({
                "role": "assistant",
                // Never null: some servers answer 500 to that.
                "content": text,
                "tool_calls": tool_calls.iter().map(|called| call(called, own)).collect::<Vec<_>>(),
            });
            if let (true, Some(fields)) = (own, said.as_object_mut()) {
                let thoughts = reasoning.iter().filter_map(Value::as_object).flatten();
                fields.extend(thoughts.map(|(field, thought)| (field.clone(), thought.clone())));
            }
            said
        }
        ModelMessage::Tool { call_id, result, .. } => {
            json!({ "role": "tool", "tool_call_id": upstream(call_id), "content": fenced(result, fence) })
        }
    }
}

fn call(call: &ToolCall, own: bool) -> Value {
    // Several servers parse these and answer 400 to what is not an object.
    let valid = serde_json::from_str::<Map<String, Value>>(&call.arguments).is_ok();
    let mut called = json!({
        "id": upstream(&call.id),
        "type": "function",
        "function": {
            "name": upstream(&call.name),
            "arguments": if valid { call.arguments.as_str() } else { "{}" },
        },
    });
    if let (true, Some(extra), Some(fields)) = (own, &call.extra, called.as_object_mut()) {
        fields.insert("extra_content".to_owned(), extra.clone());
    }
    called
}
