//! Bodies that are written piece by piece, as their rows are read: their size does not matter.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};

use crate::errors::ApiError;

/// The pieces that follow a state. An error after the head can only break the connection off, which a client sees.
pub(crate) fn body<S, F, T>(start: S, next: T) -> Body
where
    S: Send + 'static,
    F: Future<Output = Result<Option<(Bytes, S)>, ApiError>> + Send + 'static,
    T: Fn(S) -> F + Send + 'static,
{
    Body::from_stream(stream::unfold((Some(start), next), |(state, next)| async move {
        match next(state?).await {
            Ok(Some((piece, state))) => Some((Ok(piece), (Some(state), next))),
            Ok(None) => None,
            Err(_logged) => Some((Err(std::io::Error::other("the rows could not be read")), (None, next))),
        }
    }))
}

/// A file to be saved under a name of plain letters.
pub(crate) fn file(name: &str, media_type: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
