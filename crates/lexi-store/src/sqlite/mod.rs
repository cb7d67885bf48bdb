//! The SQLite engine: one writer thread that commits waiting jobs together, and read-only connections beside it.
//!
//! A commit with `synchronous=FULL` costs one fsync, whatever is in it. The writer therefore takes every job that is
//! waiting into one transaction, each in a savepoint of its own so that a refused job leaves no trace and does not spoil
//! its neighbours, and answers all of them after `COMMIT`.

mod copy;
mod open;
mod readers;
mod statements;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::{Result, StoreError};
use readers::ReadPool;

pub(crate) use statements::{check, execute, rows};
pub(crate) use writer::Job;

const LOOKUP_CONNECTIONS: usize = 2;

#[derive(Debug)]
pub(crate) struct Sqlite {
    path: PathBuf,
    /// Both are there until the end.
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
    readers: ReadPool,
    /// For what every request needs first: no search, however long, makes a key wait to be known.
    lookups: ReadPool,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, busy_timeout: Duration, readers: usize) -> Result<Self> {
        let refuse = |reason: String| StoreError::Open { path: path.to_owned(), reason };
        open::make_file(path).map_err(|e| refuse(format!("it cannot be made: {e}")))?;
        let writer = open::writer(path, busy_timeout).map_err(|error| refuse(open::explain(&error, path)))?;
        let pool = |count| {
            ReadPool::open(path, busy_timeout, count).map_err(|error| refuse(open::explain(&error, path)))
        };
        let (readers, lookups) = (pool(readers.max(1))?, pool(LOOKUP_CONNECTIONS)?);
        let (jobs, queue) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("lexi-store-writer".to_owned())
            .spawn(move || writer::write_loop(writer, &queue))
            .map_err(|e| refuse(format!("its writer thread cannot start: {e}")))?;
        Ok(Self { path: path.to_owned(), jobs: Some(jobs), writer: Some(writer), readers, lookups })
    }

    pub(crate) fn submit(&self, job: Box<dyn Job>) -> Result<()> {
        let stopped = || StoreError::Unavailable("its writer has stopped".to_owned());
        self.jobs.as_ref().ok_or_else(stopped)?.send(job).map_err(|_| stopped())
    }

    /// Copies the database into a new folder beside it and gives both.
    pub(crate) fn copy_beside(&self) -> Result<(tempfile::TempDir, PathBuf)> {
        copy::beside(&self.path)
    }

    /// Lends a read-only connection to `work` on a blocking thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.lend(work).await
    }

    /// The same for what is quick and must not wait behind what is not.
    pub(crate) async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.lookups.lend(work).await
    }
}

impl Drop for Sqlite {
    /// Waits for the last commits and the last checkpoint: what stays behind is one plain file.
    fn drop(&mut self) {
        self.jobs = None;
        self.readers.close();
        self.lookups.close();
        if let Some(writer) = self.writer.take().filter(|_| !std::thread::panicking()) {
            let _panicked = writer.join();
        }
    }
}
