//! Where events may be sent, and how patiently.

use std::time::Duration;

use super::Sources;

#[derive(Debug, Clone, Copy)]
pub(crate) struct WebhookConfig {
    /// Whether an address may be one without encryption.
    pub(crate) http: bool,
    /// Whether an address may lead into the network that this server stands in.
    pub(crate) private_targets: bool,
    /// How long one attempt may take, from the look-up of the name to the head of the answer.
    pub(crate) timeout: Duration,
    /// The pause after the first failed attempt; the later ones grow with it.
    pub(crate) retry_first: Duration,
}

impl WebhookConfig {
    pub(super) fn take(sources: &mut Sources) -> anyhow::Result<Self> {
        Ok(Self {
            http: sources.parse("webhook_http", false, "true or false")?,
            private_targets: sources.parse("webhook_private_targets", false, "true or false")?,
            timeout: Duration::from_secs(sources.number("webhook_timeout_s", 10, 1, 60)?),
            retry_first: Duration::from_millis(sources.number("webhook_retry_first_ms", 5000, 10, 60_000)?),
        })
    }
}
