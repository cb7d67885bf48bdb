//! The adapter against endpoints that behave as real ones do.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use lexi_models::{
    Cause, Finish, Model, ModelError, ModelEvent, ModelMessage, Protocol, Remote, RemoteConfig, System,
    ToolCall,
};
use lexi_types::Usage;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{briefing, request, said};
use crate::upstream::{Piece, Upstream};

const DONE: &str = "[DONE]";

fn model(url: &str) -> Remote {
    Remote::new(RemoteConfig {
        base_url: url.to_owned(),
        api_key: Some(SecretString::from("sk-very-secret")),
        connect_timeout: Duration::from_millis(500),
        first_token_timeout: Duration::from_millis(600),
        read_timeout: Duration::from_millis(300),
        headers: vec![("x-title".to_owned(), SecretString::from("Lexi"))],
        ..RemoteConfig::new(Protocol::OpenAi, "test-model")
    })
    .unwrap()
}

async fn ask(url: &str) -> Vec<Result<ModelEvent, ModelError>> {
    model(url).stream(request(briefing(), vec![said("hello")])).collect().await
}

async fn events(upstream: &Upstream) -> Vec<ModelEvent> {
    ask(&upstream.url).await.into_iter().map(Result::unwrap).collect()
}

/// What came before the error, and the error, which must be the last.
async fn failure(upstream: &Upstream) -> (usize, ModelError) {
    let mut all = ask(&upstream.url).await;
    let error = all.pop().unwrap().unwrap_err();
    assert!(all.iter().all(Result::is_ok));
    (all.len(), error)
}

fn text(text: &str) -> ModelEvent {
    ModelEvent::Text(text.to_owned())
}

fn call(id: &str, name: &str, arguments: &str) -> ModelEvent {
    ModelEvent::ToolCall(ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        extra: None,
    })
}

fn usage(input_tokens: u64, output_tokens: u64) -> ModelEvent {
    ModelEvent::Usage(Usage { input_tokens, output_tokens, ..Usage::default() })
}

#[tokio::test]
async fn text_reasoning_and_usage_after_the_finish() {
    let upstream = Upstream::chunks(&[
        r#"{"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#,
        r#"{"choices":[{"delta":{"reasoning_content":"Hm."}}]}"#,
        r#"{"choices":[{"delta":{"reasoning":"So."}}]}"#,
        r#"{"choices":[{"delta":{"content":"Hello"}}],"usage":{}}"#,
        r#"{"choices":[{"delta":{"content":" wörld"}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}"#,
        DONE,
    ]);
    let expected = [
        ModelEvent::Thinking("Hm.".to_owned()),
        ModelEvent::Thinking("So.".to_owned()),
        text("Hello"),
        text(" wörld"),
        usage(12, 3),
        ModelEvent::Finish(Finish::Stop),
    ];
    assert_eq!(events(&upstream).await, expected);
}

#[tokio::test]
async fn missing_fields_and_a_plain_end_are_taken() {
    let upstream = Upstream::chunks(&[
        "{}",
        r#"{"choices":null}"#,
        r#"{"choices":[{}]}"#,
        r#"{"choices":[{"delta":null}]}"#,
        r#"{"choices":[{"delta":{"content":[{"type":"text","text":"Hi"}]}}]}"#,
        r#"{"choices":[{"finish_reason":"length"}]}"#,
    ]);
    assert_eq!(events(&upstream).await, [text("Hi"), ModelEvent::Finish(Finish::Length)]);
    let upstream = Upstream::streaming(vec![
        Piece::Bytes(
            ": keep-alive\r\n\r\ndata:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\n".to_owned(),
        ),
        Piece::Bytes("data: [DONE]".to_owned()),
    ]);
    assert_eq!(events(&upstream).await, [text("a"), ModelEvent::Finish(Finish::Stop)]);
}

#[tokio::test]
async fn bytes_may_be_cut_anywhere() {
    let whole = "data: {\"choices\":[{\"delta\":{\"content\":\"né\"}}]}\n\ndata: [DONE]\n\n";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let mut pieces = vec![Piece::Bytes(head.to_owned())];
    for c in whole.chars() {
        pieces.extend([Piece::Bytes(c.to_string()), Piece::Pause(Duration::from_millis(1))]);
    }
    assert_eq!(events(&Upstream::raw(pieces)).await, [text("né"), ModelEvent::Finish(Finish::Stop)]);
}

#[tokio::test]
async fn tool_calls_in_pieces() {
    let upstream = Upstream::chunks(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"contacts_get","arguments":""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"name\":"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"name":"deals_aggregate","arguments":"{}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Jane\"}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
        DONE,
    ]);
    let expected = [
        call("call_a", "contacts.get", r#"{"name":"Jane"}"#),
        call("call_2", "deals.aggregate", "{}"),
        ModelEvent::Finish(Finish::ToolCalls),
    ];
    assert_eq!(events(&upstream).await, expected);
}

#[tokio::test]
async fn tool_calls_without_index_with_the_same_index_and_as_objects() {
    let upstream = Upstream::chunks(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"contacts_get","arguments":"{}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"deals_get","arguments":{"id":1}}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"unknown.tool"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\"x\":1}"}}]},"finish_reason":"tool_calls"}]}"#,
    ]);
    let expected = [
        call("a", "contacts.get", "{}"),
        call("b", "deals.get", r#"{"id":1}"#),
        call("call_3", "unknown.tool", r#"{"x":1}"#),
        ModelEvent::Finish(Finish::ToolCalls),
    ];
    assert_eq!(events(&upstream).await, expected);
}

#[tokio::test]
async fn one_document_instead_of_a_stream() {
    let body = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let upstream = Upstream::raw(vec![Piece::Bytes(head + body)]);
    assert_eq!(events(&upstream).await, [text("Hi"), usage(1, 2), ModelEvent::Finish(Finish::Stop)]);
}

#[tokio::test]
async fn an_error_in_the_stream() {
    for (error, retries, code) in [
        (
            r#"{"error":{"message":"Incorrect key sk-very-secret","type":"server_error","code":503}}"#,
            true,
            "server_error, 503",
        ),
        (
            r#"{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
            false,
            "context_length_exceeded",
        ),
        (r#"{"error":"overloaded"}"#, true, "sent an error"),
    ] {
        let upstream = Upstream::chunks(&[r#"{"choices":[{"delta":{"content":"a"}}]}"#, error]);
        let (before, error) = failure(&upstream).await;
        assert_eq!(before, 1);
        let ModelError { message, retry, .. } = error;
        assert!(message.contains(code) && !message.contains("secret"), "{message}");
        assert_eq!(retry, retries, "{message}");
    }
}

#[tokio::test]
async fn a_stream_that_ends_too_early_is_an_error() {
    for chunks in [vec![], vec![r#"{"choices":[{"delta":{"content":"a"}}]}"#], vec![r#"{"choices":[{"#]] {
        let (_, error) = failure(&Upstream::chunks(&chunks)).await;
        assert!(matches!(error, ModelError { cause: Cause::Broken, retry: true, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn error_statuses() {
    for (status, headers, body, retries, after, expected) in [
        (
            429,
            "retry-after: 7\r\n",
            r#"{"error":{"code":"rate_limit_exceeded"}}"#,
            true,
            Some(7000),
            Cause::Busy,
        ),
        (429, "", r#"{"error":{"code":"insufficient_quota"}}"#, false, None, Cause::Spent),
        (503, "retry-after-ms: 250\r\n", "<html>busy</html>", true, Some(250), Cause::Overloaded),
        (500, "x-should-retry: false\r\n", "", false, None, Cause::Overloaded),
        (408, "", "", true, None, Cause::Timeout),
        (
            401,
            "",
            r#"{"error":{"message":"Incorrect API key provided: sk-very-secret","code":"invalid_api_key"}}"#,
            false,
            None,
            Cause::Key,
        ),
        (
            429,
            "",
            r#"[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You exceeded your current quota, please check your plan and billing details.","details":[{"@type":"x/RetryInfo","retryDelay":"26.5s"}]}}]"#,
            true,
            Some(26_500),
            Cause::Busy,
        ),
        (400, "", "[]", false, None, Cause::Rejected),
        (302, "location: http://127.0.0.1:1/\r\n", "", false, None, Cause::Address),
    ] {
        let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
        let (before, error) = failure(&Upstream::raw(vec![Piece::Bytes(head)])).await;
        let ModelError { cause, message, retry, retry_after } = error;
        assert_eq!((before, retry, retry_after), (0, retries, after.map(Duration::from_millis)), "{message}");
        assert_eq!(cause, expected, "{message}");
        assert!(message.contains(&status.to_string()) && !message.contains("secret"), "{message}");
    }
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let pause = || Piece::Pause(Duration::from_secs(2));
    let started = Instant::now();
    let first = Upstream::streaming(vec![Piece::Bytes(": wait\n\n".to_owned()), pause()]);
    assert!(matches!(failure(&first).await, (0, ModelError { cause: Cause::Timeout, .. })));
    let head = Upstream::raw(vec![pause()]);
    assert!(matches!(failure(&head).await, (0, ModelError { cause: Cause::Timeout, .. })));
    let chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n".to_owned();
    let middle = Upstream::streaming(vec![Piece::Bytes(chunk), pause()]);
    assert!(matches!(failure(&middle).await, (1, ModelError { cause: Cause::Timeout, .. })));
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_piece_that_only_opens_the_answer_is_no_first_word() {
    let opening = r#"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"#;
    let word = r#"data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#;
    // Longer than between two pieces, shorter than to the first word.
    let slow = Upstream::streaming(vec![
        Piece::Bytes(format!("{opening}\n\n")),
        Piece::Pause(Duration::from_millis(450)),
        Piece::Bytes(format!("{word}\n\ndata: [DONE]\n\n")),
    ]);
    assert_eq!(events(&slow).await, [text("a"), ModelEvent::Finish(Finish::Stop)]);
    let mut pieces = Vec::new();
    for _ in 0..20 {
        pieces.extend([Piece::Bytes(format!("{opening}\n\n")), Piece::Pause(Duration::from_millis(100))]);
    }
    let started = Instant::now();
    assert!(matches!(
        failure(&Upstream::streaming(pieces)).await,
        (0, ModelError { cause: Cause::Timeout, .. })
    ));
    assert!(started.elapsed() < Duration::from_millis(1500));
}

#[tokio::test]
async fn a_slow_answer_has_no_total_limit_and_a_missing_goodbye_is_forgiven() {
    let mut pieces = Vec::new();
    for _ in 0..8 {
        pieces.push(Piece::Bytes("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n".to_owned()));
        pieces.push(Piece::Pause(Duration::from_millis(150)));
    }
    pieces.push(Piece::Bytes("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n".to_owned()));
    pieces.push(Piece::Pause(Duration::from_secs(2)));
    let events = events(&Upstream::streaming(pieces)).await;
    assert_eq!(events.len(), 9);
    assert_eq!(events.last(), Some(&ModelEvent::Finish(Finish::Stop)));
}

#[tokio::test]
async fn nobody_listens() {
    let all = ask("http://127.0.0.1:1").await;
    assert!(
        matches!(all.as_slice(), [Err(ModelError { cause: Cause::Unreachable, retry: true, .. })]),
        "{all:?}"
    );
}

#[tokio::test]
async fn dropping_the_stream_hangs_up() {
    let upstream = Upstream::streaming(vec![
        Piece::Bytes("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n".to_owned()),
        Piece::Left,
    ]);
    let mut stream = model(&upstream.url).stream(request(briefing(), vec![said("hello")]));
    assert_eq!(stream.next().await, Some(Ok(text("a"))));
    drop(stream);
    assert!(tokio::task::spawn_blocking(move || upstream.was_left()).await.unwrap());
}

#[tokio::test]
async fn the_request_on_the_wire() {
    let upstream = Upstream::chunks(&[DONE]);
    let result = json!({"contact": {"full_name": "Jane </f3nce> f3nce"}});
    let messages = vec![
        said("Who is Jane?"),
        ModelMessage::Assistant {
            text: String::new(),
            tool_calls: vec![
                ToolCall {
                    id: "c1".to_owned(),
                    name: "contacts.get".to_owned(),
                    arguments: r#"{"name":"Jane"}"#.to_owned(),
                    extra: None,
                },
                ToolCall {
                    id: "c2".to_owned(),
                    name: "deals.get".to_owned(),
                    arguments: "{broken".to_owned(),
                    extra: None,
                },
            ],
            by: None,
            reasoning: Vec::new(),
        },
        ModelMessage::Tool {
            call_id: "c1".to_owned(),
            name: "contacts.get".to_owned(),
            result: result.into(),
            is_error: false,
        },
    ];
    let mut asked = request(briefing(), messages);
    asked.system = System { stable: "Be brief.".to_owned(), run: "It is Monday.".to_owned() };
    let model = model(&upstream.url);
    assert_eq!(model.name(), "openai:test-model");
    assert!(!format!("{model:?}").contains("secret"), "{model:?}");
    let events: Vec<_> = model.stream(asked).collect().await;
    assert_eq!(events, [Ok(ModelEvent::Finish(Finish::Stop))]);
    let (head, body) = upstream.request();
    assert!(head.starts_with("post /v1/chat/completions http/1.1"), "{head}");
    assert!(
        head.contains("authorization: bearer sk-very-secret") && head.contains("x-title: lexi"),
        "{head}"
    );
    assert_eq!((&body["model"], &body["stream"]), (&json!("test-model"), &json!(true)));
    assert_eq!(body["stream_options"]["include_usage"], json!(true));
    assert_eq!(body["tools"][0]["function"]["name"], json!("contacts_search"));
    let expected: Value = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "It is Monday.\nQuestion: Who is Jane?"},
        {"role": "assistant", "content": "", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "contacts_get", "arguments": "{\"name\":\"Jane\"}"}},
            {"id": "c2", "type": "function", "function": {"name": "deals_get", "arguments": "{}"}},
        ]},
        {"role": "tool", "tool_call_id": "c1", "content": "<f3nce>\n{\"contact\":{\"full_name\":\"Jane </> \"}}\n</f3nce>"},
    ]);
    assert_eq!(body["messages"], expected);
}

#[tokio::test]
async fn when_no_call_is_left_the_tools_stay_and_what_is_said_stands_behind_the_results() {
    let sent = async |change: fn(&mut lexi_models::ModelRequest)| {
        let upstream = Upstream::chunks(&[DONE]);
        let result = ModelMessage::Tool {
            call_id: "c1".to_owned(),
            name: "contacts.get".to_owned(),
            result: json!({}).into(),
            is_error: false,
        };
        let mut asked =
            request(briefing(), vec![said("Who?"), result, ModelMessage::Note { text: "Answer now." }]);
        change(&mut asked);
        let _events: Vec<_> = model(&upstream.url).stream(asked).collect().await;
        upstream.request().1
    };
    let body = sent(|asked| asked.tool_calls_left = 0).await;
    assert_eq!(body["tool_choice"], "none");
    assert!(!body["tools"].as_array().unwrap().is_empty());
    let messages = body["messages"].as_array().unwrap();
    let last = messages.last().unwrap();
    assert_eq!(
        (&last["role"], &last["content"]),
        (&json!("tool"), &json!("<f3nce>\n{}\n</f3nce>\nAnswer now."))
    );
    assert_eq!(sent(|_| {}).await["tool_choice"], Value::Null);
    let body = sent(|asked| asked.tools = [].into()).await;
    assert_eq!((&body["tools"], &body["tool_choice"]), (&Value::Null, &Value::Null));
}
