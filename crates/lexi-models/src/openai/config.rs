//! Where the model is and how long to wait for it.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

#[derive(Debug, Clone)]
pub struct OpenAiConfig {
    /// The model as the endpoint calls it.
    pub name: String,
    /// With or without `/v1`.
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub connect_timeout: Duration,
    /// From sending the request to the first piece of the answer.
    pub first_token_timeout: Duration,
    /// Between two reads once the answer has begun. There is no limit on the whole.
    pub read_timeout: Duration,
    /// Sent with every request.
    pub headers: Vec<(String, SecretString)>,
}

impl OpenAiConfig {
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            base_url: "https://api.openai.com/v1".to_owned(),
            api_key: None,
            connect_timeout: Duration::from_secs(5),
            first_token_timeout: Duration::from_secs(60),
            read_timeout: Duration::from_secs(30),
            headers: Vec::new(),
        }
    }

    /// The address of chat completions. A path that names a version (`/v1`, `/v1beta/openai`) is kept; any other gets `/v1`.
    pub(super) fn endpoint(&self) -> Result<Url, OpenAiError> {
        let base = self.base_url.trim().trim_end_matches('/');
        let invalid = || OpenAiError::BaseUrl(self.base_url.clone());
        let mut url: Url = base.parse().map_err(|_| invalid())?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(invalid());
        }
        let path = url.path().trim_end_matches('/').trim_end_matches("/chat/completions").to_owned();
        let version =
            |part: &str| part.strip_prefix('v').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
        let versioned = path.split('/').any(version);
        url.set_path(&format!("{path}{}/chat/completions", if versioned { "" } else { "/v1" }));
        Ok(url)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenAiError {
    #[error(
        "`{0}` is not the http or https address of a model endpoint, for example https://api.openai.com/v1"
    )]
    BaseUrl(String),
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
        let endpoint = |base: &str| {
            let config = OpenAiConfig { base_url: base.to_owned(), ..OpenAiConfig::new("m") };
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
            assert_eq!(endpoint(base).as_deref(), Some(url));
        }
        for base in ["", "localhost:11434", "ftp://x", "/v1"] {
            assert_eq!(endpoint(base), None, "{base}");
        }
    }
}
