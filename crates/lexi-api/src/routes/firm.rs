//! What a firm's records hang on: its pipelines and its people. Both are few, and changed by whoever runs the server.

use axum::extract::State;
use axum::response::Response;
use lexi_store::Page;
use serde::Serialize;
use serde_json::Value;

use super::list;
use crate::app::Api;
use crate::auth::{AnyKey, Auth, ReadDeals};
use crate::errors::ApiResult;
use crate::query::Params;

pub(crate) const PER_PAGE: i64 = 50;

pub(crate) async fn pipelines(
    State(api): State<Api>,
    auth: Auth<ReadDeals>,
    params: Params,
) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    Ok(paged("pipelines", &api.inner.crm.pipelines(&auth.access).await?, page))
}

pub(crate) async fn users(State(api): State<Api>, auth: Auth<AnyKey>, params: Params) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    Ok(paged("users", &api.inner.crm.users(&auth.access).await?, page))
}

fn paged<T: Serialize>(plural: &str, all: &[T], page: Page) -> Response {
    let per_page = usize::try_from(page.per_page).unwrap_or(1).max(1);
    let before = usize::try_from(page.page - 1).unwrap_or(0).saturating_mul(per_page);
    let shown = all.iter().skip(before).take(per_page);
    // Plain structs always serialise.
    let rows: Vec<Value> = shown.map(|row| serde_json::to_value(row).unwrap_or_default()).collect();
    list(plural, rows, page, i64::try_from(all.len()).unwrap_or(i64::MAX))
}
