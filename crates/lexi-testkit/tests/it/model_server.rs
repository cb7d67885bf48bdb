use std::time::Duration;

use lexi_testkit::ModelServer;
use lexi_testkit::model_server::Stats;
use serde_json::{Value, json};

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

fn ask(script: &Value) -> Value {
    json!({"model": "m", "stream": true, "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": script.to_string()}],
           "tools": [{"type": "function", "function": {"name": "contacts_search"}}]})
}

async fn post(server: &ModelServer, body: &Value) -> reqwest::Response {
    client().post(format!("{}/chat/completions", server.url)).json(body).send().await.unwrap()
}

fn chunks(body: &str) -> Vec<Value> {
    body.split("\n\n").filter_map(|frame| serde_json::from_str(frame.strip_prefix("data: ")?).ok()).collect()
}

fn text(chunks: &[Value]) -> String {
    chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect()
}

#[tokio::test]
async fn words_reasoning_and_usage_are_streamed() {
    let server = ModelServer::start();
    let body =
        post(&server, &ask(&json!({"words": 3, "reasoning": "let me see"}))).await.text().await.unwrap();
    assert!(body.ends_with("data: [DONE]\n\n"));
    let chunks = chunks(&body);
    assert_eq!(text(&chunks), "w1 w2 w3");
    let reasoning: String =
        chunks.iter().filter_map(|c| c["choices"][0]["delta"]["reasoning_content"].as_str()).collect();
    assert_eq!(reasoning, "let me see");
    assert_eq!(chunks[chunks.len() - 2]["choices"][0]["finish_reason"], "stop");
    assert_eq!(chunks.last().unwrap()["usage"]["completion_tokens"], 3);
    assert_eq!(server.stats(), Stats { started: 1, finished: 1, ..Stats::default() });
    assert_eq!(server.requests()[0]["messages"][1]["role"], "user");
}

#[tokio::test]
async fn tools_are_called_for_as_many_rounds_as_said() {
    let server = ModelServer::start();
    let script = json!({"words": 1, "rounds": 2, "tools": [{"name": "contacts.search", "arguments": {"query": "J\u{fc}rgen"}}]});
    let mut request = ask(&script);
    for round in 0..2 {
        let body = post(&server, &request).await.text().await.unwrap();
        let chunks = chunks(&body);
        let calls: Vec<&Value> = chunks
            .iter()
            .map(|c| &c["choices"][0]["delta"]["tool_calls"][0])
            .filter(|c| c.is_object())
            .collect();
        assert_eq!(calls[0]["function"]["name"], "contacts_search");
        assert_eq!(calls[0]["id"], format!("call_{round}_0"));
        let arguments: String = calls.iter().filter_map(|c| c["function"]["arguments"].as_str()).collect();
        assert_eq!(serde_json::from_str::<Value>(&arguments).unwrap(), script["tools"][0]["arguments"]);
        let messages = request["messages"].as_array_mut().unwrap();
        messages.push(json!({"role": "assistant", "content": null, "tool_calls": [{"id": "x"}]}));
        messages.push(json!({"role": "tool", "tool_call_id": "x", "content": "{}"}));
    }
    let body = post(&server, &request).await.text().await.unwrap();
    assert_eq!(text(&chunks(&body)), "w1");

    let mut without = ask(&script);
    without.as_object_mut().unwrap().remove("tools");
    let body = post(&server, &without).await.text().await.unwrap();
    assert_eq!(text(&chunks(&body)), "w1", "what is not offered is not called");
}

#[tokio::test]
async fn failures_are_as_scripted() {
    let server = ModelServer::start();
    let fail = |at: &str, kind: &str| ask(&json!({"words": 4, "fail": {"at": at, "kind": kind}}));
    assert_eq!(post(&server, &fail("start", "status_500")).await.status(), 500);
    let busy = post(&server, &fail("start", "status_429")).await;
    assert_eq!((busy.status().as_u16(), busy.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    for (kind, last) in [("error_object", "\"error\":"), ("garbage", "{\"del\n\n"), ("no_finish", " w2")] {
        let body = post(&server, &fail("mid", kind)).await.text().await.unwrap();
        assert!(body.contains(" w2") && !body.contains("w3") && !body.contains("[DONE]"), "{kind}: {body}");
        assert!(body.contains(last), "{kind}: {body}");
    }
    assert!(post(&server, &fail("mid", "cut")).await.text().await.is_err());
    let stalled =
        tokio::time::timeout(Duration::from_millis(100), post(&server, &fail("mid", "stall")).await.text());
    assert!(stalled.await.is_err());
    let stats = server.wait_for(Duration::from_secs(5), |s| s.aborted == 1).await.unwrap();
    assert_eq!((stats.started, stats.refused, stats.finished), (7, 2, 4));
}

#[tokio::test]
async fn a_failure_can_be_limited_to_a_number_of_times() {
    let server = ModelServer::start();
    let request = ask(&json!({"words": 1, "fail": {"at": "start", "kind": "status_500", "times": 2}}));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(post(&server, &request).await.status().as_u16());
    }
    assert_eq!(statuses, [500, 500, 200]);
}

#[tokio::test]
async fn a_client_that_goes_away_is_counted() {
    let server = ModelServer::start();
    let mut response = post(&server, &ask(&json!({"words": 1000, "delay_ms": 20}))).await;
    response.chunk().await.unwrap();
    drop(response);
    let stats = server.wait_for(Duration::from_secs(5), |s| s.aborted == 1).await.unwrap();
    assert_eq!((stats.started, stats.finished), (1, 0));
}

#[tokio::test]
async fn dropping_the_server_breaks_its_streams_and_frees_the_port() {
    let server = ModelServer::start();
    let url = server.url.clone();
    let mut response = post(&server, &ask(&json!({"words": 1000, "delay_ms": 20}))).await;
    response.chunk().await.unwrap();
    drop(server);
    while let Ok(chunk) = response.chunk().await {
        assert!(chunk.is_some(), "a broken stream does not end well");
    }
    assert!(client().get(format!("{url}/models")).send().await.is_err());
}

#[tokio::test]
async fn a_bad_script_is_refused() {
    let server = ModelServer::start();
    let response = post(&server, &ask(&json!({"words": 1, "dealy_ms": 1}))).await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("dealy_ms"));
}
