//! Is it alive, should it get requests, and what has it done so far.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use lexi_store::workspaces;
use serde_json::json;

use crate::app::Api;
use crate::errors::{ApiError, ApiResult};

use super::data;

const PROMETHEUS_TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

pub(crate) async fn live() -> Response {
    data(json!({ "status": "ok" }))
}

/// Red while shutting down or while the database cannot be reached.
pub(crate) async fn ready(State(api): State<Api>) -> ApiResult<Response> {
    if api.inner.assistant.is_draining() {
        return Err(ApiError::shutting_down());
    }
    api.inner.store.read(|tx| Box::pin(workspaces::list(tx))).await?;
    Ok(data(json!({ "status": "ready" })))
}

pub(crate) async fn metrics(State(api): State<Api>) -> Response {
    let more = api.inner.more_metrics.get().map(|text| text()).unwrap_or_default();
    let text = api.inner.assistant.metrics() + &api.inner.http.text() + &more;
    ([(header::CONTENT_TYPE, PROMETHEUS_TEXT)], text).into_response()
}
