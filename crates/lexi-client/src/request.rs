//! What a stream sends on each of its connections.

use bytes::Bytes;
use lexi_types::{ConversationId, MessageId};
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use uuid::Uuid;

use crate::{ChatParams, Client, ClientError};

#[derive(Debug)]
pub(crate) enum StreamRequest {
    Ask { body: Bytes, key: Option<Uuid> },
    Follow(ConversationId),
}

impl StreamRequest {
    pub(crate) fn ask(params: &ChatParams) -> Result<Self, ClientError> {
        let body = serde_json::to_vec(params).map_err(|error| ClientError::Protocol(error.to_string()))?;
        Ok(Self::Ask { body: body.into(), key: params.idempotency_key })
    }

    pub(crate) const fn key(&self) -> Option<Uuid> {
        match self {
            Self::Ask { key, .. } => *key,
            Self::Follow(_) => None,
        }
    }

    /// The request as it is sent for the frames after number `last` of that message: the server begins anew where its frames
    /// are another's by now.
    pub(crate) fn build(
        &self,
        client: &Client,
        last: u64,
        message: Option<&MessageId>,
    ) -> Result<RequestBuilder, ClientError> {
        let (body, key) = match self {
            Self::Follow(id) => return client.get_stream(&format!("v1/lexi/conversations/{id}/stream")),
            Self::Ask { body, key } => (body, key),
        };
        let mut request = client.post("v1/lexi/chat/stream")?.body(body.clone());
        request = request.header(ACCEPT, "text/event-stream").header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key.to_string());
        }
        if last > 0 {
            request = request.header("last-event-id", last);
            if let Some(message) = message {
                request = request.header("x-message-id", message.as_str());
            }
        }
        Ok(request)
    }
}
