//! What cannot be approved changes nothing.

use lexi_testkit::{Answered, Http};
use lexi_types::{Scope, ScopeSet};
use serde_json::{Value, json};

use super::office::{Office, approve, calling, listed, path, written};

/// It has failed, for this reason, and stays so.
async fn has_failed(office: &Office, answer: &Answered, task: &Value, why: &str) {
    assert_eq!(answer.error(), (409, "conflict".into()), "{}", answer.text());
    assert!(answer.text().contains(why), "{}", answer.text());
    let http = office.http();
    let now = http.get(&path(&task["id"])).await.json()["data"].clone();
    assert_eq!(now["status"], "failed");
    assert!(now["metadata"]["error"].as_str().unwrap().contains(why), "{now}");
    assert_eq!(approve(&http, task).await.error(), (409, "conflict".into()), "for good");
    assert_eq!(office.events().last().unwrap(), "lexi.task_failed");
    assert!(!office.events().contains(&"lexi.task_approved".to_owned()));
    assert_eq!(listed(&http, "failed").await.len(), 1);
}

#[tokio::test]
async fn a_record_that_changed_meanwhile_stays_as_it_is() {
    let office = Office::open().await;
    let http = office.http();
    let task = office.proposed(&http).await;
    office.sql("UPDATE deals SET priority = 'medium', updated_date = updated_date + 1");
    has_failed(&office, &approve(&http, &task).await, &task, "changed meanwhile").await;
    assert_eq!(office.priority(), "medium");
    let rows: i64 = office
        .db()
        .query_row("SELECT count(*) FROM audit_log WHERE resource_type = 'deal'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_record_that_is_gone_cannot_be_changed() {
    let office = Office::open().await;
    let http = office.http();
    let task = office.proposed(&http).await;
    office.sql("DELETE FROM deals");
    has_failed(&office, &approve(&http, &task).await, &task, "no longer there").await;
}

#[tokio::test]
async fn nothing_of_several_changes_is_made_when_one_cannot() {
    let office = Office::open().await;
    let http = office.http();
    let other = super::office::add(
        &office.lexi,
        office.lexi.workspace,
        lexi_types::records::RecordType::Deal,
        json!({"name": "Numbat", "priority": "low"}),
    )
    .await;
    let both = json!({"records": [other, office.deal], "set": {"priority": "high"}});
    let answer = http.chat(&calling(&[("deals.update", both)])).await;
    let task = json!({"id": written(&answer)["task_id"]});
    office.sql(&format!("UPDATE deals SET name = 'Windmere' WHERE id = '{}'", office.deal));
    has_failed(&office, &approve(&http, &task).await, &task, "changed meanwhile").await;
    assert_eq!(office.count("deals WHERE priority = 'low'"), 2);
}

#[tokio::test]
async fn a_key_that_was_revoked_can_have_nothing_made() {
    let office = Office::open().await;
    let proposer = office.key("write:ai,read:deals,write:deals", None).await;
    let task = office.proposed(&proposer).await;
    let revoked =
        office.http().delete(&format!("/v1/api-keys/{}", task["metadata"]["key_id"].as_str().unwrap())).await;
    assert_eq!(revoked.status, 204);
    has_failed(&office, &approve(&office.http(), &task).await, &task, "revoked").await;
    assert_eq!(office.priority(), "low");
}

#[tokio::test]
async fn a_tool_that_was_switched_off_meanwhile_is_not_used() {
    let office = Office::open().await;
    let task = office.proposed(&office.http()).await;
    office.policy(&[], &[], &["deals.*"]).await;
    has_failed(&office, &approve(&office.http(), &task).await, &task, "switched off").await;
    assert_eq!(office.priority(), "low");
}

#[tokio::test]
async fn nobody_approves_what_they_could_not_do() {
    let office = Office::open().await;
    let task = office.proposed(&office.http()).await;
    let but = |without: &[Scope]| {
        let scopes = Scope::ALL.iter().copied().filter(|scope| !without.contains(scope));
        scopes.collect::<ScopeSet>().to_string()
    };
    let reader = office.key(&but(&[Scope::WriteDeals]), None).await;
    let refused = approve(&reader, &task).await;
    assert_eq!(refused.error(), (403, "insufficient_permissions".into()));
    assert!(refused.text().contains("write:deals"), "{}", refused.text());
    assert_eq!(listed(&reader, "pending").await.len(), 1, "it may look");
    assert_eq!(office.priority(), "low");
    // Who cannot read deals does not learn that there is a task about one.
    let blind = office.key(&but(&[Scope::ReadDeals]), None).await;
    unknown(&office, &blind, &task).await;
    assert_eq!(approve(&office.http(), &task).await.status, 200, "it is still to be decided");
}

/// There is no such task for this key, and nothing that tells it from one that never was.
async fn unknown(office: &Office, http: &Http, task: &Value) {
    assert!(listed(http, "pending").await.is_empty());
    let nowhere = json!({"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f"});
    let (there, never) = (http.get(&path(&task["id"])).await, http.get(&path(&nowhere["id"])).await);
    assert_eq!(there.error(), (404, "not_found".into()));
    assert_eq!(there.text(), never.text());
    for (there, never) in [
        (approve(http, task).await, approve(http, &nowhere).await),
        (
            super::office::dismiss(http, task, &json!({})).await,
            super::office::dismiss(http, &nowhere, &json!({})).await,
        ),
    ] {
        assert_eq!(there.error(), (404, "not_found".into()));
        assert_eq!(there.text(), never.text());
    }
    assert_eq!(listed(&office.http(), "pending").await.len(), 1);
}

#[tokio::test]
async fn another_workspace_knows_nothing_of_a_task() {
    let office = Office::open().await;
    let task = office.proposed(&office.http()).await;
    let other = office.lexi.new_workspace("Other").await;
    let key = office.lexi.new_key(other, &ScopeSet::all().to_string(), lexi_types::RateTier::Unmetered).await;
    unknown(&office, &office.http().with_key(&key), &task).await;
    let bad = office.http().get("/v1/lexi/tasks/nonsense").await;
    assert_eq!(bad.error(), (400, "validation_error".into()));
    let bad = office.http().get("/v1/lexi/tasks?status=done").await;
    assert_eq!(bad.error(), (400, "validation_error".into()));
}

#[tokio::test]
async fn what_nobody_decided_on_in_time_has_failed() {
    let mut office = Office::open().await;
    let http = office.http();
    let (late, swept) = (office.proposed(&http).await, office.proposed(&http).await);
    let week = 7 * 24 * 3600 * 1_000_000i64;
    let kept: i64 = office
        .db()
        .query_row("SELECT expires_at - created_at FROM lexi_tasks", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, week);
    office.sql("UPDATE lexi_tasks SET expires_at = created_at");
    has_failed(&office, &approve(&http, &late).await, &late, "expired").await;
    office.lexi.restart();
    let http = office.http();
    let status = async || http.get(&path(&swept["id"])).await.json()["data"].clone();
    let mut tries = 0..250;
    while status().await["status"] == "pending" {
        let _another = tries.next().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let now = status().await;
    assert_eq!((&now["status"], &now["metadata"]["error"]), (&json!("failed"), &json!("expired")));
    assert_eq!(office.priority(), "low");
    let told = office.events().iter().filter(|event| *event == "lexi.task_failed").count();
    assert_eq!(told, 2);
}
