use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::anthropic::signature;
use super::super::protocol::has_block;
use super::super::turn::Turn;
use super::{is_name, need};

const NAME_CHARS_MAX: usize = 128;
const CACHE_MARKS_MAX: usize = 4;
const BLOCKS: &[&str] = &[
    "text",
    "image",
    "document",
    "search_result",
    "thinking",
    "redacted_thinking",
    "tool_use",
    "tool_result",
];

pub(in super::super) fn check(request: &Value, headers: &BTreeMap<String, String>) -> Result<(), String> {
    need(headers.contains_key("anthropic-version"), || "anthropic-version: header is required".to_owned())?;
    need(request["model"].is_string(), || "model: Field required".to_owned())?;
    let most = request["max_tokens"].as_u64().filter(|most| *most > 0).ok_or("max_tokens: Field required")?;
    if let Some(budget) = request.pointer("/thinking/budget_tokens").and_then(Value::as_u64) {
        need(budget >= 1024, || {
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024".to_owned()
        })?;
        need(most > budget, || "`max_tokens` must be greater than `thinking.budget_tokens`".to_owned())?;
    }
    let messages = request["messages"].as_array().ok_or("messages: Field required")?;
    tools(request, messages)?;
    for block in request["system"].as_array().into_iter().flatten() {
        text("system", block)?;
    }
    let mut calls = BTreeSet::new();
    for (at, message) in messages.iter().enumerate() {
        let role = if at.is_multiple_of(2) { "user" } else { "assistant" };
        need(message["role"] == role, || {
            format!(
                "messages.{at}: roles must alternate between \"user\" and \"assistant\", beginning with \"user\""
            )
        })?;
        content(at, message)?;
        calls = results(at, message, &calls)?;
    }
    unanswered(messages.len(), &calls)?;
    let marks = marks(request);
    need(marks <= CACHE_MARKS_MAX, || {
        format!("A maximum of 4 blocks with cache_control may be provided. Found {marks}.")
    })
}

fn tools(request: &Value, messages: &[Value]) -> Result<(), String> {
    let tools = request["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    let used =
        messages.iter().any(|message| has_block(message, "tool_use") || has_block(message, "tool_result"));
    need(!tools.is_empty() || !used, || {
        "Requests which include `tool_use` or `tool_result` blocks must define tools".to_owned()
    })?;
    need(!tools.is_empty() || request.get("tool_choice").is_none_or(Value::is_null), || {
        "tool_choice may only be specified while providing tools".to_owned()
    })?;
    let mut names = BTreeSet::new();
    for (at, tool) in tools.iter().enumerate() {
        name(&format!("tools.{at}.custom.name"), &tool["name"])?;
        need(names.insert(tool["name"].as_str()), || "tools: Tool names must be unique.".to_owned())?;
        need(tool.pointer("/input_schema/type").is_some_and(|kind| kind == "object"), || {
            format!("tools.{at}.custom.input_schema.type: Field required")
        })?;
    }
    Ok(())
}

fn name(place: &str, name: &Value) -> Result<(), String> {
    need(name.as_str().is_some_and(|name| is_name(name) && name.len() <= NAME_CHARS_MAX), || {
        format!("{place}: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
    })
}

fn text(place: &str, block: &Value) -> Result<(), String> {
    need(block["type"] != "text" || block["text"].as_str().is_some_and(|text| !text.is_empty()), || {
        format!("{place}: text content blocks must be non-empty")
    })?;
    need(
        block["type"] != "text" || block["text"].as_str().is_some_and(|text| !text.trim().is_empty()),
        || format!("{place}: text content blocks must contain non-whitespace text"),
    )
}

fn content(at: usize, message: &Value) -> Result<(), String> {
    let blocks = match &message["content"] {
        Value::String(text) if !text.is_empty() => return Ok(()),
        Value::Array(blocks) if !blocks.is_empty() => blocks,
        _ => return Err(format!("messages.{at}: all messages must have non-empty content")),
    };
    let from_user = message["role"] == "user";
    for (number, block) in blocks.iter().enumerate() {
        let place = format!("messages.{at}.content.{number}");
        let kind = block["type"].as_str().unwrap_or_default();
        need(BLOCKS.contains(&kind), || {
            format!("{place}: Input tag '{kind}' does not match any of {BLOCKS:?}")
        })?;
        text(&place, block)?;
        let wrong_side = if from_user {
            matches!(kind, "tool_use" | "thinking" | "redacted_thinking")
        } else {
            kind == "tool_result"
        };
        need(!wrong_side, || format!("{place}: `{kind}` blocks are not for this role"))?;
        if kind == "tool_use" {
            name(&format!("{place}.tool_use.name"), &block["name"])?;
            name(&format!("{place}.tool_use.id"), &block["id"])?;
            need(block["input"].is_object(), || {
                format!("{place}.tool_use.input: Input should be a valid dictionary")
            })?;
        }
        if kind == "thinking" {
            let signed = block["signature"].as_str().is_some_and(|signature| signature.starts_with("sig-"));
            need(signed && block["thinking"].is_string(), || {
                format!("{place}: Invalid `signature` in `thinking` block")
            })?;
            need(block.get("cache_control").is_none(), || {
                format!("{place}.thinking.cache_control: Extra inputs are not permitted")
            })?;
        }
        for inner in block["content"].as_array().into_iter().flatten() {
            text(&place, inner)?;
        }
    }
    Ok(())
}

/// Every call of the message before has its result first in this one; gives the calls of this one.
fn results<'a>(at: usize, message: &'a Value, called: &BTreeSet<&str>) -> Result<BTreeSet<&'a str>, String> {
    let blocks = message["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut open = called.clone();
    for block in blocks.iter().take_while(|block| block["type"] == "tool_result") {
        open.remove(block["tool_use_id"].as_str().unwrap_or_default());
    }
    unanswered(at, &open)?;
    let mut calls = BTreeSet::new();
    for block in blocks {
        if block["type"] == "tool_result" {
            let id = block["tool_use_id"].as_str().unwrap_or_default();
            need(called.contains(id), || {
                format!(
                    "messages.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
                )
            })?;
        }
        if block["type"] == "tool_use" {
            let id = block["id"].as_str().unwrap_or_default();
            need(calls.insert(id), || format!("messages.{at}: `tool_use` ids must be unique"))?;
        }
    }
    Ok(calls)
}

fn unanswered(at: usize, open: &BTreeSet<&str>) -> Result<(), String> {
    need(open.is_empty(), || {
        format!(
            "messages.{}: `tool_use` ids were found without `tool_result` blocks immediately after: {open:?}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
            at.saturating_sub(1)
        )
    })
}

/// The places that may carry a cache mark and do.
fn marks(request: &Value) -> usize {
    let messages = request["messages"].as_array().into_iter().flatten();
    let blocks = messages.flat_map(|message| message["content"].as_array().into_iter().flatten());
    let inner = |block: &'_ Value| {
        block["content"].as_array().map_or(0, |inner| inner.iter().filter(|b| marked(b)).count())
    };
    let in_messages: usize = blocks.map(|block| usize::from(marked(block)) + inner(block)).sum();
    let lists = ["system", "tools"].into_iter().filter_map(|key| request[key].as_array());
    let in_lists = lists.flatten().filter(|block| marked(block)).count();
    usize::from(marked(request)) + in_lists + in_messages
}

fn marked(block: &Value) -> bool {
    block.get("cache_control").is_some_and(|mark| !mark.is_null())
}

/// Every round since the question begins with the thoughts that it was answered with.
pub(in super::super) fn check_thoughts(request: &Value, turn: &Turn) -> Result<(), String> {
    let Some(thoughts) = turn.script.thoughts() else { return Ok(()) };
    let messages = request["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rounds = messages.iter().enumerate().skip(turn.asked_at).filter(|(_, m)| has_block(m, "tool_use"));
    for (round, (at, message)) in rounds.enumerate() {
        let first = &message["content"][0];
        need(first["type"] == "thinking", || {
            format!(
                "messages.{at}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{}`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks).",
                first["type"].as_str().unwrap_or_default()
            )
        })?;
        need(first["signature"] == signature(thoughts, round) && first["thinking"] == thoughts, || {
            format!("messages.{at}.content.0: Invalid `signature` in `thinking` block")
        })?;
    }
    Ok(())
}
