use serde_json::json;

use super::{NOBODY, made};
use crate::world::builtin;

#[tokio::test]
async fn what_is_wrong_is_said_by_field() {
    let lexi = builtin().await;
    let http = lexi.http();
    for (plural, fields, blamed) in [
        ("contacts", json!({}), "full_name"),
        ("contacts", json!({"full_name": "A", "email": "nobody"}), "email"),
        ("contacts", json!({"full_name": "A", "related_company_id": NOBODY}), "related_company_id"),
        ("contacts", json!({"full_name": "A", "related_company_id": "Acme"}), "related_company_id"),
        ("companies", json!({"name": " "}), "name"),
        ("companies", json!({"name": "A", "tags": "vip"}), "tags"),
        ("deals", json!({"name": "A", "estimated_value": 1.234}), "estimated_value"),
        ("deals", json!({"name": "A", "estimated_value": -1}), "estimated_value"),
        ("deals", json!({"name": "A", "probability": 101}), "probability"),
        ("deals", json!({"name": "A", "status": "open"}), "status"),
        ("deals", json!({"name": "A", "currency": "XYZ"}), "currency"),
        ("matters", json!({"name": "A", "open_date": "2026-02-30"}), "open_date"),
        ("notes", json!({"title": "A"}), "contact_id"),
        ("tasks", json!({"title": "A", "contact_id": NOBODY}), "contact_id"),
        ("activities", json!({"title": "A"}), "type"),
    ] {
        let refused = http.post(&format!("/v1/{plural}"), &fields).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{plural} {fields}");
        let details = refused.json()["error"]["details"]["fields"].clone();
        assert!(details[blamed].is_string(), "{plural} {fields}: {details}");
        assert_eq!(http.get(&format!("/v1/{plural}")).await.json()["meta"]["total"], 0, "nothing is written");
    }
    for body in ["", "[]", "7", "{\"full_name\":", "null"] {
        let request = http.request(reqwest::Method::POST, "/v1/contacts");
        let request = request.header("Content-Type", "application/json").body(body);
        assert_eq!(
            lexi_testkit::http::answered(request).await.error(),
            (400, "validation_error".into()),
            "{body}"
        );
    }
    assert_eq!(http.get("/v1/contacts/nobody").await.error(), (400, "validation_error".into()));
    assert_eq!(
        http.post("/v1/contacts/export", &json!({})).await.error(),
        (405, "method_not_allowed".into())
    );
}

#[tokio::test]
async fn a_name_that_fits_several_is_ambiguous() {
    let lexi = builtin().await;
    let http = lexi.http();
    for email in ["a@doe.example", "b@doe.example"] {
        made(&http, "contacts", json!({"full_name": "Jane Doe", "email": email})).await;
    }
    let refused = http.post("/v1/notes", &json!({"title": "Call", "contact_name": "Jane Doe"})).await;
    assert_eq!(refused.error(), (400, "ambiguous_reference".into()));
    let details = refused.json()["error"]["details"].clone();
    assert!(details["fields"]["contact_name"].is_string(), "{details}");
    let candidates = details["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2);
    assert!(
        candidates[0]["id"].is_string() && candidates[0]["detail"].as_str().unwrap().contains("@doe.example")
    );
}

#[tokio::test]
async fn a_record_of_another_workspace_is_none() {
    let lexi = builtin().await;
    let http = lexi.http();
    let jane = made(&http, "contacts", json!({"full_name": "Jane Doe"})).await;
    let other = lexi.new_workspace("Other").await;
    let scopes = lexi_types::ScopeSet::all().to_string();
    let stranger = http.with_key(&lexi.new_key(other, &scopes, lexi_types::RateTier::Unmetered).await);
    let path = format!("/v1/contacts/{}", super::id(&jane));
    let theirs = stranger.get(&path).await;
    let nobodys = stranger.get(&format!("/v1/contacts/{NOBODY}")).await;
    assert_eq!((theirs.status, theirs.error()), (404, nobodys.error()));
    assert_eq!(stranger.delete(&path).await.status, 404);
    assert_eq!(stranger.get("/v1/contacts").await.json()["meta"]["total"], 0);
    let linked = stranger.post("/v1/notes", &json!({"title": "Call", "contact_id": jane["id"]})).await;
    assert_eq!(linked.error(), (400, "validation_error".into()));
    assert_eq!(http.get(&path).await.status, 200);
}
