//! What is counted of deliveries. No webhook, no address and no tenant becomes a label.

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    deliveries: Family<OutcomeLabels, Counter>,
    pending: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let (deliveries, pending) = (Family::default(), Gauge::default());
        registry.register(
            "lexi_webhook_deliveries",
            "Attempts to deliver an event, by what became of the event",
            deliveries.clone(),
        );
        registry.register(
            "lexi_webhook_deliveries_pending",
            "Events that wait for their delivery, counted every ten seconds and up to 10000",
            pending.clone(),
        );
        Self { registry, deliveries, pending }
    }
}

impl Metrics {
    /// `success`, `retry`, `failed` or `gone`.
    pub(super) fn attempted(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    pub(super) fn pending(&self, count: i64) {
        self.pending.set(count);
    }

    /// In the text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _infallible = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}
