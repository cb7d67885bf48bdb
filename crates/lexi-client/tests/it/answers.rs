//! The routes that answer with one JSON document.

use lexi_client::{ChatParams, Client, ClientError};

use crate::server::{CONVERSATION, FIRST, Reply, Server};

#[tokio::test]
async fn a_refusal_carries_the_servers_words() {
    let body = r#"{"error":{"code":"validation_error","message":"message: must not be empty","details":{"fields":{"message":"must not be empty"}}}}"#;
    let server = Server::start(vec![Reply::json("400 Bad Request", "", body)]);
    let error = server.client().chat(ChatParams::new("")).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(400), Some("validation_error")));
    assert_eq!(error.request_id(), Some("req_test"));
    assert_eq!(error.to_string(), "message: must not be empty (validation_error, HTTP 400)");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn chat_once_reads_the_answer() {
    let body = format!(
        r#"{{"data":{{"response":"ok","conversation_id":"{CONVERSATION}","task_id":null,"requires_approval":false,"message_id":"{FIRST}","credits_charged":1,"credits_remaining":41,"tool_steps":[]}}}}"#
    );
    let server = Server::start(vec![Reply::json("200 OK", "", &body)]);
    let answer = server.client().chat_once(ChatParams::new("hi")).await.unwrap();
    assert_eq!((answer.response.as_str(), answer.credits_remaining), ("ok", 41));
    let asked = &server.asked()[0];
    assert_eq!(asked.line, "POST /v1/lexi/chat HTTP/1.1");
    assert!(asked.header("idempotency-key").is_some());
}

#[tokio::test]
async fn conversations_and_credits_are_read() {
    let row = format!(
        r#"{{"id":"{CONVERSATION}","title":"T","message_count":2,"last_message_at":null,"context":{{}},"archived":false,"created_at":"2026-11-23T09:30:00Z","updated_at":"2026-11-23T09:30:00Z"}}"#
    );
    let list =
        format!(r#"{{"data":{{"conversations":[{row}]}},"meta":{{"page":1,"per_page":25,"total":1}}}}"#);
    let message = format!(
        r#"{{"id":"{FIRST}","role":"user","content":"hi","status":"complete","tool_calls":null,"created_at":"2026-11-23T09:30:00Z"}}"#
    );
    let one = format!(r#"{{"data":{},"messages":[{message}]}}}}"#, &row[..row.len() - 1]);
    let server = Server::start(vec![
        Reply::json("200 OK", "", &list),
        Reply::json("200 OK", "", &one),
        Reply::json("200 OK", "", r#"{"data":{"balance":9,"held":5,"available":4}}"#),
    ]);
    let client = server.client();
    let page = client.conversations(1, 25).await.unwrap();
    assert_eq!((page.total, page.items[0].title.as_str()), (1, "T"));
    let one = client.conversation(page.items[0].id).await.unwrap();
    assert_eq!((one.conversation.message_count, one.messages[0].content.as_str()), (2, "hi"));
    assert_eq!(client.credits().await.unwrap().available, 4);
    let lines: Vec<String> = server.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/lexi/conversations?page=1&per_page=25 HTTP/1.1".to_owned(),
            format!("GET /v1/lexi/conversations/{CONVERSATION} HTTP/1.1"),
            "GET /v1/credits HTTP/1.1".to_owned(),
        ]
    );
}

#[tokio::test]
async fn canceling_and_following_name_the_conversation() {
    let nothing = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    let server = Server::start(vec![Reply::raw(nothing), Reply::raw(nothing)]);
    let id = CONVERSATION.parse().unwrap();
    server.client().cancel(id).await.unwrap();
    assert!(server.client().follow(id).await.unwrap().is_none());
    let asked = server.asked();
    assert_eq!(asked[0].line, format!("POST /v1/lexi/conversations/{CONVERSATION}/cancel HTTP/1.1"));
    assert_eq!(asked[1].line, format!("GET /v1/lexi/conversations/{CONVERSATION}/stream HTTP/1.1"));
}

#[test]
fn an_address_under_a_path_keeps_the_path_and_others_are_refused() {
    assert!(Client::new("http://host/functions/v1/api-gateway", "k").is_ok());
    for bad in ["", "host:8787", "ftp://host", "http://"] {
        assert!(matches!(Client::new(bad, "k"), Err(ClientError::Url { .. })), "{bad}");
    }
    assert!(matches!(Client::new("http://host", "two\nlines"), Err(ClientError::Key)));
}
