//! Who is told how an import goes on.

use super::report::RowError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub bytes_read: u64,
    pub bytes_total: u64,
    pub rows: u64,
}

pub trait Watch: Send {
    fn progress(&mut self, at: Progress);

    /// A row that is left out, once for each reason. An error ends the import.
    fn left_out(&mut self, row: &RowError) -> std::io::Result<()>;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&mut self, _at: Progress) {}

    fn left_out(&mut self, _row: &RowError) -> std::io::Result<()> {
        Ok(())
    }
}
