//! The error envelope. A message says what to do; it never holds SQL, a path, a stack or another tenant's data.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use lexi_assistant::OpenError;
use lexi_crm::{CrmError, Denied};
use lexi_store::StoreError;
use lexi_types::records::RecordType;
use lexi_types::{ErrorCode, InvalidChat, Scope};
use serde_json::{Value, json};

const INTERNAL: &str = "Something went wrong on the server. Quote the X-Request-ID when you report it.";
/// So many fields are told in the message; the details have all.
const FIELDS_TOLD: usize = 5;
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
        match &mut self.details {
            _ if fields.is_empty() => {}
            Some(Value::Object(details)) => {
                details.insert("fields".to_owned(), json!(fields));
            }
            _ => self.details = Some(json!({ "fields": fields })),
        }
        self
    }

    /// The key may not do this.
    pub(crate) fn lacking(scope: Scope) -> Self {
        let message = format!("This API key lacks the scope `{scope}`. Use a key that has it.");
        Self::new(ErrorCode::InsufficientPermissions, message)
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

impl ApiError {
    /// Why an operation on records of a type did not happen.
    pub(crate) fn of_record(kind: RecordType, error: CrmError) -> Self {
        match error {
            CrmError::NotFound { message, .. } => Self::new(not_found(kind), message),
            other => other.into(),
        }
    }

    /// The record is not in the state that the client has named.
    pub(crate) fn changed_meanwhile(kind: RecordType) -> Self {
        let message = format!("The {} has been changed meanwhile. Read it again.", kind.as_str());
        Self::new(ErrorCode::PreconditionFailed, message)
    }

    /// With other names for the fields that are to blame, in the message too.
    pub(crate) fn rename_fields(mut self, rename: impl Fn(&str) -> String) -> Self {
        let Some(fields) = self.details.as_ref().and_then(|details| details.get("fields")?.as_object())
        else {
            return self;
        };
        let fields: BTreeMap<String, String> = fields
            .iter()
            .map(|(name, reason)| (rename(name), reason.as_str().unwrap_or_default().to_owned()))
            .collect();
        self.message = told(&fields);
        self.with_fields(&fields)
    }
}

const fn not_found(kind: RecordType) -> ErrorCode {
    match kind {
        RecordType::Contact => ErrorCode::ContactNotFound,
        RecordType::Company => ErrorCode::CompanyNotFound,
        RecordType::Deal => ErrorCode::DealNotFound,
        RecordType::Matter => ErrorCode::MatterNotFound,
        RecordType::Note => ErrorCode::NoteNotFound,
        RecordType::Task => ErrorCode::TaskNotFound,
        RecordType::Activity => ErrorCode::ActivityNotFound,
    }
}

/// What is wrong with fields, as one text that is not endless.
fn told(fields: &BTreeMap<String, String>) -> String {
    let some: Vec<String> =
        fields.iter().take(FIELDS_TOLD).map(|(name, reason)| format!("{name}: {reason}")).collect();
    let more = fields.len().saturating_sub(FIELDS_TOLD);
    let more = if more > 0 { format!("; and {more} more fields") } else { String::new() };
    some.join("; ") + &more
}

impl From<CrmError> for ApiError {
    fn from(error: CrmError) -> Self {
        let message = error.to_string();
        match error {
            CrmError::Denied(Denied(scope)) => Self::lacking(scope),
            CrmError::Invalid { .. } => Self::validation(message),
            CrmError::Fields { fields, .. } => Self::validation(told(&fields)).with_fields(&fields),
            CrmError::Stale(_) => Self::new(ErrorCode::PreconditionFailed, message),
            CrmError::Conflict(_) => Self::new(ErrorCode::Conflict, message),
            CrmError::NotFound { .. } => Self::new(ErrorCode::NotFound, message),
            CrmError::Ambiguous { candidates, .. } => {
                let candidates: Vec<Value> = candidates
                    .iter()
                    .map(|one| json!({ "id": one.id, "name": one.name, "detail": one.detail }))
                    .collect();
                let details = Some(json!({ "candidates": candidates }));
                Self { details, ..Self::new(ErrorCode::AmbiguousReference, message) }
            }
            CrmError::Store(error) => error.into(),
        }
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
