//! Writing records: what is taken, what is refused, and what stands in the database afterwards.

mod access;
mod contacts;
mod deals;
mod fields;
mod links;
mod making;
mod properties;

use crate::office::{Office, World};
use lexi_crm::{Access, Asking, Change, CrmError, Verb, make};
use lexi_store::audit::Actor;
use lexi_types::records::{Record, RecordType};
use lexi_types::{RecordId, Timestamp};
use serde_json::{Map, Value, json};

pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

pub(crate) fn create(kind: RecordType, fields: Value) -> Asking {
    Asking { kind, verb: Verb::Create, id: None, fields: object(fields), seen: None }
}

pub(crate) fn update(kind: RecordType, id: RecordId, fields: Value) -> Asking {
    Asking { kind, verb: Verb::Update, id: Some(id), fields: object(fields), seen: None }
}

pub(crate) fn delete(kind: RecordType, id: RecordId) -> Asking {
    Asking { kind, verb: Verb::Delete, id: Some(id), fields: Map::new(), seen: None }
}

impl World {
    pub(crate) async fn make(&self, access: &Access, changes: Vec<Change>) -> Result<Vec<Record>, CrmError> {
        let access = *access;
        let actor = Actor { key: Some(access.key_id), source: "api", ..Actor::default() };
        let made = self.crm.store().write_or(move |tx| {
            Box::pin(async move { make(tx, &access, &actor, &changes, Timestamp::now()).await })
        });
        made.await
    }

    pub(crate) async fn write(&self, access: &Access, asked: Vec<Asking>) -> Result<Vec<Record>, CrmError> {
        let changes = self.crm.plan(access, asked).await?;
        self.make(access, changes).await
    }

    /// One write that must succeed, as the wire shows it.
    pub(crate) async fn written(&self, office: &Office, asking: Asking) -> Value {
        let mut records = self.write(&office.access(), vec![asking]).await.unwrap();
        Value::Object(records.remove(0).fields())
    }

    /// How many rows of the office a table has.
    pub(crate) async fn rows(&self, office: &Office, table: &str) -> i64 {
        let (workspace, sql) =
            (office.workspace, format!("SELECT COUNT(*) FROM {table} WHERE workspace_id = $1"));
        let read = self
            .crm
            .store()
            .read(move |tx| Box::pin(async move { tx.one(&sql, &[workspace.into()]).await?.int(0) }));
        read.await.unwrap()
    }
}

impl World {
    pub(crate) async fn sql(&self, sql: &'static str, params: Vec<lexi_store::Value>) {
        let done = self
            .crm
            .store()
            .write(move |tx| Box::pin(async move { tx.execute(sql, &params).await.map(drop) }));
        done.await.unwrap();
    }

    /// A wall around a record, with one user inside.
    async fn wall(&self, office: &Office, kind: &'static str, id: RecordId, user: RecordId) {
        let sql = "INSERT INTO walls (workspace_id, record_type, record_id, user_id) VALUES ($1, $2, $3, $4)";
        self.sql(sql, vec![office.workspace.into(), kind.into(), id.into(), user.into()]).await;
    }
}

/// The fields of a refusal with what is said of each.
pub(super) async fn wrong(world: &World, access: &Access, asked: Vec<Asking>) -> Vec<String> {
    match world.crm.plan(access, asked).await {
        Err(CrmError::Fields { fields, .. }) => fields.into_keys().collect(),
        Err(CrmError::Ambiguous { candidates, .. }) => vec![format!("ambiguous: {}", candidates.len())],
        Err(other) => vec![format!("{other:?}")],
        Ok(_) => Vec::new(),
    }
}

/// Something that is right for a field, so that what is wrong about it is only what a test puts there.
pub(super) fn least(kind: RecordType, office: &Office) -> Value {
    match kind {
        RecordType::Contact => json!({ "full_name": "Ida Berg" }),
        RecordType::Company | RecordType::Deal | RecordType::Matter => json!({ "name": "Berg" }),
        RecordType::Note | RecordType::Task => json!({ "title": "Call", "matter_id": office.matters[0].id }),
        RecordType::Activity => json!({ "type": "call", "title": "Called" }),
    }
}

#[tokio::test]
async fn every_type_is_made_changed_and_removed() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (kind, fields, change) in [
        (
            RecordType::Contact,
            json!({ "full_name": "Ida Berg", "email": "Ida@Berg.test" }),
            json!({ "status": "Lead" }),
        ),
        (RecordType::Company, json!({ "name": "Berg AG" }), json!({ "city": "Bern" })),
        (
            RecordType::Deal,
            json!({ "name": "Berg merger", "contact_name": "Brian" }),
            json!({ "stage": "proposal" }),
        ),
        (RecordType::Matter, json!({ "name": "Berg v. Tal" }), json!({ "status": "closed" })),
        (
            RecordType::Note,
            json!({ "title": "Call", "company_name": "blue harbor" }),
            json!({ "content": "Long." }),
        ),
        (
            RecordType::Task,
            json!({ "title": "File", "deal_name": "Fleet insurance" }),
            json!({ "status": "completed" }),
        ),
        (
            RecordType::Activity,
            json!({ "type": "call", "title": "Called" }),
            json!({ "description": "Twice" }),
        ),
    ] {
        let made = world.written(&office, create(kind, fields)).await;
        let id: RecordId = made["id"].as_str().unwrap().parse().unwrap();
        let changed = world.written(&office, update(kind, id, change.clone())).await;
        assert_ne!(made, changed, "{kind:?}");
        let before = world.rows(&office, kind.plural()).await;
        world.written(&office, delete(kind, id)).await;
        assert_eq!(world.rows(&office, kind.plural()).await, before - 1);
    }
    assert_eq!(world.rows(&office, "audit_log").await, 21);
}

#[tokio::test]
async fn five_hundred_records_are_one_transaction() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let asked = (0..500).map(|n| {
        create(
            RecordType::Contact,
            json!({ "full_name": format!("Person {n}"), "company": "Blue Harbor Ltd", "owner": "jonas" }),
        )
    });
    let made = world.write(&office.access(), asked.collect()).await.unwrap();
    assert_eq!((made.len(), world.rows(&office, "contacts").await), (500, 504));
    assert_eq!(world.rows(&office, "audit_log").await, 500);
}
