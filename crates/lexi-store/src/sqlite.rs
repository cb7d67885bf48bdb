//! The SQLite engine: one writer thread that commits waiting jobs together, and read-only connections beside it.
//!
//! A commit with `synchronous=FULL` costs one fsync, whatever is in it. The writer therefore takes every job that is
//! waiting into one transaction, each in a savepoint of its own so that a refused job leaves no trace and does not spoil
//! its neighbours, and answers all of them after `COMMIT`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};

use crate::db::{Tx, Value};
use crate::{Result, StoreError, migrate};

/// A write as the writer thread sees it: run it, then tell it whether the commit held.
pub(crate) trait Job: Send {
    /// Whether to keep what the job wrote.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    fn finish(self: Box<Self>, committed: &Result<()>);
}

const JOBS_PER_COMMIT_MAX: usize = 1024;
const STATEMENT_CACHE: usize = 256;
const LOOKUP_CONNECTIONS: usize = 2;
/// Negative: kibibytes instead of pages.
const CACHE_KIB: i64 = -16_384;

#[derive(Debug)]
pub(crate) struct Sqlite {
    /// Both are there until the end.
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
    readers: ReadPool,
    /// For what every request needs first: no search, however long, makes a key wait to be known.
    lookups: ReadPool,
}

#[derive(Debug)]
struct ReadPool {
    idle: Arc<Mutex<Vec<Connection>>>,
    slots: Arc<tokio::sync::Semaphore>,
    path: PathBuf,
    busy_timeout: Duration,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, busy_timeout: Duration, readers: usize) -> Result<Self> {
        let refuse = |reason: String| StoreError::Open { path: path.to_owned(), reason };
        make_file(path).map_err(|e| refuse(format!("it cannot be made: {e}")))?;
        let writer = open_writer(path, busy_timeout).map_err(|error| refuse(explain(&error, path)))?;
        let pool =
            |count| ReadPool::open(path, busy_timeout, count).map_err(|error| refuse(explain(&error, path)));
        let (readers, lookups) = (pool(readers.max(1))?, pool(LOOKUP_CONNECTIONS)?);
        let (jobs, queue) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("lexi-store-writer".to_owned())
            .spawn(move || write_loop(writer, &queue))
            .map_err(|e| refuse(format!("its writer thread cannot start: {e}")))?;
        Ok(Self { jobs: Some(jobs), writer: Some(writer), readers, lookups })
    }

    pub(crate) fn submit(&self, job: Box<dyn Job>) -> Result<()> {
        let stopped = || StoreError::Unavailable("its writer has stopped".to_owned());
        self.jobs.as_ref().ok_or_else(stopped)?.send(job).map_err(|_| stopped())
    }

    /// Lends a read-only connection to `work` on a blocking thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.lend(work).await
    }

    /// The same for what is quick and must not wait behind what is not.
    pub(crate) async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.lookups.lend(work).await
    }
}

impl ReadPool {
    fn open(path: &Path, busy_timeout: Duration, count: usize) -> Result<Self> {
        let idle = (0..count).map(|_| open_reader(path, busy_timeout)).collect::<Result<_>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            slots: Arc::new(tokio::sync::Semaphore::new(count)),
            path: path.to_owned(),
            busy_timeout,
        })
    }

    async fn lend<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let stopped = || StoreError::Unavailable("its readers have stopped".to_owned());
        let permit = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| stopped())?;
        let idle = Arc::clone(&self.idle);
        let (path, busy_timeout) = (self.path.clone(), self.busy_timeout);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let pooled = idle.lock().ok().and_then(|mut pool| pool.pop());
            // A connection that was lost to a panic is replaced.
            let mut connection = match pooled {
                Some(connection) => connection,
                None => open_reader(&path, busy_timeout)?,
            };
            let result = snapshot(&mut connection, work);
            if let Ok(mut pool) = idle.lock() {
                pool.push(connection);
            }
            result
        })
        .await
        .map_err(|_| stopped())?
    }
}

impl Drop for Sqlite {
    /// Waits for the last commits and the last checkpoint: what stays behind is one plain file.
    fn drop(&mut self) {
        self.jobs = None;
        for pool in [&self.readers, &self.lookups] {
            if let Ok(mut idle) = pool.idle.lock() {
                idle.clear();
            }
        }
        if let Some(writer) = self.writer.take().filter(|_| !std::thread::panicking()) {
            let _panicked = writer.join();
        }
    }
}

/// Makes a new file and its folder for this user alone: it will hold what a firm knows of its clients.
fn make_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map(drop)
}

/// Runs several reads of one operation against the same state of the database.
fn snapshot<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    connection.execute_batch("BEGIN")?;
    let result = work(connection);
    if connection.execute_batch("COMMIT").is_err() {
        connection.execute_batch("ROLLBACK")?;
    }
    result
}

fn open_writer(path: &Path, busy_timeout: Duration) -> Result<Connection> {
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
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    // The savepoint of each job would otherwise spill to a temporary file: a third of the writer's time.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    prepare(&connection)?;
    migrate::apply(&mut connection)?;
    // Take the write lock once: a full or read-only disk, or another writer, shows now.
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
    Ok(connection)
}

fn open_reader(path: &Path, busy_timeout: Duration) -> Result<Connection> {
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
    unicode_lower(connection)
}

/// SQLite's own `lower` knows ASCII only; other engines know every script.
fn unicode_lower(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    Ok(connection.create_scalar_function("lower", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
    })?)
}

/// Says what to do about a database that cannot be opened.
fn explain(error: &StoreError, path: &Path) -> String {
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

fn write_loop(mut connection: Connection, queue: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let mut jobs = Vec::new();
        let committed = commit_together(&mut connection, queue, first, &mut jobs);
        if let Err(error) = &committed {
            tracing::error!(%error, jobs = jobs.len(), "a commit failed; its writes are undone and answered as unavailable");
            if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
                tracing::error!("the rollback failed too");
            }
        }
        for job in jobs {
            job.finish(&committed);
        }
    }
    // Leave one plain file behind where possible.
    if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::debug!(%error, "no last checkpoint");
    }
}

fn commit_together(
    connection: &mut Connection,
    queue: &mpsc::Receiver<Box<dyn Job>>,
    first: Box<dyn Job>,
    jobs: &mut Vec<Box<dyn Job>>,
) -> Result<()> {
    jobs.push(first);
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        // Another program holds the lock, and we have waited: whoever queued meanwhile has waited too.
        jobs.extend(queue.try_iter());
        return Err(error.into());
    }
    let mut next = 0;
    while next < jobs.len() {
        if let Some(job) = jobs.get_mut(next) {
            connection.prepare_cached("SAVEPOINT job")?.execute([])?;
            if !job.run(&mut Tx::sqlite(connection)) {
                // Some errors (disk full, I/O) end the whole transaction: then there is nothing to go back to.
                if connection.is_autocommit() {
                    return Err(StoreError::Unavailable("the transaction was ended by an error".to_owned()));
                }
                connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
            }
            connection.prepare_cached("RELEASE job")?.execute([])?;
        }
        next += 1;
        if next == jobs.len() && next < JOBS_PER_COMMIT_MAX {
            jobs.extend(queue.try_recv());
        }
    }
    connection.execute_batch("COMMIT")?;
    Ok(())
}

pub(crate) fn check(connection: &mut Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(20)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Binds `$n` by its number: SQLite itself numbers named parameters by first appearance.
fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> Result<()> {
    let mut name = String::with_capacity(4);
    for (number, value) in (1usize..).zip(params) {
        name.clear();
        name.push('$');
        name.push_str(&number.to_string());
        match statement.parameter_index(&name)? {
            Some(index) => statement.raw_bind_parameter(index, value)?,
            None => return Err(StoreError::Internal(format!("the statement has no parameter {name}"))),
        }
    }
    if statement.parameter_count() != params.len() {
        return Err(StoreError::Internal(format!(
            "the statement has {} parameters, {} were given",
            statement.parameter_count(),
            params.len()
        )));
    }
    Ok(())
}

pub(crate) fn execute(connection: &mut Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    Ok(statement.raw_execute()? as u64)
}

pub(crate) fn rows(connection: &mut Connection, sql: &str, params: &[Value]) -> Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut cursor = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = cursor.next()? {
        let mut values = Vec::with_capacity(columns);
        for index in 0..columns {
            use rusqlite::types::ValueRef;
            values.push(match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => Value::Int(value),
                ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
                ValueRef::Blob(value) => Value::Blob(value.to_vec()),
                ValueRef::Real(_) => {
                    return Err(StoreError::Internal(format!(
                        "column {index} holds a float; the schema has none"
                    )));
                }
            });
        }
        rows.push(values);
    }
    Ok(rows)
}
