//! What each tool answers when something is wrong: an error that says what would be right.

use serde_json::json;

use crate::office::{Office, World};

#[tokio::test]
async fn unknown_arguments_and_broken_json_name_the_valid_arguments() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for tool in world.crm.tools(&office.access()) {
        for text in [r#"{"no_such_argument":1}"#, "{", "[]", "7"] {
            let outcome = world.crm.call_tool(&office.access(), tool.name, text).await.unwrap();
            assert!(outcome.is_error, "{} {text}", tool.name);
            assert_eq!(outcome.result["error"], "invalid_arguments");
            let properties = tool.parameters["properties"].as_object().unwrap();
            for name in properties.keys() {
                assert!(
                    outcome.result["valid_values"].as_array().unwrap().contains(&json!(name)),
                    "{} {text} {name}",
                    tool.name
                );
            }
        }
    }
}

#[tokio::test]
async fn wrong_values_name_the_valid_ones() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (tool, arguments, valid) in [
        ("contacts.search", json!({ "status": "Prospect" }), "Customer"),
        ("contacts.search", json!({ "tag": "gold" }), "vip"),
        ("contacts.search", json!({ "custom": { "colour": "red" } }), "Source"),
        ("contacts.search", json!({ "custom": { "source": "radio" } }), "Fair"),
        ("companies.search", json!({ "industry": "Mining" }), "Shipping"),
        ("companies.search", json!({ "city": "Paris" }), "London"),
        ("deals.search", json!({ "status": "open" }), "active"),
        ("deals.search", json!({ "stage": "Closing" }), "Proposal"),
        ("deals.search", json!({ "pipeline": "Renewals" }), "New business"),
        ("deals.search", json!({ "sort": "best" }), "value_desc"),
        ("deals.aggregate", json!({ "group_by": "weather" }), "owner"),
        ("deals.aggregate", json!({ "group_by": "month", "date_field": "due" }), "closed_date"),
        ("matters.search", json!({ "practice_area": "Tax" }), "Litigation"),
        ("notes.search", json!({ "note_type": "memo" }), "meeting"),
        ("tasks.search", json!({ "overdue": "perhaps" }), "true"),
        ("contacts.get", json!({}), "name"),
    ] {
        let result = world.refused(&office, tool, arguments.clone()).await;
        assert_eq!(result["error"], "invalid_arguments", "{tool} {arguments}");
        assert!(
            result["valid_values"].as_array().unwrap().contains(&json!(valid)),
            "{tool} {arguments}: {result}"
        );
    }
    for (tool, arguments) in [
        ("deals.search", json!({ "min_value": "a lot" })),
        ("deals.search", json!({ "created_after": "last week" })),
        ("deals.search", json!({ "limit": -1 })),
        ("deals.get", json!({ "id": "Supply contract" })),
        ("contacts.search", json!({ "query": ["anna"] })),
        ("contacts.search", json!({ "query": "a".repeat(501) })),
    ] {
        let result = world.refused(&office, tool, arguments.clone()).await;
        assert_eq!(result["error"], "invalid_arguments", "{tool} {arguments}");
    }
}

#[tokio::test]
async fn names_that_mean_nothing_are_not_found() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let absent = lexi_types::RecordId::new();
    for (tool, arguments) in [
        ("contacts.get", json!({ "name": "Zacharias Quist" })),
        ("contacts.get", json!({ "id": absent })),
        ("companies.get", json!({ "id": absent })),
        ("companies.get", json!({ "name": "%" })),
        ("deals.get", json!({ "name": "_" })),
        ("matters.get", json!({ "name": "Zzzz", "id": null })),
        ("deals.search", json!({ "owner": "Zoe" })),
        ("deals.search", json!({ "company": absent })),
        ("matters.search", json!({ "client": "Zacharias Quist" })),
        ("tasks.search", json!({ "matter": "Zzzz" })),
    ] {
        let result = world.refused(&office, tool, arguments.clone()).await;
        assert_eq!(result["error"], "not_found", "{tool} {arguments}");
    }
    let owner = world.refused(&office, "deals.search", json!({ "owner": "Zoe" })).await;
    assert_eq!(owner["valid_values"], json!(["Jonas Weiß", "Nadia Rahman"]));
    let tool = world.refused(&office, "deals.delete", json!({})).await;
    assert_eq!(tool["error"], "not_found");
}

#[tokio::test]
async fn names_that_mean_several_come_with_candidates() {
    let mut office = Office::new();
    let (nadia, _) = (office.users[0].id, office.users[1].id);
    office.user("Nadia Berg", "nadia.berg@harcourt.test");
    office.deal("Supply contract", "Lead", "active", None, None, nadia, None, None);
    let world = World::of(&[&office]).await;
    for (tool, arguments, candidates) in [
        ("contacts.get", json!({ "name": "anna" }), 2),
        ("deals.get", json!({ "name": "Supply contract" }), 2),
        ("deals.search", json!({ "owner": "nadia" }), 2),
        ("deals.aggregate", json!({ "contact": "Anna" }), 2),
        ("notes.search", json!({ "contact": "Anna" }), 2),
    ] {
        let result = world.refused(&office, tool, arguments.clone()).await;
        assert_eq!(result["error"], "ambiguous_reference", "{tool} {arguments}");
        let list = result["candidates"].as_array().unwrap();
        assert_eq!(list.len(), candidates);
        assert!(list.iter().all(|c| c["id"].is_string() && c["name"].is_string() && c["detail"].is_string()));
    }
    let industry = world.refused(&office, "companies.search", json!({ "industry": "ing" })).await;
    assert_eq!(industry["error"], "invalid_arguments");
    assert_eq!(industry["valid_values"], json!(["Manufacturing", "Shipping"]));
}

#[tokio::test]
async fn me_without_a_person_is_an_error() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let mut access = office.access();
    access.user_id = None;
    let outcome = world.call(&access, "deals.search", json!({ "owner": "me" })).await;
    assert_eq!(outcome.result["error"], "invalid_arguments");
    assert_eq!(outcome.result["valid_values"], json!(["Jonas Weiß", "Nadia Rahman"]));
}

#[tokio::test]
async fn an_enormous_record_is_cut_to_fit() {
    let mut office = Office::new();
    office.deals[0].high_level_description = Some("ü".repeat(400_000));
    for contact in &mut office.contacts {
        contact.custom_fields.insert("Story".to_owned(), json!("x".repeat(100_000)));
    }
    let world = World::of(&[&office]).await;
    for (tool, arguments) in
        [("deals.get", json!({ "id": office.deals[0].id })), ("contacts.search", json!({}))]
    {
        let result = world.ask(&office, tool, arguments).await;
        assert!(result.to_string().len() <= 256 * 1024);
        assert_eq!(result["truncated"], true);
    }
    let contacts = world.ask(&office, "contacts.search", json!({})).await;
    assert_eq!(contacts["total"], 4, "the total is still of all");
}
