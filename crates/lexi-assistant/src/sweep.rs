//! Runs that nobody looks after any more: found at start and by clock, marked lost, their holds given back. And the
//! sign of life that keeps our own from being taken for such.

use std::sync::Arc;
use std::time::Duration;

use lexi_store::runs::{self, Sweep};
use lexi_store::{Store, StoreError};
use lexi_types::Timestamp;

use crate::shared::Inner;

const EXPIRY_EVERY: Duration = Duration::from_secs(300);

/// Ends the runs of every other start than `epoch`. Right where one server owns the database.
pub(crate) async fn predecessors(store: &Store, epoch: i64) -> Result<u64, StoreError> {
    sweep(store, Sweep::Predecessors, epoch).await
}

async fn sweep(store: &Store, which: Sweep, epoch: i64) -> Result<u64, StoreError> {
    let mut total = 0;
    loop {
        let now = Timestamp::now();
        let swept = store.write(move |tx| Box::pin(runs::sweep(tx, which, epoch, now))).await?;
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
                    Some(inner) if !inner.registry.all().is_empty() => tokio::time::sleep(every.min(Duration::from_millis(500))).await,
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
    let running = inner.registry.all();
    if !running.is_empty() {
        let (epoch, until) = (inner.epoch, Timestamp::now().plus(inner.settings.lease));
        let renew = inner
            .store
            .write(move |tx| Box::pin(async move { runs::renew(tx, &running, epoch, until).await }));
        // A run that has just ended, or is not admitted yet, is in this list too; to cancel it does no harm to the first,
        // and the second is too young to have missed its lease.
        for lost in renew.await? {
            if let Some(run) = inner.registry.get(lost).filter(|run| run.place.get().is_some()) {
                tracing::warn!(run = %lost, "the run is no longer ours");
                run.cancel.cancel();
            }
        }
    }
    let swept = sweep(&inner.store, Sweep::Expired, inner.epoch).await?;
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
    if let Err(error) = inner.store.write(move |tx| Box::pin(runs::expire(tx, now))).await {
        tracing::error!(%error, "expired keys could not be removed");
    }
}
