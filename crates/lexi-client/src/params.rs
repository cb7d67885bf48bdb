//! What one chat request says.

use lexi_types::{ConversationId, PageContext};
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, Serialize)]
pub struct ChatParams {
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    #[serde(skip_serializing_if = "PageContext::is_empty")]
    pub context: PageContext,
    pub allow_tools: bool,
    /// What makes a retry safe. Without one a broken stream cannot be continued.
    #[serde(skip)]
    pub idempotency_key: Option<Uuid>,
}

impl ChatParams {
    /// A question in a new conversation, with tools and a key of its own.
    #[expect(
        clippy::disallowed_methods,
        reason = "a retry key is the client's secret, not the id of anything"
    )]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            conversation_id: None,
            context: PageContext::default(),
            allow_tools: true,
            idempotency_key: Some(Uuid::new_v4()),
        }
    }

    #[must_use]
    pub fn in_conversation(mut self, id: Option<ConversationId>) -> Self {
        self.conversation_id = id;
        self
    }

    #[must_use]
    pub fn context(mut self, context: PageContext) -> Self {
        self.context = context;
        self
    }

    #[must_use]
    pub fn allow_tools(mut self, allow: bool) -> Self {
        self.allow_tools = allow;
        self
    }

    #[must_use]
    pub fn idempotency_key(mut self, key: Option<Uuid>) -> Self {
        self.idempotency_key = key;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_the_one_that_the_server_reads() {
        let conversation = ConversationId::new();
        let params = ChatParams::new("hello").in_conversation(Some(conversation)).allow_tools(false);
        let body = serde_json::to_vec(&params).unwrap();
        let read = lexi_types::ChatRequest::from_json(&body).unwrap();
        assert_eq!(read.message, "hello");
        assert_eq!(read.conversation_id, Some(conversation));
        assert!(!read.allow_tools && read.context.is_empty());
    }

    #[test]
    fn every_question_has_a_key_of_its_own() {
        assert_ne!(ChatParams::new("a").idempotency_key, ChatParams::new("a").idempotency_key);
    }
}
