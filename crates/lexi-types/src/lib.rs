//! What every room of Lexi names: ids, money, time, scopes, the chat request, the events of a stream and their
//! wire form. No I/O and no async runtime: a client and a server can both depend on it.

mod chat;
mod error;
mod event;
mod ids;
mod money;
mod names;
mod period;
pub mod records;
mod scope;
pub mod sse;
mod time;
mod vocabulary;
mod webhook_events;

pub use chat::{ChatRequest, InvalidChat, MESSAGE_CHARS_MAX, PageContext};
pub use error::ErrorCode;
pub use event::{
    DONE_FRAME, Event, FinishReason, Grounding, PING_LINE, RecordRef, ToolStatus, Usage, encode_frame,
};
pub use ids::{
    AuditId, ConversationId, EventId, InvalidId, KeyId, LedgerId, LexiTaskId, MessageId, RecordId, RequestId,
    RunId, WebhookId, WorkspaceId,
};
pub use money::{InvalidMoney, MicroUsd, Money};
pub use names::name_key;
pub use period::{Period, Unit};
pub use scope::{InvalidScope, RateTier, Scope, ScopeSet};
pub use time::{Date, InvalidDate, InvalidTime, Timestamp};
pub use vocabulary::{Vocabulary, VocabularyField};
pub use webhook_events::{EVENT_TYPES, EVERY_EVENT, EventType, TEST_EVENT, missing_scope};
