//! Writing records: what is taken, what is refused, and what stands in the database afterwards.

use lexi_crm::{Access, Asking, Change, CrmError, Verb, make};
use lexi_store::audit::Actor;
use lexi_types::records::{Record, RecordType};
use lexi_types::{RecordId, Timestamp};
use serde_json::{Map, Value, json};

use crate::office::{Office, World};

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
