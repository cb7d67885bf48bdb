//! `lexi eval` tells right, refused and wrong answers apart: a judge that never complains is none.

use serde_json::Value;

use crate::world::builtin;

const QUESTIONS: &str = r#"
[[question]]
ask = "How many contacts are there?"
sql = "SELECT count(*) FROM contacts WHERE workspace_id = $1"

[[question]]
ask = "How many contacts are there"
figures = [2]

[[question]]
ask = "how many contacts have status Won?"
figures = [1]

[[question]]
ask = "How many contacts are there in all?"
figures = [77]

[[question]]
ask = "How many contacts have status Lead?"
refusal = true

[[question]]
ask = "What will the weather be tomorrow in Cork?"
refusal = true

[[question]]
ask = "Write a limerick about the sea"
figures = [3]
"#;

#[tokio::test]
async fn right_refused_and_wrong_are_told_apart() {
    let mut lexi = builtin().await;
    let folder = lexi.folder().to_owned();
    std::fs::write(
        folder.join("people.csv"),
        "customer_id,customer_name,status\n1,Ann Lee,Won\n2,Bo Li,Lead\n",
    )
    .unwrap();
    let import = lexi.command(&["import", "contacts", "people.csv", "--workspace", "Firm"]).output().unwrap();
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
    std::fs::write(folder.join("questions.toml"), QUESTIONS).unwrap();
    let arguments = ["eval", "questions.toml", "--workspace", "Firm", "--json", "--show", "all"];
    let refused = lexi.command(&arguments).output().unwrap();
    assert!(!refused.status.success(), "not while a server has the database");
    lexi.kill();

    let output = lexi.command(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let verdicts: Vec<_> = report["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|judged| judged["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["right", "right", "right", "wrong", "wrong", "right", "refused"], "{report:#}");
    assert_eq!((report["right"].as_u64(), report["wrong"].as_u64()), (Some(4), Some(2)));
    assert!(report["credits"].as_i64().unwrap() >= 7, "{report:#}");
    assert_eq!(lexi.audit().await.account.held, 0, "every run is settled");

    let strict = [&arguments[..], &["--max-wrong", "1"]].concat();
    assert_eq!(lexi.command(&strict).output().unwrap().status.code(), Some(1));
    let one = [&arguments[..], &["--filter", "weather", "--min-right", "100"]].concat();
    let output = lexi.command(&one).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
