//! What a webhook must not reach.

use std::time::Duration;

use serde_json::json;

use super::receiver::Receiver;
use super::{logged, new_contact};
use crate::world::{builtin, setup};

#[tokio::test]
async fn nothing_inside_the_network_is_reached_by_default() {
    let mut receiver = Receiver::start().await;
    let port = receiver.port;
    let lexi = setup().set("webhook_http=true").set("webhook_retry_first_ms=50").start().await;
    let http = lexi.http();
    let mut hooks = Vec::new();
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "[::ffff:127.0.0.1]"] {
        let body =
            json!({ "url": format!("http://{host}:{port}/ok?token=hidden"), "events": ["contact.created"] });
        let made = http.post("/v1/webhooks", &body).await;
        assert_eq!(made.status, 201, "{host}: {}", made.text());
        hooks.push(made.json()["data"]["id"].as_str().unwrap().to_owned());
    }
    new_contact(&lexi, "Jane Doe").await;
    for id in &hooks {
        let rows = logged(&lexi, id, "pending", 1).await;
        assert_eq!(rows.len(), 1);
        let mut row = rows[0].clone();
        while row["error"].is_null() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            row = logged(&lexi, id, "pending", 1).await[0].clone();
        }
        assert_eq!(row["error"], "blocked_address", "{row}");
        assert!(row["response_status_code"].is_null() && row["response_body"].is_null());
    }
    assert!(receiver.is_silent(Duration::from_millis(500)).await, "something was reached");
    let logs = lexi.logs();
    assert!(logs.contains("blocked_address") && !logs.contains("token=hidden"), "{logs}");
    assert!(!logs.contains("Jane Doe") && !logs.contains("whsec_"), "{logs}");
}

#[tokio::test]
async fn an_address_is_encrypted_and_holds_no_password() {
    let lexi = builtin().await;
    for url in [
        "http://example.com/hooks",
        "ftp://example.com/",
        "https://user:secret@example.com/",
        "https://token@example.com/",
        "example.com",
        "/hooks",
        "https://",
        "",
    ] {
        let body = json!({ "url": url, "events": ["contact.created"] });
        let refused = lexi.http().post("/v1/webhooks", &body).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{url}");
        assert!(refused.json()["error"]["details"]["fields"]["url"].is_string(), "{url}");
    }
}
