use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_store::keys::{self, ApiKey, NewKey, Revoked};
use lexi_types::{ErrorCode, RateTier, Scope, ScopeSet, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::{AdminApiKeys, Auth};
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};
use crate::query::{Params, PathId, path_id};

use super::list as listed;

const PER_PAGE: i64 = 25;
const NAME_CHARS_MAX: usize = 120;
const DESCRIPTION_CHARS_MAX: usize = 500;

pub(crate) async fn list(
    State(api): State<Api>,
    auth: Auth<AdminApiKeys>,
    params: Params,
) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let revoked = params.flag("include_revoked")?;
    let search = params.search()?;
    let workspace = auth.access.workspace;
    let found = api
        .inner
        .store
        .read(move |tx| {
            Box::pin(async move { keys::list(tx, workspace, revoked, search.as_deref(), page).await })
        })
        .await?;
    Ok(listed("api_keys", found.rows.iter().map(wire).collect(), page, found.total))
}

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    name: Value,
    #[serde(default)]
    permissions: Value,
    #[serde(default)]
    description: Value,
    #[serde(default)]
    rate_limit_tier: Value,
    #[serde(default)]
    expires_at: Value,
}

impl Create {
    fn check(&self, auth: &Auth<AdminApiKeys>, now: Timestamp) -> ApiResult<NewKey> {
        let name = self
            .name
            .as_str()
            .map(str::trim)
            .filter(|name| (1..=NAME_CHARS_MAX).contains(&name.chars().count()));
        let name = name.ok_or_else(|| {
            ApiError::field("name", format!("must be text of 1 to {NAME_CHARS_MAX} characters"))
        })?;
        let description =
            optional(&self.description, "description", "must be text of at most 500 characters", |text| {
                (text.chars().count() <= DESCRIPTION_CHARS_MAX).then(|| text.to_owned())
            })?;
        let tier = optional(
            &self.rate_limit_tier,
            "rate_limit_tier",
            "must be standard, high or unmetered",
            |text| text.parse::<RateTier>().ok(),
        )?;
        let expires_at =
            optional(&self.expires_at, "expires_at", "must be a time in the future, RFC 3339", |text| {
                text.parse::<Timestamp>().ok().filter(|at| *at > now)
            })?;
        Ok(NewKey {
            name: name.to_owned(),
            description,
            scopes: scopes(&self.permissions)?,
            tier: tier.unwrap_or_default(),
            user_id: None,
            created_by: Some(auth.key.name.clone()),
            expires_at,
        })
    }
}

/// A text field that may be absent or null.
fn optional<T>(
    value: &Value,
    name: &str,
    expected: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> ApiResult<Option<T>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => read(text).map(Some).ok_or_else(|| ApiError::field(name, expected)),
        _ => Err(ApiError::field(name, expected)),
    }
}

fn scopes(value: &Value) -> ApiResult<ScopeSet> {
    let wanted = value.as_array().filter(|list| !list.is_empty());
    let wanted =
        wanted.ok_or_else(|| ApiError::field("permissions", "must be a list of at least one scope"))?;
    wanted
        .iter()
        .map(|scope| {
            let text = scope.as_str().unwrap_or_default();
            text.parse::<Scope>().map_err(|error| ApiError::field("permissions", error.to_string()))
        })
        .collect()
}

/// The answer holds the key's text, once and never again.
pub(crate) async fn create(
    State(api): State<Api>,
    auth: Auth<AdminApiKeys>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let now = Timestamp::now();
    let new = body::parse::<Create>(&body)?.check(&auth, now)?;
    let workspace = auth.access.workspace;
    once.of(&api, &auth, &body)
        .write(move |tx| {
            Box::pin(async move {
                let (key, text) = keys::create(tx, workspace, &new, now).await?;
                Ok(Answer::created(wire(&key)).with_secret("key", text))
            })
        })
        .await
}

pub(crate) async fn revoke(
    State(api): State<Api>,
    auth: Auth<AdminApiKeys>,
    PathId(id): PathId,
    once: Once,
) -> ApiResult<Response> {
    let id = path_id(&id)?;
    let (workspace, now) = (auth.access.workspace, Timestamp::now());
    once.of(&api, &auth, b"")
        .write(move |tx| {
            Box::pin(async move {
                match keys::revoke(tx, workspace, id, now).await? {
                    Revoked::Yes => Ok(Answer::no_content()),
                    Revoked::NotFound => Err(ApiError::new(
                        ErrorCode::ApiKeyNotFound,
                        "There is no active API key with this id.",
                    )),
                    Revoked::LastAdmin => Err(ApiError::new(
                        ErrorCode::InsufficientPermissions,
                        "This is the last active key with `admin:api_keys`. Create another one before revoking it.",
                    )),
                }
            })
        })
        .await
}

fn wire(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "description": key.description,
        "prefix": key.prefix,
        "permissions": key.scopes,
        "rate_limit_tier": key.tier,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    })
}
