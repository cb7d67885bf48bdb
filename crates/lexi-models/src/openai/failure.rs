//! What went wrong upstream, in words fit for a log: the endpoint, the status, the provider's short code. The provider's
//! own sentences are left out, because they may repeat the key or the conversation.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use crate::ModelError;

const CODE_CHARS_MAX: usize = 60;
const RETRY_AFTER_SECONDS_MAX: u64 = 3600;

/// Parts of the codes that stay wrong however often they are tried.
const LASTING: &[&str] = &[
    "invalid",
    "authentication",
    "permission",
    "context_length",
    "not_found",
    "quota",
    "content",
    "unsupported",
    "billing",
];

/// The address without user, password and query.
pub(super) fn place(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

pub(super) fn provider(url: &Url, what: &str, retry: bool) -> ModelError {
    ModelError::Provider { message: format!("{} {what}", place(url)), retry, retry_after: None }
}

pub(super) fn timeout(url: &Url, what: &str) -> ModelError {
    ModelError::Timeout { message: format!("{} {what}", place(url)) }
}

pub(super) fn transport(url: &Url, error: &reqwest::Error) -> ModelError {
    if error.is_timeout() {
        timeout(
            url,
            if error.is_connect() { "could not be reached in time" } else { "did not answer in time" },
        )
    } else if error.is_connect() {
        provider(url, "could not be reached", true)
    } else {
        provider(url, "broke the connection", true)
    }
}

/// An answer with an error status.
pub(super) fn status(url: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ModelError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = code(body.get("error").unwrap_or(&body));
    let transient = matches!(status.as_u16(), 408 | 409 | 429 | 500..=599);
    let told =
        headers.get("x-should-retry").and_then(|value| value.to_str().ok()).and_then(|v| v.parse().ok());
    let spent = code.as_deref().is_some_and(|code| code.contains("quota") || code.contains("billing"));
    let shown = code.map(|code| format!(" ({code})")).unwrap_or_default();
    ModelError::Provider {
        message: format!("{} answered {}{shown}", place(url), status.as_u16()),
        retry: told.unwrap_or(transient && !spent),
        retry_after: retry_after(headers),
    }
}

/// An error object in the middle of a stream.
pub(super) fn in_stream(url: &Url, error: &Value) -> ModelError {
    let code = code(error);
    let number = ["code", "status"].iter().find_map(|key| {
        let value = error.get(key)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    });
    let lasting = match number {
        Some(number) => (400..500).contains(&number) && !matches!(number, 408 | 409 | 429),
        None => code.as_deref().is_some_and(|code| LASTING.iter().any(|part| code.contains(part))),
    };
    let shown = code.map(|code| format!(" ({code})")).unwrap_or_default();
    provider(url, &format!("sent an error instead of the rest of the answer{shown}"), !lasting)
}

/// The provider's code or type: a word, never a sentence.
fn code(error: &Value) -> Option<String> {
    let word = |key: &str| match error.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let codes: Vec<String> = ["type", "code", "status"].iter().filter_map(|key| word(key)).collect();
    let plain = |code: &String| {
        !code.is_empty()
            && code.len() <= CODE_CHARS_MAX
            && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
    };
    let codes: Vec<String> = codes.into_iter().filter(plain).map(|code| code.to_ascii_lowercase()).collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

/// Seconds or milliseconds; a date is not worth reading for a wait of seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number("retry-after"))?;
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    Some(wait.min(Duration::from_secs(RETRY_AFTER_SECONDS_MAX)))
}
