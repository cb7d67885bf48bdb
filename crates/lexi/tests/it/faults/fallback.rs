//! A model fails, and the next one answers.

use lexi_testkit::{Lexi, ModelServer};
use serde_json::{Value, json};

use crate::world::{PROTOCOLS, setup};

/// Two models on one scripted server, of which a script can name the one that fails.
pub(super) async fn chain(first: &str, second: &str, settings: &[&str]) -> (Lexi, ModelServer) {
    let model = ModelServer::start();
    let mut setup = setup().model(&model.url).set(first).set(&format!("model_2={second}"));
    if second != "builtin" {
        setup = setup.set(&format!("model_2_base_url={}", model.url));
    }
    let setup = settings.iter().fold(setup, |setup, setting| setup.set(setting));
    (setup.start().await, model)
}

/// Runs by model, as the usage of the workspace counts them.
async fn used(lexi: &Lexi) -> Vec<(String, i64)> {
    let usage = lexi.http().get("/v1/usage").await.json();
    let rows = usage["data"]["usage"].as_array().unwrap();
    let of = |row: &Value| (row["model"].as_str().unwrap().to_owned(), row["runs"].as_i64().unwrap());
    let mut used: Vec<(String, i64)> = rows.iter().map(of).collect();
    used.sort();
    used
}

fn models(model: &ModelServer) -> Vec<String> {
    model.requests().iter().map(|request| request["model"].as_str().unwrap().to_owned()).collect()
}

/// Whatever there is of the results of tools, in the words of either protocol.
fn results(request: &Value) -> usize {
    request.to_string().matches("tool_call_id").count() + request.to_string().matches("tool_use_id").count()
}

#[tokio::test]
async fn the_next_model_answers_where_the_first_fails_before_output() {
    for (first, second) in pairs() {
        let (lexi, model) =
            chain(&format!("model={first}:first"), &format!("{second}:second"), &["model_attempts_max=2"])
                .await;
        let script = r#"{"words":3,"fail":{"at":"start","kind":"status","status":529,"model":"first"}}"#;
        let answer = lexi.http().chat(script).await;
        assert_eq!(
            (answer.answer().as_str(), answer.done().unwrap()["credits_charged"].as_i64()),
            ("w1 w2 w3", Some(1))
        );
        assert_eq!(models(&model), ["first", "first", "second"], "{first} then {second}");
        let told = answer.data_of("thinking");
        assert!(
            told.iter().any(|line| line["text"].as_str().unwrap().contains("Asking another one")),
            "{told:?}"
        );
        assert_eq!(used(&lexi).await, [(format!("{second}:second"), 1)]);
    }
}

#[tokio::test]
async fn what_a_failed_model_has_counted_is_counted() {
    for protocol in PROTOCOLS {
        let (lexi, _model) = chain(&format!("model={protocol}:first"), "openai:second", &[]).await;
        let tokens = async || {
            let totals = lexi.http().get("/v1/usage").await.json()["data"]["totals"].clone();
            (totals["input_tokens"].as_u64().unwrap(), totals["output_tokens"].as_u64().unwrap())
        };
        // Declined at its end, after a text and before one.
        let answer = lexi.http().chat(r#"{"words":3,"finish":"content_filter"}"#).await;
        assert!(answer.done().is_none());
        let after_output = tokens().await;
        assert!(after_output.0 > 0 && after_output.1 == 3, "{protocol}: {after_output:?}");
        let answer = lexi.http().chat(r#"{"empty":true,"finish":"content_filter"}"#).await;
        assert!(answer.done().is_none());
        assert!(tokens().await.0 > after_output.0 + 10, "{protocol}: both models were paid");
    }
    // Anthropic counts the question at once, so that it is known of an answer that breaks off, too.
    let (lexi, _model) = chain("model=anthropic:first", "builtin", &["model_attempts_max=1"]).await;
    assert!(lexi.http().chat(r#"{"words":4,"fail":{"at":"mid","kind":"cut"}}"#).await.done().is_none());
    assert!(lexi.http().chat(r#"{"words":1,"fail":{"at":"mid","kind":"cut"}}"#).await.done().is_some());
    assert!(used(&lexi).await.contains(&("anthropic:first".to_owned(), 2)));
}

#[tokio::test]
async fn after_output_no_other_model_is_asked() {
    for (first, second) in pairs() {
        let (lexi, model) = chain(&format!("model={first}:first"), &format!("{second}:second"), &[]).await;
        let answer =
            lexi.http().chat(r#"{"words":6,"fail":{"at":"mid","kind":"reset","model":"first"}}"#).await;
        assert_eq!(answer.data_of("error")[0]["code"], "provider_error");
        assert_eq!((answer.answer().as_str(), models(&model).len()), ("w1 w2 w3", 1));
        let audit = lexi.audit().await;
        assert!(audit.is_sound() && audit.account.balance == 1000 && audit.account.held == 0);
    }
}

#[tokio::test]
async fn the_next_model_goes_on_with_what_the_tools_gave_the_first() {
    // With one word the break in the middle of the answer comes before it.
    let script = json!({
        "words": 1, "tools": [{"name": "contacts.search", "arguments": {}}, {"name": "pipelines.list", "arguments": {}}],
        "fail": {"at": "mid", "kind": "cut", "model": "first"},
    });
    for (first, second) in pairs() {
        let (lexi, model) =
            chain(&format!("model={first}:first"), &format!("{second}:second"), &["model_attempts_max=1"])
                .await;
        let answer = lexi.http().chat(&script.to_string()).await;
        let done = answer.done().unwrap_or_else(|| panic!("{first} then {second}: {}", answer.text()));
        assert_eq!((answer.answer().as_str(), done["credits_charged"].as_i64()), ("w1", Some(3)));
        assert_eq!(models(&model), ["first", "first", "second"]);
        assert_eq!(results(model.requests().last().unwrap()), 2, "nothing is looked up twice");
        assert_eq!(answer.data_of("tool_step").len(), 4);
        let mut both = vec![(format!("{first}:first"), 1), (format!("{second}:second"), 1)];
        both.sort();
        assert_eq!(used(&lexi).await, both);
        assert_eq!(lexi.audit().await.account.balance, 997);
    }
}

#[tokio::test]
async fn a_run_goes_on_with_the_model_that_has_called_its_tools() {
    let (lexi, model) = chain("model=openai:first", "anthropic:second", &["model_attempts_max=1"]).await;
    // The thoughts that the second has signed must come back to it, whatever the first could do by now.
    let script = json!({
        "words": 1, "reasoning": "let me see", "tools": [{"name": "contacts.search", "arguments": {}}], "rounds": 2,
        "fail": {"at": "start", "model": "first", "times": 1},
    });
    let answer = lexi.http().chat(&script.to_string()).await;
    assert_eq!(answer.answer(), "w1", "{}", answer.text());
    assert_eq!(models(&model), ["first", "second", "second", "second"]);
}

#[tokio::test]
async fn the_built_in_model_answers_last() {
    for protocol in PROTOCOLS {
        let (lexi, model) =
            chain(&format!("model={protocol}:first"), "builtin", &["model_attempts_max=1"]).await;
        let down = r#"How many contacts are there? {"fail":{"at":"start","kind":"status","status":503}}"#;
        let answer = lexi.http().chat(down).await;
        assert!(answer.done().is_some() && !answer.answer().is_empty(), "{}", answer.text());
        // In the middle of the run: it has the results of the other's calls.
        let later = json!({
            "words": 1, "tools": [{"name": "contacts.search", "arguments": {}}], "fail": {"at": "mid", "kind": "cut"},
        });
        let answer = lexi.http().chat(&format!("How many contacts are there? {later}")).await;
        assert!(answer.done().is_some() && !answer.answer().is_empty(), "{}", answer.text());
        assert_eq!(model.stats().started, 3);
        let mut both = vec![("builtin".to_owned(), 2), (format!("{protocol}:first"), 1)];
        both.sort();
        assert_eq!(used(&lexi).await, both);
        let audit = lexi.audit().await;
        assert!(audit.is_sound() && audit.account.held == 0, "{audit:?}");
    }
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    PROTOCOLS.into_iter().flat_map(|first| PROTOCOLS.map(|second| (first, second)))
}
