//! Runs that nobody looks after any more: found at start and by clock, marked lost, their holds given back. And the
//! sign of life that keeps our own from being taken for such.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lexi_store::approvals::TaskStatus;
use lexi_store::runs::{self, Sweep};
use lexi_store::{Store, StoreError};
use lexi_types::{RunId, Timestamp};

use crate::approvals;
use crate::shared::Inner;

const EXPIRY_EVERY: Duration = Duration::from_secs(300);

/// Ends the runs of every other start than `epoch`. Right where one server owns the database.
pub(crate) async fn predecessors(store: &Store, epoch: i64) -> Result<u64, StoreError> {
    sweep(store, Sweep::Predecessors, epoch, HashSet::new()).await
}

async fn sweep(store: &Store, which: Sweep, epoch: i64, alive: HashSet<RunId>) -> Result<u64, StoreError> {
    let alive = Arc::new(alive);
    let mut total = 0;
    loop {
        let now = Timestamp::now();
        let alive = Arc::clone(&alive);
        let swept =
            store.write(move |tx| Box::pin(async move { runs::sweep(tx, which, epoch, &alive, now).await }));
        let swept = swept.await?;
        total += swept;
        if swept == 0 {
            return Ok(total);
        }
    }
}

/// Renews leases, sweeps and expires until the server ends. Renewing comes first: a machine that slept must not sweep its
/// own runs.
pub(crate) fn keep_watch(inner: &Arc<Inner>) {
    let watched = Arc::downgrade(inner);
    let (every, draining) = (inner.settings.lease / 3, inner.draining.clone());
    let tasks = inner.tasks.clone();
    tasks.spawn(async move {
        let mut expired_at = tokio::time::Instant::now();
        expire(watched.upgrade()).await;
        loop {
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                // During the drain leases are renewed for as long as there are runs.
                () = draining.cancelled() => match watched.upgrade() {
                    Some(inner) if inner.registry.len() > 0 => tokio::time::sleep(every.min(Duration::from_millis(500))).await,
                    _ => return,
                },
            }
            let Some(inner) = watched.upgrade() else { return };
            if let Err(error) = tick(&inner).await {
                tracing::error!(%error, "leases could not be renewed");
            }
            if expired_at.elapsed() >= EXPIRY_EVERY {
                expired_at = tokio::time::Instant::now();
                expire(Some(inner)).await;
            }
        }
    });
}

async fn tick(inner: &Inner) -> Result<(), StoreError> {
    let running = inner.registry.admitted();
    if !running.is_empty() {
        let (epoch, until) = (inner.epoch, Timestamp::now().plus(inner.settings.lease));
        let renew = inner
            .store
            .write(move |tx| Box::pin(async move { runs::renew(tx, &running, epoch, until).await }));
        // A run that has just been settled is in this list too: it has ended, and cancelling it changes nothing.
        for lost in renew.await? {
            if let Some(run) = inner.registry.get(lost) {
                tracing::debug!(run = %lost, "the run has ended, or is no longer ours");
                run.cancel.cancel();
            }
        }
    }
    let alive = inner.registry.admitted().into_iter().map(|(_, run)| run).collect();
    let swept = sweep(&inner.store, Sweep::Expired, inner.epoch, alive).await?;
    if swept > 0 {
        tracing::warn!(
            runs = swept,
            "runs without a sign of life were marked lost; their holds are released"
        );
    }
    Ok(())
}

async fn expire(inner: Option<Arc<Inner>>) {
    let Some(inner) = inner else { return };
    let now = Timestamp::now();
    loop {
        match approvals::expire(&inner.store, now).await {
            Ok(0) => break,
            Ok(tasks) => inner.metrics.tasks(TaskStatus::Failed, tasks),
            Err(error) => {
                tracing::error!(%error, "expired tasks could not be ended");
                break;
            }
        }
    }
    loop {
        match inner.store.write(move |tx| Box::pin(runs::expire(tx, now))).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "expired keys could not be removed");
                return;
            }
        }
    }
}
