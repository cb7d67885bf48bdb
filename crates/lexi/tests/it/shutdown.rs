use std::time::Duration;

use lexi_testkit::http::read;
use serde_json::json;

use crate::world::{new_key, scripted, words};

#[tokio::test]
async fn sigterm_lets_open_streams_finish() {
    let (mut lexi, _model) = scripted(&["drain_s=10"]).await;
    let http = lexi.http();
    let open = http.keyed(&words(20, 50), &new_key()).send().await.unwrap();
    let probe = http.clone();
    lexi.signal("TERM");
    let answer = read(open).await;
    assert!(answer.is_complete() && answer.answer().ends_with("w20"), "{}", answer.text());
    assert_eq!(lexi.wait(Duration::from_secs(5)).await, Some(0));
    assert!(probe.request(reqwest::Method::GET, "/healthz").send().await.is_err(), "it is gone");
    let audit = lexi.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 999, "{audit:?}");
}

#[tokio::test]
async fn what_does_not_finish_within_the_drain_is_cut_uncharged_and_runs_afresh_elsewhere() {
    let (mut lexi, _model) = scripted(&["drain_s=1"]).await;
    let (key, message) = (new_key(), words(60, 100));
    let open = lexi.http().keyed(&message, &key).send().await.unwrap();
    lexi.signal("TERM");
    let answer = read(open).await;
    assert!(!answer.is_complete(), "a stream without [DONE] was cut: the client may retry");
    assert_eq!(lexi.wait(Duration::from_secs(8)).await, Some(0));
    let audit = lexi.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 1000, "{audit:?}");
    lexi.launch();
    let again = lexi.http().keyed_chat(&message, &key).await;
    assert!(again.is_complete() && again.answer().ends_with("w60"));
    assert_eq!(lexi.audit().await.account.balance, 999);
}

#[tokio::test]
async fn while_draining_open_connections_hear_503() {
    let (lexi, _model) = scripted(&["drain_s=10"]).await;
    let http = lexi.http();
    let open = http.keyed(&words(80, 50), &new_key()).send().await.unwrap();
    let idle = reqwest::Client::builder().no_proxy().build().unwrap();
    let kept = |path: &str| idle.get(format!("{}{path}", lexi.url)).bearer_auth(&lexi.key).send();
    assert_eq!(kept("/readyz").await.unwrap().status(), 200);
    lexi.signal("TERM");
    // The listener still answers while runs finish: ready turns red, new questions are sent away.
    let mut ready = kept("/readyz").await.unwrap();
    for _ in 0..100 {
        if ready.status() == 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        ready = kept("/readyz").await.unwrap();
    }
    assert_eq!((ready.status().as_u16(), ready.headers().contains_key("retry-after")), (503, true));
    let refused = http.post("/v1/lexi/chat/stream", &json!({"message": words(1, 0)})).await;
    assert_eq!(refused.error(), (503, "unavailable".into()));
    assert!(read(open).await.is_complete());
}
