//! A person decides.

use lexi_types::ScopeSet;
use serde_json::{Value, json};

use super::office::{Office, approve, calling, dismiss, listed, path, written};
use crate::world::new_key;

#[tokio::test]
async fn what_is_proposed_is_shown_approved_and_made_once_in_the_name_of_all() {
    let office = Office::open().await;
    let http = office.http();
    let answer = http.chat(&office.raise("high")).await;
    let step = written(&answer);
    assert_eq!((&step["is_error"], &step["requires_approval"]), (&json!(false), &json!(true)));
    assert_eq!(step["records"], json!([{"type": "deal", "id": office.deal, "name": "Windmere renewal"}]));
    assert_eq!(answer.done().unwrap()["credits_charged"], 2, "a proposal is a tool call");
    assert_eq!(office.priority(), "low", "proposed is not made");

    let tasks = listed(&http, "pending").await;
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!(task["id"], step["task_id"]);
    assert_eq!((&task["type"], &task["status"]), (&json!("deal_update"), &json!("pending")));
    assert!(task["description"].as_str().unwrap().contains("Windmere renewal"), "{task}");
    let metadata = &task["metadata"];
    let change = json!({
        "type": "deal", "verb": "update", "id": office.deal, "name": "Windmere renewal",
        "before": {"priority": "low"}, "after": {"priority": "high"},
    });
    assert_eq!((&metadata["tool"], &metadata["changes"]), (&json!("deals.update"), &json!([change])));
    assert_eq!(metadata["conversation_id"], answer.header("x-conversation-id").unwrap());
    assert_eq!(metadata["message_id"], answer.done().unwrap()["message_id"]);
    assert_eq!((&metadata["reason"], &metadata["error"]), (&Value::Null, &Value::Null));
    let conversation = format!("/v1/lexi/conversations/{}", metadata["conversation_id"].as_str().unwrap());
    let stored = http.get(&format!("{conversation}?include_tool_steps=true")).await.json();
    assert_eq!(stored["data"]["messages"][1]["tool_calls"][0]["task_id"], task["id"]);

    let boss = office.key(&ScopeSet::all().to_string(), Some(office.jane)).await;
    let approved = approve(&boss, task).await;
    assert_eq!(approved.status, 200, "{}", approved.text());
    let data = &approved.json()["data"];
    assert_eq!(
        (&data["task_id"], &data["status"], &data["execution_started"]),
        (&task["id"], &json!("completed"), &json!(true))
    );
    assert_eq!(data["task"]["status"], "completed");
    assert_eq!(office.priority(), "high");
    assert_eq!(
        office.events(),
        ["lexi.task_created", "lexi.task_approved", "deal.updated", "lexi.task_completed"]
    );

    let db = office.db();
    let row = |sql: &str| -> Vec<Option<String>> {
        db.query_row(sql, [], |row| (0..7).map(|column| row.get(column)).collect()).unwrap()
    };
    let who = "key_id, run_id, task_id, approved_key_id, approved_user_id, source, after FROM audit_log";
    let made = row(&format!("SELECT {who} WHERE resource_type = 'deal'"));
    let run: String = db.query_row("SELECT id FROM runs", [], |row| row.get(0)).unwrap();
    let approver: String =
        db.query_row("SELECT id FROM api_keys WHERE name = 'another'", [], |row| row.get(0)).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    assert_eq!(made[..2], [text(&metadata["key_id"]), Some(run)]);
    assert_eq!(made[2..5], [text(&task["id"]), Some(approver.clone()), Some(office.jane.to_string())]);
    assert_eq!(made[5..], [Some("lexi".to_owned()), Some(r#"{"priority":"high"}"#.to_owned())]);
    let decision = row(&format!("SELECT {who} WHERE action = 'approve' AND resource_type = 'lexi_task'"));
    assert_eq!((&decision[0], &decision[5]), (&Some(approver), &Some("api".to_owned())));

    let again = approve(&http, task).await;
    assert_eq!((again.status, &again.json()["data"]), (200, data), "answers alike, and makes nothing");
    assert_eq!(office.events().len(), 4);
    assert_eq!(listed(&http, "completed").await.len(), 1);
    assert!(listed(&http, "pending").await.is_empty());
}

#[tokio::test]
async fn many_approvals_at_once_make_it_once() {
    let office = Office::open().await;
    let http = office.http();
    let answer = http.chat(&calling(&[office.note("Call with Jane")])).await;
    let task = json!({"id": written(&answer)["task_id"]});
    assert_eq!(office.count("notes"), 0);
    let approvals = (0..20).map(|_| approve(&http, &task));
    let answers = futures_util::future::join_all(approvals).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{}", answers[0].text());
    assert_eq!(office.count("notes"), 1);
    assert_eq!(office.count("audit_log"), 2, "the approval and the note");
    assert_eq!(office.events().iter().filter(|event| *event == "note.created").count(), 1);
    assert_eq!(office.events().iter().filter(|event| *event == "lexi.task_approved").count(), 1);
}

#[tokio::test]
async fn a_repeated_approval_with_a_key_is_answered_again() {
    let office = Office::open().await;
    let http = office.http();
    let task = office.proposed(&http).await;
    let key = new_key();
    let send = || {
        let request = http.request(reqwest::Method::POST, &format!("{}/approve", path(&task["id"])));
        lexi_testkit::http::answered(request.header("Idempotency-Key", &key))
    };
    let (first, second) = (send().await, send().await);
    assert_eq!((first.status, second.status), (200, 200), "{}", first.text());
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(office.count("audit_log"), 2);
}

#[tokio::test]
async fn a_dismissal_is_final() {
    let office = Office::open().await;
    let http = office.http();
    let task = office.proposed(&http).await;
    let long = dismiss(&http, &task, &json!({"reason": "x".repeat(501)})).await;
    assert_eq!(long.error(), (400, "validation_error".into()));
    assert!(long.json()["error"]["details"]["fields"]["reason"].is_string());
    let dismissed = dismiss(&http, &task, &json!({"reason": " not now "})).await;
    assert_eq!(dismissed.status, 200, "{}", dismissed.text());
    let data = &dismissed.json()["data"];
    assert_eq!(
        (&data["status"], &data["task"]["metadata"]["reason"]),
        (&json!("dismissed"), &json!("not now"))
    );
    let again = dismiss(&http, &task, &json!({"reason": "other"})).await;
    assert_eq!((again.status, &again.json()["data"]), (200, data), "the first reason stays");
    assert_eq!(approve(&http, &task).await.error(), (409, "conflict".into()));
    assert_eq!(office.priority(), "low");
    assert_eq!(office.events(), ["lexi.task_created", "lexi.task_dismissed"]);
    let audited: (String, String) = office
        .db()
        .query_row("SELECT action, after FROM audit_log", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(audited, ("dismiss".to_owned(), r#"{"reason":"not now","status":"dismissed"}"#.to_owned()));

    let other = office.proposed(&http).await;
    assert_eq!(approve(&http, &other).await.status, 200);
    assert_eq!(dismiss(&http, &other, &json!({})).await.error(), (409, "conflict".into()));
    let without_body = office.http().chat(&office.raise("medium")).await;
    let bare = format!("{}/dismiss", path(&written(&without_body)["task_id"]));
    let bare = lexi_testkit::http::answered(http.request(reqwest::Method::POST, &bare)).await;
    assert_eq!(bare.status, 200, "{}", bare.text());
}
