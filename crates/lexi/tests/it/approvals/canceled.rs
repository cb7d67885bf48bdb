//! A write that has begun is not torn by whoever stops the answer.

use std::time::Duration;

use lexi_testkit::Answered;
use reqwest::Method;
use serde_json::{Value, json};

use super::office::{Office, calling, steps};

/// Cancels an answer so long after its write was shown as started, while the database takes no writes. Gives whether the
/// write was made.
async fn canceled_after(wait: Duration) -> bool {
    let office = Office::open().await;
    office.policy(&["*"], &[], &[]).await;
    let http = office.http();
    let mut script: Value = serde_json::from_str(&calling(&[office.note("Call")])).unwrap();
    script["first_delay_ms"] = json!(300);
    let asked = http.request(Method::POST, "/v1/lexi/chat/stream");
    let mut response = asked.json(&json!({"message": script.to_string()})).send().await.unwrap();
    let conversation = response.headers()["x-conversation-id"].to_str().unwrap().to_owned();
    // Admitted, and the model has not answered yet: from here on the database takes no writes.
    let db = office.db();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).contains("\"tool\": \"notes.create\", \"status\": \"started\"") {
        bytes.extend_from_slice(&response.chunk().await.unwrap().unwrap());
    }
    tokio::time::sleep(wait).await;
    let path = format!("/v1/lexi/conversations/{conversation}");
    let cancel = tokio::spawn({
        let (http, path) = (http.clone(), format!("{path}/cancel"));
        async move { http.post(&path, &json!({})).await }
    });
    // Time to tear it, if it were to be torn.
    tokio::time::sleep(Duration::from_millis(300)).await;
    db.execute_batch("COMMIT").unwrap();
    while let Some(chunk) = response.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    assert_eq!(cancel.await.unwrap().json()["data"]["canceled"], 1);
    let answer = Answered { status: 200, headers: response.headers().clone(), bytes };
    let done = answer.done().unwrap();
    assert_eq!(done["finish_reason"], "canceled", "{}", answer.text());
    let step = &steps(&answer)[0];
    let stored = http.get(&format!("{path}?include_tool_steps=true")).await.json();
    let calls = stored["data"]["messages"][1]["tool_calls"].clone();
    if step["is_error"] == false {
        assert_eq!((&step["records"][0]["name"], &done["credits_charged"]), (&json!("Call"), &json!(2)));
        assert_eq!((office.count("notes"), &calls[0]["tool"]), (1, &json!("notes.create")));
        return true;
    }
    assert_eq!(
        (&step["summary"], &done["credits_charged"]),
        (&json!("Stopped: nothing was changed"), &json!(1))
    );
    assert_eq!((office.count("notes"), calls), (0, json!([])));
    false
}

#[tokio::test]
async fn a_write_under_way_is_waited_for_and_told() {
    // It has been planned long ago, and waits for the database.
    assert!(canceled_after(Duration::from_secs(1)).await, "it was made, and its step says so");
}

#[tokio::test]
async fn a_step_says_whether_its_write_was_made() {
    // Whether it had begun is a matter of chance; that it says so is not.
    canceled_after(Duration::ZERO).await;
}
