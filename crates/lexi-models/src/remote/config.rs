//! Where a model is and how long to wait for it.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use serde_json::{Map, Value};

/// How a provider is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Chat completions, as OpenAI publishes them and as Ollama, vLLM, llama.cpp, OpenRouter, Gemini and others speak them.
    OpenAi,
    /// Anthropic's messages.
    Anthropic,
}

impl Protocol {
    /// The word before the colon in the name of a model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    pub const fn vendor(self) -> &'static str {
        match self {
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com/v1",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "/chat/completions",
            Self::Anthropic => "/messages",
        }
    }
}

#[derive(Debug, Clone)]
pub struct RemoteConfig {
    pub protocol: Protocol,
    /// The model as its provider calls it.
    pub name: String,
    /// Told apart from another place with a model of the same name.
    pub place: Option<u8>,
    /// With or without `/v1`.
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub connect_timeout: Duration,
    /// From sending the request to the first piece of the answer, and how long an answer may go on without another piece
    /// while only signs of life come.
    pub first_token_timeout: Duration,
    /// Between two reads once the answer has begun. There is no limit on the whole.
    pub read_timeout: Duration,
    /// Sent with every request.
    pub headers: Vec<(String, SecretString)>,
    /// Fields that every request has beside ours, or instead of ours: `temperature`, `max_tokens`, `thinking`.
    pub body: Map<String, Value>,
}

impl RemoteConfig {
    pub fn new(protocol: Protocol, name: impl Into<String>) -> Self {
        Self {
            protocol,
            name: name.into(),
            place: None,
            base_url: protocol.vendor().to_owned(),
            api_key: None,
            connect_timeout: Duration::from_secs(5),
            first_token_timeout: Duration::from_secs(60),
            read_timeout: Duration::from_secs(30),
            headers: Vec::new(),
            body: Map::new(),
        }
    }

    /// What the model is called in logs, metrics and bills.
    pub fn label(&self) -> String {
        let place = self.place.map(|place| format!("#{place}")).unwrap_or_default();
        format!("{}:{}{place}", self.protocol.as_str(), self.name)
    }

    /// The address to ask. A path that names a version (`/v1`, `/v1beta/openai`) is kept; any other gets `/v1`.
    pub(super) fn endpoint(&self) -> Result<Url, RemoteError> {
        let base = self.base_url.trim().trim_end_matches('/');
        // Not repeated: what is wrong with it may be a key in the wrong place.
        let invalid = || RemoteError::BaseUrl(self.protocol.vendor());
        let mut url: Url = base.parse().map_err(|_| invalid())?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(invalid());
        }
        let end = self.protocol.path();
        let path = url.path().trim_end_matches('/').trim_end_matches(end).to_owned();
        let version =
            |part: &str| part.strip_prefix('v').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
        let versioned = path.split('/').any(version);
        url.set_path(&format!("{path}{}{end}", if versioned { "" } else { "/v1" }));
        Ok(url)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    #[error("the base URL is not the http or https address of a model endpoint, for example {0}")]
    BaseUrl(&'static str),
    #[error("the API key of the model holds characters that a header cannot carry")]
    Key,
    #[error("the extra header `{0}` has a name or value that HTTP does not allow")]
    Header(String),
    #[error("the HTTP client for the model cannot be set up: {0}")]
    Client(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_added_where_it_is_missing() {
        let endpoint = |protocol, base: &str| {
            let config = RemoteConfig { base_url: base.to_owned(), ..RemoteConfig::new(protocol, "m") };
            config.endpoint().map(|url| url.to_string()).ok()
        };
        for (base, url) in [
            ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
            ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
            ("http://localhost:11434/", "http://localhost:11434/v1/chat/completions"),
            ("https://openrouter.ai/api", "https://openrouter.ai/api/v1/chat/completions"),
            ("https://g.example/v1beta/openai/", "https://g.example/v1beta/openai/chat/completions"),
            ("https://x.example/v1/chat/completions", "https://x.example/v1/chat/completions"),
        ] {
            assert_eq!(endpoint(Protocol::OpenAi, base).as_deref(), Some(url));
        }
        for base in [
            "https://api.anthropic.com",
            "https://api.anthropic.com/v1/",
            "https://api.anthropic.com/v1/messages",
        ] {
            let url = endpoint(Protocol::Anthropic, base);
            assert_eq!(url.as_deref(), Some("https://api.anthropic.com/v1/messages"));
        }
        for base in ["", "localhost:11434", "ftp://x", "/v1"] {
            assert_eq!(endpoint(Protocol::OpenAi, base), None, "{base}");
        }
    }
}
