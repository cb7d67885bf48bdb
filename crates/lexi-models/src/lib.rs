//! How to talk to a language model. One trait; a protocol per kind of provider; `builtin`, which needs no model at all; and
//! a chain of them, which goes on to the next when one fails.

mod anthropic;
mod builtin;
mod chain;
mod model;
mod openai;
mod probe;
mod remote;

pub use builtin::{Builtin, NAME as BUILTIN};
pub use chain::{Chain, Patience};
pub use model::{
    Briefing, BriefingRecord, Cause, Finish, Health, Mention, Model, ModelError, ModelEvent, ModelMessage,
    ModelRequest, ModelStream, Samples, System, Then, ToolCall, ToolSpec,
};
pub use probe::{Probed, probe};
pub use remote::{Protocol, Remote, RemoteConfig, RemoteError};
