//! One server per database file. Admin commands work beside a running server; a second server would take the runs of the
//! first for abandoned.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Held for as long as the server lives; the system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct ServerLock {
    _file: File,
}

impl ServerLock {
    pub(crate) fn acquire(database: &Path) -> anyhow::Result<Self> {
        let mut name = real_path(database).into_os_string();
        name.push(".serve-lock");
        let path = PathBuf::from(name);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = open.with_context(|| format!("cannot write beside the database: {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "another lexi server already uses {}; stop it, or name another database",
                    database.display()
                )
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }
}

/// The file itself, whatever links lead to it: two names for one database are one database.
fn real_path(database: &Path) -> PathBuf {
    if let Ok(path) = database.canonicalize() {
        return path;
    }
    match (database.parent().map(Path::canonicalize), database.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => database.to_owned(),
    }
}
