use lexi_store::StoreError;

/// Why a chat request got no run, no stream and no charge.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("no such conversation")]
    ConversationNotFound,
    #[error("the idempotency key was used for another request")]
    IdempotencyConflict,
    #[error("no credit is available")]
    InsufficientCredits,
    #[error("the server is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Store(#[from] StoreError),
}
