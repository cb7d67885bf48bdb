//! The audit log, as an administrator and the doctor see it.

use lexi_store::audit::{self, Actor, Deed};
use lexi_testkit::Lexi;
use lexi_types::{RateTier, RecordId, Timestamp, WorkspaceId};
use serde_json::{Value, json};

use crate::world::builtin;

async fn wrote(lexi: &Lexi, workspace: WorkspaceId, action: &'static str, matter: Option<RecordId>) {
    let actor = Actor { source: "api", ip_address: Some("192.0.2.7".to_owned()), ..Actor::default() };
    let deed = Deed {
        action,
        resource_type: "matter",
        resource_id: matter.unwrap_or_else(RecordId::new).to_string(),
        matter,
        before: Some(json!({ "status": "open" })),
        after: Some(json!({ "status": "closed" })),
        ..Deed::default()
    };
    let append = lexi.store.write(move |tx| {
        Box::pin(async move { audit::append(tx, workspace, &actor, &deed, Timestamp::now()).await })
    });
    append.await.unwrap();
}

#[tokio::test]
async fn rows_are_listed_narrowed_and_exported() {
    let lexi = builtin().await;
    let http = lexi.http();
    for action in ["create", "update", "update", "delete"] {
        wrote(&lexi, lexi.workspace, action, None).await;
    }
    wrote(&lexi, lexi.new_workspace("Other").await, "update", None).await;
    let all = http.get("/v1/audit-logs?per_page=3").await.json();
    assert_eq!(all["meta"], json!({"page": 1, "per_page": 3, "total": 4}));
    let newest = &all["data"]["audit_logs"][0];
    assert_eq!((&newest["action"], &newest["seq"]), (&json!("delete"), &json!(4)));
    assert_eq!(newest["before"], json!({"status": "open"}));
    assert_eq!(newest["ip_address"], "192.0.2.7");
    for (query, total) in [
        ("action=update", 2),
        ("resource_type=deal", 0),
        ("from_date=2020-01-01", 4),
        ("to_date=2020-01-01", 0),
        ("from_date=2999-01-01T00:00:00Z", 0),
        ("key_id=0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", 0),
    ] {
        let found = http.get(&format!("/v1/audit-logs?{query}")).await.json();
        assert_eq!(found["meta"]["total"], total, "{query}");
    }
    for bad in ["from_date=yesterday", "user_id=x", "per_page=101", "action=%00"] {
        let refused = http.get(&format!("/v1/audit-logs?{bad}")).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{bad}");
        let field = bad.split('=').next().unwrap();
        assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{}", refused.text());
    }
    let exported = http.get("/v1/audit-logs/export?action=update").await;
    assert_eq!(exported.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = exported.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 3]);
    let nothing = http.get("/v1/audit-logs/export?action=nothing").await;
    assert_eq!((nothing.status, nothing.text()), (200, String::new()));
}

#[tokio::test]
async fn a_wall_hides_the_history_of_what_is_behind_it() {
    let lexi = builtin().await;
    let matter = RecordId::new();
    wrote(&lexi, lexi.workspace, "update", Some(matter)).await;
    wrote(&lexi, lexi.workspace, "create", None).await;
    let workspace = lexi.workspace;
    let wall = "INSERT INTO walls (workspace_id, record_type, record_id, user_id) VALUES ($1, 'matter', $2, 'nobody')";
    let wall = lexi
        .store
        .write(move |tx| Box::pin(async move { tx.execute(wall, &[workspace.into(), matter.into()]).await }));
    wall.await.unwrap();
    let limited = lexi.new_key(workspace, "admin:audit", RateTier::Unmetered).await;
    for (http, total) in [(lexi.http(), 2), (lexi.http().with_key(&limited), 1)] {
        assert_eq!(http.get("/v1/audit-logs").await.json()["meta"]["total"], total);
        assert_eq!(http.get("/v1/audit-logs/export").await.text().lines().count(), total);
    }
}

#[tokio::test]
async fn the_doctor_finds_a_row_that_is_gone() {
    let lexi = builtin().await;
    for _ in 0..3 {
        wrote(&lexi, lexi.workspace, "update", None).await;
    }
    let doctor = |lexi: &Lexi| {
        let output = lexi.command(&["doctor", "--offline", "--audit"]).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.success())
    };
    let (says, sound) = doctor(&lexi);
    assert!(
        sound && says.contains("the audit log of Firm is whole: 3 rows, the newest with hash "),
        "{says}"
    );
    let tamper = "DROP TRIGGER audit_log_no_delete; DELETE FROM audit_log WHERE seq = 2";
    rusqlite::Connection::open(lexi.database()).unwrap().execute_batch(tamper).unwrap();
    let (says, sound) = doctor(&lexi);
    assert!(
        !sound && says.contains("BAD  the audit log of Firm") && says.contains("row 2 is missing"),
        "{says}"
    );
}
