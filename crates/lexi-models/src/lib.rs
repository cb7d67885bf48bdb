//! How to talk to a language model. One trait; an adapter per protocol; and `builtin`, which needs no model at all.

mod builtin;
mod model;
mod openai;

pub use builtin::Builtin;
pub use model::{
    Briefing, BriefingRecord, Finish, Mention, Model, ModelError, ModelEvent, ModelMessage, ModelRequest,
    ModelStream, Samples, ToolCall, ToolSpec,
};
pub use openai::{OpenAi, OpenAiConfig, OpenAiError};
