//! A firm with a deal and a contact, a webhook that listens to everything, and a model that calls what the question says.

use lexi_store::keys::{self, NewKey};
use lexi_store::records;
use lexi_testkit::http::answered;
use lexi_testkit::{Answered, Http, Lexi, ModelServer};
use lexi_types::records::{Record, RecordType};
use lexi_types::{RateTier, RecordId, ScopeSet, Timestamp, WorkspaceId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::scripted;

pub(super) struct Office {
    pub(super) lexi: Lexi,
    pub(super) model: ModelServer,
    pub(super) deal: RecordId,
    pub(super) jane: RecordId,
}

impl Office {
    pub(super) async fn open() -> Self {
        Self::with(&[]).await
    }

    pub(super) async fn with(settings: &[&str]) -> Self {
        let (lexi, model) = scripted(settings).await;
        let workspace = lexi.workspace;
        let deal =
            add(&lexi, workspace, RecordType::Deal, json!({"name": "Windmere renewal", "priority": "low"}));
        let jane = add(&lexi, workspace, RecordType::Contact, json!({"full_name": "Jane Quokka"}));
        let (deal, jane) = (deal.await, jane.await);
        let office = Self { lexi, model, deal, jane };
        office.sql(&format!(
            "INSERT INTO webhooks (workspace_id, id, url, events, active, secret, sees_walled, created_at, updated_at)
             VALUES ('{workspace}', '{}', 'https://hooks.example/lexi', '[\"*\"]', 1, 'x', 1, 1, 1)",
            RecordId::new()
        ));
        office
    }

    pub(super) fn http(&self) -> Http {
        self.lexi.http()
    }

    pub(super) async fn key(&self, scopes: &str, user: Option<RecordId>) -> Http {
        let workspace = self.lexi.workspace;
        let new = NewKey {
            name: "another".to_owned(),
            description: None,
            scopes: ScopeSet::parse_list(scopes).unwrap(),
            tier: RateTier::Unmetered,
            user_id: user,
            created_by: None,
            expires_at: None,
        };
        let now = Timestamp::now();
        let made = self
            .lexi
            .store
            .write(move |tx| Box::pin(async move { keys::create(tx, workspace, &new, now).await }));
        self.http().with_key(&made.await.unwrap().1)
    }

    pub(super) fn db(&self) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(self.lexi.database()).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        db
    }

    pub(super) fn sql(&self, statement: &str) {
        assert!(self.db().execute(statement, []).unwrap() > 0, "{statement}");
    }

    pub(super) fn count(&self, table: &str) -> i64 {
        self.db().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    pub(super) fn priority(&self) -> String {
        self.db().query_row("SELECT priority FROM deals", [], |row| row.get(0)).unwrap()
    }

    /// The types of the events so far, in their order, but for those that every answer has.
    pub(super) fn events(&self) -> Vec<String> {
        let db = self.db();
        let mut rows = db
            .prepare("SELECT event FROM webhook_deliveries WHERE event <> 'lexi.run.completed' ORDER BY id")
            .unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Sets the policy of the workspace.
    pub(super) async fn policy(&self, allow: &[&str], ask: &[&str], deny: &[&str]) {
        let body = json!({"allow": allow, "ask": ask, "deny": deny});
        let answer = put(&self.http(), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Asks for the deal's priority to be changed, and gives the task.
    pub(super) async fn proposed(&self, http: &Http) -> Value {
        let answer = http.chat(&self.raise("high")).await;
        let step = written(&answer);
        assert_eq!(step["requires_approval"], true, "{}", answer.text());
        let task = self.http().get(&path(&step["task_id"])).await;
        assert_eq!(task.status, 200, "{}", task.text());
        task.json()["data"].clone()
    }

    pub(super) fn raise(&self, priority: &str) -> String {
        let arguments = json!({"records": [self.deal], "set": {"priority": priority}});
        calling(&[("deals.update", arguments)])
    }

    pub(super) fn note(&self, title: &str) -> (&'static str, Value) {
        ("notes.create", json!({"title": title, "content": "Said yes.", "contact_name": "Jane Quokka"}))
    }
}

/// Adds a record.
pub(super) async fn add(lexi: &Lexi, workspace: WorkspaceId, kind: RecordType, fields: Value) -> RecordId {
    let now = Timestamp::now();
    let mut whole = json!({
        "id": RecordId::new(), "tags": [], "custom_fields": {}, "status": "active", "currency": "EUR",
        "note_type": "general", "is_pinned": false, "content": "", "created_date": now, "updated_date": now,
    });
    whole.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let record = Record::from_fields(kind, whole.as_object().unwrap().clone()).unwrap();
    let id = record.id();
    let added =
        lexi.store.write(move |tx| Box::pin(async move { records::insert(tx, workspace, &record).await }));
    added.await.unwrap();
    id
}

/// A question for which the model calls these and then says a word.
pub(super) fn calling(calls: &[(&str, Value)]) -> String {
    let tools: Vec<Value> =
        calls.iter().map(|(name, arguments)| json!({"name": name, "arguments": arguments})).collect();
    json!({"words": 1, "tools": tools}).to_string()
}

/// The completed steps of an answer.
pub(super) fn steps(answer: &Answered) -> Vec<Value> {
    answer.data_of("tool_step").into_iter().filter(|step| step["status"] == "completed").collect()
}

/// The only step.
pub(super) fn written(answer: &Answered) -> Value {
    let steps = steps(answer);
    assert_eq!(steps.len(), 1, "{}", answer.text());
    steps[0].clone()
}

pub(super) fn path(id: &Value) -> String {
    format!("/v1/lexi/tasks/{}", id.as_str().unwrap())
}

pub(super) async fn approve(http: &Http, task: &Value) -> Answered {
    answered(http.request(Method::POST, &format!("{}/approve", path(&task["id"])))).await
}

pub(super) async fn dismiss(http: &Http, task: &Value, body: &Value) -> Answered {
    http.post(&format!("{}/dismiss", path(&task["id"])), body).await
}

pub(super) async fn put(http: &Http, body: &Value) -> Answered {
    answered(http.request(Method::PUT, "/v1/lexi/policy").json(body)).await
}

pub(super) async fn listed(http: &Http, status: &str) -> Vec<Value> {
    let answer = http.get(&format!("/v1/lexi/tasks?status={status}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let tasks = answer.json()["data"]["tasks"].as_array().unwrap().clone();
    assert_eq!(answer.json()["meta"]["total"], tasks.len());
    tasks
}
