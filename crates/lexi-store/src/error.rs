use std::path::PathBuf;

pub type Result<T> = std::result::Result<T, StoreError>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot take this now and may later: locked, disk full, read-only, gone.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A constraint of the schema refused the change.
    #[error("a constraint refused the change: {0}")]
    Constraint(String),
    /// A defect: a statement or a stored value that this program does not understand.
    #[error("the database answered something unexpected: {0}")]
    Internal(String),
    /// The database cannot be opened; the text says what to do.
    #[error("cannot open the database {path}: {reason}", path = path.display())]
    Open { path: PathBuf, reason: String },
}

impl StoreError {
    /// Whether the same call may succeed later, as opposed to a defect.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(
                Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::DiskFull
                | Code::ReadOnly
                | Code::SystemIoFailure
                | Code::CannotOpen
                | Code::DatabaseCorrupt
                | Code::NotADatabase
                | Code::OutOfMemory,
            ) => Self::Unavailable(error.to_string()),
            Some(Code::ConstraintViolation) => Self::Constraint(error.to_string()),
            _ => Self::Internal(error.to_string()),
        }
    }
}
