//! A client that goes away is noticed at once, whatever the server is doing.

use std::time::{Duration, Instant};

use lexi_testkit::ModelServer;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::exchange::send;
use crate::speaks::BOTH;

/// The server is on another thread of a machine that has other things to do.
const AT_ONCE: Duration = Duration::from_millis(500);

async fn leave(server: &ModelServer, script: &Value, read_first: bool) {
    for speaks in BOTH {
        let before = server.left().len();
        let mut socket = send(server, speaks, &speaks.request(script), false).await;
        if read_first {
            assert!(socket.read_u8().await.is_ok());
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(server.left().len(), before, "{script}");
        let gone = Instant::now();
        drop(socket);
        let until = gone + Duration::from_secs(5);
        while server.left().len() == before && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let left = server.left()[before];
        assert!(left.saturating_duration_since(gone) < AT_ONCE, "{script}");
    }
}

#[tokio::test]
async fn while_it_sleeps_or_stalls_or_writes() {
    let server = ModelServer::start();
    for (script, read_first) in [
        (json!({"words": 2, "first_delay_ms": 60_000}), false),
        (json!({"words": 2, "fail": {"at": "start", "kind": "stall"}}), false),
        (json!({"words": 2, "delay_ms": 60_000}), true),
        (json!({"words": 2, "fail": {"at": "headers", "kind": "stall"}}), true),
        (json!({"words": 2, "fail": {"at": "mid", "kind": "stall_half_line"}}), true),
        (json!({"words": 2, "fail": {"at": "start", "kind": "endless_comments"}}), true),
        (json!({"words": 2, "fail": {"at": "start", "kind": "endless_headers"}}), true),
        // Nobody reads, so the server waits for room to write.
        (json!({"endless_text": true}), true),
        (json!({"words": 2, "fail": {"at": "start", "kind": "huge_line"}}), true),
    ] {
        leave(&server, &script, read_first).await;
    }
    let stats = server.stats();
    assert_eq!((stats.started, stats.aborted, stats.finished), (18, 18, 0));
}

#[tokio::test]
async fn what_hangs_open_was_finished() {
    let server = ModelServer::start();
    leave(&server, &json!({"words": 2, "wire": {"hang_open": true}}), true).await;
    let stats = server.stats();
    assert_eq!((stats.finished, stats.aborted, server.left().len()), (2, 0, 2));
}

#[tokio::test]
async fn a_request_that_is_never_whole_counts_nothing() {
    let server = ModelServer::start();
    let address = server.url.strip_prefix("http://").unwrap().strip_suffix("/v1").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /v1/messages HTTP/1.1\r\nContent-Length: 100\r\n\r\n{";
    tokio::io::AsyncWriteExt::write_all(&mut socket, head.as_bytes()).await.unwrap();
    drop(socket);
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(server.stats().started, 0);
}
