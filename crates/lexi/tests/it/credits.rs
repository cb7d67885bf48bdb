use serde_json::json;

use crate::world::{scripted, setup, with_tools, words};

#[tokio::test]
async fn the_account_the_ledger_and_grants() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let done = http.chat(&with_tools(1, 2, 0)).await.done().unwrap();
    assert_eq!(
        http.get("/v1/credits").await.json()["data"],
        json!({"balance": 998, "held": 0, "available": 998})
    );
    let granted = http.post("/v1/credits/grants", &json!({"amount": 50})).await;
    assert_eq!((granted.status, granted.json()["data"]["balance_after"].as_i64()), (201, Some(1048)));
    for amount in [json!(0), json!(-5), json!(1.5), json!("5"), json!(null), json!(1e18)] {
        assert_eq!(http.post("/v1/credits/grants", &json!({"amount": amount})).await.status, 400, "{amount}");
    }
    let ledger = http.get("/v1/credits/ledger").await.json();
    let rows = ledger["data"]["ledger"].as_array().unwrap();
    let row = |n: usize| {
        (
            rows[n]["kind"].as_str().unwrap(),
            rows[n]["amount"].as_i64().unwrap(),
            rows[n]["balance_after"].as_i64().unwrap(),
        )
    };
    assert_eq!([row(0), row(1), row(2)], [("grant", 50, 1048), ("charge", -2, 998), ("grant", 1000, 1000)]);
    assert_eq!(rows[1]["message_id"], done["message_id"]);
    assert_eq!(ledger["meta"]["total"], 3);
}

#[tokio::test]
async fn concurrent_answers_never_overdraw() {
    let model = lexi_testkit::ModelServer::start();
    let lexi = setup().model(&model.url).credits(12).start().await;
    let http = lexi.http();
    let body = json!({"message": WAITING});
    let asked = (0..20).map(|_| http.post("/v1/lexi/chat/stream", &body));
    let answers = futures_util::future::join_all(asked).await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(done.len(), 3, "5 + 5 + 2 are held");
    assert!(refused.iter().all(|answer| answer.error() == (402, "insufficient_credits".into())));
    let charged: i64 =
        done.iter().map(|answer| answer.done().unwrap()["credits_charged"].as_i64().unwrap()).sum();
    let audit = lexi.audit().await;
    assert!(
        audit.is_sound() && audit.account.held == 0 && audit.account.balance == 12 - charged,
        "{audit:?}"
    );
    let mut last = lexi.http().chat(&words(1, 0)).await;
    while last.status == 200 {
        last = lexi.http().chat(&words(1, 0)).await;
    }
    assert_eq!(last.status, 402);
    assert_eq!(lexi.audit().await.account.balance, 0);
}

const WAITING: &str = r#"{"words":2,"first_delay_ms":4000}"#;
