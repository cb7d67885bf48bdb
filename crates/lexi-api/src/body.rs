//! Request bodies: JSON, bounded in size and in time.

use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use lexi_types::ErrorCode;
use serde::de::DeserializeOwned;

use crate::app::ApiSettings;
use crate::errors::{ApiError, ApiResult};

/// The body of a request that may have none.
pub(crate) async fn read_optional(
    settings: &ApiSettings,
    headers: &HeaderMap,
    body: Body,
) -> ApiResult<Bytes> {
    if body.is_end_stream() { Ok(Bytes::new()) } else { read(settings, headers, body).await }
}

/// The whole body of a JSON request.
pub(crate) async fn read(settings: &ApiSettings, headers: &HeaderMap, body: Body) -> ApiResult<Bytes> {
    read_up_to(settings, settings.body_bytes_max, headers, body).await
}

/// The same with a limit of the route's own.
pub(crate) async fn read_up_to(
    settings: &ApiSettings,
    max: usize,
    headers: &HeaderMap,
    body: Body,
) -> ApiResult<Bytes> {
    let too_large =
        || ApiError::new(ErrorCode::PayloadTooLarge, format!("The body has more than {max} bytes."));
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if declared.is_some_and(|length| length > max as u64) {
        return Err(too_large());
    }
    let arriving = Limited::new(body, max).collect();
    let Ok(arrived) = tokio::time::timeout(settings.body_timeout, arriving).await else {
        let seconds = settings.body_timeout.as_secs();
        return Err(ApiError::validation(format!(
            "The body did not arrive within {seconds} s. Send it again."
        )));
    };
    let body = match arrived {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_large()),
        Err(_) => return Err(ApiError::validation("The body broke off. Send it again.")),
    };
    if !is_json(headers) {
        return Err(ApiError::field("Content-Type", "must be application/json"));
    }
    Ok(body)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return false };
    let media = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json")
}

/// A body as a type. Fields are checked by whoever takes them.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> ApiResult<T> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(ApiError::validation("The body must be a JSON object."));
    }
    serde_json::from_slice(body)
        .map_err(|error| ApiError::validation(format!("The body is not as expected: {error}.")))
}
