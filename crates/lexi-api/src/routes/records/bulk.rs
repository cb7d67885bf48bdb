//! Many records at once: all of them, or none and what is wrong with each.

use std::collections::HashSet;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_crm::{Asking, Verb};
use lexi_types::RecordId;
use lexi_types::records::Record;
use serde_json::{Map, Value, json};

use super::write::Writing;
use super::{Resource, wire};
use crate::app::Api;
use crate::auth::Auth;
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};

pub(crate) const MADE_MAX: usize = 500;
pub(crate) const CHANGED_MAX: usize = 100;
/// Room for as many contacts as may be made at once, each with what contacts usually have.
const BULK_BYTES_MAX: usize = 2 << 20;

pub(crate) async fn create_many<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Write>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let plural = R::KIND.plural();
    let body = body::read_up_to(&api.inner.settings, BULK_BYTES_MAX, &headers, body).await?;
    let mut given: Map<String, Value> = body::parse(&body)?;
    let rows = match given.remove(plural) {
        Some(Value::Array(rows)) if (1..=MADE_MAX).contains(&rows.len()) => rows,
        _ => return Err(ApiError::field(plural, format!("must be a list of 1 to {MADE_MAX} {plural}"))),
    };
    let asking = |(at, row)| match row {
        Value::Object(fields) => {
            Ok(Asking { kind: R::KIND, verb: Verb::Create, id: None, fields, seen: None })
        }
        _ => Err(ApiError::field(&format!("{plural}[{at}]"), "must be an object")),
    };
    let asked = rows.into_iter().enumerate().map(asking).collect::<ApiResult<Vec<_>>>()?;
    let one = asked.len() == 1;
    let making = once.of(&api, &auth, &body);
    let written = Writing { api: &api, auth: &auth, making, kind: R::KIND, seen: None }
        .write(asked, move |records| Ok(Answer::created(told::<R>("created", records))));
    written.await.map_err(|error| {
        error.rename_fields(|name| match one {
            true => format!("{plural}[0].{name}"),
            false => format!("{plural}{name}"),
        })
    })
}

pub(crate) async fn change_many<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Write>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read_up_to(&api.inner.settings, BULK_BYTES_MAX, &headers, body).await?;
    let mut given: Map<String, Value> = body::parse(&body)?;
    let name = format!("{}_ids", R::KIND.as_str());
    let ids = ids(&name, given.remove(&name))?;
    let Some(Value::Object(updates)) = given.remove("updates") else {
        return Err(ApiError::field("updates", "must be an object of fields"));
    };
    let asked = ids.into_iter().map(|id| Asking {
        kind: R::KIND,
        verb: Verb::Update,
        id: Some(id),
        fields: updates.clone(),
        seen: None,
    });
    let making = once.of(&api, &auth, &body);
    let written = Writing { api: &api, auth: &auth, making, kind: R::KIND, seen: None }
        .write(asked.collect(), |records| Ok(Answer::ok(told::<R>("updated", records))));
    // All records get the same, and what is wrong with it is told once.
    let bare = |name: &str| {
        let field = name.split_once("].").map_or(name, |(_, field)| field);
        format!("updates.{field}")
    };
    written.await.map_err(|error| error.rename_fields(bare))
}

/// The ids, each once.
fn ids(name: &str, given: Option<Value>) -> ApiResult<Vec<RecordId>> {
    let values = match given {
        Some(Value::Array(values)) if (1..=CHANGED_MAX).contains(&values.len()) => values,
        _ => return Err(ApiError::field(name, format!("must be a list of 1 to {CHANGED_MAX} ids"))),
    };
    let mut seen = HashSet::with_capacity(values.len());
    let mut ids = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let id = value.as_str().and_then(|text| text.parse::<RecordId>().ok());
        let id = id.ok_or_else(|| ApiError::field(&format!("{name}[{at}]"), "must be a UUID"))?;
        if seen.insert(id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn told<R: Resource>(done: &str, records: &[Record]) -> Value {
    let rows: Vec<Value> = records.iter().map(wire).collect();
    let plural = R::KIND.plural();
    json!({ done: records.len(), plural: rows })
}
