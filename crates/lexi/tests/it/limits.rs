use lexi_types::RateTier;
use serde_json::json;

use crate::world::{scripted, words};

#[tokio::test]
async fn the_minute_window_refuses_with_its_headers_and_survives_a_restart() {
    let (mut lexi, _model) = scripted(&["rate_standard_per_minute=5", "rate_standard_per_day=1000"]).await;
    let key = lexi.new_key(lexi.workspace, "write:ai,read:ai", RateTier::Standard).await;
    let http = lexi.http().with_key(&key);
    // Not across the start of a minute.
    let second = lexi_types::Timestamp::now().unix_seconds() % 60;
    if second > 50 {
        tokio::time::sleep(std::time::Duration::from_secs(61 - second.unsigned_abs())).await;
    }
    for left in [4, 3, 2] {
        let answer = http.get("/v1/credits").await;
        assert_eq!(answer.header("x-ratelimit-limit"), Some("5"));
        assert_eq!(answer.header("x-ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    assert_eq!(http.get("/v1/api-keys").await.status, 403, "a refusal is counted once the key is known");
    let chat = http.chat(&words(1, 0)).await;
    assert_eq!((chat.status, chat.header("x-ratelimit-remaining")), (200, Some("0")));
    let refused = http.chat(&words(1, 0)).await;
    assert_eq!(refused.error(), (429, "rate_limited".into()));
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    let reset: i64 = refused.header("x-ratelimit-reset").unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait) && reset % 60 == 0, "{wait} {reset}");
    assert_eq!(http.get("/v1/api-keys").await.status, 403, "403 before 429");
    assert_eq!(http.post("/v1/lexi/chat/stream", &json!({})).await.status, 429, "429 before 400");
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    lexi.restart();
    let after = lexi.http().with_key(&key).get("/v1/credits").await;
    let same_minute = after.header("x-ratelimit-reset") == Some(reset.to_string().as_str());
    assert_eq!(after.status, if same_minute { 429 } else { 200 });
    assert_eq!(lexi.http().get("/v1/credits").await.status, 200, "an unmetered key is never refused");
}

#[tokio::test]
async fn a_keys_share_of_open_streams_goes_back_when_they_end() {
    let (lexi, _model) = scripted(&["streams_per_key_max=3"]).await;
    let http = lexi.http();
    let request = || {
        http.request(reqwest::Method::POST, "/v1/lexi/chat/stream")
            .json(&json!({"message": words(40, 50)}))
            .send()
    };
    let open = futures_util::future::try_join_all((0..3).map(|_| request())).await.unwrap();
    assert!(open.iter().all(|response| response.status() == 200));
    let refused = http.chat(&words(1, 0)).await;
    assert_eq!(
        (refused.error(), refused.header("retry-after").is_some()),
        ((429, "rate_limited".into()), true)
    );
    assert_eq!(http.get("/v1/credits").await.status, 200, "only streams are counted");
    let other = lexi.new_key(lexi.workspace, "write:ai", RateTier::Standard).await;
    assert_eq!(http.with_key(&other).chat(&words(1, 0)).await.status, 200, "another key has its own share");
    for response in open {
        lexi_testkit::http::read(response).await;
    }
    assert_eq!(http.chat(&words(1, 0)).await.status, 200);
}

#[tokio::test]
async fn a_full_server_says_so_and_blames_no_key() {
    let (lexi, _model) = scripted(&["streams_max=1"]).await;
    let http = lexi.http();
    let open =
        http.request(reqwest::Method::POST, "/v1/lexi/chat/stream").json(&json!({"message": words(60, 50)}));
    let open = open.send().await.unwrap();
    let refused = http.chat(&words(1, 0)).await;
    assert_eq!(
        (refused.error(), refused.header("retry-after").is_some()),
        ((503, "unavailable".into()), true)
    );
    assert!(lexi_testkit::http::read(open).await.is_complete());
    assert_eq!(http.chat(&words(1, 0)).await.status, 200);
}
