use reqwest::Method;
use serde_json::json;

use super::{id, made, samples, with_header};
use crate::world::builtin;

#[tokio::test]
async fn every_type_is_made_read_changed_and_removed() {
    let lexi = builtin().await;
    let http = lexi.http();
    for (plural, fields, change) in samples(&http).await {
        let path = format!("/v1/{plural}");
        let answer = http.post(&path, &fields).await;
        assert_eq!(answer.status, 201, "{plural}: {}", answer.text());
        let record = answer.json()["data"].clone();
        let one = format!("{path}/{}", id(&record));
        assert_eq!(answer.header("location"), Some(one.as_str()));
        let read = http.get(&one).await;
        assert_eq!((read.status, &read.json()["data"]), (200, &record), "{plural}");
        assert_eq!(read.header("etag"), answer.header("etag"));
        let changed = http.patch(&one, &change).await;
        assert_eq!(changed.status, 200, "{plural}: {}", changed.text());
        assert_ne!(changed.header("etag"), answer.header("etag"));
        let now = http.get(&one).await;
        assert_eq!(now.json(), changed.json(), "{plural}");
        assert_eq!(now.header("etag"), changed.header("etag"));
        let same = http.patch(&one, &json!({"no_such_field": 1})).await;
        assert_eq!((same.status, same.json()), (200, now.json()), "nothing changed, nothing is changed");
        let gone = http.delete(&one).await;
        assert_eq!((gone.status, gone.json()), (200, json!({"data": {"deleted": true, "id": record["id"]}})));
        for answer in [http.get(&one).await, http.patch(&one, &change).await, http.delete(&one).await] {
            let code = match plural {
                "companies" => "company_not_found".to_owned(),
                "activities" => "activity_not_found".to_owned(),
                other => format!("{}_not_found", other.trim_end_matches('s')),
            };
            assert_eq!(answer.error(), (404, code), "{plural}");
        }
    }
}

#[tokio::test]
async fn the_gateway_is_the_same_api() {
    let lexi = builtin().await;
    let http = lexi.http();
    let base = "/functions/v1/api-gateway";
    let answer = http.post(&format!("{base}/v1/companies"), &json!({"name": "Acme"})).await;
    assert_eq!(answer.status, 201);
    let location = answer.header("location").unwrap().to_owned();
    assert!(location.starts_with(&format!("{base}/v1/companies/")), "{location}");
    let here = http.get(&location).await;
    let there = http.get(location.strip_prefix(base).unwrap()).await;
    assert_eq!((here.status, here.text()), (200, there.text()));
}

#[tokio::test]
async fn a_record_comes_with_what_hangs_on_it() {
    let lexi = builtin().await;
    let http = lexi.http();
    let jane = made(&http, "contacts", json!({"full_name": "Jane Doe"})).await;
    let path = format!("/v1/contacts/{}", id(&jane));
    for n in 1..=4 {
        made(&http, "notes", json!({"title": format!("Note {n}"), "contact_id": jane["id"]})).await;
        let due = format!("2026-12-0{n}");
        made(
            &http,
            "tasks",
            json!({"title": format!("Task {n}"), "contact_id": jane["id"], "due_date": due}),
        )
        .await;
    }
    made(&http, "tasks", json!({"title": "Done", "contact_id": jane["id"], "status": "completed"})).await;
    made(&http, "deals", json!({"name": "Open", "contact_id": jane["id"]})).await;
    made(&http, "deals", json!({"name": "Lost", "contact_id": jane["id"], "status": "lost"})).await;
    let bare = http.get(&path).await.json()["data"].clone();
    assert!(bare["recent_notes"].is_null() && bare["open_tasks"].is_null());
    let whole = http.get(&format!("{path}?include=*")).await.json()["data"].clone();
    let titles = |list: &str, field: &str| -> Vec<String> {
        whole[list].as_array().unwrap().iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles("recent_notes", "title"), ["Note 4", "Note 3", "Note 2"]);
    assert_eq!(titles("open_tasks", "title"), ["Task 1", "Task 2", "Task 3"]);
    assert_eq!(titles("open_deals", "name"), ["Open"]);
    let two = http.get(&format!("{path}?include=deals,notes")).await.json()["data"].clone();
    assert!(two["recent_notes"].is_array() && two["open_deals"].is_array() && two["open_tasks"].is_null());
    let unknown = http.get(&format!("{path}?include=notes,matters")).await;
    assert_eq!(unknown.error(), (400, "validation_error".into()));
    assert!(unknown.json()["error"]["details"]["fields"]["include"].is_string());
    let key = lexi.new_key(lexi.workspace, "read:contacts,read:notes", lexi_types::RateTier::Unmetered).await;
    let narrow = http.with_key(&key);
    assert_eq!(narrow.get(&format!("{path}?include=notes")).await.status, 200);
    let refused = narrow.get(&format!("{path}?include=notes,deals")).await;
    assert_eq!(refused.error(), (403, "insufficient_permissions".into()));
    assert!(refused.text().contains("read:deals"));
    // The tag names the record; what is shown beside it may change without it.
    let tag = http.get(&path).await.header("etag").unwrap().to_owned();
    let asked =
        with_header(&http, Method::GET, &format!("{path}?include=notes"), ("If-None-Match", &tag), None)
            .await;
    assert_eq!(asked.status, 200);
}

#[tokio::test]
async fn pipelines_and_people_are_listed() {
    let lexi = builtin().await;
    let http = lexi.http();
    for plural in ["pipelines", "users"] {
        let listed = http.get(&format!("/v1/{plural}")).await.json();
        assert_eq!(listed["meta"], json!({"page": 1, "per_page": 50, "total": 0}));
        assert_eq!(listed["data"][plural], json!([]));
    }
}
