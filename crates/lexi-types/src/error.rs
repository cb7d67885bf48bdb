//! The error codes of the wire and the status each goes with.

use serde::Serialize;

macro_rules! codes {
    ($($variant:ident = $status:literal $text:literal),* $(,)?) => {
        /// Every code that an answer or an `error` event may carry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($variant),* }

        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $text),* }
            }

            /// The HTTP status of an answer with this code.
            pub const fn status(self) -> u16 {
                match self { $(ErrorCode::$variant => $status),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }
        }
    };
}

codes! {
    ValidationError = 400 "validation_error",
    AmbiguousReference = 400 "ambiguous_reference",
    InvalidKey = 401 "invalid_key",
    InsufficientCredits = 402 "insufficient_credits",
    InsufficientPermissions = 403 "insufficient_permissions",
    NotFound = 404 "not_found",
    ConversationNotFound = 404 "conversation_not_found",
    ApiKeyNotFound = 404 "api_key_not_found",
    ContactNotFound = 404 "contact_not_found",
    CompanyNotFound = 404 "company_not_found",
    DealNotFound = 404 "deal_not_found",
    MatterNotFound = 404 "matter_not_found",
    NoteNotFound = 404 "note_not_found",
    TaskNotFound = 404 "task_not_found",
    ActivityNotFound = 404 "activity_not_found",
    UserNotFound = 404 "user_not_found",
    PipelineNotFound = 404 "pipeline_not_found",
    WebhookNotFound = 404 "webhook_not_found",
    MethodNotAllowed = 405 "method_not_allowed",
    IdempotencyConflict = 409 "idempotency_conflict",
    Conflict = 409 "conflict",
    PreconditionFailed = 412 "precondition_failed",
    PayloadTooLarge = 413 "payload_too_large",
    RateLimited = 429 "rate_limited",
    InternalError = 500 "internal_error",
    ProviderError = 502 "provider_error",
    Unavailable = 503 "unavailable",
    ProviderTimeout = 504 "provider_timeout",
}

impl Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(self.as_str())
    }
}
