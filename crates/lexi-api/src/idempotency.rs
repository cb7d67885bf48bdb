//! The headers by which a client says that this is a retry.

use http::HeaderMap;
use lexi_assistant::{IdempotencyKey, Resume, request_hash};
use uuid::Uuid;

use crate::errors::{ApiError, ApiResult};

const KEY: &str = "Idempotency-Key";
const LAST_EVENT: &str = "Last-Event-ID";

/// The key, bare as most clients send it or quoted as a structured field. `route` is the route's own path, so that both
/// base paths mean the same request.
pub(crate) fn key(
    headers: &HeaderMap,
    method: &str,
    route: &str,
    body: &[u8],
) -> ApiResult<Option<IdempotencyKey>> {
    let Some(key) = bare_key(headers)? else { return Ok(None) };
    Ok(Some(IdempotencyKey { key, request_hash: request_hash(method, route, body) }))
}

/// The key in the one form in which it is remembered.
pub(crate) fn bare_key(headers: &HeaderMap) -> ApiResult<Option<String>> {
    let Some(text) = single(headers, KEY)? else { return Ok(None) };
    let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    let uuid = if bare.len() == 36 { Uuid::try_parse(bare).ok() } else { None };
    let uuid = uuid.ok_or_else(|| ApiError::field(KEY, "must be a UUID, bare or in double quotes"))?;
    Ok(Some(uuid.hyphenated().to_string()))
}

/// What the client has seen already. `X-Message-ID`, echoed from the stream that broke off, names the run.
pub(crate) fn resume(headers: &HeaderMap) -> ApiResult<Resume> {
    let last_event_id = match single(headers, LAST_EVENT)?.filter(|text| !text.is_empty()) {
        None => 0,
        Some(text) => {
            text.parse().map_err(|_| ApiError::field(LAST_EVENT, "must be the number of a frame"))?
        }
    };
    let message_id = single(headers, "X-Message-ID")?.map(str::to_owned);
    Ok(Resume { last_event_id, message_id })
}

pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &str) -> ApiResult<Option<&'h str>> {
    let mut values = headers.get_all(name).iter();
    let (value, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(ApiError::field(name, "must be given once"));
    }
    let text =
        value.map(|v| v.to_str().map_err(|_| ApiError::field(name, "must be plain text"))).transpose()?;
    Ok(text.map(str::trim))
}
