//! The one thread that writes.

use std::sync::mpsc;

use rusqlite::Connection;

use crate::db::Tx;
use crate::known::Known;
use crate::{Result, StoreError};

/// A write as the writer thread sees it: run it, then tell it whether the commit held.
pub(crate) trait Job: Send {
    /// Whether to keep what the job wrote.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    fn finish(self: Box<Self>, committed: &Result<()>);
}

const JOBS_PER_COMMIT_MAX: usize = 1024;

pub(super) fn write_loop(mut connection: Connection, queue: &mpsc::Receiver<Box<dyn Job>>) {
    let mut known = Known::default();
    while let Ok(first) = queue.recv() {
        let mut jobs = Vec::new();
        let committed = commit_together(&mut connection, &mut known, queue, first, &mut jobs);
        if let Err(error) = &committed {
            known = Known::default();
            tracing::error!(%error, jobs = jobs.len(), "a commit failed; its writes are undone and answered as unavailable");
            if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
                tracing::error!("the rollback failed too");
            }
        }
        for job in jobs {
            job.finish(&committed);
        }
    }
    super::open::analyse(&connection);
    // Leave one plain file behind where possible.
    if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::debug!(%error, "no last checkpoint");
    }
}

fn commit_together(
    connection: &mut Connection,
    known: &mut Known,
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
            if !job.run(&mut Tx::sqlite_writer(connection, known)) {
                *known = Known::default();
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
