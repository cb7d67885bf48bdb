//! One attempt to deliver one event.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lexi_store::deliveries::Delivery;
use lexi_types::Timestamp;
use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::Instant;

use super::failure;
use super::signing::sign;
use super::target::Targets;
use crate::config::WebhookConfig;

const USER_AGENT: &str = concat!("Lexi-Webhook/", env!("CARGO_PKG_VERSION"));
const REDIRECTS_MAX: usize = 3;
const BODY_BYTES_MAX: usize = 1024;
const IDLE_KEPT: Duration = Duration::from_secs(30);
const IDLE_PER_HOST: usize = 4;

#[derive(Debug)]
pub(super) struct Sender {
    client: Client,
    targets: Targets,
    timeout: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Nothing when there was no answer.
    pub(super) status: Option<u16>,
    pub(super) body: Option<String>,
    /// Nothing when it was delivered.
    pub(super) error: Option<&'static str>,
    pub(super) retry_after: Option<Duration>,
    pub(super) duration: Duration,
}

impl Answer {
    fn failed(error: &'static str) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

impl Sender {
    pub(super) fn new(config: &WebhookConfig) -> anyhow::Result<Self> {
        // The process may have chosen before; either way there is one.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let targets = Targets { http: config.http, private: config.private_targets };
        let client = Client::builder()
            // A proxy would look the names up itself.
            .no_proxy()
            .redirect(Policy::none())
            .dns_resolver(Arc::new(targets))
            .user_agent(USER_AGENT)
            .pool_idle_timeout(IDLE_KEPT)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .build()
            .context("the client that delivers webhooks cannot be made")?;
        Ok(Self { client, targets, timeout: config.timeout })
    }

    pub(super) async fn send(&self, delivery: &Delivery) -> Answer {
        let started = Instant::now();
        let deadline = started + self.timeout;
        let answer = match tokio::time::timeout_at(deadline, self.ask(delivery)).await {
            Ok(Ok(response)) => read(response, deadline).await,
            Ok(Err(error)) => Answer::failed(error),
            Err(_) => Answer::failed(failure::TIMEOUT),
        };
        Answer { duration: started.elapsed(), ..answer }
    }

    /// Sends it, also to where the receiver has moved. Each address is checked like the first.
    async fn ask(&self, delivery: &Delivery) -> Result<Response, &'static str> {
        let mut url: Url = delivery.url.parse().map_err(|_| failure::HTTP)?;
        let mut redirects = 0;
        loop {
            self.targets.check(&url).map_err(|_| failure::BLOCKED)?;
            let response = self.post(&url, delivery).await?;
            // Others would have the body left out.
            let moved =
                [StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT].contains(&response.status());
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.filter(|_| moved).and_then(|location| url.join(location).ok());
            let Some(next) = next.filter(|_| redirects < REDIRECTS_MAX) else { return Ok(response) };
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(failure::BLOCKED);
            }
            redirects += 1;
            url = next;
        }
    }

    async fn post(&self, url: &Url, delivery: &Delivery) -> Result<Response, &'static str> {
        let (id, seconds) = (delivery.id.to_string(), Timestamp::now().unix_seconds());
        let signature = sign(&delivery.secret, &id, seconds, &delivery.payload).ok_or(failure::HTTP)?;
        let request = self
            .client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(delivery.payload.clone());
        request.send().await.map_err(|error| failure::word(&error))
    }
}

/// Reads the beginning of an answer. What its head says counts, whether or not the rest comes.
async fn read(mut response: Response, deadline: Instant) -> Answer {
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let mut bytes = Vec::new();
    while bytes.len() < BODY_BYTES_MAX
        && let Ok(Ok(Some(chunk))) = tokio::time::timeout_at(deadline, response.chunk()).await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(BODY_BYTES_MAX);
    let body = String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}");
    Answer {
        status: Some(status.as_u16()),
        body: Some(body).filter(|body| !body.is_empty()),
        error: (!status.is_success()).then_some(failure::HTTP),
        retry_after,
        duration: Duration::ZERO,
    }
}
