//! Around every request: its id, the rate headers, one log line, its count. Paths are logged as routes, never with what a client put
//! into a query; bodies and keys never.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue};
use lexi_store::limits::RateState;
use lexi_types::RequestId;
use tracing::Instrument;

use crate::app::Api;
use crate::errors::ApiError;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What a handler learns about its request that the answer's headers must say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observed {
    pub(crate) rate: Arc<OnceLock<RateState>>,
}

pub(crate) async fn observe(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let observed = Observed::default();
    request.extensions_mut().insert(observed.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let started = tokio::time::Instant::now();
    let span = tracing::info_span!("request", %id);
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span).await;
    let mut response = handled.unwrap_or_else(|_| ApiError::panicked().into_response());
    let headers = response.headers_mut();
    set(headers, REQUEST_ID, id.as_str());
    if let Some(rate) = observed.rate.get() {
        set(headers, LIMIT, &rate.limit.to_string());
        set(headers, REMAINING, &rate.remaining.to_string());
        set(headers, RESET, &rate.reset.unix_seconds().to_string());
    }
    let route = route.as_deref().unwrap_or("none");
    api.inner.http.answered(route, &method, response.status().as_u16(), started.elapsed());
    tracing::info!(
        request = %id,
        %method,
        route,
        status = response.status().as_u16(),
        head_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
