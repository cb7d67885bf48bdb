//! The handle that everything above the store holds.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, oneshot};

use crate::db::Tx;
use crate::recording::Recording;
use crate::sqlite::{Job, Sqlite};
use crate::{Result, StoreError};

#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// How long a write waits for another program's lock.
    pub busy_timeout: Duration,
    /// Read-only connections beside the writer.
    pub readers: usize,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), readers: 4 }
    }
}

#[derive(Clone)]
pub struct Store {
    engine: Arc<Sqlite>,
    outbox: Arc<Notify>,
    recording: Option<Recording>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the database file, makes it when it is missing, and brings its schema up to date.
    pub async fn open_sqlite(path: &Path, options: OpenOptions) -> Result<Self> {
        let path = path.to_owned();
        let opened =
            tokio::task::spawn_blocking(move || Sqlite::open(&path, options.busy_timeout, options.readers));
        let engine =
            opened.await.map_err(|_| StoreError::Internal("opening was interrupted".to_owned()))??;
        Ok(Self { engine: Arc::new(engine), outbox: Arc::default(), recording: None })
    }

    /// Runs an operation in a transaction. It answers when the change is on disk; an error undoes all of it.
    pub async fn write<T, F>(&self, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.write_or(operation).await
    }

    /// As [`Store::write`], for an operation that may refuse: a refusal undoes what it wrote, as an error does.
    pub async fn write_or<T, E, F>(&self, operation: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, std::result::Result<T, E>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.engine.submit(Box::new(WriteJob {
            operation: Some(operation),
            result: None,
            told: false,
            outbox: Arc::clone(&self.outbox),
            answer,
        }))?;
        answered.await.map_err(|_| StoreError::Unavailable("its writer has stopped".to_owned()))?
    }

    /// Told when this store has put something into the outbox and it is on disk. What other programs put there is found
    /// only by looking.
    pub fn outbox(&self) -> &Notify {
        &self.outbox
    }

    /// Runs an operation that only reads, against one state of the database.
    pub async fn read<T, F>(&self, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let recording = self.recording.clone();
        self.engine
            .read(move |connection| ready(operation(&mut Tx::sqlite(connection).recorded(recording))))
            .await
    }

    /// The same database, whose reads are written down.
    pub fn recorded(&self, recording: &Recording) -> Self {
        Self { recording: Some(recording.clone()), ..self.clone() }
    }

    /// The same for what every request needs first and is found by an index: it never waits behind a long read.
    pub async fn look_up<T, F>(&self, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.engine.look_up(move |connection| ready(operation(&mut Tx::sqlite(connection)))).await
    }

    /// Copies the database as it is now, beside itself: it needs as much room on the disk again. Writers go on meanwhile.
    pub async fn scratch_copy(&self) -> Result<ScratchStore> {
        let engine = Arc::clone(&self.engine);
        let copied = tokio::task::spawn_blocking(move || engine.copy_beside());
        let stopped = |_| StoreError::Internal("copying was interrupted".to_owned());
        let (folder, path) = copied.await.map_err(stopped)??;
        let store = Self::open_sqlite(&path, OpenOptions::default()).await?;
        Ok(ScratchStore { store, _folder: folder })
    }

    /// Reads the whole database and says what is damaged; nothing when it is whole.
    pub async fn check(&self) -> Result<Vec<String>> {
        self.engine.read(crate::sqlite::check).await
    }
}

/// A copy of a database to try something on. It goes away with its files when it is dropped.
#[derive(Debug)]
pub struct ScratchStore {
    // Closed before its folder is removed.
    store: Store,
    _folder: tempfile::TempDir,
}

impl ScratchStore {
    pub fn store(&self) -> &Store {
        &self.store
    }
}

struct WriteJob<T, E, F> {
    operation: Option<F>,
    result: Option<std::result::Result<T, E>>,
    told: bool,
    outbox: Arc<Notify>,
    answer: oneshot::Sender<std::result::Result<T, E>>,
}

impl<T, E, F> Job for WriteJob<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, std::result::Result<T, E>> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(operation) = self.operation.take() else { return false };
        // A panic in one job must not take the writer and everybody's writes with it.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ready(operation(tx))))
            .unwrap_or_else(|_| Err(StoreError::Internal("an operation panicked".to_owned()).into()));
        let keep = result.is_ok();
        self.told = keep && tx.has_told();
        self.result = Some(result);
        keep
    }

    fn finish(self: Box<Self>, committed: &Result<()>) {
        if self.told && committed.is_ok() {
            self.outbox.notify_one();
        }
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Err(error), _) => Err(StoreError::Unavailable(error.to_string()).into()),
            (Ok(()), None) => Err(StoreError::Internal("the job did not run".to_owned()).into()),
        };
        // Whoever asked may be gone; the write stands all the same.
        let _gone = self.answer.send(result);
    }
}

/// The result of an operation on an engine that never waits.
pub(crate) fn ready<T, E: From<StoreError>>(
    operation: BoxFuture<'_, std::result::Result<T, E>>,
) -> std::result::Result<T, E> {
    let waited = "an operation waited for something else than the database";
    operation.now_or_never().unwrap_or_else(|| Err(StoreError::Internal(waited.to_owned()).into()))
}
