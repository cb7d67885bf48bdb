//! What this disk can do: rows made durable per second, without Lexi. One writer thread commits whatever waits.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::crowd;

/// About as long as a row that says something.
const ROW: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const INSERT: &str = "INSERT INTO rows (text) VALUES (?1)";

type Waiting = oneshot::Sender<()>;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Grouped {
    pub(crate) rows_per_second: f64,
    pub(crate) rows_per_commit: f64,
}

/// With the settings of the store's own writer.
fn open(folder: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(folder.join("plain.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")?;
    Ok(connection)
}

/// `writers` tasks each wait for their row to be durable, then hand in the next.
pub(crate) async fn grouped(folder: &Path, writers: usize, slice: Duration) -> anyhow::Result<Grouped> {
    let connection = open(folder)?;
    let (rows, queue) = mpsc::channel::<Waiting>();
    let writer = std::thread::Builder::new()
        .name("bench-writer".to_owned())
        .spawn(move || write_loop(&connection, &queue))?;
    let rate = crowd::rate(writers, slice, |_| {
        let rows = rows.clone();
        move || {
            let rows = rows.clone();
            async move {
                let (answer, answered) = oneshot::channel();
                rows.send(answer).map_err(|_| anyhow!("the writer has stopped"))?;
                Ok(answered.await?)
            }
        }
    })
    .await;
    drop(rows);
    let (written, commits) = writer.join().map_err(|_| anyhow!("the writer has panicked"))??;
    Ok(Grouped { rows_per_second: rate?, rows_per_commit: f64::from(written) / f64::from(commits.max(1)) })
}

/// Rows and commits.
fn write_loop(connection: &Connection, queue: &mpsc::Receiver<Waiting>) -> rusqlite::Result<(u32, u32)> {
    let (mut rows, mut commits) = (0, 0);
    while let Ok(first) = queue.recv() {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut waiting = vec![first];
        let mut insert = connection.prepare_cached(INSERT)?;
        insert.execute([ROW])?;
        for next in queue.try_iter() {
            insert.execute([ROW])?;
            waiting.push(next);
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        commits += 1;
        for answer in waiting {
            rows += 1;
            // Whoever asked may have stopped waiting.
            let _gone = answer.send(());
        }
    }
    Ok((rows, commits))
}

/// One commit for each row, one after the other.
pub(crate) fn single(folder: &Path, slice: Duration) -> anyhow::Result<f64> {
    let connection = open(folder)?;
    let mut insert = connection.prepare(INSERT)?;
    let started = Instant::now();
    let mut rows = 0u32;
    while started.elapsed() < slice {
        insert.execute([ROW])?;
        rows += 1;
    }
    Ok(f64::from(rows) / started.elapsed().as_secs_f64())
}
