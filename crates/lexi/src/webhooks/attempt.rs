//! One attempt to deliver one event.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

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
        Self::to(Targets::of(config), config.timeout)
    }

    fn to(targets: Targets, timeout: Duration) -> anyhow::Result<Self> {
        // The process may have chosen before; either way there is one.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
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
        Ok(Self { client, targets, timeout })
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
    let retry_after = retry_after.and_then(|text| pause(text.trim(), Timestamp::now()));
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

/// A `Retry-After`: seconds, or a date.
fn pause(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(until.saturating_sub(Duration::from_secs(u64::try_from(now.unix_seconds()).ok()?)))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, SocketAddr};

    use axum::Router;
    use axum::http::HeaderMap;
    use axum::response::IntoResponse;
    use axum::routing::post;
    use lexi_types::{EventId, WebhookId, WorkspaceId};
    use tokio::net::TcpListener;
    use tokio_util::task::TaskTracker;

    use super::*;

    /// Stands for a public address: all of 127.0.0.0/8 is this machine.
    const OUTSIDE: &str = "127.0.0.2";

    fn sender() -> Sender {
        let open = |address: IpAddr| address.to_string() == OUTSIDE;
        Sender::to(Targets::only(true, open), Duration::from_secs(2)).unwrap()
    }

    fn delivery(url: &str) -> Delivery {
        Delivery {
            workspace: WorkspaceId::new(),
            webhook: WebhookId::new(),
            id: EventId::new(),
            event: "webhook.test".to_owned(),
            subject: "s".to_owned(),
            payload: "{}".to_owned(),
            attempt: 1,
            created_at: Timestamp::now(),
            url: url.to_owned(),
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        }
    }

    /// Answers `/to/<status>/<count>` with redirects until the count is used up, and tells what it got at the end.
    async fn receiver(host: &str, tasks: &TaskTracker) -> SocketAddr {
        let moved = |status: u16, to: String| (StatusCode::from_u16(status).unwrap(), [(LOCATION, to)]);
        let hop = move |axum::extract::Path((status, count)): axum::extract::Path<(u16, u32)>| async move {
            let to = if count > 1 { format!("/to/{status}/{}", count - 1) } else { "/end".to_owned() };
            moved(status, to)
        };
        let away = move |axum::extract::Query(to): axum::extract::Query<Vec<(String, String)>>| async move {
            moved(307, to.into_iter().next().unwrap().1)
        };
        let end = |headers: HeaderMap, body: String| async move {
            let id = headers.get("webhook-id").unwrap().to_str().unwrap().to_owned();
            ([(RETRY_AFTER, "7")], format!("{id} {body} {}", "x".repeat(3000))).into_response()
        };
        let routes = Router::new()
            .route("/to/{status}/{count}", post(hop))
            .route("/away", post(away))
            .route("/end", post(end));
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tasks.spawn(async move { axum::serve(listener, routes).await });
        address
    }

    #[tokio::test]
    async fn a_receiver_that_has_moved_is_followed_three_times_and_only_with_the_body() {
        let tasks = TaskTracker::new();
        let (sender, address) = (sender(), receiver(OUTSIDE, &tasks).await);
        let ask = async |path: &str| {
            let delivery = delivery(&format!("http://{address}{path}"));
            (delivery.id.to_string(), sender.send(&delivery).await)
        };
        for path in ["/end", "/to/307/1", "/to/308/3"] {
            let (id, answer) = ask(path).await;
            assert_eq!((answer.status, answer.error), (Some(200), None), "{path}");
            let body = answer.body.unwrap();
            assert!(body.starts_with(&format!("{id} {{}} x")) && body.len() == BODY_BYTES_MAX, "{path}");
            assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
        }
        for (path, status) in [("/to/302/1", 302), ("/to/301/1", 301), ("/to/303/1", 303), ("/to/307/4", 307)]
        {
            let answer = ask(path).await.1;
            assert_eq!((answer.status, answer.error), (Some(status), Some(failure::HTTP)), "{path}");
        }
    }

    #[tokio::test]
    async fn a_redirect_into_the_network_is_not_followed() {
        let tasks = TaskTracker::new();
        let (sender, outside) = (sender(), receiver(OUTSIDE, &tasks).await);
        let inside = receiver("127.0.0.1", &tasks).await;
        let port = inside.port();
        for to in [
            format!("http://127.0.0.1:{port}/end"),
            format!("http://localhost:{port}/end"),
            format!("http://2130706433:{port}/end"),
            format!("//127.0.0.1:{port}/end"),
            format!("http://user@{outside}/end"),
            "file:///etc/passwd".to_owned(),
        ] {
            let mut url: Url = format!("http://{outside}/away").parse().unwrap();
            url.query_pairs_mut().append_pair("to", &to);
            let answer = sender.send(&delivery(url.as_str())).await;
            assert_eq!((answer.status, answer.error), (None, Some(failure::BLOCKED)), "{to}");
        }
    }

    #[test]
    fn a_receiver_may_name_a_pause_or_a_time() {
        let now = "2026-11-23T09:30:00Z".parse().unwrap();
        let asked = |text| pause(text, now).map(|pause| pause.as_secs());
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Mon, 23 Nov 2026 09:31:30 GMT"), Some(90));
        assert_eq!(asked("Mon, 23 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!((asked("soon"), asked("-1"), asked("")), (None, None, None));
    }

    #[tokio::test]
    async fn what_goes_wrong_has_a_word() {
        let word = async |url: String| {
            let answer = sender().send(&delivery(&url)).await;
            (answer.status, answer.error.unwrap_or_default())
        };
        let listener = TcpListener::bind((OUTSIDE, 0)).await.unwrap();
        let silent = listener.local_addr().unwrap();
        assert_eq!(word(format!("http://{silent}/")).await, (None, failure::TIMEOUT));
        let tasks = TaskTracker::new();
        let plain = receiver(OUTSIDE, &tasks).await;
        assert_eq!(word(format!("https://{plain}/end")).await, (None, "tls_error"));
        assert_eq!(word("http://nowhere.invalid/".to_owned()).await, (None, "dns_failure"));
        drop(listener);
        assert_eq!(word(format!("http://{silent}/")).await, (None, "connection_refused"));
        assert_eq!(word("http://localhost:1/".to_owned()).await, (None, failure::BLOCKED));
    }
}
