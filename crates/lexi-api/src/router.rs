//! The routes, as one table: what exists, who may call it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::middleware;
use axum::routing::{MethodRouter, delete, get, post};
use http::header;
use http::request::Parts;
use lexi_types::ErrorCode;

use crate::app::Api;
use crate::auth::{AnyKey, Auth};
use crate::errors::{ApiError, ApiResult};
use crate::observe::observe;
use crate::openapi;
use crate::routes::records::{Activities, Companies, Contacts, Deals, Matters, Notes, Resource, Tasks};
use crate::routes::{
    api_keys, chat, conversations, credits, firm, health, lexi_tasks, policy, records, usage,
};

/// Routes live under `/v1` and, for clients of the hosted API, under this prefix too.
pub(crate) const GATEWAY: &str = "/functions/v1/api-gateway";

/// A row of the table of who may call what.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// The scope it asks for; `any key`; or `none` where it needs no key.
    pub needs: &'static str,
}

const fn row(method: &'static str, path: &'static str, needs: &'static str) -> Route {
    Route { method, path, needs }
}

/// A test walks this table and calls each row without a key and with a key that lacks the scope.
pub const ROUTES: &[Route] = &[
    row("POST", "/v1/lexi/chat/stream", "write:ai"),
    row("POST", "/v1/lexi/chat", "write:ai"),
    row("GET", "/v1/lexi/conversations", "read:ai"),
    row("GET", "/v1/lexi/conversations/{id}", "read:ai"),
    row("PATCH", "/v1/lexi/conversations/{id}", "write:ai"),
    row("DELETE", "/v1/lexi/conversations/{id}", "write:ai"),
    row("GET", "/v1/lexi/conversations/{id}/stream", "read:ai"),
    row("POST", "/v1/lexi/conversations/{id}/cancel", "write:ai"),
    row("GET", "/v1/lexi/tasks", "read:ai"),
    row("GET", "/v1/lexi/tasks/{id}", "read:ai"),
    row("POST", "/v1/lexi/tasks/{id}/approve", "write:ai"),
    row("POST", "/v1/lexi/tasks/{id}/dismiss", "write:ai"),
    row("GET", "/v1/lexi/policy", "admin:workspace"),
    row("PUT", "/v1/lexi/policy", "admin:workspace"),
    row("GET", "/v1/contacts", "read:contacts"),
    row("POST", "/v1/contacts", "write:contacts"),
    row("GET", "/v1/contacts/{id}", "read:contacts"),
    row("PATCH", "/v1/contacts/{id}", "write:contacts"),
    row("DELETE", "/v1/contacts/{id}", "write:contacts"),
    row("GET", "/v1/contacts/export", "read:contacts"),
    row("POST", "/v1/contacts/bulk", "write:contacts"),
    row("PATCH", "/v1/contacts/bulk", "write:contacts"),
    row("GET", "/v1/companies", "read:companies"),
    row("POST", "/v1/companies", "write:companies"),
    row("GET", "/v1/companies/{id}", "read:companies"),
    row("PATCH", "/v1/companies/{id}", "write:companies"),
    row("DELETE", "/v1/companies/{id}", "write:companies"),
    row("GET", "/v1/companies/export", "read:companies"),
    row("GET", "/v1/deals", "read:deals"),
    row("POST", "/v1/deals", "write:deals"),
    row("GET", "/v1/deals/{id}", "read:deals"),
    row("PATCH", "/v1/deals/{id}", "write:deals"),
    row("DELETE", "/v1/deals/{id}", "write:deals"),
    row("GET", "/v1/deals/export", "read:deals"),
    row("POST", "/v1/deals/bulk", "write:deals"),
    row("PATCH", "/v1/deals/bulk", "write:deals"),
    row("GET", "/v1/matters", "read:matters"),
    row("POST", "/v1/matters", "write:matters"),
    row("GET", "/v1/matters/{id}", "read:matters"),
    row("PATCH", "/v1/matters/{id}", "write:matters"),
    row("DELETE", "/v1/matters/{id}", "write:matters"),
    row("GET", "/v1/matters/export", "read:matters"),
    row("GET", "/v1/notes", "read:notes"),
    row("POST", "/v1/notes", "write:notes"),
    row("GET", "/v1/notes/{id}", "read:notes"),
    row("PATCH", "/v1/notes/{id}", "write:notes"),
    row("DELETE", "/v1/notes/{id}", "write:notes"),
    row("GET", "/v1/notes/export", "read:notes"),
    row("GET", "/v1/tasks", "read:tasks"),
    row("POST", "/v1/tasks", "write:tasks"),
    row("GET", "/v1/tasks/{id}", "read:tasks"),
    row("PATCH", "/v1/tasks/{id}", "write:tasks"),
    row("DELETE", "/v1/tasks/{id}", "write:tasks"),
    row("GET", "/v1/tasks/export", "read:tasks"),
    row("GET", "/v1/activities", "read:activities"),
    row("POST", "/v1/activities", "write:activities"),
    row("GET", "/v1/activities/{id}", "read:activities"),
    row("PATCH", "/v1/activities/{id}", "write:activities"),
    row("DELETE", "/v1/activities/{id}", "write:activities"),
    row("GET", "/v1/activities/export", "read:activities"),
    row("GET", "/v1/pipelines", "read:deals"),
    row("GET", "/v1/users", "any key"),
    row("GET", "/v1/api-keys", "admin:api_keys"),
    row("POST", "/v1/api-keys", "admin:api_keys"),
    row("DELETE", "/v1/api-keys/{id}", "admin:api_keys"),
    row("GET", "/v1/credits", "any key"),
    row("GET", "/v1/credits/ledger", "admin:credits"),
    row("POST", "/v1/credits/grants", "admin:credits"),
    row("GET", "/v1/usage", "admin:credits"),
    row("GET", "/healthz", "none"),
    row("GET", "/readyz", "none"),
    row("GET", "/metrics", "none"),
    row("GET", "/openapi.json", "none"),
];

fn handlers() -> Vec<(&'static str, MethodRouter<Api>)> {
    vec![
        ("/v1/lexi/chat/stream", post(chat::stream)),
        ("/v1/lexi/chat", post(chat::once)),
        ("/v1/lexi/conversations", get(conversations::list)),
        (
            "/v1/lexi/conversations/{id}",
            get(conversations::read).patch(conversations::change).delete(conversations::remove),
        ),
        ("/v1/lexi/conversations/{id}/stream", get(conversations::stream)),
        ("/v1/lexi/conversations/{id}/cancel", post(conversations::cancel)),
        ("/v1/lexi/tasks", get(lexi_tasks::list)),
        ("/v1/lexi/tasks/{id}", get(lexi_tasks::read)),
        ("/v1/lexi/tasks/{id}/approve", post(lexi_tasks::approve)),
        ("/v1/lexi/tasks/{id}/dismiss", post(lexi_tasks::dismiss)),
        ("/v1/lexi/policy", get(policy::read).put(policy::replace)),
        ("/v1/contacts", many::<Contacts>()),
        ("/v1/contacts/{id}", one::<Contacts>()),
        ("/v1/contacts/export", get(records::export::<Contacts>)),
        ("/v1/contacts/bulk", bulk::<Contacts>()),
        ("/v1/companies", many::<Companies>()),
        ("/v1/companies/{id}", one::<Companies>()),
        ("/v1/companies/export", get(records::export::<Companies>)),
        ("/v1/deals", many::<Deals>()),
        ("/v1/deals/{id}", one::<Deals>()),
        ("/v1/deals/export", get(records::export::<Deals>)),
        ("/v1/deals/bulk", bulk::<Deals>()),
        ("/v1/matters", many::<Matters>()),
        ("/v1/matters/{id}", one::<Matters>()),
        ("/v1/matters/export", get(records::export::<Matters>)),
        ("/v1/notes", many::<Notes>()),
        ("/v1/notes/{id}", one::<Notes>()),
        ("/v1/notes/export", get(records::export::<Notes>)),
        ("/v1/tasks", many::<Tasks>()),
        ("/v1/tasks/{id}", one::<Tasks>()),
        ("/v1/tasks/export", get(records::export::<Tasks>)),
        ("/v1/activities", many::<Activities>()),
        ("/v1/activities/{id}", one::<Activities>()),
        ("/v1/activities/export", get(records::export::<Activities>)),
        ("/v1/pipelines", get(firm::pipelines)),
        ("/v1/users", get(firm::users)),
        ("/v1/api-keys", get(api_keys::list).post(api_keys::create)),
        ("/v1/api-keys/{id}", delete(api_keys::revoke)),
        ("/v1/credits", get(credits::account)),
        ("/v1/credits/ledger", get(credits::ledger)),
        ("/v1/credits/grants", post(credits::grant)),
        ("/v1/usage", get(usage::by_day)),
        ("/healthz", get(health::live)),
        ("/readyz", get(health::ready)),
        ("/metrics", get(health::metrics)),
        ("/openapi.json", get(openapi::show)),
    ]
}

fn many<R: Resource>() -> MethodRouter<Api> {
    get(records::list::<R>).post(records::create::<R>)
}

fn one<R: Resource>() -> MethodRouter<Api> {
    get(records::read::<R>).patch(records::change::<R>).delete(records::remove::<R>)
}

fn bulk<R: Resource>() -> MethodRouter<Api> {
    post(records::create_many::<R>).patch(records::change_many::<R>)
}

pub fn router(api: Api) -> Router {
    let mut router = Router::new();
    for (path, handler) in handlers() {
        if path.starts_with("/v1/") {
            router = router.route(&format!("{GATEWAY}{path}"), handler.clone());
        }
        router = router.route(path, handler);
    }
    router
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_route)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(api.clone(), observe))
        .with_state(api)
}

async fn no_route(State(api): State<Api>, mut parts: Parts) -> ApiError {
    let missing = ApiError::new(ErrorCode::NotFound, "There is no such route. The API lives under /v1/.");
    known_first(&api, &mut parts).await.err().unwrap_or(missing)
}

async fn wrong_method(State(api): State<Api>, mut parts: Parts) -> ApiError {
    let wrong = ApiError::new(
        ErrorCode::MethodNotAllowed,
        "This route does not take that method; the Allow header names those it takes.",
    );
    known_first(&api, &mut parts).await.err().unwrap_or(wrong)
}

/// A key that is shown is looked at and counted, wherever it is shown; without one, anybody may learn what exists.
async fn known_first(api: &Api, parts: &mut Parts) -> ApiResult<()> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        Auth::<AnyKey>::from_request_parts(parts, api).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handler_has_its_row_and_every_row_a_handler() {
        let handled: Vec<_> = handlers().into_iter().map(|(path, _)| path).collect();
        for path in &handled {
            assert!(ROUTES.iter().any(|row| row.path == *path), "{path} has no row");
        }
        for row in ROUTES {
            assert!(handled.contains(&row.path), "{} has no handler", row.path);
        }
    }
}
