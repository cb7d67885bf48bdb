//! A model that keeps failing is left out.

use serde_json::json;

use super::fallback::chain;
use crate::world::PROTOCOLS;

#[tokio::test]
async fn after_five_failures_in_a_row_a_model_is_not_asked_for_a_while() {
    for protocol in PROTOCOLS {
        let first = format!("model={protocol}:first");
        let (lexi, model) = chain(&first, "openai:second", &["model_attempts_max=1"]).await;
        let http = lexi.http();
        let fails = r#"{"words":2,"fail":{"at":"start","model":"first"}}"#;
        for asked in 1..=8 {
            let answer = http.chat(fails).await;
            assert_eq!(answer.answer(), "w1 w2", "{protocol}, question {asked}");
            let of_first = model.requests().iter().filter(|request| request["model"] == "first").count();
            assert_eq!(of_first, asked.min(5), "{protocol}, question {asked}");
        }
        // It is left out for good questions too, until its time is over.
        assert_eq!(http.chat(r#"{"words":3}"#).await.answer(), "w1 w2 w3");
        assert_eq!(model.requests().last().unwrap()["model"], "second");
        assert_eq!(lexi.audit().await.account.balance, 1000 - 9);
    }
}

#[tokio::test]
async fn a_success_or_a_question_that_is_to_blame_begins_the_count_anew() {
    let (lexi, model) = chain("model=openai:first", "openai:second", &["model_attempts_max=1"]).await;
    let http = lexi.http();
    let fails = |status: u16| {
        json!({"words": 1, "fail": {"at": "start", "kind": "status", "status": status, "model": "first"}})
            .to_string()
    };
    let good = r#"{"words":1}"#.to_owned();
    for between in [good, fails(400)] {
        for _ in 0..4 {
            assert!(http.chat(&fails(500)).await.done().is_some());
        }
        assert!(http.chat(&between).await.done().is_some());
    }
    let asked = model.requests().iter().filter(|request| request["model"] == "first").count();
    assert_eq!(asked, 10, "it was never left out");
}
