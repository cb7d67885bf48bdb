//! A run's frames as a response body: the frames as they come, a comment line in silence, `[DONE]` at the end.

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue, header};
use lexi_assistant::{Opened, Origin, Reader, StreamPermit};
use lexi_types::{DONE_FRAME, PING_LINE};

pub(crate) const CONVERSATION_ID: HeaderName = HeaderName::from_static("x-conversation-id");
pub(crate) const MESSAGE_ID: HeaderName = HeaderName::from_static("x-message-id");
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

struct State {
    reader: Reader,
    /// Counts this body against the key's share of open streams for as long as it is sent.
    _permit: StreamPermit,
    keep_alive: Duration,
    ended: bool,
}

pub(crate) fn response(opened: Opened, permit: StreamPermit, keep_alive: Duration) -> Response {
    let state = State { reader: opened.reader, _permit: permit, keep_alive, ended: false };
    let frames = stream::unfold(state, |mut state| async move {
        if state.ended {
            return None;
        }
        let next = match tokio::time::timeout(state.keep_alive, state.reader.next()).await {
            Ok(Some(Ok(frame))) => frame,
            // Breaks the connection: a stream without [DONE] tells the client to try again.
            Ok(Some(Err(cut))) => {
                state.ended = true;
                return Some((Err(cut), state));
            }
            Ok(None) => {
                state.ended = true;
                Bytes::from_static(DONE_FRAME)
            }
            Err(_silent) => Bytes::from_static(PING_LINE),
        };
        Some((Ok(next), state))
    });
    let mut response = Body::from_stream(frames).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    identify(&mut response, opened.origin, &opened.conversation_id.to_string(), opened.message_id.as_str());
    response
}

/// Says which conversation and which message this answer is.
pub(crate) fn identify(response: &mut Response, origin: Origin, conversation: &str, message: &str) {
    let headers = response.headers_mut();
    for (name, value) in [(CONVERSATION_ID, conversation), (MESSAGE_ID, message)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if origin == Origin::Replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
}
