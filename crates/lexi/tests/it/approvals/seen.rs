//! A task is there for those only who see all that it touches.

use lexi_testkit::Http;
use lexi_types::records::RecordType;
use lexi_types::{RecordId, Scope, ScopeSet};
use serde_json::{Value, json};

use super::office::{Office, add, approve, calling, listed, path, written};

const EVERYDAY: fn() -> String = || {
    let everyday = Scope::ALL.iter().copied().filter(|scope| !scope.as_str().starts_with("admin:"));
    everyday.collect::<ScopeSet>().to_string()
};

/// Puts a deal or a matter behind a wall for one user.
fn wall(office: &Office, kind: &str, id: RecordId, user: RecordId) {
    office
        .sql(&format!("INSERT INTO walls VALUES ('{}', '{kind}', '{id}', '{user}')", office.lexi.workspace));
}

async fn sees(http: &Http, task: &Value) -> bool {
    let (listed, read) = (listed(http, "pending").await, http.get(&path(&task["id"])).await);
    assert_eq!(listed.iter().any(|one| one["id"] == task["id"]), read.status == 200, "{}", read.text());
    read.status == 200
}

#[tokio::test]
async fn the_wall_of_any_record_that_it_touches_hides_a_task() {
    let office = Office::open().await;
    let (inside, outside) = (RecordId::new(), RecordId::new());
    let (insider, outsider) =
        (office.key(&EVERYDAY(), Some(inside)).await, office.key(&EVERYDAY(), Some(outside)).await);
    let matter = add(
        &office.lexi,
        office.lexi.workspace,
        RecordType::Matter,
        json!({"name": "Numbat", "status": "open"}),
    )
    .await;
    let other = add(
        &office.lexi,
        office.lexi.workspace,
        RecordType::Deal,
        json!({"name": "Quoll", "matter_id": matter}),
    )
    .await;
    let on_matter = json!({"title": "Secret", "matter_name": "Numbat"});
    let both = json!({"records": [office.deal, other], "set": {"priority": "high"}});
    let mut tasks = Vec::new();
    for call in [("notes.create", on_matter), ("deals.update", both)] {
        let answer = insider.chat(&calling(&[call])).await;
        tasks.push(json!({"id": written(&answer)["task_id"]}));
    }
    for task in &tasks {
        assert!(sees(&insider, task).await && sees(&outsider, task).await, "no wall yet");
    }
    wall(&office, "matter", matter, inside);
    for task in &tasks {
        assert!(sees(&insider, task).await && !sees(&outsider, task).await);
        assert_eq!(approve(&outsider, task).await.error(), (404, "not_found".into()));
        assert!(sees(&office.http(), task).await, "admin:walls sees all");
        assert_eq!(approve(&insider, task).await.status, 200);
    }
}

#[tokio::test]
async fn a_record_that_came_behind_a_wall_takes_its_task_along() {
    let office = Office::open().await;
    let (inside, outside) = (RecordId::new(), RecordId::new());
    let outsider = office.key(&EVERYDAY(), Some(outside)).await;
    let task = office.proposed(&outsider).await;
    let matter = add(
        &office.lexi,
        office.lexi.workspace,
        RecordType::Matter,
        json!({"name": "Numbat", "status": "open"}),
    )
    .await;
    office.sql(&format!("UPDATE deals SET matter_id = '{matter}'"));
    assert!(sees(&outsider, &task).await);
    wall(&office, "matter", matter, inside);
    assert!(!sees(&outsider, &task).await, "its own proposal, too");
    // Nor can somebody who sees it have it made for a key that does not.
    office.sql("UPDATE deals SET matter_id = NULL");
    wall(&office, "deal", office.deal, inside);
    let refused = approve(&office.http(), &task).await;
    assert_eq!(refused.error(), (409, "conflict".into()), "{}", refused.text());
    assert_eq!(office.priority(), "low");
}

#[tokio::test]
async fn an_event_of_several_places_says_nothing_of_them() {
    let office = Office::open().await;
    let other = add(&office.lexi, office.lexi.workspace, RecordType::Deal, json!({"name": "Quoll"})).await;
    let both = json!({"records": [office.deal, other], "set": {"priority": "high"}});
    assert!(office.http().chat(&calling(&[("deals.update", both)])).await.done().is_some());
    office.proposed(&office.http()).await;
    let db = office.db();
    let mut rows = db
        .prepare("SELECT payload FROM webhook_deliveries WHERE event <> 'lexi.run.completed' ORDER BY id")
        .unwrap();
    let payloads: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(!payloads[0].contains("Windmere") && !payloads[0].contains("Quoll"), "{}", payloads[0]);
    assert!(payloads[1].contains("Windmere"), "{}", payloads[1]);
}
