//! What a model is told of what waits.

use serde_json::json;

use super::office::{Office, approve, written};

#[tokio::test]
async fn the_model_is_told_that_a_change_waits() {
    let office = Office::open().await;
    let http = office.http();
    let task = written(&http.chat(&office.raise("high")).await)["task_id"].clone();
    let text = office.model.requests().last().unwrap().to_string();
    assert!(text.contains(task.as_str().unwrap()), "{text}");
    assert!(text.contains("it is proposed, not made") && text.contains("cannot approve"), "the instructions");
    let metrics = async || {
        let request = http.with_key("").request(reqwest::Method::GET, "/metrics");
        lexi_testkit::http::answered(request).await.text()
    };
    assert!(metrics().await.contains("lexi_tasks_total{status=\"pending\"} 1"));
    assert_eq!(approve(&http, &json!({"id": task})).await.status, 200);
    assert!(metrics().await.contains("lexi_tasks_total{status=\"completed\"} 1"));
}
