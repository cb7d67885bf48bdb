//! Streams that reach their end on one connection.

use lexi_client::{ChatParams, ChatStream, ClientError, ClientEvent, ClientFrame};
use lexi_types::{Event, FinishReason};

use crate::server::{DONE, FIRST, Reply, Server, frames};

/// The text, the number of restarts and how it ended.
pub(crate) async fn read(mut stream: ChatStream) -> (String, u32, Result<Option<FinishReason>, ClientError>) {
    let (mut text, mut restarts, mut finish) = (String::new(), 0, None);
    while let Some(event) = stream.next().await {
        match event {
            Ok(ClientEvent::Event(Event::Text { delta, .. })) => {
                assert!(finish.is_none(), "text after done");
                text.push_str(&delta);
            }
            Ok(ClientEvent::Event(Event::Done { finish_reason, .. })) => finish = Some(finish_reason),
            Ok(ClientEvent::Event(_)) => {}
            Ok(ClientEvent::Restarted) => {
                text.clear();
                restarts += 1;
            }
            Err(error) => return (text, restarts, Err(error)),
        }
    }
    assert!(stream.next().await.is_none(), "an ended stream stays ended");
    (text, restarts, Ok(finish))
}

#[tokio::test]
async fn events_come_in_order_with_ids_from_the_headers() {
    let frames = frames(FIRST, &["a", "b", "c"]).concat();
    let server = Server::start(vec![Reply::chunked(FIRST, &[&frames, DONE], true)]);
    let stream = server.client().chat(ChatParams::new("hi")).await.unwrap();
    assert_eq!(stream.message_id().unwrap().as_str(), FIRST);
    assert_eq!(stream.conversation_id().unwrap().to_string(), crate::server::CONVERSATION);
    assert_eq!(stream.request_id(), Some("req_test"));
    assert!(!stream.replayed());
    let (text, restarts, end) = read(stream).await;
    assert_eq!((text.as_str(), restarts, end.unwrap()), ("abc", 0, Some(FinishReason::Stop)));

    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "POST /v1/lexi/chat/stream HTTP/1.1");
    assert_eq!(asked[0].header("authorization"), Some("Bearer wbk_test"));
    assert_eq!(asked[0].header("last-event-id"), None);
    assert_eq!(asked[0].header("idempotency-key").map(str::len), Some(36));
    assert_eq!(asked[0].body, r#"{"message":"hi","allow_tools":true}"#);
}

#[tokio::test]
async fn keep_alives_crlf_single_bytes_and_unknown_events_change_nothing() {
    let frames = frames(FIRST, &["a", "b"]);
    let text = format!(
        ": ping\n{}: ping\n: ping\nevent: later\ndata: {{}}\n\n{}{DONE}",
        frames[0],
        frames[1..].concat()
    );
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let bytes: Vec<String> = text.chars().map(String::from).collect();
        let bytes: Vec<&str> = bytes.iter().map(String::as_str).collect();
        let server = Server::start(vec![Reply::chunked(FIRST, &bytes, true)]);
        let (text, _, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
        assert_eq!((text.as_str(), end.unwrap()), ("ab", Some(FinishReason::Stop)));
    }
}

#[tokio::test]
async fn frames_can_be_read_as_they_are() {
    let frames = frames(FIRST, &["a"]).concat();
    let server = Server::start(vec![Reply::stream(FIRST, &[&frames, DONE])]);
    let mut stream = server.client().chat(ChatParams::new("hi")).await.unwrap();
    let Some(Ok(ClientFrame::Frame(frame))) = stream.next_frame().await else { panic!() };
    assert_eq!((frame.id.as_deref(), frame.event.as_str()), (Some("1"), "text"));
    assert!(frame.data.starts_with("{\"delta\": \"a\""));
    assert!(matches!(stream.next_frame().await, Some(Ok(ClientFrame::Frame(f))) if f.event == "done"));
    assert!(stream.next_frame().await.is_none());
}

#[tokio::test]
async fn an_error_event_is_handed_over_and_not_tried_again() {
    let error = "id: 1\nevent: error\ndata: {\"code\": \"provider_error\", \"message\": \"m\"}\n\n";
    // Cut before `[DONE]`: asking again would start, and pay for, a second run.
    let server = Server::start(vec![Reply::chunked(FIRST, &[error], false)]);
    let mut stream = server.client().chat(ChatParams::new("hi")).await.unwrap();
    let expected = Event::Error { code: "provider_error".into(), message: "m".into() };
    assert_eq!(stream.next().await.unwrap().unwrap(), ClientEvent::Event(expected));
    assert!(stream.next().await.is_none());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_is_not_a_stream_is_said_so() {
    let server = Server::start(vec![Reply::json("200 OK", "", "{}")]);
    let error = server.client().chat(ChatParams::new("hi")).await.unwrap_err();
    assert!(matches!(error, ClientError::Protocol(_)), "{error}");

    let broken = "id: 1\nevent: text\ndata: {\"delta\": 1}\n\n";
    let server = Server::start(vec![Reply::stream(FIRST, &[broken])]);
    let (_, _, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert!(matches!(end, Err(ClientError::Protocol(_))));
}
