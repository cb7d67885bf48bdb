pub(crate) mod api_keys;
pub(crate) mod chat;
pub(crate) mod conversations;
pub(crate) mod credits;
pub(crate) mod firm;
pub(crate) mod health;
pub(crate) mod lexi_tasks;
pub(crate) mod policy;
pub(crate) mod records;
pub(crate) mod usage;

pub use usage::UsageReport;

use axum::Json;
use axum::response::{IntoResponse, Response};
use lexi_store::Page;
use serde::Serialize;
use serde_json::{Map, Value, json};

fn data(value: impl Serialize) -> Response {
    Json(json!({ "data": value })).into_response()
}

/// `{"data": {"<plural>": […]}, "meta": {…}}`
fn list(plural: &str, rows: Vec<Value>, page: Page, total: i64) -> Response {
    let data = Map::from_iter([(plural.to_owned(), Value::Array(rows))]);
    let meta = json!({ "page": page.page, "per_page": page.per_page, "total": total });
    Json(json!({ "data": data, "meta": meta })).into_response()
}
