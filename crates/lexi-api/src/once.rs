//! Requests that change something and are made once, however often they are sent. The answer to a request with an
//! `Idempotency-Key` is kept in the transaction of what it tells of, and given again for 24 hours. Only answers of success
//! are kept: a refused request wrote nothing, and may be sent again.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use futures_util::future::BoxFuture;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use lexi_assistant::request_hash;
use lexi_store::replays::{self, Claim, Earlier, Replay};
use lexi_store::{Store, Tx};
use lexi_types::{ErrorCode, Scope, Timestamp, WorkspaceId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::Auth;
use crate::errors::{ApiError, ApiResult};
use crate::idempotency;
use crate::router::GATEWAY;
use crate::stream::REPLAYED;

/// What a request says of itself before its body is read. Every handler that changes something takes one, and hands what it
/// does to [`Making::write`].
#[derive(Debug)]
pub(crate) struct Once {
    key: Option<String>,
    method: String,
    /// Without the gateway's prefix, so that both base paths mean the same request.
    path: String,
    base: &'static str,
}

impl FromRequestParts<Api> for Once {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> ApiResult<Self> {
        let whole = parts.uri.path();
        let path = whole.strip_prefix(GATEWAY).unwrap_or(whole);
        Ok(Self {
            key: idempotency::bare_key(&parts.headers)?,
            method: parts.method.to_string(),
            path: path.to_owned(),
            base: if path.len() < whole.len() { GATEWAY } else { "" },
        })
    }
}

impl Once {
    /// With the body, which is empty where there is none. Whom a key stands for counts too: what one person was shown may be
    /// behind a wall for another.
    pub(crate) fn of<N>(self, api: &Api, auth: &Auth<N>, body: &[u8]) -> Making {
        let who = match (auth.access.may(Scope::AdminWalls), auth.access.user_id) {
            (true, _) => "everything".to_owned(),
            (false, user) => user.map(|user| user.to_string()).unwrap_or_default(),
        };
        let method = format!("{} {who}", self.method);
        let claim = self.key.map(|key| Claim { key, request_hash: request_hash(&method, &self.path, body) });
        Making { store: api.inner.store.clone(), workspace: auth.access.workspace, claim, base: self.base }
    }
}

/// A change that is about to be made, once.
#[derive(Debug)]
pub(crate) struct Making {
    store: Store,
    workspace: WorkspaceId,
    claim: Option<Claim>,
    /// What stands before `/v1/` where this client calls.
    base: &'static str,
}

impl Making {
    /// The answer to the same request, if it was made before; a conflict if its key was used for another. Only for handlers
    /// that have something to do before they write: [`Making::write`] looks by itself.
    pub(crate) async fn earlier(&self) -> ApiResult<Option<Response>> {
        let Some(claim) = self.claim.clone() else { return Ok(None) };
        let (workspace, now) = (self.workspace, Timestamp::now());
        let found = self
            .store
            .read(move |tx| Box::pin(async move { replays::earlier(tx, workspace, &claim, now).await }));
        match found.await? {
            Earlier::Nothing => Ok(None),
            Earlier::Answered(replay) => Ok(Some(again(replay, self.base))),
            Earlier::Other => Err(conflict()),
        }
    }

    /// Runs the operation in a transaction and keeps its answer there; or gives the answer that was kept, and does nothing.
    /// An operation that refuses has written nothing.
    pub(crate) async fn write<F>(&self, operation: F) -> ApiResult<Response>
    where
        F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, ApiResult<Answer>> + Send + 'static,
    {
        let (workspace, claim, base) = (self.workspace, self.claim.clone(), self.base);
        let now = Timestamp::now();
        let written = self.store.write_or(move |tx| {
            Box::pin(async move {
                let earlier = match &claim {
                    Some(claim) => replays::earlier(tx, workspace, claim, now).await?,
                    None => Earlier::Nothing,
                };
                if let Earlier::Answered(replay) = earlier {
                    return Ok(again(replay, base));
                }
                let answer = operation(tx).await?;
                if earlier == Earlier::Other {
                    // What is wrong with the request itself has been said first; what it did is undone.
                    return Err(conflict());
                }
                if let Some(claim) = &claim {
                    replays::keep(tx, workspace, claim, &answer.replay(), now).await?;
                }
                Ok(answer.into_response(base))
            })
        });
        written.await
    }
}

fn conflict() -> ApiError {
    ApiError::new(
        ErrorCode::IdempotencyConflict,
        "This Idempotency-Key was used for another request within the last 24 hours. Use a new UUID for a new request.",
    )
}

fn again(replay: Replay, base: &str) -> Response {
    let mut response = respond(&replay, replay.body.clone(), base);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// An answer of success.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    data: Option<Value>,
    etag: Option<String>,
    location: Option<String>,
    secret: Option<(&'static str, String)>,
}

impl Answer {
    /// 200 with `{"data": …}`.
    pub(crate) fn ok(data: impl Serialize) -> Self {
        // What answers hold are values already, or plain structs.
        let data = serde_json::to_value(data).unwrap_or_default();
        Self { status: StatusCode::OK, data: Some(data), etag: None, location: None, secret: None }
    }

    /// 201 with `{"data": …}`.
    pub(crate) fn created(data: impl Serialize) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(data) }
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, data: None, ..Self::ok(()) }
    }

    pub(crate) fn with_etag(self, etag: String) -> Self {
        Self { etag: Some(etag), ..self }
    }

    /// The path of what was made, from `/v1/` on.
    pub(crate) fn with_location(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// A field of the data that is shown this once and never kept: a replay has null in its place.
    pub(crate) fn with_secret(self, name: &'static str, secret: String) -> Self {
        Self { secret: Some((name, secret)), ..self }
    }

    fn body(&self, secret: Value) -> String {
        let Some(mut data) = self.data.clone() else { return String::new() };
        if let (Some((name, _)), Some(object)) = (&self.secret, data.as_object_mut()) {
            object.insert((*name).to_owned(), secret);
        }
        json!({ "data": data }).to_string()
    }

    fn replay(&self) -> Replay {
        Replay {
            status: self.status.as_u16(),
            etag: self.etag.clone(),
            location: self.location.clone(),
            body: self.body(Value::Null),
        }
    }

    fn into_response(self, base: &str) -> Response {
        let secret = self.secret.as_ref().map(|(_, text)| Value::from(text.as_str())).unwrap_or_default();
        respond(&self.replay(), self.body(secret), base)
    }
}

fn respond(head: &Replay, body: String, base: &str) -> Response {
    let empty = body.is_empty();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(head.status).unwrap_or_default();
    let headers = response.headers_mut();
    if !empty {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let location = head.location.as_ref().map(|path| format!("{base}{path}"));
    for (name, value) in [(header::ETAG, head.etag.clone()), (header::LOCATION, location)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_and_not_kept() {
        let answer = Answer::created(json!({"id": 1})).with_secret("key", "wbk_x".to_owned());
        assert_eq!(answer.replay().body, r#"{"data":{"id":1,"key":null}}"#);
        assert_eq!(answer.body("wbk_x".into()), r#"{"data":{"id":1,"key":"wbk_x"}}"#);
    }

    #[test]
    fn an_answer_without_data_has_no_body() {
        let answer = Answer::no_content();
        assert_eq!((answer.replay().body.as_str(), answer.replay().status), ("", 204));
        assert!(!answer.into_response("").headers().contains_key(header::CONTENT_TYPE));
    }
}
