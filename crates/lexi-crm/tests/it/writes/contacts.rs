//! What contacts are called, and where they work.

use super::{create, object, update, wrong};
use crate::office::{Office, World};
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

#[tokio::test]
async fn a_contact_is_called_by_whatever_is_known() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (given, full, first, last) in [
        (json!({ "full_name": "Ana María López" }), "Ana María López", Some("Ana María"), Some("López")),
        (json!({ "full_name": "Doe, Jane" }), "Jane Doe", Some("Jane"), Some("Doe")),
        (json!({ "first_name": "Jane", "last_name": "Doe" }), "Jane Doe", Some("Jane"), Some("Doe")),
        (json!({ "last_name": "Doe" }), "Doe", None, Some("Doe")),
        (json!({ "email": "raj.patel@atlas" }), "Raj Patel", Some("Raj"), Some("Patel")),
        (json!({ "full_name": "raj.patel@atlas" }), "Raj Patel", Some("Raj"), Some("Patel")),
        (json!({ "full_name": "Cher", "email": "x@y" }), "Cher", Some("Cher"), None),
    ] {
        let made = world.written(&office, create(RecordType::Contact, given.clone())).await;
        assert_eq!(made["full_name"], full, "{given}");
        assert_eq!((&made["first_name"], &made["last_name"]), (&json!(first), &json!(last)), "{given}");
    }
    let access = office.access();
    for given in [json!({}), json!({ "phone": "1" }), json!({ "email": "@" }), json!({ "full_name": " " })] {
        assert!(!wrong(&world, &access, vec![create(RecordType::Contact, given)]).await.is_empty());
    }
    let anna = office.contacts[0].id;
    for (given, full, last) in [
        (json!({ "last_name": "Meier" }), "Anna Meier", json!("Meier")),
        (json!({ "full_name": "Anna Berg" }), "Anna Berg", json!("Berg")),
        (json!({ "last_name": null }), "Anna", json!(null)),
        (json!({ "full_name": null, "first_name": null }), "Anna", json!(null)),
    ] {
        let changed = world.written(&office, update(RecordType::Contact, anna, given.clone())).await;
        assert_eq!((&changed["full_name"], &changed["last_name"]), (&json!(full), &last), "{given}");
    }
}

#[tokio::test]
async fn a_contact_is_linked_to_the_company_of_exactly_its_name() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let blue = office.companies[1].id;
    for (given, name, linked) in [
        (json!({ "company": "blue harbor ltd" }), json!("blue harbor ltd"), json!(blue)),
        (json!({ "company_name": "Blue Harbor" }), json!("Blue Harbor"), json!(null)),
        (json!({ "company_name": "Nowhere Inc" }), json!("Nowhere Inc"), json!(null)),
        (json!({ "company_id": blue }), json!("Blue Harbor Ltd"), json!(blue)),
        (json!({ "related_company_id": blue, "company": "Harbour" }), json!("Harbour"), json!(blue)),
    ] {
        let mut fields = json!({ "full_name": "Ida Berg" });
        fields.as_object_mut().unwrap().extend(object(given.clone()));
        let made = world.written(&office, create(RecordType::Contact, fields)).await;
        assert_eq!((&made["company_name"], &made["related_company_id"]), (&name, &linked), "{given}");
    }
    // Anna's old company is no longer hers when she works elsewhere.
    let anna = office.contacts[0].id;
    let moved = update(RecordType::Contact, anna, json!({ "company_name": "Nowhere Inc" }));
    assert_eq!(world.written(&office, moved).await["related_company_id"], Value::Null);
    let mut access = office.access();
    access.scopes = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::ReadCompanies).collect();
    let asked =
        vec![create(RecordType::Contact, json!({ "full_name": "Ida", "company": "Blue Harbor Ltd" }))];
    let made = world.write(&access, asked).await.unwrap();
    assert_eq!(made[0].fields()["related_company_id"], Value::Null, "a name is no way to learn of a company");
}
