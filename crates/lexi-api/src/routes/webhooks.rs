use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_crm::Access;
use lexi_store::audit::{self, Deed};
use lexi_store::deliveries::{self, LogRow};
use lexi_store::outbox;
use lexi_store::webhooks::{self, NewWebhook, PER_WORKSPACE_MAX, Seeing, Webhook};
use lexi_types::{
    EVENT_TYPES, EVERY_EVENT, ErrorCode, EventType, Scope, TEST_EVENT, Timestamp, WebhookId, missing_scope,
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::app::{Api, ApiSettings};
use crate::auth::{AdminWebhooks, AnyKey, Auth};
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};
use crate::query::{Params, PathId, path_id};

use super::{data, list as listed};

const PER_PAGE: i64 = 25;
const URL_CHARS_MAX: usize = 2000;
const DESCRIPTION_CHARS_MAX: usize = 200;

pub(crate) async fn list(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    params: Params,
) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let workspace = auth.access.workspace;
    let found = api.inner.store.read(move |tx| Box::pin(webhooks::list(tx, workspace, page))).await?;
    Ok(listed("webhooks", found.rows.iter().map(wire).collect(), page, found.total))
}

pub(crate) async fn read(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    PathId(id): PathId,
) -> ApiResult<Response> {
    let id = path_id(&id)?;
    let workspace = auth.access.workspace;
    let found = api.inner.store.read(move |tx| Box::pin(webhooks::get(tx, workspace, id))).await?;
    Ok(data(wire(&found.ok_or_else(not_found)?)))
}

/// The fields that were given, checked by themselves.
#[derive(Default)]
struct Change {
    url: Option<String>,
    events: Option<Vec<String>>,
    description: Option<Option<String>>,
    active: Option<bool>,
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    url: Value,
    #[serde(default)]
    events: Value,
    /// Absent and null differ: null clears it.
    #[serde(default, deserialize_with = "present")]
    description: Option<Value>,
    #[serde(default)]
    active: Value,
}

fn present<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(input).map(Some)
}

impl Given {
    fn check(self, settings: &ApiSettings) -> ApiResult<Change> {
        let active = match self.active {
            Value::Null => None,
            Value::Bool(active) => Some(active),
            _ => return Err(ApiError::field("active", "must be true or false")),
        };
        Ok(Change {
            url: if self.url.is_null() { None } else { Some(url(&self.url, settings)?) },
            events: if self.events.is_null() { None } else { Some(events(&self.events)?) },
            description: self.description.as_ref().map(description).transpose()?,
            active,
        })
    }
}

/// What can be told of an address without looking for it: where its name leads is checked each time that it is used.
fn url(given: &Value, settings: &ApiSettings) -> ApiResult<String> {
    let text = given.as_str().map(str::trim).filter(|text| text.chars().count() <= URL_CHARS_MAX);
    let Some(text) = text else {
        return Err(ApiError::field("url", format!("must be text of at most {URL_CHARS_MAX} characters")));
    };
    let url = Url::parse(text).ok().filter(Url::has_host);
    let url =
        url.ok_or_else(|| ApiError::field("url", "must be a URL, for example https://example.com/hooks"))?;
    match url.scheme() {
        "https" => {}
        "http" if settings.webhook_http => {}
        _ => return Err(ApiError::field("url", "must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ApiError::field("url", "must hold no user name and no password; deliveries are signed"));
    }
    Ok(text.to_owned())
}

fn events(given: &Value) -> ApiResult<Vec<String>> {
    let wanted = given.as_array().filter(|list| !list.is_empty());
    let wanted =
        wanted.ok_or_else(|| ApiError::field("events", "must be a list of at least one event type"))?;
    let mut events = Vec::new();
    for event in wanted {
        let name = event.as_str().unwrap_or_default();
        if name != EVERY_EVENT && EventType::find(name).is_none() {
            let names: Vec<_> = EVENT_TYPES.iter().map(|known| known.name).collect();
            let reason = format!("there is no event type {event}; event types are *, {}", names.join(", "));
            return Err(ApiError::field("events", reason));
        }
        if !events.iter().any(|known| known == name) {
            events.push(name.to_owned());
        }
    }
    Ok(events)
}

fn description(given: &Value) -> ApiResult<Option<String>> {
    match given {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() <= DESCRIPTION_CHARS_MAX => Ok(Some(text.clone())),
        _ => Err(ApiError::field(
            "description",
            format!("must be text of at most {DESCRIPTION_CHARS_MAX} characters"),
        )),
    }
}

/// A key subscribes to what it may read itself, and to no more.
fn permitted(access: &Access, events: &[String]) -> ApiResult<()> {
    let lacking = events.iter().find_map(|event| Some((event, missing_scope(event, access.scopes)?)));
    let Some((event, scope)) = lacking else { return Ok(()) };
    let message =
        format!("This API key lacks the scope `{scope}`, without which no webhook can have `{event}`.");
    Err(ApiError::new(ErrorCode::InsufficientPermissions, message))
}

fn seen_by(access: &Access) -> Seeing {
    Seeing { walled: access.may(Scope::AdminWalls), user: access.user_id }
}

fn deed(action: &'static str, before: Option<&Webhook>, after: Option<&Webhook>) -> Deed {
    let id = after.or(before).map(|webhook| webhook.id.to_string());
    Deed {
        action,
        resource_type: "webhook",
        resource_id: id.unwrap_or_default(),
        before: before.map(settings),
        after: after.map(settings),
        ..Deed::default()
    }
}

/// The answer holds the secret, once and never again.
pub(crate) async fn create(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let given = body::parse::<Given>(&body)?.check(&api.inner.settings)?;
    let (access, actor, now) = (auth.access, auth.actor(), Timestamp::now());
    let new = NewWebhook {
        url: given.url.ok_or_else(|| ApiError::field("url", "is required"))?,
        events: given.events.ok_or_else(|| ApiError::field("events", "is required"))?,
        description: given.description.flatten(),
        active: given.active.unwrap_or(true),
        sees: seen_by(&access),
    };
    permitted(&access, &new.events)?;
    once.of(&api, &auth, &body)
        .write(move |tx| {
            Box::pin(async move {
                let created = webhooks::create(tx, access.workspace, &new, now).await?;
                let (webhook, secret) = created.ok_or_else(too_many)?;
                let deed = deed("create", None, Some(&webhook));
                audit::append(tx, access.workspace, &actor, &deed, now).await?;
                Ok(Answer::created(wire(&webhook)).with_secret("secret", secret))
            })
        })
        .await
}

/// Fields that are given replace; null clears a description.
pub(crate) async fn change(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    PathId(id): PathId,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let given = body::parse::<Given>(&body)?.check(&api.inner.settings)?;
    let id: WebhookId = path_id(&id)?;
    let (access, actor, now) = (auth.access, auth.actor(), Timestamp::now());
    once.of(&api, &auth, &body)
        .write(move |tx| {
            Box::pin(async move {
                let before = webhooks::get(tx, access.workspace, id).await?.ok_or_else(not_found)?;
                let after = given.of(&before, &access);
                permitted(&access, &after.events)?;
                webhooks::update(tx, access.workspace, &after, now).await?;
                let deed = deed("update", Some(&before), Some(&after));
                audit::append(tx, access.workspace, &actor, &deed, now).await?;
                let changed = webhooks::get(tx, access.workspace, id).await?.ok_or_else(not_found)?;
                Ok(Answer::ok(wire(&changed)))
            })
        })
        .await
}

impl Change {
    /// The webhook as it will be. Whoever changes it makes it see no more than before, and no more than they see.
    fn of(self, before: &Webhook, access: &Access) -> Webhook {
        let active = self.active.unwrap_or(before.active);
        Webhook {
            url: self.url.unwrap_or_else(|| before.url.clone()),
            events: self.events.unwrap_or_else(|| before.events.clone()),
            description: self.description.unwrap_or_else(|| before.description.clone()),
            active,
            sees: before.sees.and(seen_by(access)),
            disabled_reason: before.disabled_reason.clone().filter(|_| !active),
            ..before.clone()
        }
    }
}

pub(crate) async fn remove(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    PathId(id): PathId,
    once: Once,
) -> ApiResult<Response> {
    let id: WebhookId = path_id(&id)?;
    let (workspace, actor, now) = (auth.access.workspace, auth.actor(), Timestamp::now());
    once.of(&api, &auth, b"")
        .write(move |tx| {
            Box::pin(async move {
                let before = webhooks::get(tx, workspace, id).await?.ok_or_else(not_found)?;
                webhooks::delete(tx, workspace, id).await?;
                audit::append(tx, workspace, &actor, &deed("delete", Some(&before), None), now).await?;
                Ok(Answer::no_content())
            })
        })
        .await
}

/// Sends an event that changes nothing; its delivery is found in the log.
pub(crate) async fn test(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    PathId(id): PathId,
    once: Once,
) -> ApiResult<Response> {
    let id: WebhookId = path_id(&id)?;
    let (workspace, now) = (auth.access.workspace, Timestamp::now());
    once.of(&api, &auth, b"")
        .write(move |tx| {
            Box::pin(async move {
                let webhook = webhooks::get(tx, workspace, id).await?.ok_or_else(not_found)?;
                if !webhook.active {
                    return Err(inactive());
                }
                let delivery = outbox::test(tx, workspace, id, now).await?;
                Ok(Answer::created(json!({ "delivery_id": delivery, "event": TEST_EVENT })))
            })
        })
        .await
}

pub(crate) async fn log(
    State(api): State<Api>,
    auth: Auth<AdminWebhooks>,
    PathId(id): PathId,
    params: Params,
) -> ApiResult<Response> {
    let id: WebhookId = path_id(&id)?;
    let page = params.page(PER_PAGE)?;
    let status = match params.text("status").unwrap_or_default() {
        known @ ("" | "success" | "failed" | "pending") => known.to_owned(),
        _ => return Err(ApiError::field("status", "must be success, failed or pending")),
    };
    let workspace = auth.access.workspace;
    let reading = api.inner.store.read(move |tx| {
        Box::pin(async move {
            if webhooks::get(tx, workspace, id).await?.is_none() {
                return Ok(None);
            }
            deliveries::log(tx, workspace, id, &status, page).await.map(Some)
        })
    });
    let found = reading.await?.ok_or_else(not_found)?;
    Ok(listed("logs", found.rows.iter().map(wire_log).collect(), page, found.total))
}

/// What there is to subscribe to.
pub(crate) async fn catalog(_auth: Auth<AnyKey>) -> Response {
    let events = EVENT_TYPES.iter().map(|known| {
        json!({
            "type": known.name,
            "description": known.description,
            "scope": known.scope.map(Scope::as_str),
            "example": { "type": known.name, "timestamp": "2026-11-23T09:30:00Z", "data": known.example() },
        })
    });
    data(json!({ "events": events.collect::<Vec<_>>(), "total": EVENT_TYPES.len() }))
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::WebhookNotFound, "There is no webhook with this id.")
}

fn too_many() -> ApiError {
    let message =
        format!("The workspace has {PER_WORKSPACE_MAX} webhooks, as many as it may have. Delete one first.");
    ApiError::new(ErrorCode::Conflict, message)
}

fn inactive() -> ApiError {
    let message = "The webhook is not active and gets nothing. Set active to true first.";
    ApiError::new(ErrorCode::Conflict, message)
}

/// What a key has chosen, for the audit log.
fn settings(webhook: &Webhook) -> Value {
    json!({
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "active": webhook.active,
        "sees_walled": webhook.sees.walled,
        "user_id": webhook.sees.user,
    })
}

fn wire(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "active": webhook.active,
        "disabled_reason": webhook.disabled_reason,
        "last_delivery_status": webhook.last_delivery_status,
        "last_delivery_at": webhook.last_delivery_at,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    })
}

fn wire_log(row: &LogRow) -> Value {
    json!({
        "delivery_id": row.id,
        "event": row.event,
        "status": row.status,
        "response_status_code": row.response_status,
        "response_body": row.response_body,
        "duration_ms": row.duration_ms,
        "attempt": row.attempts,
        "error": row.error,
        "created_at": row.created_at,
        "delivered_at": row.delivered_at,
        "next_attempt_at": row.next_attempt_at,
    })
}
