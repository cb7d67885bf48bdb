//! The error envelope. A message says what to do; it never holds SQL, a path, a stack or another tenant's data.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use lexi_assistant::OpenError;
use lexi_store::StoreError;
use lexi_types::{ErrorCode, InvalidChat};
use serde_json::{Value, json};

const INTERNAL: &str = "Something went wrong on the server. Quote the X-Request-ID when you report it.";
const RETRY_STORE: Duration = Duration::from_secs(1);
const RETRY_SHUTDOWN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct ApiError {
    code: ErrorCode,
    message: String,
    details: Option<Value>,
    retry_after: Option<Duration>,
}

pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None, retry_after: None }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ValidationError, message)
    }

    /// A field, a parameter or a header is to blame.
    pub(crate) fn field(name: &str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let message = format!("{name}: {reason}");
        Self::validation(message).with_fields(&BTreeMap::from([(name.to_owned(), reason)]))
    }

    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    fn with_fields(mut self, fields: &BTreeMap<String, String>) -> Self {
        if !fields.is_empty() {
            self.details = Some(json!({ "fields": fields }));
        }
        self
    }

    pub(crate) fn invalid_key(reason: &str) -> Self {
        Self::new(
            ErrorCode::InvalidKey,
            format!("{reason} Send `Authorization: Bearer wbk_…` with a valid API key."),
        )
    }

    pub(crate) fn conversation_not_found() -> Self {
        Self::new(
            ErrorCode::ConversationNotFound,
            "There is no conversation with this id. Leave conversation_id out to begin a new one.",
        )
    }

    pub(crate) fn rate_limited(message: impl Into<String>, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(ErrorCode::RateLimited, message) }
    }

    /// A defect; what is known of it is in the log.
    pub(crate) fn panicked() -> Self {
        Self::new(ErrorCode::InternalError, INTERNAL)
    }

    pub(crate) fn unavailable(message: &str, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(ErrorCode::Unavailable, message) }
    }

    pub(crate) fn shutting_down() -> Self {
        Self::unavailable("The server is shutting down. Try again in a few seconds.", RETRY_SHUTDOWN)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed a request");
        if error.is_temporary() {
            return Self::unavailable("The database cannot be reached right now. Try again.", RETRY_STORE);
        }
        Self::new(ErrorCode::InternalError, INTERNAL)
    }
}

impl From<InvalidChat> for ApiError {
    fn from(invalid: InvalidChat) -> Self {
        Self::validation(invalid.message).with_fields(&invalid.fields)
    }
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::ConversationNotFound => Self::conversation_not_found(),
            OpenError::IdempotencyConflict => Self::new(
                ErrorCode::IdempotencyConflict,
                "This Idempotency-Key was used for another request within the last 24 hours. Use a new UUID for a new request.",
            ),
            OpenError::InsufficientCredits => Self::new(
                ErrorCode::InsufficientCredits,
                "The workspace has no credit available. Grant credits (`lexi credits grant`) or wait until running answers have settled.",
            ),
            OpenError::ShuttingDown => Self::shutting_down(),
            OpenError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (Some(details), Some(object)) = (self.details, error.as_object_mut()) {
            object.insert("details".to_owned(), details);
        }
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        let headers = response.headers_mut();
        if self.code == ErrorCode::InvalidKey {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}
