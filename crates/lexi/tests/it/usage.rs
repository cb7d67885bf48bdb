//! What models used, as a key and as an operator look at it.

use lexi_testkit::Lexi;
use lexi_types::{RateTier, Timestamp};
use serde_json::{Value, json};

use crate::world::{scripted, with_tools, words};

/// Rows of other days and of another workspace, as settlements would have left them.
async fn earlier(lexi: &Lexi, other: &str) {
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    let insert = "INSERT INTO model_usage VALUES (?1, ?2, ?3, ?4, 1000, 50, 400, ?5, ?6)";
    let ours = lexi.workspace.to_string();
    db.execute(insert, (&ours, "2025-02-28", "openai:large", 3, 1_234_567, 1)).unwrap();
    db.execute(insert, (&ours, "2025-02-28", "openai:small", 1, 1, 0)).unwrap();
    db.execute(insert, (&ours, "2025-03-01", "openai:small", 2, 0, 2)).unwrap();
    db.execute(insert, (other, "2025-03-01", "openai:small", 1, 500_000, 0)).unwrap();
}

#[tokio::test]
async fn usage_by_day_and_model_with_exact_costs() {
    let (lexi, _model) = scripted(&[]).await;
    let other = lexi.new_workspace("Other Firm").await;
    earlier(&lexi, &other.to_string()).await;
    let http = lexi.http();
    let answer = http.get("/v1/usage?from=2025-02-28&to=2025-03-01").await;
    assert_eq!(answer.status, 200);
    let row = |day: &str, model: &str, runs: i64, cost: &str, unpriced: i64| {
        format!(
            r#"{{"day":"{day}","model":"{model}","runs":{runs},"input_tokens":1000,"output_tokens":50,"cached_tokens":400,"cost_usd":{cost},"unpriced_runs":{unpriced}}}"#
        )
    };
    let rows = [
        row("2025-02-28", "openai:large", 3, "1.234567", 1),
        row("2025-02-28", "openai:small", 1, "0.000001", 0),
        row("2025-03-01", "openai:small", 2, "null", 2),
    ];
    let totals = r#"{"runs":6,"input_tokens":3000,"output_tokens":150,"cached_tokens":1200,"cost_usd":1.234568,"unpriced_runs":3}"#;
    assert_eq!(answer.text(), format!(r#"{{"data":{{"usage":[{}],"totals":{totals}}}}}"#, rows.join(",")));

    let none = http.get("/v1/usage?from=2024-01-01&to=2024-12-31").await.json();
    assert_eq!(none["data"]["usage"], json!([]));
    assert_eq!(
        (&none["data"]["totals"]["runs"], &none["data"]["totals"]["cost_usd"]),
        (&json!(0), &json!(0))
    );
    let key = lexi.new_key(other, "admin:credits", RateTier::Standard).await;
    let others = http.with_key(&key).get("/v1/usage?from=2025-01-01&to=2025-12-31").await.json();
    assert_eq!(others["data"]["totals"]["cost_usd"], json!(0.5));
}

#[tokio::test]
async fn answers_and_failures_of_today_are_there_at_once() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let done = http.chat(&with_tools(1, 2, 0)).await.done().unwrap();
    let failed = http.chat(r#"{"words":4,"fail":{"at":"start"}}"#).await;
    assert!(failed.done().is_none());
    let today = Timestamp::now().date().to_string();
    let usage = http.get("/v1/usage").await.json()["data"].clone();
    assert_eq!(usage["usage"][0]["day"], today);
    let total = |name: &str| usage["totals"][name].as_i64().unwrap();
    assert_eq!((total("runs"), total("unpriced_runs")), (1, 1));
    assert_eq!(
        (total("input_tokens"), total("output_tokens"), total("cached_tokens")),
        (
            done["usage"]["input_tokens"].as_i64().unwrap(),
            done["usage"]["output_tokens"].as_i64().unwrap(),
            done["usage"]["cached_tokens"].as_i64().unwrap(),
        )
    );
    assert!(http.chat(&words(1, 0)).await.done().is_some());
    assert_eq!(http.get("/v1/usage").await.json()["data"]["totals"]["runs"], 2);
}

#[tokio::test]
async fn days_that_cannot_be_are_blamed_by_name() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    for (query, field) in [
        ("from=yesterday", "from"),
        ("to=2025-02-29", "to"),
        ("from=2025-02-28T00:00:00Z", "from"),
        ("from=20250228", "from"),
        ("to=-000001-01-01", "to"),
        ("from=2025-03-02&to=2025-03-01", "from"),
        ("from=2024-01-01&to=2025-01-01", "from"),
        ("from=9999-12-31", "from"),
    ] {
        let answer = http.get(&format!("/v1/usage?{query}")).await;
        assert_eq!(answer.error(), (400, "validation_error".into()), "{query}");
        let fields = answer.json()["error"]["details"]["fields"].clone();
        assert!(fields[field].is_string(), "{query}: {fields}");
    }
    assert_eq!(http.get("/v1/usage?from=&to=").await.status, 200);
    assert_eq!(http.get("/v1/usage?from=2024-01-01&to=2024-12-31").await.status, 200);
}

#[tokio::test]
async fn the_operator_reads_a_table() {
    let (lexi, _model) = scripted(&[]).await;
    let other = lexi.new_workspace("Other Firm").await;
    earlier(&lexi, &other.to_string()).await;
    let run = |more: &[&str]| {
        let days = ["credits", "usage", "--from", "2025-02-28", "--to", "2025-03-01"];
        let output = lexi.command(&[&days, more].concat()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let table = "\
day         model         runs  input  cached  output       USD  runs without a price
2025-02-28  openai:large     3   1000     400      50  1.234567                     1
2025-02-28  openai:small     1   1000     400      50  0.000001                     0
2025-03-01  openai:small     2   1000     400      50         -                     2
total                        6   3000    1200     150  1.234568                     3
";
    assert_eq!(run(&["--workspace", &lexi.workspace.to_string()]), table);
    assert!(run(&[]).contains("openai:small     3   2000     800     100       0.5                     2\n"));
    let json: Value = serde_json::from_str(&run(&["--workspace", "Other Firm", "--json"])).unwrap();
    assert_eq!(json["totals"]["cost_usd"], 0.5);
    let wrong = lexi.command(&["credits", "usage", "--from", "2025-03-01", "--to", "2025-02-01"]);
    let wrong = { wrong }.output().unwrap();
    assert!(!wrong.status.success());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--from must not be after"));
}
