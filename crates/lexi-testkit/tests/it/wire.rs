//! How bytes go out.

use lexi_testkit::ModelServer;
use serde_json::{Value, json};

use crate::exchange::{BRIEFLY, End, Exchange, ask, exchange, read, send};
use crate::speaks::{BOTH, Said, Speaks};

async fn shaped(server: &ModelServer, speaks: Speaks, wire: Value) -> (Exchange, Said) {
    ask(server, speaks, &json!({"text": "na\u{ef}ve \u{1f600} end", "wire": wire})).await
}

#[tokio::test]
async fn every_shape_says_the_same() {
    let server = ModelServer::start();
    for speaks in BOTH {
        for wire in [
            json!({"chunk_bytes": 1}),
            json!({"chunk_bytes": 7, "surrogates": true}),
            json!({"line_end": "crlf"}),
            json!({"line_end": "cr", "bom": true}),
            json!({"comments": true, "multiline": true}),
            json!({"no_space": true}),
            json!({"line_end": "crlf", "chunk_bytes": 3, "bom": true, "comments": true, "multiline": true, "surrogates": true}),
        ] {
            let (exchange, said) = shaped(&server, speaks, wire.clone()).await;
            assert!(exchange.whole && said.done && said.bad == 0, "{wire}: {exchange:?}");
            assert_eq!(said.text, "na\u{ef}ve \u{1f600} end", "{wire}");
        }
    }
}

#[tokio::test]
async fn shapes_are_on_the_wire() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let (exchange, _) = shaped(&server, speaks, json!({"chunk_bytes": 5})).await;
        let (last, all) = exchange.chunks.split_last().unwrap();
        assert!(all.iter().all(|length| *length == 5) && *last <= 5, "{:?}", exchange.chunks);
        let (exchange, _) = shaped(&server, speaks, json!({"line_end": "cr", "bom": true})).await;
        assert!(exchange.body.starts_with(b"\xEF\xBB\xBF") && !exchange.body.contains(&b'\n'));
        let (exchange, _) = shaped(&server, speaks, json!({"line_end": "crlf"})).await;
        assert_eq!(exchange.text().matches('\n').count(), exchange.text().matches("\r\n").count());
        let (exchange, _) = shaped(&server, speaks, json!({"surrogates": true})).await;
        assert!(exchange.body.is_ascii() && exchange.text().contains("\\uD83D\\uDE00"));
        let (exchange, _) = shaped(&server, speaks, json!({"no_space": true})).await;
        assert!(exchange.text().contains("data:{") && !exchange.text().contains("data: "));
        let (exchange, _) = shaped(&server, speaks, json!({"comments": true, "multiline": true})).await;
        for part in [": comment\n", "\n\n: ping\n\n", "data: {\ndata:   \""] {
            assert!(exchange.text().contains(part), "{part}");
        }
        let (exchange, _) = shaped(&server, speaks, json!({"content_type": "text/plain\r\nx-evil: 1"})).await;
        assert_eq!(
            (exchange.header("content-type"), exchange.header("x-evil")),
            (Some("text/plainx-evil: 1"), None)
        );
        let (exchange, _) = shaped(&server, speaks, json!({"content_type": ""})).await;
        assert_eq!(exchange.header("content-type"), None);
    }
}

#[tokio::test]
async fn ends_may_be_missing() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let (exchange, said) = shaped(&server, speaks, json!({"no_done": true})).await;
        assert!(exchange.whole && !said.done);
        assert_eq!(said.finish, speaks.word("stop", "end_turn"));
        let (exchange, said) = shaped(&server, speaks, json!({"no_finish": true})).await;
        assert!(exchange.whole && said.done && said.finish.is_empty());
        let mut socket =
            send(&server, speaks, &speaks.request(&json!({"words": 2, "wire": {"close": true}})), false)
                .await;
        let exchange = read(&mut socket, BRIEFLY).await;
        assert_eq!(
            (exchange.header("connection"), exchange.header("transfer-encoding")),
            (Some("close"), None)
        );
        assert!(exchange.end == End::Closed && speaks.read(&exchange.body).done);
        for wire in [json!({"hang_open": true}), json!({"hang_open": true, "close": true})] {
            let (exchange, said) = shaped(&server, speaks, wire).await;
            assert!(exchange.end == End::Silent && !exchange.whole && said.done);
        }
    }
    let stats = server.stats();
    assert_eq!((stats.started, stats.finished), (10, 10), "what hangs open was whole");
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = ModelServer::start();
    let request = Speaks::OpenAi.request(&json!({"words": 2}));
    let mut socket = send(&server, Speaks::OpenAi, &request, false).await;
    let first = read(&mut socket, BRIEFLY).await;
    assert!(first.whole && first.end == End::Silent);
    let next = "POST /v1/messages HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET /stats HTTP/1.1\r\nConnection: close\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut socket, next.as_bytes()).await.unwrap();
    let rest = read(&mut socket, BRIEFLY).await;
    let text = rest.text();
    assert!(rest.status() == 400 && text.contains("anthropic-version"), "{text}");
    assert!(text.contains("\"started\":2") && text.contains("\"refused\":1"), "{text}");
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let server = ModelServer::start();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = client.build().unwrap();
    let models = client.get(format!("{}/models", server.url));
    assert!(
        models
            .try_clone()
            .unwrap()
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("\"object\":\"list\"")
    );
    let models = models.header("anthropic-version", "2023-06-01").send().await.unwrap().text().await.unwrap();
    assert!(models.contains("display_name"));
    assert_eq!(client.get(format!("{}/messages", server.url)).send().await.unwrap().status(), 405);
    assert_eq!(client.post(format!("{}/other", server.url)).send().await.unwrap().status(), 404);
    assert_eq!(client.post(format!("{}/messages", server.url)).body("{").send().await.unwrap().status(), 400);
    assert_eq!(exchange(&server, Speaks::OpenAi, &json!([])).await.status(), 400);
    assert_eq!(exchange(&server, Speaks::Anthropic, &json!("x")).await.status(), 400);
}
