//! The product: what happens to a chat request. The files read in the order in which a request meets them: `run` tells
//! the story and is the only one that calls all the others; `admit`, `prompt`, `turn`, `tools`, `journal`, `replay`,
//! `settle` are its chapters. `sweep` looks after the runs that nobody looks after any more.
//!
//! Nothing here knows which wire reads the events, and no wire knows which model produced them.

mod admit;
mod approvals;
mod ending;
mod error;
mod grounding;
mod history;
mod journal;
mod links;
mod metrics;
pub mod policy;
mod price;
mod prompt;
mod registry;
mod repeats;
mod replay;
mod run;
mod settings;
mod settle;
mod shared;
mod slots;
mod support;
mod sweep;
mod tools;
mod turn;
mod words;
mod work;
mod writes;

pub use admit::{IdempotencyKey, Request, Resume, request_hash};
pub use approvals::{Decider, Undecided};
pub use error::OpenError;
pub use journal::{Cut, Reader};
pub use metrics::Metrics;
pub use price::{NoPrice, Price};
pub use run::{Assistant, Opened, Origin};
pub use settings::Settings;
pub use slots::{SlotsFull, StreamPermit, StreamSlots};
