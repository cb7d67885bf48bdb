//! Chunks of an answer become events. Every field of a chunk may be missing, null or of another type.

use lexi_types::Usage;
use serde_json::Value;

use super::request::Names;
use crate::{Finish, ModelEvent, ToolCall};

/// More than any tool takes; the caller has a tighter limit of its own.
const ARGUMENTS_BYTES_MAX: usize = 1024 * 1024;
const CALLS_MAX: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Assembly {
    calls: Vec<Partial>,
    finish: Option<Finish>,
    usage: Option<Usage>,
    /// Pieces have come, so a whole message would only repeat them.
    in_pieces: bool,
}

/// A tool call whose pieces are still coming.
#[derive(Debug, Default)]
struct Partial {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Assembly {
    /// The finish reason has come; only usage may follow.
    pub(super) const fn finished(&self) -> bool {
        self.finish.is_some()
    }

    /// The events that a chunk completes. `None` where its tool calls are beyond all bounds.
    pub(super) fn take(&mut self, chunk: &Value) -> Option<Vec<ModelEvent>> {
        if let Some(usage) = chunk.get("usage").and_then(usage) {
            self.usage = Some(usage);
        }
        let mut events = Vec::new();
        // One answer is asked for; a server that sends more has its first one taken.
        let Some(choice) = chunk.get("choices").and_then(Value::as_array).and_then(|all| all.first()) else {
            return Some(events);
        };
        let object = |key: &str| choice.get(key).filter(|value| value.is_object());
        let delta = object("delta");
        self.in_pieces |= delta.is_some();
        if let Some(delta) = delta.or_else(|| object("message").filter(|_| !self.in_pieces)) {
            let thinking = ["reasoning_content", "reasoning"].iter().find_map(|key| text(delta.get(key)?));
            events.extend(thinking.map(ModelEvent::Thinking));
            events.extend(delta.get("content").and_then(text).map(ModelEvent::Text));
            for piece in delta.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
                self.piece(piece)?;
            }
        }
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str).filter(|r| !r.is_empty()) {
            self.finish = Some(match reason {
                "length" | "max_tokens" => Finish::Length,
                "tool_calls" | "function_call" | "tool_use" => Finish::ToolCalls,
                _ => Finish::Stop,
            });
        }
        Some(events)
    }

    fn piece(&mut self, piece: &Value) -> Option<()> {
        let index = piece.get("index").and_then(Value::as_u64);
        let id = piece.get("id").and_then(Value::as_str).unwrap_or_default();
        let function = piece.get("function").unwrap_or(piece);
        let name = function.get("name").and_then(Value::as_str).unwrap_or_default();
        let place = self.place(index, id, name);
        if place.is_none() && self.calls.len() >= CALLS_MAX {
            return None;
        }
        let place = place.unwrap_or_else(|| {
            self.calls.push(Partial { index, ..Partial::default() });
            self.calls.len() - 1
        });
        let call = self.calls.get_mut(place)?;
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        // Some send the whole name again with every piece.
        if call.name.is_empty() {
            name.clone_into(&mut call.name);
        }
        match function.get("arguments") {
            Some(Value::String(arguments)) => call.arguments.push_str(arguments),
            Some(arguments @ Value::Object(_)) => call.arguments = arguments.to_string(),
            _ => {}
        }
        (call.arguments.len() <= ARGUMENTS_BYTES_MAX).then_some(())
    }

    /// The call that a piece goes on with. The same index with another id is another call: some count every call as 0.
    fn place(&self, index: Option<u64>, id: &str, name: &str) -> Option<usize> {
        let known = match index {
            Some(index) => self.calls.iter().rposition(|call| call.index == Some(index)),
            None if !id.is_empty() => self.calls.iter().rposition(|call| call.id == id),
            // Neither index nor id: a name begins a call, anything else goes on with the last.
            None if !name.is_empty() => None,
            None => self.calls.len().checked_sub(1),
        }?;
        let call = self.calls.get(known)?;
        let other = !id.is_empty() && !call.id.is_empty() && call.id != id;
        (!other).then_some(known)
    }

    /// What is left to say when the stream has ended.
    pub(super) fn end(&mut self, names: &Names) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        let calls = std::mem::take(&mut self.calls);
        let finish = match self.finish {
            // Cut off by the length limit: the last call's arguments are not whole.
            Some(Finish::Length) => Finish::Length,
            _ if !calls.is_empty() => Finish::ToolCalls,
            _ => Finish::Stop,
        };
        if finish == Finish::ToolCalls {
            for (number, call) in calls.into_iter().enumerate() {
                let id = if call.id.is_empty() { format!("call_{}", number + 1) } else { call.id };
                let arguments =
                    if call.arguments.trim().is_empty() { "{}".to_owned() } else { call.arguments };
                events.push(ModelEvent::ToolCall(ToolCall { id, name: names.dotted(&call.name), arguments }));
            }
        }
        events.extend(self.usage.take().map(ModelEvent::Usage));
        events.push(ModelEvent::Finish(finish));
        events
    }
}

/// A text, or the texts of a list of parts; `None` where there is nothing to show.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn usage(value: &Value) -> Option<Usage> {
    let count = |path: &str| value.pointer(path).and_then(Value::as_u64);
    let (input, output) = (count("/prompt_tokens"), count("/completion_tokens"));
    let cached = count("/prompt_tokens_details/cached_tokens").or_else(|| count("/prompt_cache_hit_tokens"));
    (input.is_some() || output.is_some()).then(|| Usage {
        input_tokens: input.unwrap_or_default(),
        output_tokens: output.unwrap_or_default(),
        cached_tokens: cached.unwrap_or_default(),
        cache_write_tokens: 0,
    })
}
