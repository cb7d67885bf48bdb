//! Lists, and one record.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use lexi_crm::{Include, Version, Whole, sort};
use lexi_store::Order;
use serde_json::Value;

use super::versions::{etag, not_changed};
use super::{Resource, wire};
use crate::app::Api;
use crate::auth::Auth;
use crate::errors::{ApiError, ApiResult};
use crate::query::{Params, PathId, path_id};
use crate::routes::{data, list as listed};

pub(crate) const PER_PAGE: i64 = 50;

pub(crate) async fn list<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Read>,
    params: Params,
) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let order = match params.text("sort") {
        Some(text) => sort(R::KIND, text)?,
        None => Order::Newest,
    };
    let found = api.inner.crm.list(&auth.access, R::KIND, params.pairs(), order, page).await?;
    Ok(listed(R::KIND.plural(), found.rows.iter().map(wire).collect(), page, found.total))
}

pub(crate) async fn read<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Read>,
    PathId(id): PathId,
    headers: HeaderMap,
    params: Params,
) -> ApiResult<Response> {
    let id = path_id(&id)?;
    let include = Include::parse(R::KIND, params.text("include").unwrap_or_default())?;
    // What is shown beside a record changes without it.
    let alone = include.is_empty();
    let seen = not_changed(&headers)?;
    let whole = api.inner.crm.whole(&auth.access, R::KIND, id, include).await;
    let whole = whole.map_err(|error| ApiError::of_record(R::KIND, error))?;
    let version = Version::of(&whole.record);
    let mut response = match alone && seen.is_some_and(|seen| seen.matches(&version)) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => data(shown(&whole)),
    };
    if let Ok(value) = HeaderValue::from_str(&etag(&version)) {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

fn shown(whole: &Whole) -> Value {
    let mut fields = whole.record.fields();
    for (name, records) in &whole.beside {
        fields.insert((*name).to_owned(), records.iter().map(wire).collect());
    }
    Value::Object(fields)
}
