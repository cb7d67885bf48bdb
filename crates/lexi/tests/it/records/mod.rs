//! The CRM over REST.

mod bulk;
mod crud;
mod errors;
mod export;
mod lists;
mod once;
mod versions;

use lexi_testkit::Http;
use lexi_testkit::http::{Answered, answered};
use reqwest::Method;
use serde_json::{Value, json};

pub(super) const NOBODY: &str = "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f";

/// Makes a record that must be made, as it is shown.
pub(super) async fn made(http: &Http, plural: &str, fields: Value) -> Value {
    let answer = http.post(&format!("/v1/{plural}"), &fields).await;
    assert_eq!(answer.status, 201, "{plural} {fields}: {}", answer.text());
    answer.json()["data"].clone()
}

pub(super) fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

/// The names of what a list shows.
pub(super) async fn names(http: &Http, path: &str, plural: &str, field: &str) -> Vec<String> {
    let answer = http.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let rows = answer.json()["data"][plural].as_array().unwrap().clone();
    rows.iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

pub(super) async fn with_header(
    http: &Http,
    method: Method,
    path: &str,
    header: (&str, &str),
    body: Option<&Value>,
) -> Answered {
    let request = http.request(method, path).header(header.0, header.1);
    answered(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// Something of each type that can be made in an empty workspace, and a change of it.
pub(super) async fn samples(http: &Http) -> Vec<(&'static str, Value, Value)> {
    let contact = made(http, "contacts", json!({"full_name": "Jane Doe"})).await;
    let about = json!(id(&contact));
    vec![
        (
            "contacts",
            json!({"full_name": "Doe, John", "email": "john@doe.example", "tags": ["vip"], "custom_fields": {"source": "Web"}}),
            json!({"job_title": "Partner", "custom_fields": {"floor": 3}}),
        ),
        ("companies", json!({"name": "Acme", "industry": "Steel"}), json!({"city": "Berlin"})),
        (
            "deals",
            json!({"name": "Lease", "estimated_value": 1250.5, "contact_id": about}),
            json!({"estimated_value": "900", "status": "won"}),
        ),
        ("matters", json!({"name": "Doe v. Roe", "client_contact_id": about}), json!({"status": "closed"})),
        ("notes", json!({"title": "Call", "contact_id": about}), json!({"content": "Said yes"})),
        ("tasks", json!({"title": "Write", "contact_name": "Jane Doe"}), json!({"status": "completed"})),
        (
            "activities",
            json!({"type": "call", "title": "Rang", "contact_id": about}),
            json!({"title": "Rang again"}),
        ),
    ]
}
