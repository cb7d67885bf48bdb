//! A chat request becomes an admission: what the store needs to decide everything in one transaction.

use lexi_crm::Access;
use lexi_store::runs::{Admission, Claim};
use lexi_types::{ChatRequest, MessageId, RunId, Timestamp};
use sha2::{Digest, Sha256};

use crate::Settings;

/// A client's word that retries with it are the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub key: String,
    pub request_hash: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub chat: ChatRequest,
    pub idempotency: Option<IdempotencyKey>,
    pub resume: Resume,
}

/// What a client has already seen of the run with its key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resume {
    /// The number of its last frame; 0 for nothing.
    pub last_event_id: u64,
    /// The message that those frames belonged to, where the client says so.
    pub message_id: Option<String>,
}

impl Resume {
    /// After which frame of this run the client goes on. A key whose first run failed has had several, and the frames of one
    /// must not be continued with those of another: then only a client that names its message goes on, and every other
    /// begins anew.
    pub(crate) fn after(&self, message: &MessageId, attempt: i64) -> u64 {
        let same_run = self.message_id.as_ref().map_or(attempt == 1, |named| named == message.as_str());
        if same_run { self.last_event_id } else { 0 }
    }
}

/// What makes two requests the same: method, route and body. The body counts as the JSON value that it is, so that blanks
/// and the order of fields make no difference.
pub fn request_hash(method: &str, route: &str, body: &[u8]) -> Vec<u8> {
    let canonical = serde_json::from_slice::<serde_json::Value>(body).map(|value| value.to_string());
    let mut hash = Sha256::new();
    for part in [method.as_bytes(), route.as_bytes(), canonical.as_deref().map_or(body, str::as_bytes)] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

pub(crate) fn admission(
    settings: &Settings,
    access: &Access,
    request: &Request,
    run_id: RunId,
    epoch: i64,
    closed: bool,
    tools_permitted: bool,
) -> Admission {
    Admission {
        workspace: access.workspace,
        key_id: access.key_id,
        run_id,
        message_id: MessageId::new(),
        user_message_id: MessageId::new(),
        conversation: request.chat.conversation_id,
        message: request.chat.message.clone(),
        context: request.chat.context.clone(),
        // Without a tool to call, a run costs its answer and no more.
        hold_max: if tools_permitted { settings.credits_per_run_max } else { 1 },
        claim: request.idempotency.as_ref().map(|idempotency| Claim {
            key: idempotency.key.clone(),
            request_hash: idempotency.request_hash.clone(),
            kept: settings.replay_kept,
        }),
        epoch,
        closed,
        now: Timestamp::now(),
        lease: settings.lease,
    }
}

#[cfg(test)]
mod tests {
    use super::request_hash;

    #[test]
    fn the_same_json_is_the_same_request() {
        let hash = |method, route, body: &str| request_hash(method, route, body.as_bytes());
        let one = hash("POST", "/v1/lexi/chat", r#"{"message":"a","allow_tools":true}"#);
        assert_eq!(one, hash("POST", "/v1/lexi/chat", "{ \"allow_tools\": true,\n\"message\": \"a\" }"));
        assert_ne!(one, hash("POST", "/v1/lexi/chat", r#"{"message":"b","allow_tools":true}"#));
        assert_ne!(one, hash("POST", "/v1/lexi/chat/stream", r#"{"message":"a","allow_tools":true}"#));
    }
}
