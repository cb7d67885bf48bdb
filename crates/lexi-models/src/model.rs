//! What every model takes and gives. Nothing here knows of a wire, a run or a database.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use lexi_types::records::{Pipeline, RecordType, User};
use lexi_types::{Date, RecordId, Usage, Vocabulary};
use serde_json::Value;

/// One call of a model: everything it may know.
#[derive(Debug, Clone)]
pub struct ModelRequest {
    /// The instructions, in words. Never contains record text.
    pub system: String,
    /// The same facts as values, for a model that does not read prose.
    pub briefing: Arc<Briefing>,
    /// Oldest first; the last is the user's question or the results of the tools that the model called.
    pub messages: Vec<ModelMessage>,
    /// The tools that may be called now; empty when none may.
    pub tools: Arc<[ToolSpec]>,
    /// How many of them may still be called in this run.
    pub tool_calls_left: usize,
    /// A random word of this run. Adapters put tool results between `<word>` and `</word>`, so that text inside a record
    /// cannot pretend to be anything else.
    pub fence: String,
}

/// What holds for this run whatever the question: the day, the person, the page, the workspace's own vocabulary.
#[derive(Debug, Clone)]
pub struct Briefing {
    pub today: Date,
    pub workspace: String,
    /// The person that the API key stands for ("my deals"), where it stands for one.
    pub user: Option<User>,
    /// The page that the user is looking at.
    pub page: Option<String>,
    /// The records that the page shows ("this deal").
    pub context: Vec<BriefingRecord>,
    /// Empty when the key may not read deals.
    pub pipelines: Vec<Pipeline>,
    pub users: Vec<User>,
    /// Tools that exist but are not offered, each with the scope that the key lacks.
    pub missing: Vec<(String, String)>,
    /// The words that this workspace's records use, as far as the key may read them.
    pub vocabulary: Arc<Vocabulary>,
    /// The names of records that the questions of this conversation hold.
    pub mentions: Vec<Mention>,
    /// Names that exist here, to make examples of.
    pub samples: Samples,
}

/// A record named by the request's `context`. `name` is `None` when there is no such record for this key.
#[derive(Debug, Clone)]
pub struct BriefingRecord {
    pub kind: RecordType,
    pub id: RecordId,
    pub name: Option<String>,
}

/// Words of a question that are the name of a record, or the first words of one: folded, apart by one blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub kind: RecordType,
    pub words: String,
}

#[derive(Debug, Clone, Default)]
pub struct Samples {
    pub contact: Option<String>,
    pub company: Option<String>,
    pub deal: Option<String>,
    pub matter: Option<String>,
}

#[derive(Debug, Clone)]
pub enum ModelMessage {
    User { text: String },
    Assistant { text: String, tool_calls: Vec<ToolCall> },
    Tool { call_id: String, name: String, result: Arc<Value>, is_error: bool },
}

impl ModelMessage {
    /// What the user said.
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::User { text } => Some(text),
            Self::Assistant { .. } | Self::Tool { .. } => None,
        }
    }
}

/// `name` is dotted (`contacts.get`); `arguments` is JSON text as the model wrote it, valid or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    pub arguments: String,
}

#[derive(Debug, Clone)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    /// JSON Schema of the arguments object.
    pub parameters: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    Thinking(String),
    Text(String),
    ToolCall(ToolCall),
    Usage(Usage),
    /// Always the last.
    Finish(Finish),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    Stop,
    Length,
    ToolCalls,
}

/// `message` is for logs: it may name the endpoint and the status, never a key and never text of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("{message}")]
    Provider { message: String, retry: bool, retry_after: Option<Duration> },
    #[error("{message}")]
    Timeout { message: String },
}

pub type ModelStream = BoxStream<'static, Result<ModelEvent, ModelError>>;

pub trait Model: Send + Sync + fmt::Debug {
    /// As configured: `builtin`, `openai:gpt-…`.
    fn name(&self) -> &str;

    /// Starts an answer. Dropping the stream aborts the upstream request. The stream ends after `Finish` or an error.
    fn stream(&self, request: ModelRequest) -> ModelStream;
}
