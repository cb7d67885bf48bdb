//! What records belong to.

use super::{create, delete, least, object, update, wrong};
use crate::office::{Office, World};
use lexi_types::records::RecordType;
use serde_json::{Value, json};

#[tokio::test]
async fn two_parents_for_one_link_must_be_one() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let (anna, brian, schmidt) = (office.contacts[0].id, office.contacts[1].id, office.contacts[2].id);
    let access = office.access();
    for (kind, given, at_fault) in [
        (RecordType::Note, json!({ "contact_id": anna, "contact_name": "Brian" }), "contact_name"),
        (RecordType::Deal, json!({ "contact_id": anna, "main_contact_id": brian }), "contact_id"),
        (
            RecordType::Task,
            json!({ "company": "Blue Harbor", "company_id": office.companies[0].id }),
            "company",
        ),
        (RecordType::Deal, json!({ "deal_type": "Lease", "matter_type": "Sale" }), "deal_type"),
        (RecordType::Matter, json!({ "client": "Blue Harbor", "company": "100% Organic" }), "client"),
        (RecordType::Activity, json!({ "company": "Blue Harbor", "matter": "M-2026-001" }), "matter"),
        (
            RecordType::Activity,
            json!({ "company": "Blue Harbor", "entity_type": "contact", "entity_id": anna }),
            "company",
        ),
        (RecordType::Activity, json!({ "entity_type": "contact" }), "entity_id"),
        (RecordType::Activity, json!({ "entity_id": anna }), "entity_type"),
        (RecordType::Activity, json!({ "entity_id": anna, "entity_type": "deal" }), "entity_id"),
    ] {
        let mut fields = least(kind, &office);
        fields.as_object_mut().unwrap().extend(object(given));
        let refused = wrong(&world, &access, vec![create(kind, fields.clone())]).await;
        assert_eq!(refused, [at_fault], "{fields}");
    }
    // A name that the record with this id may bear means it, and an absent one says nothing.
    for given in [
        json!({ "contact_id": schmidt, "contact_name": "Anna" }),
        json!({ "contact_id": null, "contact": schmidt }),
    ] {
        let mut fields = least(RecordType::Note, &office);
        fields.as_object_mut().unwrap().extend(object(given));
        assert_eq!(
            world.written(&office, create(RecordType::Note, fields)).await["contact_id"],
            json!(schmidt)
        );
    }
    // A deal of one company on a note of another is nobody's contradiction.
    let fields = json!({ "title": "x", "deal_id": office.deals[0].id, "company_id": office.companies[1].id });
    world.written(&office, create(RecordType::Note, fields)).await;
}

#[tokio::test]
async fn notes_and_tasks_belong_to_something() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let access = office.access();
    for kind in [RecordType::Note, RecordType::Task] {
        assert_eq!(wrong(&world, &access, vec![create(kind, json!({ "title": "x" }))]).await, ["contact_id"]);
    }
    let harbor = office.tasks[1].id;
    let alone = update(RecordType::Task, harbor, json!({ "matter_id": null }));
    assert_eq!(wrong(&world, &access, vec![alone]).await, ["contact_id"]);
    let moved = update(RecordType::Task, harbor, json!({ "matter_id": null, "contact_name": "Brian" }));
    let moved = world.written(&office, moved).await;
    assert_eq!((&moved["matter_id"], &moved["contact_id"]), (&Value::Null, &json!(office.contacts[1].id)));
    // One whose parent was deleted can still be written.
    world.written(&office, delete(RecordType::Contact, office.contacts[1].id)).await;
    let orphan = world.written(&office, update(RecordType::Task, harbor, json!({ "title": "Call" }))).await;
    assert_eq!((&orphan["title"], &orphan["contact_id"]), (&json!("Call"), &Value::Null));
}

#[tokio::test]
async fn children_stay_when_their_parent_goes_and_it_is_found_no_more() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let anna = office.contacts[0].id;
    let search = json!({ "query": "anna muller" });
    assert_eq!(world.ask(&office, "contacts.search", search.clone()).await["total"], 1);
    let gone = world.written(&office, delete(RecordType::Contact, anna)).await;
    assert_eq!(gone["full_name"], "Anna Müller");
    assert_ne!(world.ask(&office, "contacts.search", search).await["contacts"][0]["id"], json!(anna));
    let note = world.ask(&office, "notes.search", json!({ "query": "kick-off" })).await;
    assert_eq!(note["total"], 1);
    let deal = world.ask(&office, "deals.get", json!({ "id": office.deals[0].id })).await;
    assert_eq!(
        (&deal["deal"]["main_contact_id"], &deal["deal"]["name"]),
        (&Value::Null, &json!("Supply contract"))
    );
    for left in ["deals", "notes", "tasks", "activities"] {
        assert!(world.rows(&office, left).await > 0);
    }
}
