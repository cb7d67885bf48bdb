//! A model at the other end of a network: one request, one streamed answer, in the protocol of its provider. What the
//! protocols share is here; what they say differently is a [`Dialect`] each.

mod config;
mod failure;
mod fence;
mod names;
mod reading;

use std::fmt;

use futures_util::TryStreamExt;
use futures_util::stream::{self, StreamExt};
use lexi_types::Usage;
use lexi_types::sse::Frame;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

pub use config::{Protocol, RemoteConfig, RemoteError};
pub(crate) use fence::fenced;
pub(crate) use names::{Names, upstream};
use reading::{Limits, Reading};

use crate::{Model, ModelEvent, ModelRequest, ModelStream, anthropic, openai};

/// How one answer is read. It sees whole JSON values and never the network.
pub(crate) trait Dialect: fmt::Debug + Send {
    /// The next piece of the answer.
    fn take(&mut self, piece: &Value) -> Result<Vec<ModelEvent>, Trouble>;
    /// Something of the answer has come: a word, a thought or a call. A piece that only opens the answer is nothing yet.
    fn begun(&self) -> bool;
    /// The answer is whole; only numbers and the good-bye may follow.
    fn finished(&self) -> bool;
    /// The good-bye has come.
    fn closed(&self) -> bool;
    /// What is left to say at the end.
    fn end(&mut self) -> Result<Vec<ModelEvent>, Trouble>;
    /// What the provider has counted of an answer that has no good end, and is paid for.
    fn usage(&mut self) -> Option<Usage>;
}

/// What can be wrong with a piece.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The provider says that it failed.
    Told(Value),
    /// The model, or a filter over it, would not answer.
    Declined,
    /// More than any answer may have.
    Bounds,
}

/// Who is asked.
pub(crate) struct Asked<'a> {
    /// Whose thoughts may be given back.
    pub(crate) label: &'a str,
    pub(crate) model: &'a str,
    /// Fields of the configuration.
    pub(crate) body: &'a Map<String, Value>,
    /// What a call that another model made must have.
    pub(crate) foreign_calls_have: Option<Value>,
}

/// The data of a frame that says that the stream is over.
const DONE: &str = "[DONE]";

fn is_done(frame: &Frame) -> bool {
    frame.data.trim() == DONE
}

/// Whether arguments of a call are whole.
pub(crate) fn is_object(arguments: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(arguments).is_ok()
}

/// A model of a provider. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Remote {
    label: String,
    protocol: Protocol,
    model: String,
    url: Url,
    client: Client,
    limits: Limits,
    body: Map<String, Value>,
}

impl Remote {
    /// Checks the configuration; connects to nothing.
    pub fn new(config: RemoteConfig) -> Result<Self, RemoteError> {
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
        let client = builder.build().map_err(|error| RemoteError::Client(error.without_url().to_string()))?;
        Ok(Self {
            label: config.label(),
            protocol: config.protocol,
            url,
            client,
            limits: Limits { first_token: config.first_token_timeout, read: config.read_timeout },
            model: config.name,
            body: config.body,
        })
    }

    /// The address without user, password and query.
    pub fn address(&self) -> String {
        failure::place(&self.url)
    }

    fn request_body(&self, request: &ModelRequest) -> Value {
        let gemini = self.url.host_str().is_some_and(|host| host.ends_with("googleapis.com"));
        let asked = Asked {
            label: &self.label,
            model: &self.model,
            body: &self.body,
            foreign_calls_have: gemini.then(openai::unsigned),
        };
        match self.protocol {
            Protocol::OpenAi => openai::body(&asked, request),
            Protocol::Anthropic => anthropic::body(&asked, request),
        }
    }

    fn dialect(&self, names: Names) -> Box<dyn Dialect> {
        match self.protocol {
            Protocol::OpenAi => Box::new(openai::Assembly::new(names)),
            Protocol::Anthropic => Box::new(anthropic::Assembly::new(names)),
        }
    }
}

fn headers(config: &RemoteConfig) -> Result<HeaderMap, RemoteError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(key) = &config.api_key {
        let (name, scheme) = match config.protocol {
            Protocol::OpenAi => (AUTHORIZATION, "Bearer "),
            Protocol::Anthropic => (HeaderName::from_static("x-api-key"), ""),
        };
        let value = HeaderValue::from_str(&format!("{scheme}{}", key.expose_secret()));
        headers.insert(name, secret(value.map_err(|_| RemoteError::Key)?));
    }
    if config.protocol == Protocol::Anthropic {
        headers.insert("anthropic-version", HeaderValue::from_static(anthropic::VERSION));
    }
    for (name, value) in &config.headers {
        let (name, value) = header(name, value)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn header(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue), RemoteError> {
    let invalid = || RemoteError::Header(name.to_owned());
    let key: HeaderName = name.parse().map_err(|_| invalid())?;
    let value = HeaderValue::from_str(value.expose_secret()).map_err(|_| invalid())?;
    Ok((key, secret(value)))
}

/// Keeps the value out of debug output.
fn secret(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

impl Model for Remote {
    fn name(&self) -> &str {
        &self.label
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let dialect = self.dialect(Names::new(&request.tools));
        let post = self.client.post(self.url.clone()).body(self.request_body(&request).to_string());
        let (url, limits) = (self.url.clone(), self.limits);
        let opened = async move { Reading::open(post, url, limits, dialect).await.map(Reading::into_stream) };
        stream::once(opened).try_flatten().boxed()
    }
}
