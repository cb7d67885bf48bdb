//! Clients that write slowly, break off, or never read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::world::{scripted, words};

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn head(key: &str, length: usize) -> String {
    format!(
        "POST /v1/lexi/chat/stream HTTP/1.1\r\nHost: lexi\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// Until nothing is held any more.
async fn settled(lexi: &lexi_testkit::Lexi) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while lexi.audit().await.account.held > 0 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _cut = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_refused_and_one_that_breaks_off_leaves_nothing() {
    let (lexi, _model) = scripted(&["body_timeout_s=1", "header_timeout_s=1"]).await;
    let mut slow = connect(&lexi.url);
    slow.write_all((head(&lexi.key, 1000) + "{\"mess").as_bytes()).unwrap();
    let started = Instant::now();
    let text = answer(slow);
    assert!(text.starts_with("HTTP/1.1 400") && text.contains("did not arrive"), "{text}");
    assert!(started.elapsed() < Duration::from_secs(10));
    let mut half = connect(&lexi.url);
    half.write_all((head(&lexi.key, 1000) + "{\"message\": \"a\"}").as_bytes()).unwrap();
    drop(half);
    let mut silent = connect(&lexi.url);
    silent.write_all(b"POST /v1/lexi").unwrap();
    let text = answer(silent);
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    assert_eq!(lexi.http().get("/v1/lexi/conversations").await.json()["meta"]["total"], 0);
    assert!(lexi.audit().await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_does_not_hold_up_its_run_or_others() {
    let (lexi, _model) = scripted(&["write_timeout_s=1", "streams_per_key_max=2"]).await;
    // Far more than socket buffers hold.
    let body = serde_json::json!({"message": "{\"words\":60000,\"delay_ms\":0}"}).to_string();
    let mut deaf = connect(&lexi.url);
    deaf.write_all((head(&lexi.key, body.len()) + &body).as_bytes()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while lexi.audit().await.account.balance == 1000 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(lexi.audit().await.account.balance, 999, "the run has ended without its reader");
    assert_eq!(lexi.http().chat(&words(1, 0)).await.status, 200);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let both =
        futures_util::future::join(lexi.http().chat(&words(3, 50)), lexi.http().chat(&words(3, 50))).await;
    assert_eq!((both.0.status, both.1.status), (200, 200), "its share of streams came back");
    drop(deaf);
}

#[tokio::test]
async fn a_client_that_leaves_has_its_answer_stored_and_charged() {
    let (lexi, model) = scripted(&[]).await;
    let http = lexi.http();
    let mut open = http.keyed(&words(20, 30), &crate::world::new_key()).send().await.unwrap();
    let id = open.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    open.chunk().await.unwrap();
    drop(open);
    assert!(model.wait_for(Duration::from_secs(5), |stats| stats.finished == 1).await.is_ok());
    settled(&lexi).await;
    let stored = http.get(&format!("/v1/lexi/conversations/{id}")).await.json();
    assert!(stored["data"]["messages"][1]["content"].as_str().unwrap().ends_with("w20"));
    assert_eq!(lexi.audit().await.account.balance, 999);
}

#[tokio::test]
async fn or_its_run_canceled_where_that_is_configured() {
    let (lexi, model) = scripted(&["on_disconnect=cancel"]).await;
    let http = lexi.http();
    let open = http
        .request(reqwest::Method::POST, "/v1/lexi/chat/stream")
        .json(&serde_json::json!({"message": words(10_000, 20)}));
    let mut open = open.send().await.unwrap();
    let id = open.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    open.chunk().await.unwrap();
    drop(open);
    assert!(model.wait_for(Duration::from_secs(5), |stats| stats.aborted == 1).await.is_ok());
    settled(&lexi).await;
    let stored = http.get(&format!("/v1/lexi/conversations/{id}")).await.json();
    assert_eq!(stored["data"]["messages"][1]["status"], "canceled");
    assert_eq!(lexi.audit().await.account.held, 0);
}
