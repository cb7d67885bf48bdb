//! Names as people write them.

use lexi_crm::Asked;
use lexi_store::Order;
use serde_json::json;

use crate::office::{Office, World, field};

#[tokio::test]
async fn typing_errors_accents_and_word_order_are_forgiven() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (query, name) in [
        ("anna müller", "Anna Müller"),
        ("MULLER ANNA", "Anna Müller"),
        ("Anna Mueller", "Anna Müller"),
        ("ana muler", "Anna Müller"),
        ("brian oconnor", "Brian O'Connor"),
        ("O’Conor", "Brian O'Connor"),
        ("jose alvarez", "José Álvarez"),
        ("Alvares", "José Álvarez"),
        ("schmitd", "Anna Schmidt"),
    ] {
        let found = world.ask(&office, "contacts.search", json!({ "query": query })).await;
        assert_eq!(field(&found["contacts"], "full_name"), [name], "{query}");
        let read = world.ask(&office, "contacts.get", json!({ "name": query })).await;
        assert_eq!(read["contact"]["full_name"], name, "{query}");
    }
}

#[tokio::test]
async fn an_exact_name_beats_longer_ones() {
    let mut office = Office::new();
    let owner = office.users[0].id;
    office.contact("Annabel Anna Müllerin", "a@b.test", None, "Lead", owner);
    office.contact("Maria Anna Müller", "c@d.test", None, "Lead", owner);
    let world = World::of(&[&office]).await;
    let read = world.ask(&office, "contacts.get", json!({ "name": "anna muller" })).await;
    assert_eq!(read["contact"]["full_name"], "Anna Müller");
    let found = world.ask(&office, "contacts.search", json!({ "query": "anna muller" })).await;
    assert_eq!(
        field(&found["contacts"], "full_name"),
        ["Anna Müller", "Annabel Anna Müllerin", "Maria Anna Müller"]
    );
}

#[tokio::test]
async fn wildcards_of_the_database_are_plain_characters() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for query in ["%", "_", "\\", "%%%", "x%z", "' OR 1=1 --", "\"", "_____"] {
        let found = world.ask(&office, "contacts.search", json!({ "query": query })).await;
        let expected = office.contacts.iter().filter(|c| c.email.as_deref().unwrap().contains(query)).count();
        assert_eq!(found["total"], expected, "{query}");
    }
    for (tool, query, list, total) in [
        ("contacts.search", "jose_a", "contacts", 1),
        ("contacts.search", "anna_schmidt@home", "contacts", 1),
        ("companies.search", "100%", "companies", 1),
        ("notes.search", "50%", "notes", 1),
        ("notes.search", "10_000", "notes", 1),
    ] {
        let found = world.ask(&office, tool, json!({ "query": query })).await;
        assert_eq!(found[list].as_array().unwrap().len(), total, "{tool} {query}");
    }
}

#[tokio::test]
async fn a_misspelt_search_counts_within_the_other_filters() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let search = |query: &str, status: &str| Asked::from(json!({ "query": query, "status": status }));
    let lead =
        world.crm.search_contacts(&office.access(), search("Shmidt", "Lead"), Order::Name, 10).await.unwrap();
    assert_eq!((lead.total, lead.items.len(), lead.truncated()), (1, 1, false));
    let customer = world
        .crm
        .search_contacts(&office.access(), search("Shmidt", "Customer"), Order::Name, 10)
        .await
        .unwrap();
    assert_eq!(customer.total, 0);
}

#[tokio::test]
async fn sums_are_over_the_deals_that_a_misspelt_search_finds() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let sums = world.ask(&office, "deals.aggregate", json!({ "query": "warehause" })).await;
    assert_eq!((&sums["total"], &sums["totals"][0]["sum"]), (&json!(1), &json!(25_000.5)));
}

#[tokio::test]
async fn every_spelling_of_a_word_counts() {
    let mut office = Office::new();
    office.contacts[1].status = Some("LEAD".to_owned());
    office.contacts[1].tags = vec!["V.I.P.".to_owned(), "Vip".to_owned()];
    office.contacts[2].custom_fields =
        json!({ "source": "wéb", "newsletter": true }).as_object().unwrap().clone();
    let world = World::of(&[&office]).await;
    for (arguments, total) in [
        (json!({ "status": "lead" }), 3),
        (json!({ "tag": "vip" }), 4),
        (json!({ "custom": { "SOURCE": "Web" } }), 2),
        (json!({ "custom": { "newsletter": true } }), 1),
    ] {
        let found = world.ask(&office, "contacts.search", arguments.clone()).await;
        assert_eq!(found["total"], total, "{arguments}");
    }
}

#[tokio::test]
async fn a_word_that_no_vocabulary_can_hold_is_found_all_the_same() {
    let mut office = Office::new();
    let owner = office.users[0].id;
    for number in 0..2_010 {
        office.contact(&format!("Person {number}"), &format!("p{number}@home.test"), None, "Lead", owner);
        let contact = office.contacts.last_mut().unwrap();
        contact.job_title = Some(format!("Keeper of key {number}"));
        contact.custom_fields = json!({ "Badge": format!("B-{number}") }).as_object().unwrap().clone();
    }
    let world = World::of(&[&office]).await;
    for (arguments, total) in [
        (json!({ "job_title": "KEEPER of key 2009" }), 1),
        (json!({ "job_title": ["director", "keeper of key 3"] }), 5),
        (json!({ "custom": { "badge": "b-2008" } }), 1),
        (json!({ "not": { "job_title": "keeper of key 2005" } }), 2_013),
    ] {
        let found = world.ask(&office, "contacts.search", arguments.clone()).await;
        assert_eq!(found["total"], total, "{arguments}");
    }
    let refused = world.refused(&office, "contacts.search", json!({ "job_title": "keeper of keys" })).await;
    assert!(refused["message"].as_str().unwrap().contains("as it is written"), "{refused}");
}
