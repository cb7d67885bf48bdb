//! How answers go wrong.

use lexi_testkit::ModelServer;
use serde_json::{Value, json};

use crate::exchange::{End, Exchange, ask, exchange};
use crate::speaks::{BOTH, Said, Speaks};

async fn failed(server: &ModelServer, speaks: Speaks, fail: Value) -> (Exchange, Said) {
    let script = json!({"words": 4, "fail": fail});
    ask(server, speaks, &script).await
}

#[tokio::test]
async fn statuses_with_their_words() {
    let server = ModelServer::start();
    for speaks in BOTH {
        for (status, open_ai, anthropic) in [
            (400, "invalid_request_error", "invalid_request_error"),
            (401, "invalid_request_error", "authentication_error"),
            (403, "request_forbidden", "permission_error"),
            (404, "invalid_request_error", "not_found_error"),
            (408, "timeout", "invalid_request_error"),
            (409, "invalid_request_error", "invalid_request_error"),
            (413, "invalid_request_error", "request_too_large"),
            (429, "requests", "rate_limit_error"),
            (500, "server_error", "api_error"),
            (502, "server_error", "api_error"),
            (503, "server_error", "api_error"),
            (504, "timeout", "timeout_error"),
            (529, "server_error", "overloaded_error"),
        ] {
            let (exchange, _) = failed(
                &server,
                speaks,
                json!({"at": "start", "kind": "status", "status": status, "retry_after": "2"}),
            )
            .await;
            assert_eq!(
                (exchange.status(), exchange.header("retry-after"), exchange.whole),
                (status, Some("2"), true)
            );
            assert_eq!(exchange.json()["error"]["type"], speaks.word(open_ai, anthropic), "{status}");
        }
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        let fail =
            json!({"at": "start", "kind": "status_429", "retry_after": date, "code": "insufficient_quota"});
        let (exchange, _) = failed(&server, speaks, fail).await;
        assert_eq!(exchange.header("retry-after"), Some(date.to_lowercase().as_str()));
        assert_eq!(exchange.json()["error"][speaks.word("code", "type")], "insufficient_quota");
        let (exchange, _) =
            failed(&server, speaks, json!({"at": "start", "kind": "status", "status": 502, "body": "html"}))
                .await;
        assert!(
            exchange.header("content-type").unwrap().starts_with("text/html")
                && exchange.text().starts_with("<!DOCTYPE")
        );
        let (exchange, _) =
            failed(&server, speaks, json!({"at": "start", "kind": "status", "body": "empty"})).await;
        assert_eq!((exchange.status(), exchange.header("content-type"), exchange.body.len()), (500, None, 0));
        let (exchange, _) = failed(&server, speaks, json!({"at": "start", "kind": "redirect"})).await;
        assert_eq!((exchange.status(), exchange.header("location")), (302, Some("/v1/redirected")));
    }
    let stats = server.stats();
    assert_eq!((stats.started, stats.refused), (34, 34));
}

#[tokio::test]
async fn at_the_start_there_is_no_head() {
    let server = ModelServer::start();
    for speaks in BOTH {
        for (kind, end) in
            [("cut", End::Closed), ("refuse", End::Closed), ("reset", End::Reset), ("stall", End::Silent)]
        {
            let (exchange, _) = failed(&server, speaks, json!({"at": "start", "kind": kind})).await;
            assert_eq!((exchange.head.as_str(), exchange.body.len(), exchange.end), ("", 0, end), "{kind}");
        }
        let (exchange, _) = failed(&server, speaks, json!({"at": "start", "kind": "html_200"})).await;
        assert_eq!(
            (exchange.status(), exchange.header("content-type")),
            (200, Some("text/html; charset=utf-8"))
        );
        let (exchange, _) =
            failed(&server, speaks, json!({"at": "start", "kind": "wrong_type_json", "status": 529})).await;
        assert_eq!((exchange.status(), exchange.header("content-type")), (200, Some("application/json")));
        assert_eq!(exchange.json()["error"]["type"], speaks.word("server_error", "overloaded_error"));
    }
}

#[tokio::test]
async fn after_the_head_before_any_event_and_half_way() {
    let server = ModelServer::start();
    for speaks in BOTH {
        for (at, text) in [("headers", ""), ("mid", "w1 w2")] {
            for (kind, end, whole) in [
                ("cut", End::Closed, false),
                ("refuse", End::Closed, false),
                ("reset", End::Reset, false),
                ("stall", End::Silent, false),
                ("stall_half_line", End::Silent, false),
                ("half_line_end", End::Closed, true),
                ("error_object", End::Closed, true),
                ("garbage", End::Closed, true),
                ("no_finish", End::Closed, true),
                ("redirect", End::Closed, true),
                ("html_200", End::Closed, true),
            ] {
                let (exchange, said) = failed(&server, speaks, json!({"at": at, "kind": kind})).await;
                let place = format!("{speaks:?} {at} {kind}: {exchange:?}");
                assert_eq!((exchange.status(), exchange.end, exchange.whole), (200, end, whole), "{place}");
                assert_eq!(
                    (said.text.as_str(), said.done, said.finish.as_str()),
                    (text, false, ""),
                    "{place}"
                );
                let half_line = !exchange.body.is_empty() && !exchange.body.ends_with(b"\n\n");
                assert_eq!(half_line, matches!(kind, "stall_half_line" | "half_line_end"), "{place}");
                assert_eq!(said.bad, usize::from(kind == "garbage"), "{place}");
                let error = matches!(kind, "error_object" | "redirect" | "html_200");
                assert_eq!(!said.error.is_null(), error, "{place}");
            }
        }
        let (_, said) = failed(&server, speaks, json!({"at": "mid", "kind": "error_object"})).await;
        assert_eq!(said.error["type"], speaks.word("server_error", "overloaded_error"));
        let (_, said) = failed(&server, speaks, json!({"at": "mid", "kind": "status_429"})).await;
        assert_eq!(said.error["type"], speaks.word("requests", "rate_limit_error"));
    }
    let (_, said) = failed(&server, Speaks::OpenAi, json!({"at": "mid", "kind": "error_object"})).await;
    assert_eq!(said.error["code"], 500);
}

#[tokio::test]
async fn half_way_through_the_arguments() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let script = json!({"words": 4, "tools": [{"name": "contacts.search", "arguments": {"query": "somebody with a name"}}],
                            "fail": {"at": "tools", "kind": "no_finish"}});
        let request = speaks.request(&script);
        let said = speaks.read(&exchange(&server, speaks, &request).await.body);
        let arguments = said.calls[0].2.as_str();
        assert!(arguments.starts_with("{\"query\"") && !arguments.ends_with('}') && !said.done, "{said:?}");
        let request = speaks.after(&request, &said);
        let said = speaks.read(&exchange(&server, speaks, &request).await.body);
        assert_eq!(
            (said.text.as_str(), said.done),
            ("w1 w2 w3 w4", true),
            "only rounds that call tools fail"
        );
    }
}

#[tokio::test]
async fn a_document_breaks_off_too() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let script =
            json!({"words": 4, "wire": {"one_document": true}, "fail": {"at": "mid", "kind": "cut"}});
        let (exchange, _) = ask(&server, speaks, &script).await;
        assert!(
            !exchange.whole
                && exchange.body.starts_with(b"{")
                && serde_json::from_slice::<Value>(&exchange.body).is_err()
        );
    }
}

#[tokio::test]
async fn what_has_no_end() {
    let server = ModelServer::start();
    for speaks in BOTH {
        for (script, part) in [
            (json!({"endless_text": true}), " w1000"),
            (json!({"fail": {"at": "start", "kind": "huge_line"}}), "xxxx"),
            (json!({"words": 2, "fail": {"at": "mid", "kind": "huge_line"}}), "xxxx"),
        ] {
            let (exchange, said) = ask(&server, speaks, &script).await;
            assert!(exchange.end == End::Endless && exchange.text().contains(part) && !said.done, "{script}");
        }
    }
    for (kind, line) in
        [("endless_comments", ": keep-alive\n\n"), ("endless_headers", "x-filler: scripted\r\n")]
    {
        let request = Speaks::OpenAi.request(&json!({"fail": {"at": "start", "kind": kind}}));
        let mut socket = crate::exchange::send(&server, Speaks::OpenAi, &request, true).await;
        let mut bytes = Vec::new();
        while String::from_utf8_lossy(&bytes).matches(line).count() < 4 {
            assert!(tokio::io::AsyncReadExt::read_buf(&mut socket, &mut bytes).await.unwrap() > 0, "{kind}");
        }
    }
}

#[tokio::test]
async fn only_one_model_and_only_some_times() {
    let server = ModelServer::start();
    for speaks in BOTH {
        // Scripts are counted whatever the protocol, so each has one of its own.
        let script = json!({"text": format!("{speaks:?}"), "fail": {"at": "start", "kind": "status", "times": 2, "model": "m"}});
        let mut request = speaks.request(&script);
        let mut statuses = Vec::new();
        for model in ["m", "other", "m", "m"] {
            request["model"] = json!(model);
            statuses.push(exchange(&server, speaks, &request).await.status());
        }
        assert_eq!(statuses, [500, 200, 500, 200], "{speaks:?}");
    }
}
