//! The runs of this server that are not finished.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use lexi_store::runs::RunPlace;
use lexi_types::{RunId, WorkspaceId};
use tokio_util::sync::CancellationToken;

use crate::journal::Journal;

#[derive(Debug)]
pub(crate) struct LiveRun {
    pub(crate) workspace: WorkspaceId,
    pub(crate) run_id: RunId,
    pub(crate) started: tokio::time::Instant,
    pub(crate) journal: Arc<Journal>,
    pub(crate) cancel: CancellationToken,
    /// Known once it is admitted.
    pub(crate) place: OnceLock<RunPlace>,
}

#[derive(Debug, Default)]
pub(crate) struct Registry {
    runs: Mutex<HashMap<RunId, Arc<LiveRun>>>,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, Arc<LiveRun>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a run before it is admitted, so that whoever the store sends to it finds it. It stays for as long as the
    /// guard lives.
    pub(crate) fn enter(self: &Arc<Self>, run: &Arc<LiveRun>) -> Registered {
        self.lock().insert(run.run_id, Arc::clone(run));
        Registered { registry: Arc::clone(self), run_id: run.run_id }
    }

    pub(crate) fn get(&self, run: RunId) -> Option<Arc<LiveRun>> {
        self.lock().get(&run).cloned()
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// The runs that the store knows of. One that is still being admitted has no lease to renew yet.
    pub(crate) fn admitted(&self) -> Vec<(WorkspaceId, RunId)> {
        let runs = self.lock();
        runs.values().filter(|run| run.place.get().is_some()).map(|run| (run.workspace, run.run_id)).collect()
    }
}

#[derive(Debug)]
pub(crate) struct Registered {
    registry: Arc<Registry>,
    run_id: RunId,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.run_id);
    }
}
