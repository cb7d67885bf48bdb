//! The stream itself: bytes, headers, order.

use std::time::{Duration, Instant};

use lexi_testkit::http::answered;
use lexi_types::RateTier;
use reqwest::Method;
use serde_json::json;

use crate::world::{builtin, scripted, with_tools, words};

#[tokio::test]
async fn the_streams_bytes_are_those_of_the_contract() {
    let (lexi, _model) = scripted(&[]).await;
    let answer = lexi.http().chat(&with_tools(1, 2, 0)).await;
    assert_eq!(answer.status, 200);
    let conversation = answer.header("x-conversation-id").unwrap();
    let message = answer.header("x-message-id").unwrap();
    let expected = format!(
        "event: thinking\ndata: {{\"text\": \"Looking up the pipelines...\"}}\n\n\
         event: tool_step\ndata: {{\"tool\": \"pipelines.list\", \"status\": \"started\", \"call_id\": \"call_1\"}}\n\n\
         event: tool_step\ndata: {{\"tool\": \"pipelines.list\", \"status\": \"completed\", \"summary\": \"SUMMARY\", \"call_id\": \"call_1\", \"is_error\": false, \"records\": []}}\n\n\
         event: text\ndata: {{\"delta\": \"w1\", \"conversation_id\": \"{conversation}\"}}\n\n\
         event: text\ndata: {{\"delta\": \" w2\", \"conversation_id\": \"{conversation}\"}}\n\n\
         event: done\ndata: {{\"credits_remaining\": 998, \"message_id\": \"{message}\", \"credits_charged\": 2, \"finish_reason\": \"stop\", \"usage\": USAGE, \"grounding\": {{\"figures\": FIGURES, \"unsupported\": []}}}}\n\n\
         data: [DONE]\n\n"
    );
    let steps = answer.data_of("tool_step");
    let done = answer.done().unwrap();
    let usage = format!(
        "{{\"input_tokens\": {}, \"output_tokens\": {}, \"cached_tokens\": {}}}",
        done["usage"]["input_tokens"], done["usage"]["output_tokens"], done["usage"]["cached_tokens"]
    );
    let expected = expected
        .replace("SUMMARY", steps[1]["summary"].as_str().unwrap())
        .replace("USAGE", &usage)
        .replace("FIGURES", &done["grounding"]["figures"].to_string());
    assert_eq!(answer.text(), expected);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
        ("transfer-encoding", "chunked"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert!(answer.header("content-length").is_none() && answer.header("content-encoding").is_none());
    assert!(
        answer.header("x-request-id").unwrap().starts_with("req_")
            && answer.header("x-ratelimit-reset").is_some()
    );
}

#[tokio::test]
async fn never_compressed_and_on_both_bases() {
    let lexi = builtin().await;
    let http = lexi.http();
    let path = "/functions/v1/api-gateway/v1/lexi/chat/stream";
    let request = http
        .request(Method::POST, path)
        .header("Accept-Encoding", "gzip, br")
        .header("Accept", "text/event-stream");
    let answer =
        answered(request.json(&json!({"message": "Summarize my pipeline", "conversation_id": null}))).await;
    assert_eq!(answer.status, 200);
    assert!(answer.is_complete() && answer.header("content-encoding").is_none());
    assert!(!answer.answer().is_empty());
}

#[tokio::test]
async fn deltas_add_up_to_the_stored_message_and_the_conversation_goes_on() {
    let (lexi, model) = scripted(&[]).await;
    let http = lexi.http();
    let first = http.chat(&with_tools(2, 5, 0)).await;
    let conversation = first.header("x-conversation-id").unwrap();
    let second = http
        .post("/v1/lexi/chat/stream", &json!({"message": words(3, 0), "conversation_id": conversation}))
        .await;
    assert_eq!(second.header("x-conversation-id"), Some(conversation));
    let stored =
        http.get(&format!("/v1/lexi/conversations/{conversation}?include_tool_steps=true")).await.json();
    let messages = stored["data"]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[1]["content"], first.answer());
    assert_eq!(messages[3]["content"], second.answer());
    assert_eq!(messages[1]["id"], first.done().unwrap()["message_id"]);
    assert_eq!(messages[1]["tool_calls"].as_array().unwrap().len(), 2);
    let seen = model.requests();
    let last = seen.last().unwrap()["messages"].as_array().unwrap();
    assert_eq!(
        last.iter().filter(|m| m["role"] == "user").count(),
        2,
        "the model hears what was said before"
    );
    assert!(last.iter().any(|m| m["role"] == "assistant" && m["content"] == first.answer()));
}

#[tokio::test]
async fn without_tools_the_model_is_offered_none() {
    let (lexi, model) = scripted(&[]).await;
    let body = json!({"message": with_tools(3, 2, 0), "allow_tools": false});
    let answer = lexi.http().post("/v1/lexi/chat/stream", &body).await;
    assert_eq!(answer.done().unwrap()["credits_charged"], 1);
    assert!(answer.data_of("tool_step").is_empty());
    assert!(
        model.requests().iter().all(|request| request
            .get("tools")
            .is_none_or(|tools| tools.as_array().is_none_or(Vec::is_empty)))
    );
}

#[tokio::test]
async fn a_key_without_read_scopes_gets_no_tools_and_holds_one_credit() {
    let (lexi, model) = scripted(&[]).await;
    let key = lexi.new_key(lexi.workspace, "write:ai,read:ai", RateTier::Standard).await;
    let http = lexi.http().with_key(&key);
    let answer = http.chat(&with_tools(3, 2, 0)).await;
    assert_eq!(answer.done().unwrap()["credits_charged"], 1);
    assert!(model.requests()[0].to_string().contains("read:deals"), "the model is told what is missing");
}

#[tokio::test]
async fn the_first_words_come_before_the_last() {
    let (lexi, _model) = scripted(&[]).await;
    let started = Instant::now();
    let mut response = lexi
        .http()
        .request(Method::POST, "/v1/lexi/chat/stream")
        .json(&json!({"message": words(30, 100)}))
        .send()
        .await
        .unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    let head = started.elapsed();
    assert!(first.starts_with(b"event: text"), "{first:?}");
    while response.chunk().await.unwrap().is_some() {}
    assert!(started.elapsed() > head + Duration::from_millis(600), "it was a stream");
}

#[tokio::test]
async fn silence_is_kept_alive_by_a_lone_comment_line() {
    let (lexi, _model) = scripted(&["keep_alive_s=1"]).await;
    let answer = lexi.http().chat(r#"{"words":2,"first_delay_ms":2300}"#).await;
    let text = answer.text();
    assert!(text.starts_with(": ping\n: ping\nevent: text\n"), "{text}");
    assert_eq!(answer.answer(), "w1 w2");
}

#[tokio::test]
async fn a_failing_model_is_an_error_event_with_an_end_and_costs_nothing() {
    let (lexi, _model) = scripted(&["model_read_timeout_s=1", "model_first_token_timeout_s=1"]).await;
    let http = lexi.http();
    for (fail, code) in [
        (r#"{"at":"start","kind":"status_500"}"#, "provider_error"),
        (r#"{"at":"mid","kind":"cut"}"#, "provider_error"),
        (r#"{"at":"mid","kind":"no_finish"}"#, "provider_error"),
        (r#"{"at":"mid","kind":"stall"}"#, "provider_timeout"),
        (r#"{"at":"mid","kind":"error_object"}"#, "provider_error"),
        (r#"{"at":"mid","kind":"garbage"}"#, "provider_error"),
    ] {
        let message = format!(r#"{{"words":6,"fail":{fail}}}"#);
        let answer = http.chat(&message).await;
        assert_eq!(answer.status, 200, "{fail}");
        assert_eq!(answer.data_of("error")[0]["code"], code, "{fail}: {}", answer.text());
        assert!(answer.is_complete() && answer.done().is_none(), "{fail}");
        let conversation = answer.header("x-conversation-id").unwrap();
        let stored = http.get(&format!("/v1/lexi/conversations/{conversation}")).await.json();
        let messages = stored["data"]["messages"].as_array().unwrap().clone();
        let kept: Vec<_> = messages.iter().filter(|m| m["role"] == "assistant").collect();
        if answer.answer().is_empty() {
            assert!(kept.is_empty());
        } else {
            assert_eq!(
                (kept[0]["content"].as_str(), kept[0]["status"].as_str()),
                (Some(answer.answer().as_str()), Some("failed"))
            );
        }
        let whole = http.post("/v1/lexi/chat", &json!({"message": message})).await;
        assert_eq!(whole.error().1, code);
        assert_eq!(whole.status, if code == "provider_timeout" { 504 } else { 502 });
    }
    let audit = lexi.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 1000, "{audit:?}");
}

#[tokio::test]
async fn the_whole_answer_says_what_the_stream_says() {
    let (lexi, _model) = scripted(&[]).await;
    let whole = lexi.http().post("/v1/lexi/chat", &json!({"message": with_tools(2, 3, 0)})).await;
    assert_eq!(whole.status, 200);
    let data = whole.json()["data"].clone();
    assert_eq!(data["response"], "w1 w2 w3");
    assert_eq!((data["credits_charged"].as_i64(), data["credits_remaining"].as_i64()), (Some(3), Some(997)));
    assert_eq!((data["task_id"].is_null(), data["requires_approval"].as_bool()), (true, Some(false)));
    assert_eq!(data["tool_steps"].as_array().unwrap().len(), 2);
    assert_eq!(Some(data["message_id"].as_str().unwrap()), whole.header("x-message-id"));
    let inside = json!({"message": words(1, 0), "context": {"conversation_id": data["conversation_id"]}});
    assert_eq!(
        lexi.http().post("/v1/lexi/chat", &inside).await.json()["data"]["conversation_id"],
        data["conversation_id"]
    );
}

#[tokio::test]
async fn neither_keys_nor_messages_are_logged() {
    let (lexi, _model) = scripted(&["log=trace"]).await;
    let http = lexi.http();
    http.keyed_chat(r#"secretword {"words":1,"text":"hiddenanswer"}"#, &crate::world::new_key()).await;
    http.chat(r#"secretword {"words":3,"fail":{"at":"mid","kind":"garbage"}}"#).await;
    http.get("/v1/lexi/conversations?search=secretword").await;
    let logs = lexi.logs();
    for secret in [lexi.key.as_str(), "secretword", "hiddenanswer"] {
        let line = logs.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{line:?}");
    }
}

#[tokio::test]
async fn tool_rounds_and_arguments_have_their_limits() {
    let (lexi, _model) = scripted(&["tool_rounds_max=2", "tool_arguments_bytes_max=1024"]).await;
    let call = r#"{"name":"pipelines.list","arguments":{}}"#;
    let answer = lexi.http().chat(&format!(r#"{{"words":1,"tools":[{call}],"rounds":3}}"#)).await;
    assert_eq!(
        answer.data_of("tool_step").len(),
        4,
        "two rounds, each started and completed: {}",
        answer.text()
    );
    assert_eq!(
        (answer.answer().as_str(), answer.done().unwrap()["credits_charged"].as_i64()),
        ("w1", Some(3))
    );
    let long = format!(r#"{{"name":"contacts.search","arguments":{{"query":"{}"}}}}"#, "x".repeat(2000));
    let answer = lexi.http().chat(&format!(r#"{{"words":1,"tools":[{long}]}}"#)).await;
    let completed = answer.data_of("tool_step")[1].clone();
    assert_eq!(
        (completed["status"].as_str(), completed["is_error"].as_bool()),
        (Some("completed"), Some(true))
    );
    assert_eq!(answer.answer(), "w1", "the model was told and went on");
}
