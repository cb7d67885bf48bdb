//! What went wrong upstream, in words fit for a log: the endpoint, the status, the provider's short code. The provider's
//! own sentences are read for what they mean and left out, because they may repeat the key or the conversation.

use std::error::Error;
use std::time::Duration;

use lexi_types::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use crate::{Cause, ModelError};

const CODE_CHARS_MAX: usize = 60;
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// The address without user, password and query.
pub(super) fn place(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

fn error(url: &Url, cause: Cause, what: &str, retry: bool) -> ModelError {
    ModelError { cause, message: format!("{} {what}", place(url)), retry, retry_after: None }
}

/// The answer broke off or is not what the protocol says.
pub(super) fn broken(url: &Url, what: &str) -> ModelError {
    error(url, Cause::Broken, what, true)
}

/// Something that no retry makes better.
pub(super) fn lasting(url: &Url, cause: Cause, what: &str) -> ModelError {
    error(url, cause, what, false)
}

/// A time limit of ours has passed: nobody is made to wait for it twice.
pub(super) fn timeout(url: &Url, what: &str) -> ModelError {
    error(url, Cause::Timeout, what, false)
}

pub(super) fn transport(url: &Url, failure: &reqwest::Error) -> ModelError {
    if failure.is_timeout() {
        let connecting = failure.is_connect();
        timeout(url, if connecting { "could not be reached in time" } else { "did not answer in time" })
    } else if is_tls(failure) {
        lasting(url, Cause::Tls, "has a certificate or encryption that is not accepted")
    } else if failure.is_connect() {
        error(url, Cause::Unreachable, "could not be reached", true)
    } else {
        broken(url, "broke the connection")
    }
}

/// Looks for the encryption among the reasons of the reason. I/O errors keep what they are made of out of `source`.
fn is_tls(failure: &(dyn Error + 'static)) -> bool {
    let inside = failure.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    failure.is::<rustls::Error>()
        || inside.is_some_and(|inner| is_tls(inner))
        || failure.source().is_some_and(is_tls)
}

/// An answer with an error status.
pub(super) fn status(url: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ModelError {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let told = Told::of(&parsed);
    let status = status.as_u16();
    let cause = told.cause(Some(status), parsed.is_null());
    let transient = matches!(status, 408 | 409 | 425 | 429 | 500..=599) && cause != Cause::Spent;
    let advised =
        headers.get("x-should-retry").and_then(|value| value.to_str().ok()).and_then(|v| v.parse().ok());
    ModelError {
        cause,
        message: format!("{} answered {status}{}", place(url), told.shown()),
        retry: advised.unwrap_or(transient),
        retry_after: retry_after(headers).or(told.delay),
    }
}

/// An error object in the middle of a stream.
pub(super) fn in_stream(url: &Url, failure: &Value) -> ModelError {
    let told = Told::of(failure);
    let cause = told.cause(told.number, false);
    let retry = match told.number {
        Some(number) => !(400..500).contains(&number) || matches!(number, 408 | 409 | 429),
        None => matches!(cause, Cause::Overloaded | Cause::Busy | Cause::Broken | Cause::Timeout),
    };
    let what = format!("sent an error instead of the rest of the answer{}", told.shown());
    error(url, cause, &what, retry && cause != Cause::Spent)
}

/// What a provider says of its failure.
#[derive(Debug, Default)]
struct Told {
    /// The provider's codes or types: words, never a sentence.
    codes: Vec<String>,
    number: Option<u16>,
    /// Its sentence in lower case: to be read, not to be shown.
    sentence: String,
    /// How long to wait, where the body says so and not the head: Gemini's `retryDelay`.
    delay: Option<Duration>,
}

impl Told {
    fn of(body: &Value) -> Self {
        // Gemini puts the object into a list.
        let body = body.get(0).unwrap_or(body);
        let failure = body.get("error").filter(|inner| !inner.is_null()).unwrap_or(body);
        let word = |key: &str| match failure.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let plain = |code: &String| {
            !code.is_empty()
                && code.len() <= CODE_CHARS_MAX
                && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
        };
        let codes = ["type", "code", "status"].iter().filter_map(|key| word(key)).filter(plain);
        let codes: Vec<String> = codes.map(|code| code.to_ascii_lowercase()).collect();
        let number = codes.iter().find_map(|code| code.parse().ok());
        let sentence = failure.as_str().or_else(|| failure.get("message")?.as_str()).unwrap_or_default();
        let delays = failure.get("details").and_then(Value::as_array).into_iter().flatten();
        let delay =
            delays.filter_map(|detail| detail.get("retryDelay")?.as_str()?.strip_suffix('s')?.parse().ok());
        let delay = delay.filter_map(|seconds| Duration::try_from_secs_f64(seconds).ok()).next();
        Self {
            codes,
            number,
            sentence: sentence.to_lowercase(),
            delay: delay.map(|delay| delay.min(RETRY_AFTER_MAX)),
        }
    }

    fn shown(&self) -> String {
        if self.codes.is_empty() { String::new() } else { format!(" ({})", self.codes.join(", ")) }
    }

    /// `page`: the body was no JSON, so it may have been written by something that is no model.
    fn cause(&self, status: Option<u16>, page: bool) -> Cause {
        let code =
            |parts: &[&str]| self.codes.iter().any(|code| parts.iter().any(|part| code.contains(part)));
        let says = |parts: &[&str]| parts.iter().any(|part| self.sentence.contains(part));
        // Gemini speaks of quota and billing for each minute's limit.
        if code(&["resource_exhausted"]) {
            return Cause::Busy;
        }
        if code(&["quota", "billing", "insufficient_credit"]) || says(&["credit balance", "billing"]) {
            return Cause::Spent;
        }
        if code(&["context_length", "context_size", "context_window", "too_large"])
            || says(&[
                "context length",
                "context window",
                "maximum context",
                "prompt is too long",
                "context size",
            ])
        {
            return Cause::TooLong;
        }
        if code(&["content_filter", "content_policy", "safety"]) {
            return Cause::Declined;
        }
        let of_tools =
            says(&["tool", "function call"]) && says(&["support", "enable", "requires", "not allowed"]);
        // Not every "not found" means the model: a path may be wrong too.
        let missing = code(&["not_found"]) || says(&["not found", "not exist", "unknown", "no such"]);
        let no_model = code(&["model_not_found"]) || says(&["model"]) && missing;
        match status {
            Some(401 | 403) => Cause::Key,
            Some(402) => Cause::Spent,
            Some(404) if no_model && !page => Cause::NoSuchModel,
            Some(300..=399 | 404 | 405 | 410) => Cause::Address,
            Some(408 | 504) => Cause::Timeout,
            Some(413) => Cause::TooLong,
            Some(409 | 425 | 429) => Cause::Busy,
            Some(500..=599) => Cause::Overloaded,
            Some(400..=499) if code(&["api_key", "authentication", "permission"]) => Cause::Key,
            Some(400..=499) if no_model => Cause::NoSuchModel,
            Some(400..=499) if of_tools => Cause::NoTools,
            Some(400..=499) => Cause::Rejected,
            _ if code(&["authentication", "permission", "api_key"]) => Cause::Key,
            _ if code(&["rate_limit"]) => Cause::Busy,
            _ if code(&["timeout"]) => Cause::Timeout,
            _ if code(&["invalid", "unsupported"]) => Cause::Rejected,
            _ if no_model => Cause::NoSuchModel,
            _ => Cause::Overloaded,
        }
    }
}

/// Seconds, milliseconds or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name: &str| text(name)?.parse::<f64>().ok();
    let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number("retry-after"));
    let wait = match seconds {
        Some(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
        None => {
            let until = httpdate::parse_http_date(text("retry-after")?).ok()?;
            let until = until.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
            let now = u64::try_from(Timestamp::now().unix_seconds()).ok()?;
            Duration::from_secs(until.saturating_sub(now))
        }
    };
    Some(wait.min(RETRY_AFTER_MAX))
}
