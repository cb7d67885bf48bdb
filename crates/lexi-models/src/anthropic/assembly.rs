//! Events of an answer become ours. The content comes in numbered blocks: text, thoughts, tool calls.

use std::collections::BTreeMap;

use lexi_types::Usage;
use serde_json::{Value, json};

use crate::remote::{Dialect, Names, Trouble, is_object};
use crate::{Finish, ModelEvent, ToolCall};

/// More than any tool takes; the caller has a tighter limit of its own.
const ARGUMENTS_BYTES_MAX: usize = 1024 * 1024;
const BLOCKS_MAX: usize = 256;

#[derive(Debug)]
pub(crate) struct Assembly {
    names: Names,
    blocks: BTreeMap<u64, Block>,
    said_something: bool,
    finish: Option<Finish>,
    declined: bool,
    closed: bool,
    usage: Counted,
}

#[derive(Debug)]
enum Block {
    Text(String),
    /// Goes back as it came, signature and all, with the results of the tools.
    Thinking {
        text: String,
        signature: String,
    },
    Redacted(Value),
    ToolUse {
        id: String,
        name: String,
        whole: Value,
        pieces: String,
    },
    /// Of a kind that is not ours.
    Other,
}

/// Numbers come in two events, the later ones for the whole; what is missing is not 0.
#[derive(Debug, Default)]
struct Counted {
    input: Option<u64>,
    output: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    told: Option<Usage>,
}

impl Assembly {
    pub(crate) fn new(names: Names) -> Self {
        Self {
            names,
            blocks: BTreeMap::new(),
            said_something: false,
            finish: None,
            declined: false,
            closed: false,
            usage: Counted::default(),
        }
    }

    /// A block begins, or stands here whole.
    fn begin(&mut self, index: u64, content: &Value) -> Result<Vec<ModelEvent>, Trouble> {
        if self.blocks.len() >= BLOCKS_MAX {
            return Err(Trouble::Bounds);
        }
        let text = |key: &str| content.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (block, event) = match text("type").as_str() {
            "text" => (Block::Text(text("text")), Some(ModelEvent::Text(text("text")))),
            "thinking" => (
                Block::Thinking { text: text("thinking"), signature: text("signature") },
                Some(ModelEvent::Thinking(text("thinking"))),
            ),
            "redacted_thinking" => (Block::Redacted(content.clone()), None),
            "tool_use" => {
                let whole = content.get("input").cloned().unwrap_or_default();
                (Block::ToolUse { id: text("id"), name: text("name"), whole, pieces: String::new() }, None)
            }
            _ => (Block::Other, None),
        };
        self.blocks.insert(index, block);
        let event = event.filter(says_something);
        self.said_something |= event.is_some();
        Ok(event.into_iter().collect())
    }

    fn delta(&mut self, index: Option<u64>, delta: &Value) -> Result<Option<ModelEvent>, Trouble> {
        let text = |key: &str| delta.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let block = match index {
            Some(index) => self.blocks.get_mut(&index),
            None => self.blocks.last_entry().map(std::collections::btree_map::OccupiedEntry::into_mut),
        };
        let event = match (text("type").as_str(), block) {
            // A block that nobody has begun is taken for what its pieces are.
            ("text_delta", Some(Block::Text(said))) => {
                said.push_str(&text("text"));
                Some(ModelEvent::Text(text("text")))
            }
            ("text_delta", Some(_)) => Some(ModelEvent::Text(text("text"))),
            ("text_delta", None) => {
                self.blocks.insert(index.unwrap_or_default(), Block::Text(text("text")));
                Some(ModelEvent::Text(text("text")))
            }
            ("thinking_delta", Some(Block::Thinking { text: thoughts, .. })) => {
                let piece = text("thinking");
                thoughts.push_str(&piece);
                Some(ModelEvent::Thinking(piece))
            }
            ("signature_delta", Some(Block::Thinking { signature, .. })) => {
                signature.push_str(&text("signature"));
                None
            }
            ("input_json_delta", Some(Block::ToolUse { pieces, .. })) => {
                pieces.push_str(&text("partial_json"));
                if pieces.len() > ARGUMENTS_BYTES_MAX {
                    return Err(Trouble::Bounds);
                }
                None
            }
            _ => None,
        };
        let event = event.filter(says_something);
        self.said_something |= event.is_some();
        Ok(event)
    }

    fn stop(&mut self, message: &Value) {
        let Some(reason) = message.get("stop_reason").and_then(Value::as_str) else { return };
        self.finish = Some(match reason {
            "max_tokens" | "model_context_window_exceeded" => Finish::Length,
            "tool_use" => Finish::ToolCalls,
            _ => Finish::Stop,
        });
        self.declined |= reason == "refusal";
    }

    /// An answer that came as one document.
    fn document(&mut self, message: &Value) -> Result<Vec<ModelEvent>, Trouble> {
        let mut events = Vec::new();
        let content = message.get("content").and_then(Value::as_array).into_iter().flatten();
        for (index, block) in (0..).zip(content) {
            events.extend(self.begin(index, block)?);
        }
        self.usage.take(message.get("usage"));
        self.stop(message);
        self.closed = true;
        Ok(events)
    }
}

impl Dialect for Assembly {
    fn take(&mut self, piece: &Value) -> Result<Vec<ModelEvent>, Trouble> {
        let field = |key: &str| piece.get(key).unwrap_or(&Value::Null);
        let index = field("index").as_u64();
        match field("type").as_str().unwrap_or_default() {
            "message_start" => {
                self.usage.take(field("message").get("usage"));
                // Told at once: whoever stops listening has used so much.
                return Ok(self.usage.news().map(ModelEvent::Usage).into_iter().collect());
            }
            "content_block_start" => {
                let next = self.blocks.last_key_value().map_or(0, |(last, _)| last + 1);
                return self.begin(index.unwrap_or(next), field("content_block"));
            }
            "content_block_delta" => {
                return Ok(self.delta(index, field("delta"))?.into_iter().collect());
            }
            "message_delta" => {
                self.usage.take(piece.get("usage"));
                self.stop(field("delta"));
            }
            "message_stop" => self.closed = true,
            "message" => return self.document(piece),
            _ if !field("error").is_null() => return Err(Trouble::Told(field("error").clone())),
            _ => {}
        }
        Ok(Vec::new())
    }

    fn begun(&self) -> bool {
        // A block may be opened long before its first word.
        let calls =
            || self.blocks.values().any(|block| matches!(block, Block::ToolUse { .. } | Block::Redacted(_)));
        self.said_something || self.finished() || calls()
    }

    fn finished(&self) -> bool {
        self.finish.is_some() || self.closed
    }

    fn closed(&self) -> bool {
        self.closed
    }

    fn end(&mut self) -> Result<Vec<ModelEvent>, Trouble> {
        if self.declined {
            return Err(Trouble::Declined);
        }
        let blocks: Vec<Block> = std::mem::take(&mut self.blocks).into_values().collect();
        let calls = blocks.iter().any(|block| matches!(block, Block::ToolUse { .. }));
        let whole = blocks.iter().all(|block| match block {
            Block::ToolUse { pieces, .. } => is_object(pieces),
            _ => true,
        });
        let finish = match self.finish {
            // Cut off by the length limit, in the middle of the last call's arguments or behind them.
            Some(Finish::Length) if !calls || !whole => Finish::Length,
            _ if calls => Finish::ToolCalls,
            _ => Finish::Stop,
        };
        let mut events = Vec::new();
        if finish == Finish::ToolCalls {
            if blocks.iter().any(is_signed) {
                events.extend(blocks.iter().filter_map(as_it_came).map(ModelEvent::Reasoning));
            }
            let called = blocks.into_iter().filter_map(|block| call(block, &self.names));
            events.extend(called.map(ModelEvent::ToolCall));
        }
        events.extend(self.usage().map(ModelEvent::Usage));
        events.push(ModelEvent::Finish(finish));
        Ok(events)
    }

    fn usage(&mut self) -> Option<Usage> {
        self.usage.news()
    }
}

fn says_something(event: &ModelEvent) -> bool {
    !matches!(event, ModelEvent::Text(text) | ModelEvent::Thinking(text) if text.is_empty())
}

/// A thought that must be given back. One without a signature would be refused.
fn is_signed(block: &Block) -> bool {
    match block {
        Block::Thinking { signature, .. } => !signature.is_empty(),
        Block::Redacted(_) => true,
        Block::Text(_) | Block::ToolUse { .. } | Block::Other => false,
    }
}

/// A block of a message with such thoughts: it must go back unchanged and in its place. Of a call only the place is kept.
fn as_it_came(block: &Block) -> Option<Value> {
    match block {
        Block::Thinking { text, signature } if !signature.is_empty() => {
            Some(json!({ "type": "thinking", "thinking": text, "signature": signature }))
        }
        Block::Redacted(block) => Some(block.clone()),
        Block::Text(text) if !text.trim().is_empty() => Some(json!({ "type": "text", "text": text })),
        Block::ToolUse { .. } => Some(json!({ "type": "tool_use" })),
        Block::Thinking { .. } | Block::Text(_) | Block::Other => None,
    }
}

fn call(block: Block, names: &Names) -> Option<ToolCall> {
    let Block::ToolUse { id, name, whole, pieces } = block else { return None };
    let arguments = match (pieces.trim().is_empty(), whole) {
        (false, _) => pieces,
        (true, Value::Null) => "{}".to_owned(),
        (true, whole) => whole.to_string(),
    };
    Some(ToolCall { id, name: names.dotted(&name), arguments, extra: None })
}

impl Counted {
    fn take(&mut self, usage: Option<&Value>) {
        let count = |key: &str| usage?.get(key)?.as_u64();
        self.input = count("input_tokens").or(self.input);
        self.output = count("output_tokens").or(self.output);
        self.cache_read = count("cache_read_input_tokens").or(self.cache_read);
        self.cache_write = count("cache_creation_input_tokens").or(self.cache_write);
    }

    /// What was counted since it was told last.
    fn news(&mut self) -> Option<Usage> {
        let total = self.total()?;
        let told = self.told.replace(total);
        let before = told.unwrap_or_default();
        let news = Usage {
            input_tokens: total.input_tokens.saturating_sub(before.input_tokens),
            output_tokens: total.output_tokens.saturating_sub(before.output_tokens),
            cached_tokens: total.cached_tokens.saturating_sub(before.cached_tokens),
            cache_write_tokens: total.cache_write_tokens.saturating_sub(before.cache_write_tokens),
        };
        (told.is_none() || news != Usage::default()).then_some(news)
    }

    /// This protocol counts what was cached beside the input; we count it into the input.
    fn total(&self) -> Option<Usage> {
        let (read, write) = (self.cache_read.unwrap_or_default(), self.cache_write.unwrap_or_default());
        (self.input.is_some() || self.output.is_some()).then(|| Usage {
            input_tokens: self.input.unwrap_or_default().saturating_add(read).saturating_add(write),
            output_tokens: self.output.unwrap_or_default(),
            cached_tokens: read,
            cache_write_tokens: write,
        })
    }
}
