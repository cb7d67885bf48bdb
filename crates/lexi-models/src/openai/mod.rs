//! Chat completions as OpenAI publishes them and as Ollama, vLLM, llama.cpp, OpenRouter, Gemini and others speak them.
//! Only what all of them share is relied on.

mod assembly;
mod config;
mod failure;
mod reading;
mod request;

use futures_util::TryStreamExt;
use futures_util::stream::{self, StreamExt};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::ExposeSecret;

pub use config::{OpenAiConfig, OpenAiError};
use reading::{Limits, Reading};
use request::Names;

use crate::{Model, ModelRequest, ModelStream};

#[derive(Debug, Clone)]
pub struct OpenAi {
    label: String,
    model: String,
    url: Url,
    client: Client,
    limits: Limits,
}

impl OpenAi {
    /// Checks the configuration; connects to nothing.
    pub fn new(config: OpenAiConfig) -> Result<Self, OpenAiError> {
        // Installed at most once per process; whoever was first has chosen a provider too.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let url = config.endpoint()?;
        let mut builder = Client::builder()
            .connect_timeout(config.connect_timeout)
            .tcp_nodelay(true)
            // A redirect would turn the POST into a GET, or take the key elsewhere.
            .redirect(Policy::none())
            .default_headers(headers(&config)?);
        if url.scheme() == "http" {
            // A machine without a store of certificates can use a model of its own.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| OpenAiError::Client(error.without_url().to_string()))?;
        Ok(Self {
            label: format!("openai:{}", config.name),
            url,
            client,
            limits: Limits { first_token: config.first_token_timeout, read: config.read_timeout },
            model: config.name,
        })
    }
}

fn headers(config: &OpenAiConfig) -> Result<HeaderMap, OpenAiError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(key) = &config.api_key {
        let value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()));
        headers.insert(AUTHORIZATION, secret(value.map_err(|_| OpenAiError::Key)?));
    }
    for (name, value) in &config.headers {
        let invalid = || OpenAiError::Header(name.clone());
        let key: HeaderName = name.parse().map_err(|_| invalid())?;
        let value = HeaderValue::from_str(value.expose_secret()).map_err(|_| invalid())?;
        headers.insert(key, secret(value));
    }
    Ok(headers)
}

/// Keeps the value out of debug output.
fn secret(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

impl Model for OpenAi {
    fn name(&self) -> &str {
        &self.label
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let names = Names::new(&request.tools);
        let body = request::body(&self.model, &request).to_string();
        let post = self.client.post(self.url.clone()).body(body);
        let (url, limits) = (self.url.clone(), self.limits);
        let opened = async move { Reading::open(post, url, limits, names).await.map(Reading::into_stream) };
        stream::once(opened).try_flatten().boxed()
    }
}
