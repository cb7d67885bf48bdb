use std::collections::BTreeSet;

use serde_json::Value;

use super::{is_name, need};

pub(in super::super) fn check(request: &Value) -> Result<(), String> {
    let tools = request.get("tools").filter(|tools| !tools.is_null());
    need(tools.is_some() || request.get("tool_choice").is_none_or(Value::is_null), || {
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified."
            .to_owned()
    })?;
    if let Some(tools) = tools {
        let tools = tools.as_array().filter(|tools| !tools.is_empty());
        let tools =
            tools.ok_or("Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.")?;
        for (at, tool) in tools.iter().enumerate() {
            name(&format!("tools[{at}].function.name"), tool.pointer("/function/name"))?;
        }
    }
    messages(request["messages"].as_array().ok_or("Missing required parameter: 'messages'.")?)
}

fn messages(messages: &[Value]) -> Result<(), String> {
    let mut called = BTreeSet::new();
    let mut open = BTreeSet::new();
    for (at, message) in messages.iter().enumerate() {
        if message["role"] == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            need(called.contains(id), || {
                format!(
                    "Invalid parameter: messages[{at}] with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                )
            })?;
            open.remove(id);
            continue;
        }
        answered(&open)?;
        for (number, call) in message["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let place = format!("messages[{at}].tool_calls[{number}]");
            if let Some(function) = call.get("function") {
                name(&format!("{place}.function.name"), function.get("name"))?;
                need(function["arguments"].is_string(), || {
                    format!("Invalid type for '{place}.function.arguments': expected a string.")
                })?;
            }
            let id =
                call["id"].as_str().ok_or_else(|| format!("Missing required parameter: '{place}.id'."))?;
            called.insert(id);
            open.insert(id);
        }
    }
    answered(&open)
}

fn answered(open: &BTreeSet<&str>) -> Result<(), String> {
    need(open.is_empty(), || {
        format!(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {open:?}"
        )
    })
}

fn name(place: &str, name: Option<&Value>) -> Result<(), String> {
    let name =
        name.and_then(Value::as_str).ok_or_else(|| format!("Missing required parameter: '{place}'."))?;
    need(is_name(name), || {
        format!(
            "Invalid '{place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
        )
    })
}
