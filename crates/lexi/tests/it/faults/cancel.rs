//! Who cancels, or goes away where that cancels, lets go of the model too.

use std::time::{Duration, Instant};

use lexi_testkit::{Http, Lexi, ModelServer};
use reqwest::{Method, Response};
use serde_json::json;

use crate::world::{PROTOCOLS, speaking};

const AT_ONCE: Duration = Duration::from_millis(100);
/// A busy machine may be late once or twice; what is never at once is not.
const TRIES: usize = 5;
const WAIT: Duration = Duration::from_secs(10);

const BEFORE_OUTPUT: &str = r#"{"words":4,"fail":{"at":"headers","kind":"stall"}}"#;
const BEFORE_THE_HEAD: &str = r#"{"words":4,"fail":{"at":"start","kind":"stall"}}"#;
const AFTER_OUTPUT: &str = r#"{"words":4,"fail":{"at":"mid","kind":"stall"}}"#;

#[derive(Debug, Clone, Copy)]
enum Leave {
    Cancel,
    HangUp,
}

/// A stream that has come as far as the model goes.
async fn asked(http: &Http, model: &ModelServer, question: &str) -> Response {
    let before = model.stats().started;
    let request = http.request(Method::POST, "/v1/lexi/chat/stream").json(&json!({ "message": question }));
    let mut response = request.send().await.unwrap();
    model.wait_for(WAIT, |stats| stats.started > before).await.unwrap();
    if question == AFTER_OUTPUT {
        let first = response.chunk().await.unwrap().unwrap();
        assert!(first.starts_with(b"event: text"), "{first:?}");
    }
    response
}

fn conversation(response: &Response) -> String {
    response.headers()["x-conversation-id"].to_str().unwrap().to_owned()
}

/// How long the model is still being asked after the client has left.
async fn let_go(lexi: &Lexi, model: &ModelServer, question: &str, leave: Leave) -> Duration {
    let http = lexi.http();
    let left = model.left().len();
    let response = asked(&http, model, question).await;
    let conversation = conversation(&response);
    let at = Instant::now();
    match leave {
        Leave::Cancel => {
            let canceled =
                http.post(&format!("/v1/lexi/conversations/{conversation}/cancel"), &json!({})).await;
            assert_eq!(canceled.json()["data"]["canceled"], 1);
            let rest = lexi_testkit::http::read(response).await;
            assert_eq!(rest.done().unwrap()["finish_reason"], "canceled", "{}", rest.text());
        }
        Leave::HangUp => drop(response),
    }
    while model.left().len() == left {
        assert!(at.elapsed() < WAIT, "the model is still being asked: {question}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    model.left().last().unwrap().saturating_duration_since(at)
}

async fn lets_go_at_once(leave: Leave, settings: &[&str]) {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, settings).await;
        for question in [BEFORE_THE_HEAD, BEFORE_OUTPUT, AFTER_OUTPUT] {
            let mut took = Vec::new();
            while took.len() < TRIES && !took.iter().any(|took| *took <= AT_ONCE) {
                took.push(let_go(&lexi, &model, question, leave).await);
            }
            assert!(took.iter().any(|took| *took <= AT_ONCE), "{protocol} {question}: {took:?}");
        }
        assert_eq!(model.stats().started, model.stats().aborted, "nobody is asked again");
        settled(&lexi).await;
    }
}

/// Waits until nothing is held: a run whose client has gone ends by itself.
async fn settled(lexi: &Lexi) {
    let begun = Instant::now();
    loop {
        let audit = lexi.audit().await;
        assert!(audit.is_sound(), "{audit:?}");
        if audit.account.held == 0 {
            return;
        }
        assert!(begun.elapsed() < WAIT, "{audit:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_cancel_lets_go_of_the_model_at_once() {
    lets_go_at_once(Leave::Cancel, &[]).await;
}

#[tokio::test]
async fn a_client_that_goes_away_lets_go_of_the_model_at_once() {
    lets_go_at_once(Leave::HangUp, &["on_disconnect=cancel"]).await;
}

#[tokio::test]
async fn a_cancel_in_the_pause_before_a_retry_ends_the_run_and_asks_nobody_again() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &["model_retry_after_max_s=5"]).await;
        let http = lexi.http();
        let question = r#"{"words":2,"fail":{"at":"start","kind":"status_429","retry_after":"2"}}"#;
        let mut response = asked(&http, &model, question).await;
        // Whoever waits is told so.
        let told = response.chunk().await.unwrap().unwrap();
        assert!(told.starts_with(b"event: thinking"), "{told:?}");
        let at = Instant::now();
        let path = format!("/v1/lexi/conversations/{}/cancel", conversation(&response));
        assert_eq!(http.post(&path, &json!({})).await.json()["data"]["canceled"], 1);
        let rest = lexi_testkit::http::read(response).await;
        assert!(at.elapsed() < Duration::from_millis(1500), "the pause was not waited for");
        let done = rest.done().unwrap();
        assert_eq!((&done["finish_reason"], &done["credits_charged"]), (&json!("canceled"), &json!(1)));
        let again = model.wait_for(Duration::from_millis(2500), |stats| stats.started > 1).await;
        assert!(again.is_err(), "{protocol}: asked again after the cancel");
        settled(&lexi).await;
    }
}
