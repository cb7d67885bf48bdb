//! Chunks of an answer become events. Every field of a chunk may be missing, null or of another type.

use lexi_types::Usage;
use serde_json::{Map, Value, json};

use crate::remote::{Dialect, Names, Trouble, is_object};
use crate::{Finish, ModelEvent, ToolCall};

/// More than any tool takes; the caller has a tighter limit of its own.
const ARGUMENTS_BYTES_MAX: usize = 1024 * 1024;
const CALLS_MAX: usize = 64;

/// What servers call the thoughts of a model.
const THOUGHTS: [&str; 2] = ["reasoning_content", "reasoning"];
/// Thoughts as some want them back, signed: a list of parts.
const SIGNED_THOUGHTS: &str = "reasoning_details";
const JOINED: [&str; 3] = ["text", "summary", "data"];

#[derive(Debug)]
pub(crate) struct Assembly {
    names: Names,
    calls: Vec<Partial>,
    finish: Option<Finish>,
    declined: bool,
    usage: Option<Usage>,
    said_something: bool,
    /// Pieces have come, so a whole message would only repeat them.
    in_pieces: bool,
    /// The thoughts so far under the names they came by: some servers want them back with the results of tools.
    thoughts: [String; THOUGHTS.len()],
    signed: Vec<Value>,
}

/// A tool call whose pieces are still coming.
#[derive(Debug, Default)]
struct Partial {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
    extra: Option<Value>,
}

impl Assembly {
    pub(crate) fn new(names: Names) -> Self {
        Self {
            names,
            calls: Vec::new(),
            finish: None,
            declined: false,
            usage: None,
            said_something: false,
            in_pieces: false,
            thoughts: Default::default(),
            signed: Vec::new(),
        }
    }

    /// The parts of a message that a piece adds.
    fn delta(&mut self, delta: &Value) -> Result<Vec<ModelEvent>, Trouble> {
        let mut events = Vec::new();
        let thought = THOUGHTS.iter().enumerate().find_map(|(at, key)| Some((at, text(delta.get(key)?)?)));
        if let Some((at, thought)) = thought {
            if let Some(so_far) = self.thoughts.get_mut(at) {
                so_far.push_str(&thought);
            }
            events.push(ModelEvent::Thinking(thought));
        }
        if let Some(parts) = delta.get(SIGNED_THOUGHTS).and_then(Value::as_array) {
            parts.iter().for_each(|part| self.signed_part(part));
        }
        // What a model says when it will not answer is its answer.
        events.extend(
            ["content", "refusal"].iter().filter_map(|key| text(delta.get(key)?)).map(ModelEvent::Text),
        );
        for piece in delta.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.piece(piece)?;
        }
        Ok(events)
    }

    /// A signed thought comes in parts too: those of one type and index are one, its texts joined and its signature the last
    /// that is told.
    fn signed_part(&mut self, part: &Value) {
        let same = |known: &&mut Value| {
            known.get("type") == part.get("type") && known.get("index") == part.get("index")
        };
        let known = self.signed.iter_mut().rev().find(same).and_then(Value::as_object_mut);
        let (Some(known), Some(part)) = (known, part.as_object()) else {
            self.signed.push(part.clone());
            return;
        };
        for (field, value) in part {
            match (known.get_mut(field), value) {
                (Some(Value::String(text)), Value::String(more)) if JOINED.contains(&field.as_str()) => {
                    text.push_str(more);
                }
                (_, Value::Null) => {}
                _ => {
                    known.insert(field.clone(), value.clone());
                }
            }
        }
    }

    fn piece(&mut self, piece: &Value) -> Result<(), Trouble> {
        let index = piece.get("index").and_then(Value::as_u64);
        let id = piece.get("id").and_then(Value::as_str).unwrap_or_default();
        let function = piece.get("function").unwrap_or(piece);
        let name = function.get("name").and_then(Value::as_str).unwrap_or_default();
        let place = self.place(index, id, name);
        if place.is_none() && self.calls.len() >= CALLS_MAX {
            return Err(Trouble::Bounds);
        }
        let place = place.unwrap_or_else(|| {
            self.calls.push(Partial { index, ..Partial::default() });
            self.calls.len() - 1
        });
        let Some(call) = self.calls.get_mut(place) else { return Ok(()) };
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
        if let Some(extra) = piece.get("extra_content").filter(|extra| extra.is_object()) {
            call.extra = Some(extra.clone());
        }
        if call.arguments.len() > ARGUMENTS_BYTES_MAX { Err(Trouble::Bounds) } else { Ok(()) }
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

    /// Thoughts for the next round, in the fields that they came in.
    fn reasoning(&mut self) -> Option<Value> {
        let mut fields = Map::new();
        for (key, thoughts) in THOUGHTS.iter().zip(&mut self.thoughts) {
            if !thoughts.is_empty() {
                fields.insert((*key).to_owned(), Value::String(std::mem::take(thoughts)));
            }
        }
        if !self.signed.is_empty() {
            fields.insert(SIGNED_THOUGHTS.to_owned(), Value::Array(std::mem::take(&mut self.signed)));
        }
        (!fields.is_empty()).then_some(Value::Object(fields))
    }
}

impl Dialect for Assembly {
    fn take(&mut self, chunk: &Value) -> Result<Vec<ModelEvent>, Trouble> {
        if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
            return Err(Trouble::Told(error.clone()));
        }
        if let Some(usage) = chunk.get("usage").and_then(usage) {
            self.usage = Some(usage);
        }
        // One answer is asked for; a server that sends more has its first one taken.
        let Some(choice) = chunk.get("choices").and_then(Value::as_array).and_then(|all| all.first()) else {
            return Ok(Vec::new());
        };
        if let Some(error) = choice.get("error").filter(|error| !error.is_null()) {
            return Err(Trouble::Told(error.clone()));
        }
        let object = |key: &str| choice.get(key).filter(|value| value.is_object());
        let delta = object("delta");
        self.in_pieces |= delta.is_some();
        let events = match delta.or_else(|| object("message").filter(|_| !self.in_pieces)) {
            Some(delta) => self.delta(delta)?,
            None => Vec::new(),
        };
        self.said_something |= !events.is_empty();
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str).filter(|r| !r.is_empty()) {
            self.finish = Some(match reason {
                "length" | "max_tokens" => Finish::Length,
                "tool_calls" | "function_call" | "tool_use" => Finish::ToolCalls,
                "error" => return Err(Trouble::Told(json!({ "type": "server_error" }))),
                _ => Finish::Stop,
            });
            self.declined |= reason == "content_filter";
        }
        Ok(events)
    }

    fn begun(&self) -> bool {
        self.said_something || !self.calls.is_empty() || self.finished()
    }

    fn finished(&self) -> bool {
        self.finish.is_some()
    }

    fn closed(&self) -> bool {
        false
    }

    fn end(&mut self) -> Result<Vec<ModelEvent>, Trouble> {
        if self.declined {
            return Err(Trouble::Declined);
        }
        let mut events = Vec::new();
        let calls = std::mem::take(&mut self.calls);
        let whole = calls.iter().all(|call| is_object(&call.arguments));
        let finish = match self.finish {
            // Cut off by the length limit, in the middle of the last call's arguments or behind them.
            Some(Finish::Length) if calls.is_empty() || !whole => Finish::Length,
            _ if !calls.is_empty() => Finish::ToolCalls,
            _ => Finish::Stop,
        };
        if finish == Finish::ToolCalls {
            events.extend(self.reasoning().map(ModelEvent::Reasoning));
            for (number, call) in calls.into_iter().enumerate() {
                let id = if call.id.is_empty() { format!("call_{}", number + 1) } else { call.id };
                let arguments =
                    if call.arguments.trim().is_empty() { "{}".to_owned() } else { call.arguments };
                let name = self.names.dotted(&call.name);
                events.push(ModelEvent::ToolCall(ToolCall { id, name, arguments, extra: call.extra }));
            }
        }
        events.extend(self.usage().map(ModelEvent::Usage));
        events.push(ModelEvent::Finish(finish));
        Ok(events)
    }

    fn usage(&mut self) -> Option<Usage> {
        self.usage.take()
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
