//! What has an `Idempotency-Key` is done once.

use futures_util::future::join_all;
use lexi_testkit::Http;
use lexi_testkit::http::Answered;
use reqwest::Method;
use serde_json::{Value, json};

use super::{id, made, with_header};
use crate::world::{builtin, new_key};

async fn keyed(http: &Http, method: Method, path: &str, key: &str, body: Option<&Value>) -> Answered {
    with_header(http, method, path, ("Idempotency-Key", key), body).await
}

fn replayed(answer: &Answered) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

async fn total(http: &Http, plural: &str) -> Value {
    http.get(&format!("/v1/{plural}")).await.json()["meta"]["total"].clone()
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer() {
    let lexi = builtin().await;
    let http = lexi.http();
    let (key, body) = (new_key(), json!({"name": "Acme"}));
    let first = keyed(&http, Method::POST, "/v1/companies", &key, Some(&body)).await;
    assert_eq!((first.status, replayed(&first)), (201, false));
    let again = keyed(
        &http,
        Method::POST,
        "/functions/v1/api-gateway/v1/companies",
        &format!("\"{key}\""),
        Some(&body),
    )
    .await;
    assert_eq!((again.status, replayed(&again), again.text()), (201, true, first.text()));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert!(again.header("location").unwrap().ends_with(first.header("location").unwrap()));
    assert_eq!(total(&http, "companies").await, 1);
    for (method, path, body) in [
        (Method::POST, "/v1/companies", json!({"name": "Other"})),
        (Method::POST, "/v1/contacts", json!({"full_name": "Acme"})),
    ] {
        let refused = keyed(&http, method, path, &key, Some(&body)).await;
        assert_eq!(refused.error(), (409, "idempotency_conflict".into()), "{path}");
    }
    assert_eq!(total(&http, "contacts").await, 0);
    let wrong = keyed(&http, Method::POST, "/v1/companies", &key, Some(&json!({"name": ""}))).await;
    assert_eq!(wrong.error(), (400, "validation_error".into()), "what is wrong with it is said first");
    assert_eq!(
        keyed(&http, Method::POST, "/v1/companies", "x", Some(&body)).await.error(),
        (400, "validation_error".into())
    );
}

#[tokio::test]
async fn a_refused_request_is_not_remembered() {
    let lexi = builtin().await;
    let http = lexi.http();
    let key = new_key();
    let refused = keyed(&http, Method::POST, "/v1/companies", &key, Some(&json!({"name": ""}))).await;
    assert_eq!(refused.status, 400);
    let made = keyed(&http, Method::POST, "/v1/companies", &key, Some(&json!({"name": "Acme"}))).await;
    assert_eq!((made.status, replayed(&made)), (201, false));
}

#[tokio::test]
async fn a_removal_is_answered_again_though_there_is_nothing_to_remove() {
    let lexi = builtin().await;
    let http = lexi.http();
    let acme = made(&http, "companies", json!({"name": "Acme"})).await;
    let path = format!("/v1/companies/{}", id(&acme));
    let (change, removal) = (new_key(), new_key());
    let body = json!({"city": "Berlin"});
    let changed = keyed(&http, Method::PATCH, &path, &change, Some(&body)).await;
    let gone = keyed(&http, Method::DELETE, &path, &removal, None).await;
    assert_eq!((changed.status, gone.status), (200, 200));
    for (first, again) in [
        (&changed, keyed(&http, Method::PATCH, &path, &change, Some(&body)).await),
        (&gone, keyed(&http, Method::DELETE, &path, &removal, None).await),
    ] {
        assert_eq!((again.status, again.text(), replayed(&again)), (200, first.text(), true));
    }
    assert_eq!(keyed(&http, Method::DELETE, &path, &new_key(), None).await.status, 404);
}

#[tokio::test]
async fn the_same_request_at_the_same_time_is_done_once() {
    let lexi = builtin().await;
    let http = lexi.http();
    for round in 0..5 {
        let (key, body) = (new_key(), json!({"name": format!("Acme {round}")}));
        let raced =
            join_all((0..4).map(|_| keyed(&http, Method::POST, "/v1/companies", &key, Some(&body)))).await;
        assert!(raced.iter().all(|answer| answer.status == 201 && answer.text() == raced[0].text()));
        assert_eq!(raced.iter().filter(|answer| !replayed(answer)).count(), 1);
        let path = format!("/v1/companies/{}", id(&raced[0].json()["data"]));
        let key = new_key();
        let raced = join_all((0..4).map(|_| keyed(&http, Method::DELETE, &path, &key, None))).await;
        assert!(
            raced.iter().all(|answer| answer.status == 200),
            "{:?}",
            raced.iter().map(|a| a.text()).collect::<Vec<_>>()
        );
        assert_eq!(raced.iter().filter(|answer| !replayed(answer)).count(), 1);
    }
    assert_eq!(total(&http, "companies").await, 0);
}

#[tokio::test]
async fn bulk_credits_and_keys_are_made_once_too() {
    let lexi = builtin().await;
    let http = lexi.http();
    let (key, body) = (new_key(), json!({"contacts": [{"full_name": "A"}, {"full_name": "B"}]}));
    for is_again in [false, true] {
        let answer = keyed(&http, Method::POST, "/v1/contacts/bulk", &key, Some(&body)).await;
        assert_eq!((answer.status, replayed(&answer)), (201, is_again));
    }
    assert_eq!(total(&http, "contacts").await, 2);
    let (key, body) = (new_key(), json!({"amount": 50}));
    for _ in 0..3 {
        assert_eq!(keyed(&http, Method::POST, "/v1/credits/grants", &key, Some(&body)).await.status, 201);
    }
    assert_eq!(http.get("/v1/credits").await.json()["data"]["balance"], 1050);
    let (key, body) = (new_key(), json!({"name": "App", "permissions": ["read:ai"]}));
    let first = keyed(&http, Method::POST, "/v1/api-keys", &key, Some(&body)).await.json()["data"].clone();
    let again = keyed(&http, Method::POST, "/v1/api-keys", &key, Some(&body)).await;
    assert!(replayed(&again) && first["key"].as_str().unwrap().starts_with("wbk_"));
    let again = again.json()["data"].clone();
    assert_eq!((&again["id"], &again["key"]), (&first["id"], &json!(null)), "the text was never kept");
    let path = format!("/v1/api-keys/{}", id(&first));
    let key = new_key();
    for is_again in [false, true] {
        let answer = keyed(&http, Method::DELETE, &path, &key, None).await;
        assert_eq!((answer.status, replayed(&answer), answer.bytes.len()), (204, is_again, 0));
    }
}

#[tokio::test]
async fn a_chat_and_a_record_do_not_share_a_key() {
    let lexi = builtin().await;
    let http = lexi.http();
    let (chat, record) = (new_key(), new_key());
    assert_eq!(http.keyed_chat("Who is Jane Doe?", &chat).await.status, 200);
    let body = json!({"name": "Acme"});
    let refused = keyed(&http, Method::POST, "/v1/companies", &chat, Some(&body)).await;
    assert_eq!(refused.error(), (409, "idempotency_conflict".into()));
    assert_eq!(keyed(&http, Method::POST, "/v1/companies", &record, Some(&body)).await.status, 201);
    let asked = http.keyed_chat("Who is Jane Doe?", &record).await;
    assert_eq!(asked.error(), (409, "idempotency_conflict".into()));
    assert_eq!(total(&http, "companies").await, 1);
}

#[tokio::test]
async fn conversations_are_changed_and_removed_once() {
    let lexi = builtin().await;
    let http = lexi.http();
    let asked = http.chat("Who is Jane Doe?").await;
    let path = format!("/v1/lexi/conversations/{}", asked.header("x-conversation-id").unwrap());
    let (key, body) = (new_key(), json!({"title": "Jane"}));
    for is_again in [false, true] {
        let answer = keyed(&http, Method::PATCH, &path, &key, Some(&body)).await;
        assert_eq!((answer.status, replayed(&answer)), (200, is_again));
    }
    let key = new_key();
    for is_again in [false, true] {
        let answer = keyed(&http, Method::DELETE, &path, &key, None).await;
        assert_eq!((answer.status, replayed(&answer)), (204, is_again));
    }
    let refused = keyed(&http, Method::DELETE, &path, &new_key(), None).await;
    assert_eq!(refused.error(), (404, "conversation_not_found".into()));
}
