//! The description of the API, OpenAPI 3.1. Each resource describes its operations in a file of its own; a test misses one
//! that the table of routes has, or has one that the table has not.

mod access;
mod chat;
mod conversations;
mod credits;
mod errors;
mod events;
mod health;
mod lexi_tasks;
mod operation;
mod records;
mod schema;

use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use utoipa::openapi::path::{HttpMethod, PathItem, PathsBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};

use crate::router::{GATEWAY, ROUTES};
use operation::{Operation, SECURITY};
use schema::{Shape, integer_from, must, object};

/// What is described of each resource, in the order of the table of routes.
fn operations() -> Vec<Operation> {
    [
        chat::operations(),
        conversations::operations(),
        lexi_tasks::operations(),
        records::operations(),
        access::operations(),
        credits::operations(),
        health::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Schemas that have names.
fn schemas() -> Vec<(String, Shape)> {
    let meta = object([
        must("page", integer_from(1)),
        must("per_page", integer_from(1)),
        must("total", integer_from(0)),
    ]);
    let mut schemas = vec![("Meta".to_owned(), meta)];
    schemas.extend(records::schemas());
    schemas.extend(conversations::schemas());
    schemas.extend(lexi_tasks::schemas());
    schemas.extend(access::schemas());
    schemas.extend(credits::schemas());
    schemas.extend(events::schemas());
    schemas
}

/// The whole description.
pub fn document() -> OpenApi {
    let mut paths = PathsBuilder::new();
    for operation in operations() {
        let route = ROUTES.iter().find(|row| row.method == operation.method && row.path == operation.path);
        let (Some(route), Some(method)) = (route, method(operation.method)) else { continue };
        paths = paths.path(operation.path.clone(), PathItem::new(method, operation.build(route)));
    }
    let components = schemas()
        .into_iter()
        .fold(ComponentsBuilder::new(), |components, (name, shape)| components.schema(name, shape));
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key, `wbk_…`. It belongs to one workspace and sees only that."));
    let info = InfoBuilder::new()
        .title("Lexi")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "An AI assistant on the records of a firm, and the records themselves. A known field that is not described \
             is ignored; so is an unknown parameter. `docs/api.md` has the rules in words.",
        ));
    OpenApiBuilder::new()
        .info(info.build())
        .servers(Some([ServerBuilder::new().url("/").build(), ServerBuilder::new().url(GATEWAY).build()]))
        .paths(paths.build())
        .components(Some(components.security_scheme(SECURITY, SecurityScheme::Http(key.build())).build()))
        .build()
}

/// The same as text, for people too.
pub fn text() -> String {
    // A description is strings and maps of them.
    document().to_pretty_json().unwrap_or_default() + "\n"
}

/// `GET /openapi.json`
pub(crate) async fn show() -> Response {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| text().into()).clone();
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}

fn method(name: &str) -> Option<HttpMethod> {
    Some(match name {
        "GET" => HttpMethod::Get,
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let described: Vec<(&str, String)> =
            operations().into_iter().map(|operation| (operation.method, operation.path)).collect();
        for (method, path) in &described {
            let known = ROUTES.iter().any(|row| row.method == *method && row.path == path);
            assert!(known, "{method} {path} is described and is no route");
        }
        for row in ROUTES {
            let count = described.iter().filter(|(method, path)| row.method == *method && row.path == path);
            assert_eq!(count.count(), 1, "{row:?} must have one description");
        }
    }

    #[test]
    fn names_are_unique_and_references_lead_somewhere() {
        let document = serde_json::to_value(document()).unwrap();
        let mut ids = HashSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                assert!(!id.is_empty() && ids.insert(id), "{method} {path}");
            }
        }
        let text = document.to_string();
        for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
        for id in text.split("\"operationId\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(id), "a link leads to {id}");
        }
    }

    /// `LEXI_WRITE_OPENAPI=1 cargo test -p lexi-api openapi` writes the file anew.
    #[test]
    fn the_file_among_the_documents_is_this_description() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        if std::env::var_os("LEXI_WRITE_OPENAPI").is_some() {
            std::fs::write(&path, text()).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == text(),
            "docs/openapi.json is old: run LEXI_WRITE_OPENAPI=1 cargo test -p lexi-api openapi"
        );
    }
}
