//! A run that is lost after a write and made afresh does not write again.

use lexi_testkit::Http;
use serde_json::{Value, json};

use super::office::{Office, calling, listed, steps};
use crate::world::new_key;

/// With an answer that takes so long that it can be killed in it.
fn slowly(calls: &[(&str, Value)]) -> String {
    let mut script: Value = serde_json::from_str(&calling(calls)).unwrap();
    script["words"] = json!(4);
    script["delay_ms"] = json!(400);
    script.to_string()
}

/// Reads until so many calls are completed.
async fn until_completed(http: &Http, message: &str, key: &str, calls: usize) -> String {
    let mut response = http.keyed(message, key).send().await.unwrap();
    let mut seen = String::new();
    while seen.matches("\"status\": \"completed\"").count() < calls {
        let chunk = response.chunk().await.unwrap();
        seen.push_str(&String::from_utf8(chunk.unwrap().to_vec()).unwrap());
    }
    seen
}

#[tokio::test]
async fn a_write_is_made_once_though_the_server_is_killed_after_it() {
    let mut office = Office::open().await;
    office.policy(&["*"], &[], &[]).await;
    let set =
        |priority: &str| ("deals.update", json!({"records": [office.deal], "set": {"priority": priority}}));
    let delete = ("contacts.delete", json!({"records": ["Jane Quokka"]}));
    let (message, key) = (slowly(&[office.note("Call"), set("high"), delete]), new_key());
    let seen = until_completed(&office.http(), &message, &key, 3).await;
    office.lexi.kill();
    assert!(!seen.contains("\"is_error\": true"), "{seen}");
    assert_eq!((office.count("notes"), office.count("contacts")), (1, 0));
    let written = office.count("audit_log");
    office.lexi.launch();
    let again = office.http().keyed_chat(&message, &key).await;
    assert!(again.done().is_some(), "{}", again.text());
    assert_eq!(again.header("idempotent-replayed"), None, "it was made afresh");
    assert_eq!(office.count("notes"), 1, "one note only");
    assert_eq!(office.count("audit_log"), written, "and nothing else");
    let steps = steps(&again);
    assert_eq!(steps.len(), 3);
    assert!(steps.iter().all(|step| step["is_error"] == false), "told as done: {}", again.text());
    // Under another key it is another wish.
    let other = office
        .http()
        .keyed_chat(
            &calling(&[("notes.create", json!({"title": "Call", "deal_name": "Windmere renewal"}))]),
            &new_key(),
        )
        .await;
    assert!(other.done().is_some());
    assert_eq!(office.count("notes"), 2);
}

#[tokio::test]
async fn a_proposal_is_made_once_though_the_server_is_killed_after_it() {
    let mut office = Office::open().await;
    let (message, key) = (slowly(&[office.note("Call")]), new_key());
    until_completed(&office.http(), &message, &key, 1).await;
    office.lexi.kill();
    office.lexi.launch();
    let http = office.http();
    let before = listed(&http, "pending").await;
    let again = http.keyed_chat(&message, &key).await;
    assert_eq!(steps(&again)[0]["task_id"], before[0]["id"], "the same task");
    assert_eq!(listed(&http, "pending").await, before);
    assert_eq!(office.events(), ["lexi.task_created"]);
}

#[tokio::test]
async fn a_run_that_failed_after_a_write_does_not_write_again() {
    let office = Office::open().await;
    office.policy(&["*"], &[], &[]).await;
    let mut script: Value = serde_json::from_str(&calling(&[office.note("Call")])).unwrap();
    script["words"] = json!(4);
    script["fail"] = json!({"at": "mid", "kind": "cut", "times": 1});
    let (message, key) = (script.to_string(), new_key());
    let failed = office.http().keyed_chat(&message, &key).await;
    assert!(failed.done().is_none() && office.count("notes") == 1, "{}", failed.text());
    let again = office.http().keyed_chat(&message, &key).await;
    assert!(again.done().is_some(), "{}", again.text());
    assert_eq!(steps(&again)[0]["records"], steps(&failed)[0]["records"], "the same note");
    assert_eq!(office.count("notes"), 1);
}

#[tokio::test]
async fn the_same_thing_wanted_twice_in_one_run_is_done_twice() {
    let office = Office::open().await;
    office.policy(&["*"], &[], &[]).await;
    let key = new_key();
    let answer = office.http().keyed_chat(&calling(&[office.note("Call"), office.note("Call")]), &key).await;
    assert!(answer.done().is_some(), "{}", answer.text());
    assert_eq!(office.count("notes"), 2);
}

#[tokio::test]
async fn what_was_remembered_for_retries_is_forgotten_with_their_keys() {
    let mut office = Office::open().await;
    let answer = office.http().keyed_chat(&calling(&[office.note("Call")]), &new_key()).await;
    assert!(answer.done().is_some());
    assert_eq!(office.count("run_writes"), 2, "in these words, and as these changes");
    let day = "SELECT min(run_writes.expires_at - t.created_at) FROM run_writes, lexi_tasks t";
    let kept: i64 = office.db().query_row(day, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 24 * 3600 * 1_000_000);
    office.sql("UPDATE run_writes SET expires_at = 1");
    office.lexi.restart();
    let mut tries = 0..250;
    while office.count("run_writes") > 0 {
        let _another = tries.next().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
