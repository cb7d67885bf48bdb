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
    pub system: System,
    /// The same facts as values, for a model that does not read prose.
    pub briefing: Arc<Briefing>,
    /// Oldest first; the last is the user's question or the results of the tools that the model called.
    pub messages: Vec<ModelMessage>,
    /// The tools of this run; empty when there are none for it.
    pub tools: Arc<[ToolSpec]>,
    /// How many calls of them are left. At 0 the model is to answer, and adapters see to it as far as their protocol can.
    pub tool_calls_left: usize,
    /// The model that this run has begun with, so that it goes on with the same.
    pub begun_with: Option<Arc<str>>,
    /// A random word of this run. Adapters put tool results between `<word>` and `</word>`, so that text inside a record
    /// cannot pretend to be anything else.
    pub fence: String,
}

/// In two parts, because providers keep the beginning of a prompt that stays the same in a cache.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// The same for every run.
    pub stable: String,
    /// What holds for this one: the day, the workspace, the person, the page, the fence.
    pub run: String,
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
    User {
        text: String,
        /// The records of the page that the user looks at. Record text: shown to the model inside the fence.
        page: Option<Arc<Value>>,
    },
    Assistant {
        text: String,
        tool_calls: Vec<ToolCall>,
        /// The model that said it in this run; `None` for what was said in earlier ones.
        by: Option<Arc<str>>,
        /// What that model wants back with the results of its tool calls, in its protocol's own form: signed thoughts and
        /// what stood between them. Nobody else can read it.
        reasoning: Vec<Value>,
    },
    Tool {
        call_id: String,
        name: String,
        result: Arc<Value>,
        is_error: bool,
    },
    /// What the server tells the model in the middle of a turn.
    Note {
        text: &'static str,
    },
}

impl ModelMessage {
    pub const fn question_of(text: String) -> Self {
        Self::User { text, page: None }
    }

    pub const fn answer_of(text: String) -> Self {
        Self::Assistant { text, tool_calls: Vec::new(), by: None, reasoning: Vec::new() }
    }

    /// What the user said.
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::User { text, .. } => Some(text),
            Self::Assistant { .. } | Self::Tool { .. } | Self::Note { .. } => None,
        }
    }
}

/// `name` is dotted (`contacts.get`); `arguments` is JSON text as the model wrote it, valid or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    pub arguments: String,
    /// What the model wants back with the call, where it wants anything: Gemini's signature.
    pub extra: Option<Value>,
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
    /// Who answers, before anything else of the answer. Only a chain of models says so.
    By(Arc<str>),
    /// An attempt that failed before anything of it was shown, and what is done about it. Only a chain says so.
    Failed {
        model: Arc<str>,
        error: ModelError,
        then: Then,
    },
    Thinking(String),
    /// To be given back with the results of the tools that the model calls next; see [`ModelMessage::Assistant`].
    Reasoning(Value),
    Text(String),
    ToolCall(ToolCall),
    Usage(Usage),
    /// Always the last.
    Finish(Finish),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The same model is asked again after this pause.
    Again(Duration),
    /// The next model is asked.
    Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    Stop,
    Length,
    ToolCalls,
}

/// `message` is for logs: it may name the endpoint and the status, never a key and never text of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    pub cause: Cause,
    pub message: String,
    /// Whether another attempt may succeed.
    pub retry: bool,
    pub retry_after: Option<Duration>,
}

/// Why a model gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// No connection: nobody listens, no such host, no network.
    Unreachable,
    /// The certificate or the protocol of the encrypted connection.
    Tls,
    Timeout,
    /// The key is missing, wrong or may not use this model.
    Key,
    NoSuchModel,
    /// Something answers there that is not this protocol.
    Address,
    /// The model or its server cannot call tools.
    NoTools,
    /// More than the model can read.
    TooLong,
    /// The account with the provider is used up.
    Spent,
    /// Too many requests.
    Busy,
    /// The provider's own failure.
    Overloaded,
    /// The request was refused for another reason.
    Rejected,
    /// The answer broke off, or was not what the protocol says.
    Broken,
    /// The model or a filter of the provider would not answer.
    Declined,
    /// An answer without a word or a tool call.
    Empty,
}

impl Cause {
    /// For logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Key => "key",
            Self::NoSuchModel => "no_such_model",
            Self::Address => "address",
            Self::NoTools => "no_tools",
            Self::TooLong => "too_long",
            Self::Spent => "spent",
            Self::Busy => "busy",
            Self::Overloaded => "overloaded",
            Self::Rejected => "rejected",
            Self::Broken => "broken",
            Self::Declined => "declined",
            Self::Empty => "empty",
        }
    }

    /// Whether it says something of the model or its provider, not only of this one request.
    pub const fn is_of_the_model(self) -> bool {
        !matches!(self, Self::TooLong | Self::Rejected | Self::Declined | Self::Empty)
    }
}

pub type ModelStream = BoxStream<'static, Result<ModelEvent, ModelError>>;

pub trait Model: Send + Sync + fmt::Debug {
    /// As configured: `builtin`, `openai:gpt-…`.
    fn name(&self) -> &str;

    /// Starts an answer. Dropping the stream aborts the upstream request. The stream ends after `Finish` or an error.
    fn stream(&self, request: ModelRequest) -> ModelStream;

    /// The models behind this one, in the order in which they are asked.
    fn health(&self) -> Vec<Health> {
        vec![Health { model: self.name().to_owned(), skipped: false }]
    }
}

/// How a model does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub model: String,
    /// It has failed so often that it is left out for a while.
    pub skipped: bool,
}
