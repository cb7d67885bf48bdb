//! One record made, changed or removed. A change is planned against what is there and made if that is still so; where it is
//! not, and the client has not said which state it means, it is planned again.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_crm::{Asking, Change, CrmError, Verb, Version, make};
use lexi_types::records::{Record, RecordType};
use lexi_types::{ErrorCode, RecordId, Timestamp};
use serde_json::{Map, Value, json};

use super::versions::{Seen, etag, still};
use super::{Resource, wire};
use crate::app::Api;
use crate::auth::Auth;
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Making, Once};
use crate::query::{PathId, path_id};

/// How often a change is planned before somebody else's changes are taken for the reason.
const PLANNED_MAX: usize = 5;

pub(crate) async fn create<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Write>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let fields: Map<String, Value> = body::parse(&body)?;
    let asking = Asking { kind: R::KIND, verb: Verb::Create, id: None, fields, seen: None };
    let making = once.of(&api, &auth, &body);
    let writing = Writing { api: &api, auth: &auth, making, kind: R::KIND, seen: None };
    writing
        .write(vec![asking], |records| {
            let [record] = records else { return nothing() };
            let location = format!("/v1/{}/{}", R::KIND.plural(), record.id());
            Ok(Answer::created(wire(record)).with_etag(etag(&Version::of(record))).with_location(location))
        })
        .await
}

pub(crate) async fn change<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Write>,
    PathId(id): PathId,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let fields: Map<String, Value> = body::parse(&body)?;
    let (id, seen): (RecordId, _) = (path_id(&id)?, still(&headers)?);
    let asking = Asking { kind: R::KIND, verb: Verb::Update, id: Some(id), fields, seen: None };
    let making = once.of(&api, &auth, &body);
    Writing { api: &api, auth: &auth, making, kind: R::KIND, seen }
        .write(vec![asking], |records| {
            let [record] = records else { return nothing() };
            Ok(Answer::ok(wire(record)).with_etag(etag(&Version::of(record))))
        })
        .await
}

pub(crate) async fn remove<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Write>,
    PathId(id): PathId,
    once: Once,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let (id, seen): (RecordId, _) = (path_id(&id)?, still(&headers)?);
    let asking = Asking { kind: R::KIND, verb: Verb::Delete, id: Some(id), fields: Map::new(), seen: None };
    let making = once.of(&api, &auth, b"");
    Writing { api: &api, auth: &auth, making, kind: R::KIND, seen }
        .write(vec![asking], move |_| Ok(Answer::ok(json!({ "deleted": true, "id": id }))))
        .await
}

/// A change of as many records as are made is a defect.
fn nothing() -> ApiResult<Answer> {
    Err(ApiError::panicked())
}

/// What is to be done to records of one type, and on what condition.
pub(super) struct Writing<'r, N> {
    pub(super) api: &'r Api,
    pub(super) auth: &'r Auth<N>,
    pub(super) making: Making,
    pub(super) kind: RecordType,
    /// The states of the one record in which the client wants it changed.
    pub(super) seen: Option<Seen>,
}

impl<N> Writing<'_, N> {
    /// Plans, makes all of it or nothing, and answers; or gives the answer that the same request got before.
    pub(super) async fn write<A>(self, asked: Vec<Asking>, answer: A) -> ApiResult<Response>
    where
        A: Fn(&[Record]) -> ApiResult<Answer> + Clone + Send + 'static,
    {
        let mut last = None;
        for _ in 0..PLANNED_MAX {
            // A second removal of a record must find the answer to the first, not that there is no record.
            if let Ok(Some(earlier)) = self.making.earlier().await {
                return Ok(earlier);
            }
            let planned = match self.plan(&asked).await {
                Ok(planned) => planned,
                Err(refused) => return self.earlier_or(ApiError::of_record(self.kind, refused)).await,
            };
            match self.make(planned, answer.clone()).await {
                Err(error) if error.code() == ErrorCode::Conflict => last = Some(error),
                other => return other,
            }
            if matches!(self.seen, Some(Seen::Versions(_))) {
                return Err(ApiError::changed_meanwhile(self.kind));
            }
        }
        Err(last.unwrap_or_else(ApiError::panicked))
    }

    /// Of the same request sent twice at once, one finds that the other has done it.
    async fn earlier_or(&self, refused: ApiError) -> ApiResult<Response> {
        match self.making.earlier().await {
            Ok(Some(earlier)) => Ok(earlier),
            _ => Err(refused),
        }
    }

    async fn plan(&self, asked: &[Asking]) -> Result<Vec<Change>, CrmError> {
        let crm = &self.api.inner.crm;
        let Some(Seen::Versions(versions)) = &self.seen else {
            return crm.plan(&self.auth.access, asked.to_vec()).await;
        };
        // A tag that is none of ours stands for a state that no record has.
        let none = Version::parse(&"0".repeat(24));
        let mut stale = None;
        for version in versions.iter().chain(none.iter().filter(|_| versions.is_empty())) {
            let seen = |asking: &Asking| Asking { seen: Some(version.clone()), ..asking.clone() };
            match crm.plan(&self.auth.access, asked.iter().map(seen).collect()).await {
                Err(CrmError::Stale(message)) => stale = Some(message),
                other => return other,
            }
        }
        // What is wrong with the request itself is said first.
        match crm.plan(&self.auth.access, asked.to_vec()).await {
            Ok(_) | Err(CrmError::Conflict(_)) => Err(CrmError::Stale(stale.unwrap_or_default())),
            Err(other) => Err(other),
        }
    }

    async fn make<A>(&self, changes: Vec<Change>, answer: A) -> ApiResult<Response>
    where
        A: Fn(&[Record]) -> ApiResult<Answer> + Send + 'static,
    {
        let (access, actor, kind) = (self.auth.access, self.auth.actor(), self.kind);
        let making: &Making = &self.making;
        making
            .write(move |tx| {
                Box::pin(async move {
                    let made = make(tx, &access, &actor, &changes, Timestamp::now()).await;
                    answer(&made.map_err(|error| ApiError::of_record(kind, error))?)
                })
            })
            .await
    }
}
