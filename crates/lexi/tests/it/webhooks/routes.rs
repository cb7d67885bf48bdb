//! Making, changing and reading webhooks.

use lexi_testkit::Lexi;
use lexi_testkit::http::answered;
use lexi_types::{RateTier, Scope, ScopeSet};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{builtin, new_key, setup};

const NOWHERE: &str = "https://hooks.example.com/lexi";

async fn key(lexi: &Lexi, scopes: &str) -> lexi_testkit::Http {
    lexi.http().with_key(&lexi.new_key(lexi.workspace, scopes, RateTier::Unmetered).await)
}

#[tokio::test]
async fn a_webhook_is_made_read_changed_and_removed_and_its_secret_shown_once() {
    let lexi = builtin().await;
    let http = lexi.http();
    let body =
        json!({ "url": NOWHERE, "events": ["deal.updated", "deal.updated", "*"], "description": "CRM" });
    let made = http.post("/v1/webhooks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json()["data"].clone();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    assert_eq!(made["events"], json!(["deal.updated", "*"]));
    assert_eq!((&made["active"], &made["description"]), (&json!(true), &json!("CRM")));
    let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());

    let listed = http.get("/v1/webhooks").await;
    assert_eq!(listed.json()["meta"], json!({ "page": 1, "per_page": 25, "total": 1 }));
    let change = json!({ "events": ["note.created"], "active": false });
    let changed = http.patch(&path, &change).await;
    let read = http.get(&path).await;
    assert_eq!(changed.json(), read.json());
    for answer in [&listed, &changed, &read] {
        assert!(!answer.text().contains(&secret), "{}", answer.text());
    }
    let read = read.json()["data"].clone();
    assert_eq!((&read["events"], &read["active"]), (&json!(["note.created"]), &json!(false)));
    assert_eq!((&read["url"], &read["description"]), (&json!(NOWHERE), &json!("CRM")));
    let cleared = http.patch(&path, &json!({ "description": null })).await.json()["data"].clone();
    assert_eq!((&cleared["description"], &cleared["events"]), (&Value::Null, &json!(["note.created"])));

    assert_eq!(http.delete(&path).await.status, 204);
    for again in [http.delete(&path).await, http.get(&path).await, http.patch(&path, &change).await] {
        assert_eq!(again.error(), (404, "webhook_not_found".into()));
    }
    assert_eq!(http.get(&format!("{path}/logs")).await.error(), (404, "webhook_not_found".into()));
    assert!(!lexi.logs().contains(&secret));

    let sql = "SELECT action, before, after FROM audit_log ORDER BY seq";
    let database = rusqlite::Connection::open(lexi.database()).unwrap();
    let mut rows = database.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, Option<String>>(2)?))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    let deeds: Vec<_> = rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(deeds, ["create", "update", "update", "delete"]);
    assert!(rows.iter().all(|row| !format!("{row:?}").contains("whsec_")), "{rows:?}");
    assert!(rows[1].1.as_ref().unwrap().contains("deal.updated"));
    assert!(rows[1].2.as_ref().unwrap().contains("note.created"));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let lexi = builtin().await;
    let long = format!("https://example.com/{}", "x".repeat(2000));
    let bad = [
        ("url", json!({ "events": ["*"] })),
        ("url", json!({ "url": 7, "events": ["*"] })),
        ("url", json!({ "url": long, "events": ["*"] })),
        ("events", json!({ "url": NOWHERE })),
        ("events", json!({ "url": NOWHERE, "events": [] })),
        ("events", json!({ "url": NOWHERE, "events": "deal.created" })),
        ("events", json!({ "url": NOWHERE, "events": ["deal.created", "deal.*"] })),
        ("events", json!({ "url": NOWHERE, "events": [null] })),
        ("description", json!({ "url": NOWHERE, "events": ["*"], "description": "x".repeat(201) })),
        ("active", json!({ "url": NOWHERE, "events": ["*"], "active": "yes" })),
    ];
    for (field, body) in bad {
        let refused = lexi.http().post("/v1/webhooks", &body).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{body}");
        assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{}", refused.text());
    }
    let unknown = json!({ "url": NOWHERE, "events": ["deal.exploded"] });
    let unknown = lexi.http().post("/v1/webhooks", &unknown).await.text();
    assert!(unknown.contains("deal.exploded") && unknown.contains("lexi.run.completed"), "{unknown}");
    assert_eq!(lexi.http().get("/v1/webhooks").await.json()["meta"]["total"], 0);
}

#[tokio::test]
async fn a_key_subscribes_to_what_it_may_read() {
    let lexi = builtin().await;
    let http = key(&lexi, "admin:webhooks,read:deals").await;
    let make =
        async |events: &[&str]| http.post("/v1/webhooks", &json!({ "url": NOWHERE, "events": events })).await;
    let made = make(&["deal.created", "webhook.test"]).await;
    assert_eq!(made.status, 201, "{}", made.text());
    for (event, scope) in [
        ("matter.created", "read:matters"),
        ("activity.deleted", "read:activities"),
        ("lexi.task_created", "read:ai"),
        ("lexi.run.completed", "read:ai"),
        ("credits.low", "admin:credits"),
        ("*", "read:"),
    ] {
        let refused = make(&["deal.created", event]).await;
        assert_eq!(refused.error(), (403, "insufficient_permissions".into()), "{event}");
        assert!(refused.text().contains(scope), "{}", refused.text());
    }
    let reads = Scope::ALL.iter().map(|scope| scope.as_str()).filter(|scope| scope.starts_with("read:"));
    let reader = key(&lexi, &format!("admin:webhooks,{}", reads.collect::<Vec<_>>().join(","))).await;
    let all = json!({ "url": NOWHERE, "events": ["*"] });
    let made = reader.post("/v1/webhooks", &all).await;
    assert_eq!(made.status, 201);
    // Whoever changes a webhook must be able to have made it.
    let path = format!("/v1/webhooks/{}", made.json()["data"]["id"].as_str().unwrap());
    let refused = http.patch(&path, &json!({ "url": "https://elsewhere.example.com/" })).await;
    assert_eq!(refused.error(), (403, "insufficient_permissions".into()));
    let narrowed = http.patch(&path, &json!({ "events": ["deal.created"] })).await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.text());
}

#[tokio::test]
async fn whoever_changes_a_webhook_never_makes_it_see_more() {
    let lexi = setup().start().await;
    let all = lexi.http();
    let plain: Vec<_> =
        Scope::ALL.iter().map(|s| s.as_str()).filter(|scope| *scope != "admin:walls").collect();
    let plain = key(&lexi, &plain.join(",")).await;
    let body = json!({ "url": NOWHERE, "events": ["deal.updated"] });
    let sees = async |id: &str| {
        let database = rusqlite::Connection::open(lexi.database()).unwrap();
        database.query_row("SELECT sees_walled FROM webhooks WHERE id = $1", [id], |row| row.get::<_, i64>(0))
    };
    let of_all = all.post("/v1/webhooks", &body).await.json()["data"]["id"].as_str().unwrap().to_owned();
    let of_plain = plain.post("/v1/webhooks", &body).await.json()["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!((sees(&of_all).await.unwrap(), sees(&of_plain).await.unwrap()), (1, 0));
    let touched = json!({ "description": "touched" });
    for (http, id) in [(&plain, &of_all), (&all, &of_plain)] {
        assert_eq!(http.patch(&format!("/v1/webhooks/{id}"), &touched).await.status, 200);
        assert_eq!(sees(id).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_workspace_has_at_most_fifty_and_sees_none_of_another() {
    let lexi = builtin().await;
    let http = lexi.http();
    let body = json!({ "url": NOWHERE, "events": ["*"] });
    let mut id = String::new();
    for _ in 0..50 {
        let made = http.post("/v1/webhooks", &body).await;
        assert_eq!(made.status, 201);
        made.json()["data"]["id"].as_str().unwrap().clone_into(&mut id);
    }
    assert_eq!(http.post("/v1/webhooks", &body).await.error(), (409, "conflict".into()));
    let page = http.get("/v1/webhooks?page=2&per_page=30").await.json();
    assert_eq!(page["data"]["webhooks"].as_array().unwrap().len(), 20);
    assert_eq!(page["meta"]["total"], 50);

    let other = lexi.new_workspace("Other").await;
    let stranger =
        http.with_key(&lexi.new_key(other, &ScopeSet::all().to_string(), RateTier::Unmetered).await);
    assert_eq!(stranger.get("/v1/webhooks").await.json()["meta"]["total"], 0);
    let path = format!("/v1/webhooks/{id}");
    for answer in [
        stranger.get(&path).await,
        stranger.get(&format!("{path}/logs")).await,
        stranger.patch(&path, &json!({ "active": false })).await,
        stranger.delete(&path).await,
        stranger.post(&format!("{path}/test"), &json!({})).await,
    ] {
        assert_eq!(answer.error(), (404, "webhook_not_found".into()));
    }
    assert_eq!(http.get(&path).await.json()["data"]["active"], true);
}

#[tokio::test]
async fn the_catalog_has_every_type_with_an_example_and_its_scope() {
    let lexi = builtin().await;
    let catalog = key(&lexi, "write:ai").await.get("/v1/events/catalog").await.json();
    let events = catalog["data"]["events"].as_array().unwrap();
    assert_eq!(catalog["data"]["total"], 29);
    assert_eq!(events.len(), 29);
    for event in events {
        assert!(event["description"].is_string() && event["example"]["data"].is_object(), "{event}");
        assert_eq!(event["example"]["type"], event["type"]);
    }
    let deal = events.iter().find(|event| event["type"] == "deal.updated").unwrap();
    assert_eq!(deal["scope"], "read:deals");
    let log = lexi.http().get("/v1/webhooks/0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f/logs?status=lost").await;
    assert_eq!(log.error(), (400, "validation_error".into()));
}

#[tokio::test]
async fn a_webhook_is_made_once_whatever_is_sent_again() {
    let lexi = builtin().await;
    let body = json!({ "url": NOWHERE, "events": ["deal.created"] });
    let idempotency_key = new_key();
    let make = async |body: &Value| {
        let request = lexi.http().request(Method::POST, "/v1/webhooks").json(body);
        answered(request.header("Idempotency-Key", &idempotency_key)).await
    };
    let (first, again) = (make(&body).await, make(&body).await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let (first, again) = (first.json()["data"].clone(), again.json()["data"].clone());
    assert_eq!(first["id"], again["id"]);
    assert!(
        first["secret"].is_string() && again["secret"].is_null(),
        "the secret is not kept to be shown again"
    );
    assert_eq!(lexi.http().get("/v1/webhooks").await.json()["meta"]["total"], 1);
    let other = make(&json!({ "url": NOWHERE, "events": ["deal.deleted"] })).await;
    assert_eq!(other.error(), (409, "idempotency_conflict".into()));
}
