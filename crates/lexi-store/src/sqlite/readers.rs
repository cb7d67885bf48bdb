//! Read-only connections, lent one at a time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;

use super::open;
use crate::{Result, StoreError};

#[derive(Debug)]
pub(super) struct ReadPool {
    idle: Arc<Mutex<Vec<Connection>>>,
    slots: Arc<tokio::sync::Semaphore>,
    path: PathBuf,
    busy_timeout: Duration,
}

impl ReadPool {
    pub(super) fn open(path: &Path, busy_timeout: Duration, count: usize) -> Result<Self> {
        let idle = (0..count).map(|_| open::reader(path, busy_timeout)).collect::<Result<_>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            slots: Arc::new(tokio::sync::Semaphore::new(count)),
            path: path.to_owned(),
            busy_timeout,
        })
    }

    /// Closes what is not lent out.
    pub(super) fn close(&self) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.clear();
        }
    }

    pub(super) async fn lend<T: Send + 'static>(
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
                None => open::reader(&path, busy_timeout)?,
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

/// Runs several reads of one operation against the same state of the database.
fn snapshot<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    connection.execute_batch("BEGIN")?;
    let result = work(connection);
    if connection.execute_batch("COMMIT").is_err() {
        connection.execute_batch("ROLLBACK")?;
    }
    result
}
