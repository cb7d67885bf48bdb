//! Is it alive, and should it get requests.

use axum::extract::State;
use axum::response::Response;
use lexi_store::workspaces;
use serde_json::json;

use crate::app::Api;
use crate::errors::{ApiError, ApiResult};

use super::data;

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
