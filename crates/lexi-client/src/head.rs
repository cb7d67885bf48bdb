//! What the headers of an answer say.

use std::time::Duration;

use lexi_types::{ConversationId, MessageId};
use reqwest::header::HeaderMap;

#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) conversation_id: Option<ConversationId>,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) request_id: Option<String>,
    pub(crate) replayed: bool,
}

impl Head {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        Self {
            conversation_id: text(headers, "x-conversation-id").and_then(|id| id.parse().ok()),
            message_id: text(headers, "x-message-id").and_then(|id| id.parse().ok()),
            request_id: request_id(headers),
            replayed: text(headers, "idempotent-replayed") == Some("true"),
        }
    }
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    text(headers, "x-request-id").map(str::to_owned)
}

/// `Retry-After` in seconds, the only form that Lexi sends.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    text(headers, "retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
