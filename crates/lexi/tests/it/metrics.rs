//! What a Prometheus server reads.

use std::collections::BTreeMap;
use std::time::Duration;

use lexi_testkit::Lexi;
use lexi_testkit::http::answered;
use reqwest::Method;
use serde_json::json;

use crate::world::{scripted, with_tools, words};

/// Each series with its value.
async fn read(lexi: &Lexi) -> BTreeMap<String, f64> {
    let answer = answered(lexi.http().with_key("").request(Method::GET, "/metrics")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = answer.text();
    assert!(!text.contains(&lexi.key) && !text.contains(&lexi.workspace.to_string()), "{text}");
    let series = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let series = series.map(|line| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    });
    series.collect()
}

/// Once nothing is under way any more: a client has its last frame a moment before the run is out of the count.
async fn at_rest(lexi: &Lexi) -> BTreeMap<String, f64> {
    let mut tries = 0..250;
    loop {
        let series = read(lexi).await;
        if series["lexi_runs_active"] + series["lexi_streams_open"] < 0.5 {
            return series;
        }
        let _another = tries.next().unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[expect(clippy::float_cmp, reason = "counts are whole")]
fn is(series: &BTreeMap<String, f64>, expected: &[(&str, f64)]) {
    for (name, value) in expected {
        let counted = series.get(*name).copied().unwrap_or(0.0);
        assert!(counted == *value, "{name} is {counted}, not {value}, in {series:#?}");
    }
}

#[tokio::test]
async fn runs_tools_tokens_and_requests_are_counted() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    is(&read(&lexi).await, &[("lexi_runs_active", 0.0), ("lexi_credits_charged_total", 0.0)]);

    assert!(http.chat(&words(3, 0)).await.done().is_some());
    assert!(http.chat(&with_tools(2, 2, 0)).await.done().is_some());
    let made_up = r#"{"words":1,"tools":[{"name":"wbk_made_up","arguments":{}}]}"#;
    assert!(http.chat(made_up).await.done().is_some());
    assert!(http.chat(r#"{"fail":{"at":"start"}}"#).await.done().is_none());

    for path in ["/nowhere/0198c5f0", "/v1/secret?name=Jane"] {
        assert_eq!(http.get(path).await.status, 404);
    }
    let odd = Method::from_bytes(b"LOOKUP").unwrap();
    assert_eq!(answered(http.request(odd, "/healthz")).await.status, 405);
    let gateway = http.post("/functions/v1/api-gateway/v1/lexi/chat/stream", &json!({})).await;
    assert_eq!(gateway.status, 400);

    let series = at_rest(&lexi).await;
    is(
        &series,
        &[
            (r#"lexi_runs_total{outcome="done"}"#, 3.0),
            (r#"lexi_runs_total{outcome="provider_error"}"#, 1.0),
            ("lexi_run_seconds_count", 4.0),
            ("lexi_credits_charged_total", 6.0),
            (r#"lexi_tool_calls_total{tool="pipelines.list",is_error="false"}"#, 2.0),
            (r#"lexi_tool_calls_total{tool="unknown",is_error="true"}"#, 1.0),
            ("lexi_unsupported_links_total", 0.0),
            (r#"lexi_http_requests_total{route="/v1/lexi/chat/stream",method="POST",status="200"}"#, 4.0),
            (r#"lexi_http_requests_total{route="/v1/lexi/chat/stream",method="POST",status="400"}"#, 1.0),
            (r#"lexi_http_requests_total{route="none",method="GET",status="404"}"#, 2.0),
            (r#"lexi_http_requests_total{route="/healthz",method="other",status="405"}"#, 1.0),
            (r#"lexi_http_request_seconds_count{route="/v1/lexi/chat/stream"}"#, 5.0),
        ],
    );
    let tokens = series.iter().filter(|(name, _)| name.starts_with("lexi_model_tokens_total{"));
    assert!(tokens.map(|(_, count)| *count).sum::<f64>() > 0.0, "{series:#?}");
    let strange = ["nowhere", "secret", "Jane", "made_up", "LOOKUP", "api-gateway"];
    assert!(!series.keys().any(|name| strange.iter().any(|word| name.contains(word))), "{series:#?}");
}

#[tokio::test]
async fn what_is_under_way_shows_and_a_canceled_run_counts_as_one() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let looked_at = async {
        let conversation = loop {
            let listed = http.get("/v1/lexi/conversations").await.json();
            if let Some(id) = listed["data"]["conversations"][0]["id"].as_str() {
                break id.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        is(&read(&lexi).await, &[("lexi_runs_active", 1.0), ("lexi_streams_open", 1.0)]);
        http.post(&format!("/v1/lexi/conversations/{conversation}/cancel"), &json!({})).await;
    };
    let question = words(200, 50);
    let (answer, ()) = futures_util::future::join(http.chat(&question), looked_at).await;
    assert!(answer.done().is_some());
    is(&at_rest(&lexi).await, &[(r#"lexi_runs_total{outcome="canceled"}"#, 1.0)]);
}
