//! From the plan to the database: what may have changed between them, and what is left behind.

use super::{create, delete, update};
use crate::office::{Office, World};
use lexi_crm::{CrmError, Version};
use lexi_types::RecordId;
use lexi_types::records::{Record, RecordType};
use serde_json::{Value, json};

#[tokio::test]
async fn what_was_seen_and_what_was_planned_must_still_be_so() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let access = office.access();
    let anna = office.contacts[0].id;
    let stored = world.crm.contact(&access, anna).await.unwrap().contact;
    let seen = Version::of(&Record::Contact(stored));
    let mut asking = update(RecordType::Contact, anna, json!({ "status": "Customer" }));
    asking.seen = Some(seen);
    let planned = world.crm.plan(&access, vec![asking.clone()]).await.unwrap();
    let mut removal = delete(RecordType::Contact, anna);
    removal.seen.clone_from(&asking.seen);
    world.written(&office, update(RecordType::Contact, anna, json!({ "phone": "1" }))).await;
    for stale in [asking, removal] {
        assert!(matches!(world.crm.plan(&access, vec![stale]).await, Err(CrmError::Stale(_))));
    }
    let conflict = world.make(&access, planned.clone()).await.unwrap_err();
    assert!(matches!(&conflict, CrmError::Conflict(said) if said.contains("Anna Müller")), "{conflict}");
    world.written(&office, delete(RecordType::Contact, anna)).await;
    assert!(matches!(world.make(&access, planned).await, Err(CrmError::Conflict(_))));
    // Made twice, a new record is made once.
    let new =
        world.crm.plan(&access, vec![create(RecordType::Company, json!({ "name": "Berg" }))]).await.unwrap();
    world.make(&access, new.clone()).await.unwrap();
    assert!(matches!(world.make(&access, new).await, Err(CrmError::Conflict(_))));
    // What it was to belong to is gone.
    let note = json!({ "title": "Call", "contact_name": "Brian", "company": "Blue Harbor" });
    let planned = world.crm.plan(&access, vec![create(RecordType::Note, note)]).await.unwrap();
    world.written(&office, delete(RecordType::Company, office.companies[1].id)).await;
    let before = world.rows(&office, "audit_log").await;
    assert!(matches!(world.make(&access, planned).await, Err(CrmError::Conflict(_))));
    assert_eq!((world.rows(&office, "notes").await, world.rows(&office, "audit_log").await), (3, before));
}

#[tokio::test]
async fn a_second_change_of_a_record_sees_the_first() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let anna = office.contacts[0].id;
    let made = world
        .write(
            &office.access(),
            vec![
                update(RecordType::Contact, anna, json!({ "custom_fields": { "one": 1 } })),
                update(RecordType::Contact, anna, json!({ "custom_fields": { "two": 2 }, "phone": "1" })),
            ],
        )
        .await
        .unwrap();
    let fields = made[1].fields();
    assert_eq!((&fields["custom_fields"]["one"], &fields["custom_fields"]["two"]), (&json!(1), &json!(2)));
    assert!(fields["updated_date"].as_str() > made[0].fields()["updated_date"].as_str());
    let gone =
        vec![delete(RecordType::Contact, anna), update(RecordType::Contact, anna, json!({ "phone": "2" }))];
    assert!(matches!(world.crm.plan(&office.access(), gone).await, Err(CrmError::NotFound { .. })));
}

#[tokio::test]
async fn what_was_done_is_logged_and_told_with_it() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let hook = "INSERT INTO webhooks (workspace_id, id, url, events, active, secret, sees_walled, created_at, updated_at) \
                VALUES ($1, $2, 'https://firm.example', '[\"*\"]', 1, 's', 1, 0, 0)";
    world.sql(hook, vec![office.workspace.into(), RecordId::new().into()]).await;
    let anna = office.contacts[0].id;
    let asked = vec![
        create(RecordType::Company, json!({ "name": "Berg AG", "city": "Bern" })),
        update(RecordType::Contact, anna, json!({ "status": "Customer", "phone": "1" })),
        update(RecordType::Contact, office.contacts[1].id, json!({ "status": "Customer" })),
        delete(RecordType::Task, office.tasks[0].id),
    ];
    world.write(&office.access(), asked).await.unwrap();
    let workspace = office.workspace;
    let read = world.crm.store().read(move |tx| {
        Box::pin(async move {
            let log = "SELECT action, resource_type, resource_id, before, after FROM audit_log WHERE workspace_id = $1 ORDER BY seq";
            let told = "SELECT event, payload FROM webhook_deliveries WHERE workspace_id = $1 ORDER BY id";
            Ok((tx.rows(log, &[workspace.into()]).await?, tx.rows(told, &[workspace.into()]).await?))
        })
    });
    let (log, told) = read.await.unwrap();
    let text = |row: &lexi_store::Row, at: usize| row.opt_string(at).unwrap().unwrap_or_default();
    let json_of = |row: &lexi_store::Row, at: usize| serde_json::from_str::<Value>(&text(row, at)).unwrap();
    // Brian was a customer before: nothing was done to him.
    assert_eq!(log.iter().map(|row| text(row, 0)).collect::<Vec<_>>(), ["create", "update", "delete"]);
    assert_eq!((text(&log[0], 3).as_str(), &json_of(&log[0], 4)["city"]), ("", &json!("Bern")));
    assert_eq!((text(&log[1], 1), text(&log[1], 2)), ("contact".to_owned(), anna.to_string()));
    assert_eq!(json_of(&log[1], 3), json!({ "status": "Lead", "phone": office.contacts[0].phone }));
    assert_eq!(json_of(&log[1], 4), json!({ "status": "Customer", "phone": "1" }));
    assert_eq!((&json_of(&log[2], 3)["title"], text(&log[2], 4).as_str()), (&json!("Send the draft"), ""));
    let events: Vec<String> = told.iter().map(|row| text(row, 0)).collect();
    assert_eq!(events, ["company.created", "contact.updated", "task.deleted"]);
    let updated = json_of(&told[1], 1);
    assert_eq!(
        (&updated["data"]["status"], &updated["data"]["changed"]),
        (&json!("Customer"), &json!(["phone", "status"]))
    );
    assert_eq!(json_of(&told[2], 1)["data"], json!({ "id": office.tasks[0].id, "name": "Send the draft" }));
    // What is refused at the end leaves nothing of its beginning.
    let mut planned = world
        .crm
        .plan(
            &office.access(),
            vec![create(RecordType::Company, json!({ "name": "First" })), delete(RecordType::Contact, anna)],
        )
        .await
        .unwrap();
    planned[1].version = None;
    assert!(world.make(&office.access(), planned).await.is_err());
    assert_eq!(
        (world.rows(&office, "audit_log").await, world.rows(&office, "webhook_deliveries").await),
        (3, 3)
    );
    assert_eq!(world.rows(&office, "companies").await, 4);
}
