//! Opening a database file, making it where it is missing, and saying what is wrong with one that cannot be opened.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};

use crate::{Result, StoreError, migrate, word_key};

const STATEMENT_CACHE: usize = 256;
/// Negative: kibibytes instead of pages.
const CACHE_KIB: i64 = -16_384;
/// An import of a million records touches a dozen indexes at random; what does not fit is written and read again.
const WRITER_CACHE_KIB: i64 = -65_536;
/// In pages of 4 KiB: a page that is changed often is copied into the database less often.
const CHECKPOINT_PAGES: i64 = 16_000;

/// Makes a new file and its folder for this user alone: it will hold what a firm knows of its clients.
pub(super) fn make_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map(drop)
}

pub(super) fn writer(path: &Path, busy_timeout: Duration) -> Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(busy_timeout)?;
    // A read-only file opens without complaint: ask before the first customer does.
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::Unavailable("the file is read-only".to_owned()));
    }
    // Before anything is changed: is it ours to change?
    migrate::inspect(&connection)?.map_err(StoreError::Unavailable)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // The savepoint of each job would otherwise spill to a temporary file: a third of the writer's time.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    prepare(&connection)?;
    connection.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    migrate::apply(&mut connection)?;
    analyse(&connection);
    // Take the write lock once: a full or read-only disk, or another writer, shows now.
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
    Ok(connection)
}

/// Counts what the planner has to know of the indexes: without it, a workspace of a million records looks as small as a
/// company's ten deals. Only what has changed much is counted, and of each index only a part.
pub(super) fn analyse(connection: &Connection) {
    if let Err(error) = connection.execute_batch("PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002") {
        tracing::debug!(%error, "the indexes were not counted");
    }
}

pub(super) fn reader(path: &Path, busy_timeout: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    connection.pragma_update(None, "query_only", true)?;
    prepare(&connection)?;
    Ok(connection)
}

/// What both kinds of connection have.
fn prepare(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Plans do not depend on the values bound: otherwise some statements are compiled anew at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    functions(connection)
}

/// SQLite's own `lower` knows ASCII only; other engines know every script.
fn functions(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("lower", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
    })?;
    Ok(connection.create_scalar_function("word_key", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| word_key(&text)))
    })?)
}

/// Says what to do about a database that cannot be opened.
pub(super) fn explain(error: &StoreError, path: &Path) -> String {
    let text = error.to_string();
    let advice = if text.contains("locked") || text.contains("busy") {
        "another program holds its lock; stop it or wait until it is done"
    } else if text.contains("not a database") || text.contains("malformed") {
        "the file is damaged or is not a database; restore it from a backup or name another file"
    } else if text.contains("readonly") || text.contains("read-only") {
        "the file cannot be written; give this user the right to write it and its folder"
    } else if text.contains("full") {
        "the disk is full; make room"
    } else if text.contains("unable to open") {
        if path.is_dir() {
            "it is a folder; name a file in it"
        } else {
            "check that the path exists and may be read and written"
        }
    } else {
        return text.trim_start_matches("the database is unavailable: ").to_owned();
    };
    format!("{advice} ({})", text.trim_start_matches("the database is unavailable: "))
}
