//! The Rust client of Lexi: typed events, and a stream that survives broken connections by asking again with the same
//! `Idempotency-Key`, so that an answer is neither lost, nor doubled, nor paid twice.

mod answers;
mod client;
mod connection;
mod error;
mod head;
mod params;
mod request;
mod retry;
mod stream;

pub use answers::{
    Answer, Conversation, ConversationWithMessages, Credits, LexiTask, Message, Page, TaskChange,
    TaskMetadata,
};
pub use client::Client;
pub use error::{ApiError, ClientError};
pub use params::ChatParams;
pub use retry::Retry;
pub use stream::{ChatStream, ClientEvent, ClientFrame};
