//! How to talk to a language model. One trait; an adapter per protocol; and `builtin`, which needs no model at all.

mod builtin;
mod model;

pub use builtin::Builtin;
pub use model::{
    Briefing, BriefingRecord, Finish, Model, ModelError, ModelEvent, ModelMessage, ModelRequest, ModelStream,
    Samples, ToolCall, ToolSpec,
};
