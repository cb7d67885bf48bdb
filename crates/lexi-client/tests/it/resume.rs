//! Streams whose connection breaks: no gap, no doubling, no second run.

use std::time::Duration;

use lexi_client::{ChatParams, Client, ClientError, ClientFrame, Retry};
use lexi_types::FinishReason;

use crate::server::{DONE, FIRST, Reply, SECOND, Server, frames};
use crate::streams::read;

#[tokio::test]
async fn a_cut_at_any_byte_is_continued_without_gap_or_doubling() {
    let all = frames(FIRST, &["a", "b", "c"]);
    let text = format!("{}{DONE}", all.concat());
    let ends: Vec<usize> = all
        .iter()
        .scan(0, |end, f| {
            *end += f.len();
            Some(*end)
        })
        .collect();
    for cut in 0..text.len() {
        // Both ways of breaking: in the middle of a chunked body, and by a plain close.
        let head = &text[..cut];
        let first =
            if cut % 2 == 0 { Reply::chunked(FIRST, &[head], false) } else { Reply::stream(FIRST, &[head]) };
        let seen = ends.iter().filter(|end| **end <= cut).count();
        let rest = format!("{}{DONE}", all[seen..].concat());
        let server = Server::start(vec![first, Reply::chunked(FIRST, &[&rest], true)]);
        let (text, restarts, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
        assert_eq!((text.as_str(), restarts), ("abc", 0), "cut at {cut}");
        assert_eq!(end.unwrap(), Some(FinishReason::Stop), "cut at {cut}");

        let asked = server.asked();
        if seen == all.len() {
            assert_eq!(asked.len(), 1, "nothing is asked again after done, cut at {cut}");
            continue;
        }
        assert_eq!(asked.len(), 2, "cut at {cut}");
        assert_eq!(asked[1].header("idempotency-key"), asked[0].header("idempotency-key"));
        assert_eq!(asked[1].body, asked[0].body);
        let last = (seen > 0).then(|| seen.to_string());
        assert_eq!(asked[1].header("last-event-id"), last.as_deref(), "cut at {cut}");
    }
}

#[tokio::test]
async fn a_fresh_run_in_place_of_a_lost_one_is_announced() {
    let (first, second) = (frames(FIRST, &["a", "b"]), frames(SECOND, &["x", "y"]));
    let whole = format!("{}{DONE}", second.concat());
    let server = Server::start(vec![Reply::stream(FIRST, &[&first[0]]), Reply::stream(SECOND, &[&whole])]);
    let (text, restarts, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert_eq!((text.as_str(), restarts, end.unwrap()), ("xy", 1, Some(FinishReason::Stop)));
}

#[tokio::test]
async fn a_fresh_run_that_skips_its_start_is_asked_for_the_whole() {
    let (first, second) = (frames(FIRST, &["a", "b"]), frames(SECOND, &["x", "y"]));
    let tail = format!("{}{DONE}", second[1..].concat());
    let whole = format!("{}{DONE}", second.concat());
    let server = Server::start(vec![
        Reply::stream(FIRST, &[&first[0]]),
        Reply::stream(SECOND, &[&tail]),
        Reply::stream(SECOND, &[&whole]),
    ]);
    let (text, restarts, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert_eq!((text.as_str(), restarts, end.unwrap()), ("xy", 1, Some(FinishReason::Stop)));
    assert_eq!(server.asked()[2].header("last-event-id"), None);
}

#[tokio::test]
async fn frames_that_come_twice_are_shown_once() {
    let all = frames(FIRST, &["a", "b", "c"]);
    let rest = format!("{}{DONE}", all[1..].concat());
    let server =
        Server::start(vec![Reply::stream(FIRST, &[&all[..3].concat()]), Reply::stream(FIRST, &[&rest])]);
    let (text, restarts, _) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert_eq!((text.as_str(), restarts), ("abc", 0));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_after_the_pause_it_names() {
    let busy = || {
        Reply::json(
            "503 Service Unavailable",
            "Retry-After: 1\r\n",
            r#"{"error":{"code":"unavailable","message":"m"}}"#,
        )
    };
    let whole = format!("{}{DONE}", frames(FIRST, &["a"]).concat());
    let server = Server::start(vec![busy(), Reply::nothing(), Reply::stream(FIRST, &[&whole])]);
    let start = std::time::Instant::now();
    let (text, _, _) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert_eq!(text, "a");
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_pause_too_long_is_handed_to_the_caller() {
    let body = r#"{"error":{"code":"rate_limited","message":"slow down"}}"#;
    let server = Server::start(vec![Reply::json("429 Too Many Requests", "Retry-After: 3600\r\n", body)]);
    let error = server.client().chat(ChatParams::new("hi")).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(429), Some("rate_limited")));
    assert_eq!(error.api().unwrap().retry_after, Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn without_a_key_a_cut_is_an_error_and_nothing_is_sent_twice() {
    let all = frames(FIRST, &["a", "b"]);
    let server = Server::start(vec![Reply::stream(FIRST, &[&all[0]])]);
    let params = ChatParams::new("hi").idempotency_key(None);
    let (text, _, end) = read(server.client().chat(params).await.unwrap()).await;
    assert_eq!(text, "a");
    assert!(matches!(end, Err(ClientError::Cut { frames: 1, .. })));
    assert_eq!(server.asked().len(), 1);
    assert_eq!(server.asked()[0].header("idempotency-key"), None);
}

#[tokio::test]
async fn tries_and_restarts_are_bounded() {
    let cut = (0..20).map(|_| Reply::stream(FIRST, &[])).collect();
    let server = Server::start(cut);
    let (_, _, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert!(matches!(end, Err(ClientError::Cut { frames: 0, .. })), "{end:?}");
    assert_eq!(server.asked().len(), 7);

    let all = frames(FIRST, &["a", "b"]);
    let server = Server::start((0..20).map(|_| Reply::stream(FIRST, &[&all[0]])).collect());
    let (_, restarts, end) = read(server.client().chat(ChatParams::new("hi")).await.unwrap()).await;
    assert!(matches!(end, Err(ClientError::Cut { .. })), "{end:?}");
    assert_eq!(restarts, 3);
}

#[tokio::test]
async fn silence_is_a_broken_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(&url, "wbk_test").unwrap().with_silence_max(Duration::from_millis(50));
    let params = ChatParams::new("hi").idempotency_key(None);
    let error = client.chat(params).await.unwrap_err();
    assert!(matches!(error, ClientError::Cut { .. }), "{error}");
}

#[tokio::test]
async fn nobody_there_is_known_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = Client::new(&url, "k").unwrap().chat(ChatParams::new("hi")).await.unwrap_err();
    assert!(matches!(error, ClientError::Connect { .. }), "{error}");
}

#[tokio::test]
async fn a_reader_that_keeps_giving_up_waiting_loses_nothing() {
    let all = frames(FIRST, &["a", "b", "c"]);
    let rest = format!("{}{DONE}", all[1..].concat());
    let pieces: Vec<&str> = rest.split_inclusive('\n').collect();
    let server = Server::start(vec![
        Reply::stream(FIRST, &[&all[0], &all[1][..9]]),
        Reply::json("503 Service Unavailable", "", "{}"),
        Reply::chunked(FIRST, &pieces, true),
    ]);
    let slow = Retry { base: Duration::from_millis(5), ..Retry::default() };
    let mut stream = server.client().with_retry(slow).chat(ChatParams::new("hi")).await.unwrap();
    let mut shown = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_millis(1), stream.next_frame()).await {
            Err(_gave_up) => {}
            Ok(Some(Ok(ClientFrame::Frame(frame)))) => shown.push(frame.id.unwrap()),
            Ok(Some(other)) => panic!("{other:?}"),
            Ok(None) => break,
        }
    }
    assert_eq!(shown, ["1", "2", "3", "4"]);
}
