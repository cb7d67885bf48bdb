//! What the plain JSON routes answer.

use lexi_types::{ConversationId, LexiTaskId, MessageId, PageContext, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The answer of `POST /v1/lexi/chat`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    pub response: String,
    pub conversation_id: ConversationId,
    #[serde(default)]
    pub task_id: Option<String>,
    #[serde(default)]
    pub requires_approval: bool,
    pub message_id: MessageId,
    pub credits_charged: i64,
    pub credits_remaining: i64,
    #[serde(default)]
    pub tool_steps: Vec<Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub title: String,
    pub message_count: u64,
    #[serde(default)]
    pub last_message_at: Option<Timestamp>,
    #[serde(default)]
    pub context: Option<PageContext>,
    pub archived: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    /// `user` or `assistant`.
    pub role: String,
    pub content: String,
    /// `complete`, `failed` or `canceled`.
    pub status: String,
    #[serde(default)]
    pub tool_calls: Option<Vec<Value>>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConversationWithMessages {
    #[serde(flatten)]
    pub conversation: Conversation,
    pub messages: Vec<Message>,
}

/// What Lexi has proposed, to be approved or dismissed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LexiTask {
    pub id: LexiTaskId,
    #[serde(rename = "type")]
    pub kind: String,
    /// `pending`, `approved`, `dismissed`, `completed` or `failed`.
    pub status: String,
    pub description: String,
    pub metadata: TaskMetadata,
    pub created_at: Timestamp,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskMetadata {
    #[serde(default)]
    pub changes: Vec<TaskChange>,
}

/// One record's fields, as they are and as they would be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskChange {
    #[serde(rename = "type")]
    pub kind: String,
    /// `create`, `update` or `delete`.
    pub verb: String,
    pub name: String,
    #[serde(default)]
    pub before: Option<Map<String, Value>>,
    #[serde(default)]
    pub after: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
pub(crate) struct Decided {
    pub(crate) task: LexiTask,
}

/// Whole credits. `available` is what new requests can use: `balance` less what running requests hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credits {
    pub balance: i64,
    pub held: i64,
    pub available: i64,
}

/// One page of a list, counted from 1.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub page: u64,
    pub per_page: u64,
    pub total: u64,
}

#[derive(Deserialize)]
pub(crate) struct Data<T> {
    pub(crate) data: T,
}

#[derive(Deserialize)]
pub(crate) struct ConversationList {
    pub(crate) data: Conversations,
    pub(crate) meta: Meta,
}

#[derive(Deserialize)]
pub(crate) struct Conversations {
    pub(crate) conversations: Vec<Conversation>,
}

#[derive(Deserialize)]
pub(crate) struct Meta {
    pub(crate) page: u64,
    pub(crate) per_page: u64,
    pub(crate) total: u64,
}
