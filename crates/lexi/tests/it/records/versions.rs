use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{NOBODY, id, made, with_header};
use crate::world::builtin;

#[tokio::test]
async fn a_change_may_name_the_state_it_is_for() {
    let lexi = builtin().await;
    let http = lexi.http();
    let acme = made(&http, "companies", json!({"name": "Acme"})).await;
    let path = format!("/v1/companies/{}", id(&acme));
    let first = http.get(&path).await.header("etag").unwrap().to_owned();
    let body = json!({"city": "Berlin"});
    let patch = |tag: String, body: serde_json::Value| {
        let (http, path) = (http.clone(), path.clone());
        async move { with_header(&http, Method::PATCH, &path, ("If-Match", &tag), Some(&body)).await }
    };
    let changed = patch(first.clone(), body.clone()).await;
    assert_eq!(changed.status, 200);
    let second = changed.header("etag").unwrap().to_owned();
    let stale = patch(first.clone(), json!({"city": "Bonn"})).await;
    assert_eq!(stale.error(), (412, "precondition_failed".into()));
    assert_eq!(http.get(&path).await.json()["data"]["city"], "Berlin");
    assert_eq!(patch("\"theirs\"".to_owned(), body.clone()).await.status, 412);
    assert_eq!(patch(format!("W/{second}"), body.clone()).await.status, 412, "a weak tag is not sure enough");
    assert_eq!(patch(format!("{first}, {second}"), json!({"city": "Kiel"})).await.status, 200);
    assert_eq!(patch("*".to_owned(), json!({"city": "Ulm"})).await.status, 200);
    for malformed in ["x", second.trim_matches('"'), "\"a\" \"b\"", "\""] {
        assert_eq!(patch(malformed.to_owned(), body.clone()).await.error(), (400, "validation_error".into()));
    }
    let nobody = format!("/v1/companies/{NOBODY}");
    let missing = with_header(&http, Method::PATCH, &nobody, ("If-Match", "*"), Some(&body)).await;
    assert_eq!(missing.error(), (404, "company_not_found".into()));
    let stale = with_header(&http, Method::DELETE, &path, ("If-Match", &first), None).await;
    assert_eq!(stale.error(), (412, "precondition_failed".into()));
    let now = http.get(&path).await.header("etag").unwrap().to_owned();
    assert_eq!(with_header(&http, Method::DELETE, &path, ("If-Match", &now), None).await.status, 200);
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let lexi = builtin().await;
    let http = lexi.http();
    let acme = made(&http, "companies", json!({"name": "Acme"})).await;
    let path = format!("/v1/companies/{}", id(&acme));
    let tag = http.get(&path).await.header("etag").unwrap().to_owned();
    for seen in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let answer = with_header(&http, Method::GET, &path, ("If-None-Match", &seen), None).await;
        assert_eq!((answer.status, answer.bytes.len()), (304, 0), "{seen}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    http.patch(&path, &json!({"city": "Berlin"})).await;
    assert_eq!(with_header(&http, Method::GET, &path, ("If-None-Match", &tag), None).await.status, 200);
}

#[tokio::test]
async fn changes_at_the_same_time_all_count_unless_they_name_a_state() {
    let lexi = builtin().await;
    let http = lexi.http();
    let jane = made(&http, "contacts", json!({"full_name": "Jane Doe"})).await;
    let path = format!("/v1/contacts/{}", id(&jane));
    let bodies: Vec<_> = (0..4).map(|n| json!({"custom_fields": {format!("field_{n}"): n}})).collect();
    let changed = join_all(bodies.iter().map(|body| http.patch(&path, body))).await;
    assert!(
        changed.iter().all(|answer| answer.status == 200),
        "{:?}",
        changed.iter().map(|a| a.text()).collect::<Vec<_>>()
    );
    let fields = http.get(&path).await.json()["data"]["custom_fields"].clone();
    assert_eq!(fields, json!({"field_0": 0, "field_1": 1, "field_2": 2, "field_3": 3}));
    let tag = http.get(&path).await.header("etag").unwrap().to_owned();
    let bodies: Vec<_> = (0..6).map(|n| json!({"job_title": format!("Title {n}")})).collect();
    let raced = join_all(
        bodies.iter().map(|body| with_header(&http, Method::PATCH, &path, ("If-Match", &tag), Some(body))),
    )
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = raced.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 5), "one of them saw what it names");
    assert!(lost.iter().all(|answer| answer.error() == (412, "precondition_failed".into())));
}
