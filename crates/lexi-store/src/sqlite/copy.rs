//! Copying a database that is in use.

use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::{Result, StoreError};

const FOLDER_PREFIX: &str = ".lexi-scratch-";

/// Copies every page of one state of the database. The folder is this user's alone, as the database is: it holds what a
/// firm knows of its clients.
pub(super) fn beside(path: &Path) -> Result<(tempfile::TempDir, PathBuf)> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refuse = |error| StoreError::Unavailable(format!("no copy of it can be made: {error}"));
    let folder = tempfile::Builder::new().prefix(FOLDER_PREFIX).tempdir_in(parent).map_err(refuse)?;
    let copy = folder.path().join("copy.db");
    let source = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut target = Connection::open(&copy)?;
    // All pages in one step: a step later would start again whenever somebody has written in between.
    match Backup::new(&source, &mut target)?.step(-1)? {
        StepResult::Done => Ok((folder, copy)),
        other => Err(StoreError::Unavailable(format!("no copy of it can be made: {other:?}"))),
    }
}
