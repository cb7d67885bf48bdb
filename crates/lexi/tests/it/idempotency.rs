use lexi_testkit::Answered;
use lexi_testkit::http::answered;
use reqwest::Method;
use serde_json::json;

use crate::world::{new_key, scripted, with_tools, words};

fn charged(answers: &[Answered]) -> Vec<&str> {
    answers.iter().filter_map(|answer| answer.header("x-message-id")).collect()
}

#[tokio::test]
async fn twenty_at_once_are_one_run_one_charge_and_twenty_equal_streams() {
    let (mut lexi, model) = scripted(&[]).await;
    let http = lexi.http();
    let (key, message) = (new_key(), with_tools(2, 30, 10));
    let answers = futures_util::future::join_all((0..20).map(|_| http.keyed_chat(&message, &key))).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.bytes == answers[0].bytes));
    assert!(answers[0].is_complete() && answers[0].answer().ends_with("w30"));
    assert_eq!(model.stats().started, 2, "one run of two rounds");
    assert_eq!(lexi.audit().await.account.balance, 997);
    assert!(charged(&answers).iter().all(|id| *id == charged(&answers)[0]));

    let replay = http.keyed_chat(&message, &key).await;
    assert_eq!(
        (replay.bytes == answers[0].bytes, replay.header("idempotent-replayed")),
        (true, Some("true"))
    );
    lexi.restart();
    let http = lexi.http();
    let replay = http.keyed_chat(&message, &key).await;
    assert_eq!(replay.bytes, answers[0].bytes, "after a restart too");
    assert_eq!(replay.header("x-conversation-id"), answers[0].header("x-conversation-id"));

    let frames: Vec<String> = answers[0].text().split_inclusive("\n\n").map(str::to_owned).collect();
    let numbered = frames.len() - 1;
    assert_eq!(frames[numbered], "data: [DONE]\n\n");
    for seen in 0..=numbered {
        let rest = answered(http.keyed(&message, &key).header("Last-Event-ID", seen.to_string())).await;
        assert_eq!(rest.text(), frames[seen..].concat(), "after {seen}");
    }
    let beyond = answered(http.keyed(&message, &key).header("Last-Event-ID", "999999")).await;
    assert_eq!(beyond.text(), "data: [DONE]\n\n");
    assert_eq!(model.stats().started, 2);
    assert_eq!(lexi.audit().await.account.balance, 997);
}

#[tokio::test]
async fn last_event_id_continues_a_running_stream_without_gap_or_doubling() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let (key, message) = (new_key(), words(60, 50));
    let mut first = http.keyed(&message, &key).send().await.unwrap();
    let mut got = Vec::new();
    while String::from_utf8_lossy(&got).matches("\n\n").count() < 5 {
        got.extend_from_slice(&first.chunk().await.unwrap().unwrap());
    }
    drop(first);
    let text = String::from_utf8(got).unwrap();
    let whole: Vec<&str> = text.split_inclusive("\n\n").filter(|frame| frame.ends_with("\n\n")).collect();
    let rest = answered(http.keyed(&message, &key).header("Last-Event-ID", whole.len().to_string())).await;
    let joined = whole.concat() + &rest.text();
    assert_eq!(joined, http.keyed_chat(&message, &key).await.text());
    assert_eq!(rest.header("idempotent-replayed"), None, "it was joined, not replayed");
}

#[tokio::test]
async fn bare_and_quoted_keys_and_both_bases_are_the_same_request() {
    let (lexi, model) = scripted(&[]).await;
    let http = lexi.http();
    let key = new_key();
    let body = json!({"message": words(2, 0), "allow_tools": true});
    let ask = |key: String, base: &str, body: &str| {
        let request = http.request(Method::POST, &format!("{base}/v1/lexi/chat/stream"));
        answered(
            request
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .body(body.to_owned()),
        )
    };
    let bare = ask(key.clone(), "", &body.to_string()).await;
    let quoted =
        ask(format!("\"{}\"", key.to_uppercase()), "/functions/v1/api-gateway", &body.to_string()).await;
    assert_eq!(bare.bytes, quoted.bytes);
    let respaced = ask(key.clone(), "", &serde_json::to_string_pretty(&body).unwrap()).await;
    assert_eq!(bare.bytes, respaced.bytes, "the same JSON is the same body");
    let other = ask(key.clone(), "", &json!({"message": words(3, 0)}).to_string()).await;
    assert_eq!(other.error(), (409, "idempotency_conflict".into()));
    let whole =
        answered(http.request(Method::POST, "/v1/lexi/chat").header("Idempotency-Key", &key).json(&body))
            .await;
    assert_eq!(whole.error(), (409, "idempotency_conflict".into()), "another route is another request");
    assert_eq!(model.stats().started, 1);
}

#[tokio::test]
async fn a_refused_request_is_not_remembered_and_a_failed_one_runs_afresh() {
    let (lexi, model) = scripted(&[]).await;
    let http = lexi.http();
    let key = new_key();
    let unknown = json!({"message": words(1, 0), "conversation_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f"});
    let request = http.request(Method::POST, "/v1/lexi/chat/stream").header("Idempotency-Key", &key);
    assert_eq!(answered(request.json(&unknown)).await.status, 404);
    assert_eq!(http.keyed_chat(&words(1, 0), &key).await.answer(), "w1", "the key is still free");

    let key = new_key();
    let failing = r#"{"words":4,"fail":{"at":"mid","kind":"cut","times":1}}"#;
    let failed = http.keyed_chat(failing, &key).await;
    assert_eq!(failed.data_of("error").len(), 1, "{}", failed.text());
    let started = model.stats().started;
    let retried = http.keyed_chat(failing, &key).await;
    assert_eq!((retried.answer().as_str(), retried.done().is_some()), ("w1 w2 w3 w4", true));
    assert_eq!(retried.header("x-conversation-id"), failed.header("x-conversation-id"));
    assert!(model.stats().started > started);
    assert_eq!(http.keyed_chat(failing, &key).await.bytes, retried.bytes);
    assert_eq!(lexi.audit().await.account.balance, 998);
}

#[tokio::test]
async fn another_workspace_may_use_the_same_key() {
    let (lexi, _model) = scripted(&[]).await;
    let other = lexi.new_workspace("Other").await;
    lexi.grant(other, 5).await;
    let theirs = lexi.new_key(other, "write:ai,read:ai", lexi_types::RateTier::Standard).await;
    let (key, http) = (new_key(), lexi.http());
    let ours = http.keyed_chat(&words(2, 0), &key).await;
    let theirs = http.with_key(&theirs).keyed_chat(&words(3, 0), &key).await;
    assert_eq!((ours.answer().as_str(), theirs.answer().as_str()), ("w1 w2", "w1 w2 w3"));
}

#[tokio::test]
async fn keys_and_streams_are_forgotten_when_their_time_is_over() {
    let (mut lexi, model) = scripted(&[]).await;
    let key = new_key();
    let first = lexi.http().keyed_chat(&words(1, 0), &key).await;
    assert!(first.is_complete());
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    for table in ["idempotency_keys", "run_frames"] {
        assert_eq!(db.execute(&format!("UPDATE {table} SET expires_at = 1"), []).unwrap(), 1);
    }
    let again = lexi.http().keyed_chat(&words(5, 0), &key).await;
    assert_eq!(
        (again.status, again.answer().as_str()),
        (200, "w1 w2 w3 w4 w5"),
        "an expired key is free, swept or not"
    );
    assert_eq!(model.stats().started, 2);
    lexi.restart();
    let left = |table: &str| {
        db.query_row(&format!("SELECT count(*) FROM {table} WHERE expires_at < 1000000"), [], |row| {
            row.get::<_, i64>(0)
        })
        .unwrap()
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while left("run_frames") > 0 && std::time::Instant::now() < deadline {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!((left("idempotency_keys"), left("run_frames")), (0, 0), "the sweeper has run");
}

#[tokio::test]
async fn the_whole_answer_replays_too() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let key = new_key();
    let ask = || {
        answered(
            http.request(Method::POST, "/v1/lexi/chat")
                .header("Idempotency-Key", &key)
                .json(&json!({"message": with_tools(1, 3, 0)})),
        )
    };
    let (first, second) = (ask().await, ask().await);
    assert_eq!((first.status, &first.bytes), (200, &second.bytes));
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(lexi.audit().await.account.balance, 998);
}
