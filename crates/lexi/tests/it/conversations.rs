use serde_json::json;

use crate::world::{builtin, scripted, words};

#[tokio::test]
async fn listed_searched_renamed_archived_and_deleted() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let deal = "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f";
    let about =
        json!({"message": "Alpha question about 100% of it", "context": {"deal_id": deal, "page": "deals"}});
    let first = http.post("/v1/lexi/chat/stream", &about).await;
    let id = first.header("x-conversation-id").unwrap();
    http.chat("Beta question").await;
    let all = http.get("/v1/lexi/conversations").await.json();
    assert_eq!(all["meta"], json!({"page": 1, "per_page": 25, "total": 2}));
    assert_eq!(all["data"]["conversations"][0]["title"], "Beta question", "newest first");
    let one = all["data"]["conversations"][1].clone();
    assert_eq!(one["title"], "Alpha question about 100% of it");
    assert_eq!((one["message_count"].as_i64(), one["context"]["deal_id"].as_str()), (Some(2), Some(deal)));
    for (query, total) in [
        (format!("deal_id={deal}"), 1),
        ("search=alpha".into(), 1),
        ("search=100%25".into(), 1),
        ("search=%25".into(), 1),
        ("search=ok".into(), 2),
        ("search=_".into(), 0),
        ("archived=true".into(), 0),
        ("per_page=1&page=2".into(), 2),
    ] {
        assert_eq!(
            http.get(&format!("/v1/lexi/conversations?{query}")).await.json()["meta"]["total"],
            total,
            "{query}"
        );
    }
    let path = format!("/v1/lexi/conversations/{id}");
    let changed = http
        .patch(&path, &json!({"title": " Renamed ", "archived": true, "context": {"deal_id": null}}))
        .await
        .json();
    assert_eq!(
        (changed["data"]["title"].as_str(), changed["data"]["archived"].as_bool()),
        (Some("Renamed"), Some(true))
    );
    assert_eq!(changed["data"]["context"], json!({"page": "deals"}));
    assert_eq!(http.get("/v1/lexi/conversations").await.json()["meta"]["total"], 1);
    for bad in [
        json!({}),
        json!({"title": ""}),
        json!({"title": "x".repeat(201)}),
        json!({"archived": 1}),
        json!({"context": {"deal_id": "x"}}),
    ] {
        assert_eq!(http.patch(&path, &bad).await.error(), (400, "validation_error".into()), "{bad}");
    }
    assert_eq!(
        http.get(&format!("{path}?limit=1")).await.json()["data"]["messages"].as_array().unwrap().len(),
        1
    );
    assert_eq!(http.get(&format!("{path}?limit=1001")).await.status, 400);
    assert_eq!(http.delete(&path).await.status, 204);
    assert_eq!(http.get(&path).await.error(), (404, "conversation_not_found".into()));
    assert_eq!(http.delete(&path).await.status, 404);
    assert_eq!(lexi.audit().await.account.balance, 998, "what was charged stays charged");
}

#[tokio::test]
async fn the_active_stream_is_found_again_and_204_when_there_is_none() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let request =
        http.request(reqwest::Method::POST, "/v1/lexi/chat/stream").json(&json!({"message": words(60, 50)}));
    let mut lost = request.send().await.unwrap();
    let id = lost.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    lost.chunk().await.unwrap();
    drop(lost);
    let found = http.get(&format!("/v1/lexi/conversations/{id}/stream")).await;
    assert_eq!(found.status, 200);
    assert!(found.is_complete() && found.done().is_some());
    assert!(found.answer().starts_with("w1 w2") && found.answer().ends_with("w60"));
    let none = http.get(&format!("/v1/lexi/conversations/{id}/stream")).await;
    assert_eq!((none.status, none.bytes.len()), (204, 0));
}

#[tokio::test]
async fn a_cancel_ends_the_stream_the_upstream_and_the_bill() {
    let (lexi, model) = scripted(&[]).await;
    let http = lexi.http();
    let message = words(10_000, 20);
    let mut open = http
        .request(reqwest::Method::POST, "/v1/lexi/chat/stream")
        .json(&json!({"message": message}))
        .send()
        .await
        .unwrap();
    let id = open.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    let mut bytes = open.chunk().await.unwrap().unwrap().to_vec();
    let canceled = http.post(&format!("/v1/lexi/conversations/{id}/cancel"), &json!({})).await;
    assert_eq!((canceled.status, canceled.json()["data"]["canceled"].as_i64()), (200, Some(1)));
    while let Some(chunk) = open.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    let stream = lexi_testkit::Answered { status: 200, headers: reqwest::header::HeaderMap::new(), bytes };
    let done = stream.done().unwrap();
    assert_eq!(
        (done["finish_reason"].as_str(), done["credits_charged"].as_i64()),
        (Some("canceled"), Some(1))
    );
    assert!(stream.is_complete());
    let aborted = model.wait_for(std::time::Duration::from_secs(5), |stats| stats.aborted == 1).await;
    assert!(aborted.is_ok(), "{aborted:?}");
    let stored = http.get(&format!("/v1/lexi/conversations/{id}")).await.json();
    let answer = stored["data"]["messages"][1].clone();
    assert_eq!(
        (answer["status"].as_str(), answer["content"].as_str()),
        (Some("canceled"), Some(stream.answer().as_str()))
    );
    assert_eq!(
        http.post(&format!("/v1/lexi/conversations/{id}/cancel"), &json!({})).await.json()["data"]["canceled"],
        0
    );
}

#[tokio::test]
async fn deleting_a_conversation_ends_what_runs_in_it() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let open = http
        .request(reqwest::Method::POST, "/v1/lexi/chat/stream")
        .json(&json!({"message": words(10_000, 20)}))
        .send()
        .await
        .unwrap();
    let id = open.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    assert_eq!(http.delete(&format!("/v1/lexi/conversations/{id}")).await.status, 204);
    let audit = lexi.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0);
}

#[tokio::test]
async fn the_built_in_model_says_what_it_does_not_understand() {
    let lexi = builtin().await;
    let answer = lexi.http().chat("Write me a sonnet about the sea").await;
    assert!(answer.is_complete() && answer.done().is_some());
    assert!(!answer.answer().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_charged_for_an_answer_that_a_delete_has_removed() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    for round in 0..15 {
        let first = http.chat(&words(1, 0)).await;
        let id = first.header("x-conversation-id").unwrap().to_owned();
        let before = lexi.audit().await.account.balance;
        let body = json!({"message": words(2, 5), "conversation_id": id});
        let path = format!("/v1/lexi/conversations/{id}");
        let late = async {
            tokio::time::sleep(std::time::Duration::from_millis(round % 5)).await;
            http.delete(&path).await
        };
        let (asked, deleted) = tokio::join!(http.post("/v1/lexi/chat/stream", &body), late);
        assert_eq!(deleted.status, 204, "{}", deleted.text());
        assert_eq!(http.get(&path).await.status, 404);
        match asked.status {
            404 => assert_eq!(lexi.audit().await.account.balance, before),
            // Admitted first: ended by the delete, or finished before it.
            200 => assert!(asked.done().is_some(), "{}", asked.text()),
            other => panic!("{other}: {}", asked.text()),
        }
        assert_eq!(lexi.audit().await.account.held, 0);
    }
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    let orphans = "SELECT count(*) FROM messages m WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id)";
    assert_eq!(db.query_row(orphans, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[tokio::test]
async fn search_knows_every_script_and_has_a_limit() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    http.chat("\u{c4}rger mit \u{d6}sterreich").await;
    for (search, total) in [("%C3%84rger", 1), ("%C3%A4RGER", 1), ("%C3%B6sterreich", 1), ("Arger", 0)] {
        let found = http.get(&format!("/v1/lexi/conversations?search={search}")).await;
        assert_eq!(found.json()["meta"]["total"], total, "{search}");
    }
    for search in ["x".repeat(201), "%00".to_owned()] {
        assert_eq!(
            http.get(&format!("/v1/lexi/conversations?search={search}")).await.error(),
            (400, "validation_error".into())
        );
    }
    for path in ["%FF", "%00"] {
        let refused = http.get(&format!("/v1/lexi/conversations/{path}")).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{path}");
    }
}
