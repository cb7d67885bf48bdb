//! What every handler can reach.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lexi_assistant::Assistant;
use lexi_crm::Crm;
use lexi_store::limits::{self, RateCounters, RateLimits};
use lexi_store::{Store, StoreError, keys};
use lexi_types::{KeyId, Timestamp, WorkspaceId};

use crate::metrics::HttpMetrics;

#[derive(Debug, Clone)]
pub struct ApiSettings {
    pub body_bytes_max: usize,
    /// A body that takes longer to arrive is refused.
    pub body_timeout: Duration,
    /// A stream that is silent for so long gets a comment line, so that nothing on the way takes it for dead.
    pub keep_alive: Duration,
    pub rate_limits: RateLimits,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            body_bytes_max: 256 * 1024,
            body_timeout: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            rate_limits: RateLimits::default(),
        }
    }
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) crm: Crm,
    pub(crate) assistant: Assistant,
    pub(crate) settings: ApiSettings,
    pub(crate) rates: RateCounters,
    pub(crate) http: HttpMetrics,
    /// Keys used since the last save.
    used: Mutex<HashMap<KeyId, (WorkspaceId, Timestamp)>>,
}

impl Api {
    pub async fn new(store: Store, assistant: Assistant, settings: ApiSettings) -> Result<Self, StoreError> {
        let now = Timestamp::now();
        let saved = store.read(move |tx| Box::pin(limits::load(tx, now))).await?;
        let rates = RateCounters::new(settings.rate_limits, saved);
        let inner = Inner {
            crm: Crm::new(store.clone()),
            store,
            assistant,
            settings,
            rates,
            http: HttpMetrics::default(),
            used: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Saves the rate windows and when keys were last used. Called every second and at shutdown.
    pub async fn save(&self) -> Result<(), StoreError> {
        let windows = self.inner.rates.take_unsaved();
        let used = std::mem::take(&mut *self.inner.used.lock().unwrap_or_else(PoisonError::into_inner));
        if windows.is_empty() && used.is_empty() {
            return Ok(());
        }
        let used: Vec<_> = used.into_iter().map(|(key, (workspace, at))| (workspace, key, at)).collect();
        self.inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    limits::save(tx, &windows).await?;
                    keys::touch(tx, &used).await
                })
            })
            .await
    }
}

impl Inner {
    pub(crate) fn mark_used(&self, workspace: WorkspaceId, key: KeyId, now: Timestamp) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (workspace, now));
    }
}
