//! What the real APIs refuse is refused.

use lexi_testkit::ModelServer;
use serde_json::{Value, json};

use crate::exchange::exchange;
use crate::speaks::{BOTH, Speaks};

/// The message of the refusal; the empty word where there is none.
async fn refusal(server: &ModelServer, speaks: Speaks, request: &Value) -> String {
    let exchange = exchange(server, speaks, request).await;
    if exchange.status() == 200 {
        return String::new();
    }
    let body = exchange.json();
    assert_eq!(
        (exchange.status(), body["error"]["type"].as_str()),
        (400, Some("invalid_request_error")),
        "{body}"
    );
    body["error"]["message"].as_str().unwrap().to_owned()
}

/// Changes a request that is good; each change has a refusal of its own.
async fn refused(speaks: Speaks, good: &Value, changes: Vec<(&str, Value, &str)>) {
    let server = ModelServer::start();
    assert_eq!(refusal(&server, speaks, good).await, "");
    for (place, value, message) in changes {
        let mut request = good.clone();
        match request.pointer_mut(place) {
            Some(field) if value == "GONE" => *field = Value::Null,
            Some(field) => *field = value.clone(),
            None => {
                let (parent, key) = place.rsplit_once('/').unwrap();
                request.pointer_mut(parent).unwrap()[key] = value.clone();
            }
        }
        let said = refusal(&server, speaks, &request).await;
        assert!(!said.is_empty() && said.contains(message), "{place} {value}: {said}");
    }
}

fn call(id: &str) -> Value {
    json!({"id": id, "type": "function", "function": {"name": "contacts_search", "arguments": "{}"}})
}

#[tokio::test]
async fn chat_completions() {
    let mut good = Speaks::OpenAi.request(&json!({"words": 1}));
    good["tool_choice"] = json!("auto");
    good["messages"].as_array_mut().unwrap().extend([
        json!({"role": "assistant", "content": null, "tool_calls": [call("a"), call("b")]}),
        json!({"role": "tool", "tool_call_id": "a", "content": "{}"}),
        json!({"role": "tool", "tool_call_id": "b", "content": "{}"}),
    ]);
    let changes = vec![
        ("/messages", json!("GONE"), "'messages'"),
        ("/tools", json!([]), "empty array"),
        ("/tools", json!("GONE"), "only allowed when 'tools'"),
        ("/tools/0/function/name", json!("contacts.search"), "tools[0].function.name"),
        ("/tools/0/function/name", json!(""), "tools[0].function.name"),
        ("/messages/2/tool_calls/1/function/name", json!("a b"), "messages[2].tool_calls[1].function.name"),
        ("/messages/2/tool_calls/1/function/arguments", json!({}), "expected a string"),
        ("/messages/2/tool_calls/1/id", json!("GONE"), "tool_calls[1].id"),
        ("/messages/4/tool_call_id", json!("c"), "must be a response to a preceeding message"),
        ("/messages/4/tool_call_id", json!("a"), "did not have response messages: {\"b\"}"),
        (
            "/messages/4",
            json!({"role": "user", "content": "next"}),
            "did not have response messages: {\"b\"}",
        ),
    ];
    refused(Speaks::OpenAi, &good, changes).await;
}

#[tokio::test]
async fn messages() {
    let mark = json!({"type": "ephemeral"});
    let good = json!({
        "model": "m", "max_tokens": 3000, "stream": true, "thinking": {"type": "enabled", "budget_tokens": 2000},
        "system": [{"type": "text", "text": "s", "cache_control": mark}],
        "tools": [{"name": "t", "input_schema": {"type": "object"}, "cache_control": mark}, {"name": "u", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "auto"},
        "messages": [
            {"role": "user", "content": "{\"words\": 1}"},
            {"role": "assistant", "content": [{"type": "text", "text": "x"}, {"type": "tool_use", "id": "a", "name": "t", "input": {}}, {"type": "tool_use", "id": "b", "name": "t", "input": {"cache_control": {}}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "r", "cache_control": mark}]},
                                         {"type": "tool_result", "tool_use_id": "b", "content": "r", "cache_control": mark}, {"type": "text", "text": "go on"}]},
        ],
    });
    let use_a = good["messages"][1]["content"][1].clone();
    let changes = vec![
        ("/model", json!("GONE"), "model: Field required"),
        ("/max_tokens", json!("GONE"), "max_tokens: Field required"),
        ("/max_tokens", json!(2000), "greater than `thinking.budget_tokens`"),
        ("/thinking/budget_tokens", json!(100), "1024"),
        ("/messages", json!("GONE"), "messages"),
        ("/tools", json!("GONE"), "must define tools"),
        ("/tools", json!([]), "must define tools"),
        ("/tools/0/name", json!("contacts.search"), "tools.0.custom.name"),
        ("/tools/0/name", json!("x".repeat(129)), "tools.0.custom.name"),
        ("/tools/0/name", json!("u"), "unique"),
        ("/tools/0/input_schema", json!({}), "input_schema.type"),
        ("/system/0/text", json!(""), "system: text content blocks must be non-empty"),
        ("/messages/0/role", json!("system"), "alternate"),
        ("/messages/0/role", json!("assistant"), "alternate"),
        ("/messages/1/role", json!("user"), "alternate"),
        ("/messages/0/content", json!(""), "non-empty content"),
        ("/messages/0/content", json!([]), "non-empty content"),
        ("/messages/1/content/0/text", json!(""), "must be non-empty"),
        ("/messages/1/content/0/text", json!(" \n"), "non-whitespace"),
        ("/messages/1/content/0/type", json!("words"), "Input tag 'words'"),
        (
            "/messages/1/content/0",
            json!({"type": "thinking", "thinking": "x", "signature": ""}),
            "Invalid `signature`",
        ),
        ("/messages/1/content/1/name", json!("a.b"), "tool_use.name"),
        ("/messages/1/content/1/id", json!("a b"), "tool_use.id"),
        ("/messages/1/content/1/input", json!("{}"), "valid dictionary"),
        ("/messages/1/content/1/id", json!("b"), "must be unique"),
        (
            "/messages/1/content/0",
            json!({"type": "tool_use", "id": "c", "name": "t", "input": {}}),
            "without `tool_result` blocks immediately after: {\"c\"}",
        ),
        ("/messages/2/content/1/tool_use_id", json!("z"), "immediately after: {\"b\"}"),
        ("/messages/2/content/0", json!({"type": "text", "text": "first"}), "immediately after"),
        (
            "/messages/2/content/2",
            json!({"type": "tool_result", "tool_use_id": "z", "content": "r"}),
            "unexpected `tool_use_id`",
        ),
        ("/messages/2/content/2", use_a, "not for this role"),
        ("/messages/2", json!({"role": "user", "content": "next"}), "immediately after"),
        ("/messages/2/content/2/cache_control", mark.clone(), "Found 5"),
        ("/cache_control", mark, "Found 5"),
    ];
    refused(Speaks::Anthropic, &good, changes).await;
    let mut open = good.clone();
    open["messages"].as_array_mut().unwrap().truncate(2);
    assert!(refusal(&ModelServer::start(), Speaks::Anthropic, &open).await.contains("immediately after"));
    let mut choice = Speaks::Anthropic.request(&json!({"words": 1}));
    (choice["tools"], choice["tool_choice"]) = (Value::Null, json!({"type": "auto"}));
    assert!(refusal(&ModelServer::start(), Speaks::Anthropic, &choice).await.contains("tool_choice"));
}

#[tokio::test]
async fn thoughts_must_come_back_signed() {
    let server = ModelServer::start();
    let speaks = Speaks::Anthropic;
    let script =
        json!({"words": 1, "rounds": 2, "reasoning": "hm hm", "tools": [{"name": "contacts.search"}]});
    let mut request = speaks.request(&script);
    for _ in 0..2 {
        let said = speaks.read(&exchange(&server, speaks, &request).await.body);
        request = speaks.after(&request, &said);
    }
    assert_eq!(refusal(&server, speaks, &request).await, "");
    let mut other = request.clone();
    other["messages"][3]["content"][0]["signature"] =
        request["messages"][1]["content"][0]["signature"].clone();
    assert!(refusal(&server, speaks, &other).await.contains("messages.3.content.0: Invalid `signature`"));
    let mut other = request.clone();
    other["messages"][1]["content"][0]["thinking"] = json!("hm");
    assert!(refusal(&server, speaks, &other).await.contains("messages.1.content.0: Invalid `signature`"));
    let mut none = request.clone();
    none["messages"][1]["content"].as_array_mut().unwrap().remove(0);
    assert!(refusal(&server, speaks, &none).await.contains("found `tool_use`"));
}

#[tokio::test]
async fn a_key_can_be_asked_for() {
    let server = ModelServer::start();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    for (speaks, header, value) in [
        (Speaks::OpenAi, "authorization", "Bearer sk-1"),
        (Speaks::Anthropic, "authorization", "Bearer sk-1"),
        (Speaks::Anthropic, "x-api-key", "sk-1"),
    ] {
        for (key, status) in [("sk-1", 200), ("sk-2", 401)] {
            let post = client
                .post(format!("{}{}", server.url, speaks.path()))
                .header("anthropic-version", "2023-06-01");
            let post = post.header(header, value).json(&speaks.request(&json!({"words": 1, "key": key})));
            let answer = post.send().await.unwrap();
            assert_eq!(answer.status(), status);
            if status == 401 {
                let body: Value = answer.json().await.unwrap();
                assert_eq!(
                    body["error"]["type"],
                    speaks.word("invalid_request_error", "authentication_error")
                );
            }
        }
        let without = exchange(&server, speaks, &speaks.request(&json!({"words": 1, "key": "sk-1"}))).await;
        assert_eq!(without.status(), 401);
    }
    for speaks in BOTH {
        assert_eq!(exchange(&server, speaks, &speaks.request(&json!({"words": 1}))).await.status(), 200);
    }
}
