//! What can go wrong between a question and its answer.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// A refusal by the server, in its own words.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message} ({code}, HTTP {status})")]
pub struct ApiError {
    pub status: u16,
    pub code: String,
    pub message: String,
    pub details: Option<Value>,
    pub request_id: Option<String>,
    pub retry_after: Option<Duration>,
}

#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("`{url}` is not an http or https address")]
    Url { url: String },
    #[error("the API key holds characters that a header cannot carry")]
    Key,
    #[error("the HTTP client could not be set up")]
    Setup(#[source] reqwest::Error),
    #[error("cannot reach {url}")]
    Connect {
        url: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("the connection broke")]
    Transport(#[source] reqwest::Error),
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The stream ended without `[DONE]` and could not be continued.
    #[error("the stream was cut off after {frames} frames ({reason})")]
    Cut { frames: u64, reason: String },
    #[error("the server sent something that is not Lexi's protocol: {0}")]
    Protocol(String),
}

impl ClientError {
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The server's error code, for example `insufficient_credits`.
    pub fn code(&self) -> Option<&str> {
        self.api().map(|error| error.code.as_str())
    }

    pub fn status(&self) -> Option<u16> {
        self.api().map(|error| error.status)
    }

    pub fn request_id(&self) -> Option<&str> {
        self.api().and_then(|error| error.request_id.as_deref())
    }
}

impl From<ApiError> for ClientError {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

#[derive(Deserialize)]
struct Envelope {
    error: EnvelopeError,
}

#[derive(Deserialize)]
struct EnvelopeError {
    code: String,
    message: String,
    #[serde(default)]
    details: Option<Value>,
}

impl ApiError {
    /// Reads the error envelope. What a proxy between sends instead becomes a code of `http_<status>`.
    pub(crate) fn from_body(
        status: u16,
        body: &[u8],
        request_id: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        let (code, message, details) = match serde_json::from_slice::<Envelope>(body) {
            Ok(Envelope { error }) => (error.code, error.message, error.details),
            Err(_) => (format!("http_{status}"), excerpt(body), None),
        };
        Self { status, code, message, details, request_id, retry_after }
    }
}

fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
    if line.is_empty() { "the answer had no body".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_read_and_anything_else_is_quoted() {
        let body =
            br#"{"error":{"code":"validation_error","message":"m","details":{"fields":{"message":"m"}}}}"#;
        let error = ApiError::from_body(400, body, Some("req_1".into()), None);
        assert_eq!((error.code.as_str(), error.message.as_str()), ("validation_error", "m"));
        assert!(error.details.is_some());
        let error = ApiError::from_body(502, b"<html>\n  Bad   Gateway</html>", None, None);
        assert_eq!((error.code.as_str(), error.message.as_str()), ("http_502", "<html> Bad Gateway</html>"));
    }
}
