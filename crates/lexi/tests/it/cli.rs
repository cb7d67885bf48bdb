//! The commands, as an operator types them.

use std::process::Output;

use serde_json::Value;

use crate::world::{builtin, setup};

fn ok(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&ok(output)).unwrap()
}

#[tokio::test]
async fn workspace_key_credits_and_import_beside_a_running_server() {
    let lexi = builtin().await;
    let run = |arguments: &[&str]| lexi.command(arguments).output().unwrap();
    let made = json(&run(&["workspace", "create", "Acme Law", "--json"]));
    assert_eq!(made["name"], "Acme Law");
    let again = run(&["workspace", "create", "Acme Law"]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("already"));
    let unknown = run(&["credits", "grant", "--workspace", "Acne Law", "10"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("Acme Law"), "names what there is");
    assert_eq!(
        json(&run(&["credits", "grant", "--workspace", "Acme Law", "5000", "--json"]))["balance_after"],
        5000
    );
    assert_eq!(
        json(&run(&["credits", "adjust", "--workspace", "Acme Law", "-1000", "--json"]))["balance_after"],
        4000
    );
    assert!(!run(&["credits", "adjust", "--workspace", "Acme Law", "-5000"]).status.success());
    assert!(!run(&["credits", "grant", "--workspace", "Acme Law", "0"]).status.success());
    let key = json(&run(&[
        "key",
        "create",
        "--workspace",
        "Acme Law",
        "--name",
        "App",
        "--scopes",
        "write:ai,read:ai,read:contacts",
        "--json",
    ]));
    let text = key["key"].as_str().unwrap().to_owned();
    assert!(
        !run(&["key", "create", "--workspace", "Acme Law", "--name", "App", "--scopes", "write:all"])
            .status
            .success()
    );
    assert!(
        !run(&[
            "key",
            "create",
            "--workspace",
            "Acme Law",
            "--name",
            "App",
            "--scopes",
            "write:ai",
            "--user",
            "Nobody"
        ])
        .status
        .success()
    );

    let file = lexi.folder().join("people.csv");
    std::fs::write(&file, "customer_id,customer_name,status,assigned_to_email\n1,Ann Lee,Won,raj.patel@atlas.com\n2,Bo Li,Lead,raj.patel@atlas.com\n3,,,\n").unwrap();
    let file = file.display().to_string();
    let dry = run(&["import", "contacts", &file, "--workspace", "Acme Law", "--dry-run", "--json"]);
    let report: Value = serde_json::from_slice(&dry.stdout).unwrap();
    assert_eq!(report["report"]["created"], 2, "{report}");
    let done = run(&["import", "contacts", &file, "--workspace", "Acme Law", "--json"]);
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(
        (report["report"]["created"].as_u64(), report["report"]["failed"].as_u64()),
        (Some(2), Some(1)),
        "{report}"
    );
    assert_eq!(done.status.code(), Some(1), "a row was left out");
    let listed = report["report_file"].as_str().unwrap();
    assert!(std::fs::read_to_string(listed).unwrap().contains("\"people.csv\",4,"), "{listed}");
    let answer = lexi.http().with_key(&text).chat("How many contacts have status Won?").await;
    assert!(answer.answer().contains('1'), "{}", answer.answer());

    let chat = lexi.command(&[]);
    let chat = std::process::Command::new(chat.get_program())
        .env_clear()
        .args(["chat", "--url", &lexi.url, "--key", &text, "How many contacts are there?"])
        .output()
        .unwrap();
    assert!(ok(&chat).contains('2'), "{chat:?}");
    let id = key["id"].as_str().unwrap();
    assert!(ok(&run(&["key", "list", "--workspace", "Acme Law"])).contains("App"));
    assert!(!ok(&run(&["key", "list", "--workspace", "Acme Law", "--json"])).contains(&text));
    ok(&run(&["key", "create", "--workspace", "Acme Law", "--name", "Admin", "--scopes", "all"]));
    ok(&run(&["key", "revoke", "--workspace", "Acme Law", id]));
    assert_eq!(lexi.http().with_key(&text).get("/v1/credits").await.status, 401, "revoked at once");
    let doctor = run(&["doctor", "--json"]);
    assert_eq!(json(&doctor)["sound"], true);
}

#[tokio::test]
async fn the_demo_answers_and_is_reused() {
    let lexi = setup().start().await;
    let folder = tempfile::tempdir().unwrap();
    let demo = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lexi"));
        command.env_clear().current_dir(folder.path()).args(["demo", "--once", "--listen", "127.0.0.1:0"]);
        command.output().unwrap()
    };
    let first = ok(&demo());
    assert!(first.contains("Summarize my pipeline") && first.contains("Proposal"), "{first}");
    let second = ok(&demo());
    assert!(second.contains("from an earlier demo"), "{second}");
    let db = rusqlite::Connection::open(folder.path().join("lexi-data/demo/lexi.db")).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM workspaces"), 1);
    assert!(count("SELECT count(*) FROM contacts") >= 1400);
    assert!(count("SELECT balance FROM credit_accounts") < 5000);
    drop(lexi);
}
