//! What every handler can reach.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
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
    /// Whether events may be sent without encryption.
    pub webhook_http: bool,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            body_bytes_max: 256 * 1024,
            body_timeout: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            rate_limits: RateLimits::default(),
            webhook_http: false,
        }
    }
}

/// Metrics of others, as text for Prometheus.
type MoreMetrics = Box<dyn Fn() -> String + Send + Sync>;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) crm: Crm,
    pub(crate) assistant: Assistant,
    pub(crate) settings: ApiSettings,
    pub(crate) rates: RateCounters,
    pub(crate) http: HttpMetrics,
    pub(crate) more_metrics: OnceLock<MoreMetrics>,
    /// Keys used since the last save.
    used: Mutex<HashMap<KeyId, (WorkspaceId, Timestamp)>>,
}

impl Api {
    pub async fn new(store: Store, assistant: Assistant, settings: ApiSettings) -> Result<Self, StoreError> {
        let now = Timestamp::now();
        let saved = store.read(move |tx| Box::pin(limits::load(tx, now))).await?;
        let rates = RateCounters::new(settings.rate_limits, saved);
        let inner = Inner {
            crm: assistant.crm().clone(),
            store,
            assistant,
            settings,
            rates,
            http: HttpMetrics::default(),
            more_metrics: OnceLock::new(),
            used: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Has `/metrics` show what is counted elsewhere in the program.
    pub fn show_metrics(&self, text: impl Fn() -> String + Send + Sync + 'static) {
        let _the_first = self.inner.more_metrics.set(Box::new(text));
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

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn mark_used(&self, workspace: WorkspaceId, key: KeyId, now: Timestamp) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (workspace, now));
    }
}
