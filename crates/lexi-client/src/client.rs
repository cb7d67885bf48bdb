//! The routes, one method each.

use std::sync::{Arc, Once};
use std::time::Duration;

use lexi_types::{ConversationId, LexiTaskId};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;

use crate::answers::{ConversationList, Data, Decided};
use crate::request::StreamRequest;
use crate::{
    Answer, ApiError, ChatParams, ChatStream, ClientError, Conversation, ConversationWithMessages, Credits,
    LexiTask, Page, Retry, head,
};

const CONNECT_WAIT: Duration = Duration::from_secs(5);
const ANSWER_WAIT: Duration = Duration::from_secs(30);
/// A run may take ten minutes, and an answer that is not streamed is silent until its end.
const CHAT_ONCE_WAIT: Duration = Duration::from_secs(660);
/// The server breaks a silence every 15 s; three missed keep-alives are a dead connection.
const SILENCE_MAX: Duration = Duration::from_secs(45);
/// Error bodies are small; what is not, is not ours.
const ERROR_BYTES_MAX: usize = 64 * 1024;

/// A server and a key. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    base: Url,
    retry: Retry,
    silence_max: Duration,
}

impl Client {
    /// `base_url` is where `/v1/…` begins, for example `http://127.0.0.1:8787`.
    pub fn new(base_url: &str, api_key: &str) -> Result<Self, ClientError> {
        let bad_url = || ClientError::Url { url: base_url.to_owned() };
        let mut base = Url::parse(base_url).map_err(|_| bad_url())?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(bad_url());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let http = http_client(&base, api_key)?;
        let inner = Inner { http, base, retry: Retry::default(), silence_max: SILENCE_MAX };
        Ok(Self { inner: Arc::new(inner) })
    }

    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        let inner = &self.inner;
        let (http, base) = (inner.http.clone(), inner.base.clone());
        Self { inner: Arc::new(Inner { http, base, retry, silence_max: inner.silence_max }) }
    }

    /// How long a stream may be silent, keep-alives included, before it counts as broken.
    #[must_use]
    pub fn with_silence_max(self, silence_max: Duration) -> Self {
        let inner = &self.inner;
        let (http, base, retry) = (inner.http.clone(), inner.base.clone(), inner.retry.clone());
        Self { inner: Arc::new(Inner { http, base, retry, silence_max }) }
    }

    /// Asks, and gives the stream once the server has admitted the request.
    pub async fn chat(&self, params: ChatParams) -> Result<ChatStream, ClientError> {
        ChatStream::open(self.clone(), StreamRequest::ask(&params)?).await
    }

    /// The run that a conversation is busy with, from its first frame; `None` when it rests.
    pub async fn follow(&self, id: ConversationId) -> Result<Option<ChatStream>, ClientError> {
        ChatStream::follow(self.clone(), id).await
    }

    /// Asks, and waits for the whole answer.
    pub async fn chat_once(&self, params: ChatParams) -> Result<Answer, ClientError> {
        let mut request = self.post("v1/lexi/chat")?.timeout(CHAT_ONCE_WAIT).json(&params);
        if let Some(key) = params.idempotency_key {
            request = request.header("idempotency-key", key.to_string());
        }
        Ok(self.json::<Data<Answer>>(request).await?.data)
    }

    /// Ends the active runs of a conversation; what was said so far is stored and charged.
    pub async fn cancel(&self, id: ConversationId) -> Result<(), ClientError> {
        let request = self.post(&format!("v1/lexi/conversations/{id}/cancel"))?.timeout(ANSWER_WAIT);
        self.send(request).await.map(drop)
    }

    /// Newest first.
    pub async fn conversations(&self, page: u64, per_page: u64) -> Result<Page<Conversation>, ClientError> {
        let request = self.get("v1/lexi/conversations")?.query(&[("page", page), ("per_page", per_page)]);
        let list: ConversationList = self.json(request).await?;
        Ok(Page {
            items: list.data.conversations,
            page: list.meta.page,
            per_page: list.meta.per_page,
            total: list.meta.total,
        })
    }

    pub async fn conversation(&self, id: ConversationId) -> Result<ConversationWithMessages, ClientError> {
        let request = self.get(&format!("v1/lexi/conversations/{id}"))?;
        Ok(self.json::<Data<ConversationWithMessages>>(request).await?.data)
    }

    /// Something that Lexi has proposed.
    pub async fn task(&self, id: LexiTaskId) -> Result<LexiTask, ClientError> {
        Ok(self.json::<Data<LexiTask>>(self.get(&format!("v1/lexi/tasks/{id}"))?).await?.data)
    }

    /// Has it made. It is made once, however often this is asked.
    pub async fn approve(&self, id: LexiTaskId) -> Result<LexiTask, ClientError> {
        let request = self.post(&format!("v1/lexi/tasks/{id}/approve"))?.timeout(ANSWER_WAIT);
        Ok(self.json::<Data<Decided>>(request).await?.data.task)
    }

    /// Turns it down, for good.
    pub async fn dismiss(&self, id: LexiTaskId) -> Result<LexiTask, ClientError> {
        let request = self.post(&format!("v1/lexi/tasks/{id}/dismiss"))?.timeout(ANSWER_WAIT);
        Ok(self.json::<Data<Decided>>(request).await?.data.task)
    }

    pub async fn credits(&self) -> Result<Credits, ClientError> {
        Ok(self.json::<Data<Credits>>(self.get("v1/credits")?).await?.data)
    }

    pub(crate) fn retry(&self) -> &Retry {
        &self.inner.retry
    }

    pub(crate) fn silence_max(&self) -> Duration {
        self.inner.silence_max
    }

    pub(crate) fn post(&self, path: &str) -> Result<RequestBuilder, ClientError> {
        Ok(self.inner.http.post(self.url(path)?))
    }

    pub(crate) fn get(&self, path: &str) -> Result<RequestBuilder, ClientError> {
        Ok(self.inner.http.get(self.url(path)?).timeout(ANSWER_WAIT))
    }

    /// A GET whose body may go on for as long as a run.
    pub(crate) fn get_stream(&self, path: &str) -> Result<RequestBuilder, ClientError> {
        Ok(self.inner.http.get(self.url(path)?).header(ACCEPT, "text/event-stream"))
    }

    fn url(&self, path: &str) -> Result<Url, ClientError> {
        self.inner.base.join(path).map_err(|_| ClientError::Url { url: format!("{}{path}", self.inner.base) })
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let response = self.send(request.header(ACCEPT, "application/json")).await?;
        let body = response.bytes().await.map_err(ClientError::Transport)?;
        serde_json::from_slice(&body).map_err(|error| ClientError::Protocol(error.to_string()))
    }

    /// Sends a request and turns an error status into the server's own error.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = request.send().await.map_err(|source| self.transport(source))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let request_id = head::request_id(response.headers());
        let retry_after = head::retry_after(response.headers());
        let body = error_body(response).await;
        Err(ApiError::from_body(status.as_u16(), &body, request_id, retry_after).into())
    }

    fn transport(&self, source: reqwest::Error) -> ClientError {
        if source.is_connect() {
            ClientError::Connect { url: self.inner.base.to_string(), source: source.without_url() }
        } else {
            ClientError::Transport(source.without_url())
        }
    }
}

fn http_client(base: &Url, api_key: &str) -> Result<reqwest::Client, ClientError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error means that the program has chosen a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let mut bearer = HeaderValue::from_str(&format!("Bearer {api_key}")).map_err(|_| ClientError::Key)?;
    bearer.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, bearer);
    let mut builder = reqwest::Client::builder()
        .default_headers(headers)
        .connect_timeout(CONNECT_WAIT)
        // A key is not handed to whatever address an answer names.
        .redirect(reqwest::redirect::Policy::none());
    if base.scheme() == "http" {
        // Machines without a store of certificates can talk to a server of their own.
        builder = builder.tls_certs_only([]);
    }
    if matches!(base.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(ClientError::Setup)
}

/// The start of an error's body; what cannot be read is left out, because the status already says enough.
async fn error_body(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > ERROR_BYTES_MAX {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(ANSWER_WAIT, read).await;
    body
}
