//! What all runs of a server share.

use std::sync::Arc;

use lexi_crm::Crm;
use lexi_models::Model;
use lexi_store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::registry::Registry;
use crate::{Metrics, Settings, StreamSlots};

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) crm: Crm,
    pub(crate) model: Arc<dyn Model>,
    pub(crate) settings: Settings,
    pub(crate) registry: Arc<Registry>,
    pub(crate) slots: StreamSlots,
    pub(crate) metrics: Metrics,
    /// Names this start of this server in every run that it admits.
    pub(crate) epoch: i64,
    pub(crate) tasks: TaskTracker,
    pub(crate) draining: CancellationToken,
    /// The drain is over: what still runs is left to the sweeper.
    pub(crate) given_up: CancellationToken,
}
