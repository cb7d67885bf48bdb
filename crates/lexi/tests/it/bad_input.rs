//! Each bad input has its clear answer, and costs nothing.

use lexi_testkit::Http;
use lexi_testkit::http::{Answered, answered};
use reqwest::Method;
use serde_json::json;

use crate::world::builtin;

const ROUTE: &str = "/v1/lexi/chat/stream";

async fn raw(http: &Http, body: impl Into<reqwest::Body>) -> Answered {
    answered(http.request(Method::POST, ROUTE).header("Content-Type", "application/json").body(body)).await
}

fn field(answer: &Answered, name: &str) -> bool {
    answer.error() == (400, "validation_error".into())
        && answer.json()["error"]["details"]["fields"][name].is_string()
}

#[tokio::test]
async fn messages_and_ids() {
    let lexi = builtin().await;
    let http = lexi.http();
    for body in [
        json!({}),
        json!({"message": null}),
        json!({"message": ""}),
        json!({"message": " \n\t\u{a0}"}),
        json!({"message": 5}),
        json!({"message": ["a"]}),
    ] {
        let refused = http.post(ROUTE, &body).await;
        assert!(field(&refused, "message"), "{body}: {}", refused.text());
    }
    let wide = "é漢🙂".repeat(4000);
    assert_eq!(http.post(ROUTE, &json!({"message": wide})).await.status, 200);
    let refused = http.post(ROUTE, &json!({"message": format!("{wide}x")})).await;
    assert!(field(&refused, "message") && refused.text().contains("12001"), "{}", refused.text());
    for (name, body) in [
        ("conversation_id", json!({"message": "a", "conversation_id": "conv_01HY1"})),
        ("conversation_id", json!({"message": "a", "conversation_id": 7})),
        ("context.deal_id", json!({"message": "a", "context": {"deal_id": "deal_01"}})),
        ("context.contact_id", json!({"message": "a", "context": {"contact_id": "0198c5f0"}})),
        ("context.matter_id", json!({"message": "a", "context": {"matter_id": {}}})),
        ("context.company_id", json!({"message": "a", "context": {"company_id": ""}})),
        ("context", json!({"message": "a", "context": "deals"})),
        ("allow_tools", json!({"message": "a", "allow_tools": "yes"})),
    ] {
        let refused = http.post(ROUTE, &body).await;
        assert!(field(&refused, name), "{body}: {}", refused.text());
    }
    let nothing = json!({"message": "Tell me about this deal", "context": {"deal_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f"}});
    assert_eq!(http.post(ROUTE, &nothing).await.status, 200, "an id that names nothing is no error");
    assert_eq!(http.get("/v1/lexi/conversations/not-a-uuid").await.error(), (400, "validation_error".into()));
    assert!(lexi.audit().await.is_sound());
}

#[tokio::test]
async fn bodies() {
    let lexi = builtin().await;
    let http = lexi.http();
    let deep = format!(r#"{{"message":"a","x":{}1{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
    for body in [
        r#"{"message":"a""#.to_owned(),
        "[]".into(),
        "\"a\"".into(),
        String::new(),
        "null".into(),
        deep,
        r#"{"message":"a","message":"b"}"#.into(),
        "{\"message\":\"\\ud800\"}".into(),
    ] {
        let refused = raw(&http, body.clone()).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{}", &body[..body.len().min(60)]);
        assert!(!refused.json()["error"]["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(raw(&http, vec![0xff, 0xfe, b'{', b'}']).await.error(), (400, "validation_error".into()));
    let padded = |bytes: usize| {
        let frame = r#"{"message":"hello","x":""}"#;
        format!(r#"{{"message":"hello","x":"{}"}}"#, "a".repeat(bytes - frame.len()))
    };
    assert_eq!(raw(&http, padded(256 * 1024)).await.status, 200);
    assert_eq!(raw(&http, padded(256 * 1024 + 1)).await.error(), (413, "payload_too_large".into()));
    let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(
        (0..40).map(|_| Ok::<_, std::io::Error>(vec![b' '; 8 * 1024])),
    ));
    assert_eq!(
        raw(&http, chunked).await.error(),
        (413, "payload_too_large".into()),
        "without a Content-Length too"
    );
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let refused = answered(
            http.request(Method::POST, ROUTE).header("Content-Type", kind).body(r#"{"message":"a"}"#),
        )
        .await;
        assert!(field(&refused, "Content-Type"), "{kind}: {}", refused.text());
    }
    let charset = answered(
        http.request(Method::POST, ROUTE)
            .header("Content-Type", "Application/JSON; charset=utf-8")
            .body(r#"{"message":"a"}"#),
    )
    .await;
    assert_eq!(charset.status, 200);
}

#[tokio::test]
async fn headers_methods_and_paths() {
    let lexi = builtin().await;
    let http = lexi.http();
    let body = json!({"message": "How many deals are there?"});
    for key in [
        "",
        "not-a-uuid",
        "8e03978e40d543dd8e5b3a1d0a4e2b11",
        "\"8e03978e-40d5-43dd-8e5b-3a1d0a4e2b11",
        "{8e03978e-40d5-43dd-8e5b-3a1d0a4e2b11}",
    ] {
        let refused =
            answered(http.request(Method::POST, ROUTE).header("Idempotency-Key", key).json(&body)).await;
        assert!(field(&refused, "Idempotency-Key"), "{key}: {}", refused.text());
    }
    let twice = http
        .request(Method::POST, ROUTE)
        .header("Idempotency-Key", "8e03978e-40d5-43dd-8e5b-3a1d0a4e2b11")
        .header("Idempotency-Key", "8e03978e-40d5-43dd-8e5b-3a1d0a4e2b12");
    assert!(field(&answered(twice.json(&body)).await, "Idempotency-Key"));
    let refused = answered(
        http.request(Method::POST, ROUTE)
            .header("Idempotency-Key", crate::world::new_key())
            .header("Last-Event-ID", "-3")
            .json(&body),
    )
    .await;
    assert!(field(&refused, "Last-Event-ID"));
    let wrong = http.get(ROUTE).await;
    assert_eq!(wrong.error(), (405, "method_not_allowed".into()));
    assert_eq!(wrong.header("allow"), Some("POST"));
    let wrong =
        answered(http.request(Method::PUT, "/functions/v1/api-gateway/v1/lexi/conversations/x")).await;
    assert_eq!(wrong.error(), (405, "method_not_allowed".into()));
    assert!(wrong.header("allow").unwrap().contains("PATCH"));
    for path in ["/", "/v1", "/v1/lexi/chat/stream/", "/functions/v1/api-gateway/healthz", "/v1/nothing"] {
        let missing = http.get(path).await;
        assert_eq!(missing.error(), (404, "not_found".into()), "{path}");
        assert!(missing.header("x-request-id").unwrap().starts_with("req_"));
        assert!(missing.header("x-ratelimit-remaining").is_some(), "the key is known");
        assert_eq!(http.with_key("").get(path).await.status, 404);
        assert_eq!(http.with_key("wbk_wrong").get(path).await.status, 401);
    }
    for query in ["page=0", "page=x", "per_page=0", "per_page=101", "archived=perhaps", "contact_id=7"] {
        assert_eq!(http.get(&format!("/v1/lexi/conversations?{query}")).await.status, 400, "{query}");
    }
    assert_eq!(lexi.audit().await.account.balance, 1000);
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let lexi = crate::world::setup().credits(0).start().await;
    let http = lexi.http();
    let broke = http.post(ROUTE, &json!({"message": "a"})).await;
    assert_eq!(broke.error(), (402, "insufficient_credits".into()));
    assert_eq!(broke.header("content-type"), Some("application/json"));
    let unknown = json!({"message": "a", "conversation_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f"});
    assert_eq!(http.post(ROUTE, &unknown).await.status, 404, "404 before 402");
    assert_eq!(
        http.post(ROUTE, &json!({"conversation_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f"})).await.status,
        400,
        "400 before 404"
    );
    let reader =
        http.with_key(&lexi.new_key(lexi.workspace, "read:ai", lexi_types::RateTier::Standard).await);
    assert_eq!(reader.post(ROUTE, &json!({})).await.status, 403, "403 before 400");
    assert_eq!(http.with_key("wbk_x").post(ROUTE, &json!({})).await.status, 401);
}
