//! A plain HTTP client for tests: whole answers with their raw bytes.

use std::time::Duration;

use lexi_types::sse::{Frame, Parser};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Http {
    pub client: reqwest::Client,
    pub base: String,
    pub key: String,
}

/// An answer that has arrived whole, or as far as it came.
#[derive(Debug, Clone)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Http {
    /// # Panics
    /// When the client cannot be built.
    #[expect(clippy::expect_used, reason = "a test that cannot begin")]
    pub fn new(base: &str, key: &str) -> Self {
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        Self { client, base: base.to_owned(), key: key.to_owned() }
    }

    /// The same server with another key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.key.is_empty() { request } else { request.bearer_auth(&self.key) }
    }

    pub async fn get(&self, path: &str) -> Answered {
        answered(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answered {
        answered(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answered {
        answered(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answered {
        answered(self.request(Method::PATCH, path).json(body)).await
    }

    /// A streamed chat, read to its end.
    pub async fn chat(&self, message: &str) -> Answered {
        self.post("/v1/lexi/chat/stream", &serde_json::json!({ "message": message })).await
    }

    /// The same with a key for retries.
    pub async fn keyed_chat(&self, message: &str, key: &str) -> Answered {
        answered(self.keyed(message, key)).await
    }

    pub fn keyed(&self, message: &str, key: &str) -> RequestBuilder {
        self.request(Method::POST, "/v1/lexi/chat/stream")
            .header("Idempotency-Key", key)
            .json(&serde_json::json!({ "message": message }))
    }
}

/// # Panics
/// When there is no answer at all.
#[expect(clippy::expect_used, reason = "a test whose request gets no answer has failed")]
pub async fn answered(request: RequestBuilder) -> Answered {
    read(request.send().await.expect("an answer")).await
}

/// Reads an answer to its end, or to where it breaks off.
pub async fn read(mut response: reqwest::Response) -> Answered {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
    }
    Answered { status, headers, bytes }
}

impl Answered {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// # Panics
    /// When the body is not JSON.
    #[expect(clippy::expect_used, reason = "a test's assertion")]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("a JSON body")
    }

    /// Status and error code.
    pub fn error(&self) -> (u16, String) {
        let body = serde_json::from_slice::<Value>(&self.bytes).unwrap_or_default();
        (self.status, body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn frames(&self) -> Vec<Frame> {
        Parser::default().push(&self.bytes)
    }

    /// The concatenated deltas.
    pub fn answer(&self) -> String {
        self.data_of("text")
            .iter()
            .filter_map(|data| data.get("delta")?.as_str().map(str::to_owned))
            .collect()
    }

    /// The data of every event of a name.
    pub fn data_of(&self, event: &str) -> Vec<Value> {
        let frames = self.frames().into_iter().filter(|frame| frame.event == event);
        frames.filter_map(|frame| serde_json::from_str(&frame.data).ok()).collect()
    }

    pub fn done(&self) -> Option<Value> {
        self.data_of("done").into_iter().next()
    }

    /// Ended by the server itself.
    pub fn is_complete(&self) -> bool {
        self.bytes.ends_with(b"data: [DONE]\n\n")
    }
}
