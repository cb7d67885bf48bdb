//! Who may call what.

use lexi_testkit::http::answered;
use lexi_types::{RateTier, Scope, ScopeSet, Timestamp};
use reqwest::Method;
use serde_json::json;

use crate::world::{builtin, setup};

fn without(scope: &str) -> String {
    Scope::ALL.iter().map(|s| s.as_str()).filter(|s| *s != scope).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn every_route_refuses_no_key_and_a_key_without_its_scope() {
    let lexi = builtin().await;
    let http = lexi.http();
    for route in lexi_api::ROUTES {
        let path = route.path.replace("{id}", "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f");
        let method: Method = route.method.parse().unwrap();
        let anonymous = answered(http.with_key("").request(method.clone(), &path)).await;
        if route.needs == "none" {
            assert_eq!(anonymous.status, 200, "{route:?}");
            continue;
        }
        assert_eq!(anonymous.error(), (401, "invalid_key".into()), "{route:?}");
        assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"), "{route:?}");
        assert!(
            anonymous.header("x-ratelimit-limit").is_none() && anonymous.header("x-request-id").is_some()
        );
        if route.needs == "any key" {
            continue;
        }
        let key = lexi.new_key(lexi.workspace, &without(route.needs), RateTier::Unmetered).await;
        let refused = answered(http.with_key(&key).request(method, &path)).await;
        assert_eq!(refused.error(), (403, "insufficient_permissions".into()), "{route:?}");
        assert!(refused.text().contains(route.needs), "{}", refused.text());
        assert!(refused.header("x-ratelimit-remaining").is_some(), "{route:?}");
    }
}

#[tokio::test]
async fn malformed_unknown_expired_and_revoked_keys_look_the_same() {
    let lexi = builtin().await;
    let http = lexi.http();
    let flipped = {
        let (rest, last) = lexi.key.split_at(lexi.key.len() - 1);
        format!("{rest}{}", if last == "a" { "b" } else { "a" })
    };
    let soon = Timestamp::now().plus(std::time::Duration::from_millis(300));
    let expired = lexi.new_key_until(lexi.workspace, "write:ai", RateTier::Standard, Some(soon)).await;
    tokio::time::sleep(std::time::Duration::from_millis(350)).await;
    let revoked = http.post("/v1/api-keys", &json!({"name": "r", "permissions": ["write:ai"]})).await.json();
    let (id, revoked) = (revoked["data"]["id"].as_str().unwrap(), revoked["data"]["key"].as_str().unwrap());
    assert_eq!(http.with_key(revoked).get("/v1/credits").await.status, 200);
    assert_eq!(http.delete(&format!("/v1/api-keys/{id}")).await.status, 204);
    let unknown = format!("wbk_{}", "x".repeat(52));
    let mut texts = Vec::new();
    for key in ["wbk_short", "nonsense", &unknown, &flipped, &expired, revoked, "wbk_\u{e9}"] {
        let refused = http.with_key(key).get("/v1/credits").await;
        assert_eq!(refused.error(), (401, "invalid_key".into()), "{key}");
        texts.push(refused.text());
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    for header in ["Basic abc", "wbk_x", "Bearer", "Bearer  "] {
        let refused =
            answered(http.with_key("").request(Method::GET, "/v1/credits").header("Authorization", header))
                .await;
        assert_eq!(refused.error(), (401, "invalid_key".into()), "{header}");
    }
    let lower = answered(
        http.with_key("")
            .request(Method::GET, "/v1/credits")
            .header("Authorization", format!("bearer {}", lexi.key)),
    )
    .await;
    assert_eq!(lower.status, 200);
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_and_shown_once() {
    let lexi = builtin().await;
    let http = lexi.http();
    let body = json!({"name": "App", "permissions": ["write:ai", "read:deals"], "rate_limit_tier": "high", "expires_at": "2099-01-01T00:00:00Z", "description": "d"});
    let made = http.post("/v1/api-keys", &body).await;
    assert_eq!(made.status, 201);
    let made = made.json()["data"].clone();
    let text = made["key"].as_str().unwrap();
    assert!(
        text.starts_with("wbk_") && text.len() == 56 && text.starts_with(made["prefix"].as_str().unwrap())
    );
    assert_eq!(made["rate_limit_tier"], "high");
    let listed = http.get("/v1/api-keys?search=app").await;
    assert!(!listed.text().contains(text), "never shown again");
    assert_eq!(listed.json()["meta"], json!({"page": 1, "per_page": 25, "total": 1}));
    assert_eq!(listed.json()["data"]["api_keys"][0]["permissions"], json!(["write:ai", "read:deals"]));
    let bad = [
        json!({"permissions": ["write:ai"]}),
        json!({"name": "", "permissions": ["write:ai"]}),
        json!({"name": "x".repeat(121), "permissions": ["write:ai"]}),
        json!({"name": "x", "permissions": []}),
        json!({"name": "x", "permissions": ["write:everything"]}),
        json!({"name": "x", "permissions": ["write:ai"], "expires_at": "2001-01-01T00:00:00Z"}),
        json!({"name": "x", "permissions": ["write:ai"], "rate_limit_tier": "platinum"}),
    ];
    for body in bad {
        let refused = http.post("/v1/api-keys", &body).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{body}");
        assert!(refused.json()["error"]["details"]["fields"].is_object(), "{body}");
    }
    let all = http.get("/v1/api-keys").await.json();
    let admin = all["data"]["api_keys"].as_array().unwrap().iter().find(|key| key["name"] == "test").unwrap()
        ["id"]
        .clone();
    let last = http.delete(&format!("/v1/api-keys/{}", admin.as_str().unwrap())).await;
    assert_eq!(last.error(), (403, "insufficient_permissions".into()), "the last admin key stays");
    assert_eq!(
        http.delete("/v1/api-keys/0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f").await.error(),
        (404, "api_key_not_found".into())
    );
    assert_eq!(http.delete("/v1/api-keys/x").await.status, 400);
    assert!(!lexi.logs().contains(&lexi.key) && !lexi.logs().contains(text));
}

#[tokio::test]
async fn another_workspace_sees_nothing_of_this_one() {
    let lexi = setup().start().await;
    let http = lexi.http();
    let asked = http.chat("Who is Jane Doe?").await;
    let conversation = asked.header("x-conversation-id").unwrap().to_owned();
    let other = lexi.new_workspace("Other").await;
    lexi.grant(other, 5).await;
    let stranger =
        http.with_key(&lexi.new_key(other, &ScopeSet::all().to_string(), RateTier::Unmetered).await);
    assert_eq!(stranger.get("/v1/lexi/conversations").await.json()["meta"]["total"], 0);
    for path in ["", "/stream"] {
        let refused = stranger.get(&format!("/v1/lexi/conversations/{conversation}{path}")).await;
        assert_eq!(refused.error(), (404, "conversation_not_found".into()));
    }
    let continued = stranger
        .post("/v1/lexi/chat/stream", &json!({"message": "hi", "conversation_id": conversation}))
        .await;
    let unknown = stranger
        .post(
            "/v1/lexi/chat/stream",
            &json!({"message": "hi", "conversation_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f"}),
        )
        .await;
    assert_eq!(continued.error(), (404, "conversation_not_found".into()));
    assert_eq!(continued.text(), unknown.text());
    for method in [Method::PATCH, Method::DELETE] {
        let path = format!("/v1/lexi/conversations/{conversation}");
        assert_eq!(
            answered(stranger.request(method, &path).json(&json!({"title": "mine"}))).await.status,
            404
        );
    }
    assert_eq!(
        stranger.post(&format!("/v1/lexi/conversations/{conversation}/cancel"), &json!({})).await.status,
        404
    );
    let keys = stranger.get("/v1/api-keys").await.json();
    assert_eq!(keys["meta"]["total"], 1);
    assert_eq!(stranger.get("/v1/credits").await.json()["data"]["balance"], 5);
    assert_eq!(http.get(&format!("/v1/lexi/conversations/{conversation}")).await.status, 200);
}
