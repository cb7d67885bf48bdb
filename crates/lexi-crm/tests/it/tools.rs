//! What each tool answers when nothing is wrong.

use serde_json::{Value, json};

use crate::office::{Office, World, field};

#[tokio::test]
async fn contacts_are_found_by_every_filter() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (arguments, names, filters) in [
        (json!({}), vec!["Anna Müller", "Anna Schmidt", "Brian O'Connor", "José Álvarez"], json!({})),
        (json!({ "query": "jose" }), vec!["José Álvarez"], json!({ "query": "jose" })),
        (json!({ "query": "MUELLER.test" }), vec!["Anna Müller"], json!({ "query": "MUELLER.test" })),
        (json!({ "status": "lead" }), vec!["Anna Müller", "Anna Schmidt"], json!({ "status": "Lead" })),
        (
            json!({ "owner": "jonas" }),
            vec!["Anna Schmidt", "Brian O'Connor"],
            json!({ "owner": "Jonas Weiß" }),
        ),
        (json!({ "owner": "me" }), vec!["Anna Müller", "José Álvarez"], json!({ "owner": "Nadia Rahman" })),
        (
            json!({ "company": "blue harbour" }),
            vec!["Brian O'Connor"],
            json!({ "company": "Blue Harbor Ltd" }),
        ),
        (
            json!({ "tag": "VIP", "query": "Anna S" }),
            vec!["Anna Schmidt"],
            json!({ "tag": "vip", "query": "Anna S" }),
        ),
        (
            json!({ "custom": { "source": "web" } }),
            vec!["Anna Müller", "Anna Schmidt"],
            json!({ "custom": { "Source": "Web" } }),
        ),
        (json!({ "custom": { "Score": 3 } }), vec!["José Álvarez"], json!({ "custom": { "Score": "3" } })),
    ] {
        let result = world.ask(&office, "contacts.search", arguments.clone()).await;
        assert_eq!(field(&result["contacts"], "full_name"), names, "{arguments}");
        assert_eq!(result["filters"], filters);
        assert_eq!((&result["total"], &result["truncated"]), (&json!(names.len()), &json!(false)));
    }
}

#[tokio::test]
async fn a_limit_shortens_the_list_and_not_the_total() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let outcome = world.call(&office.access(), "contacts.search", json!({ "limit": 3 })).await;
    assert_eq!(outcome.summary, "Found 4 contacts");
    assert_eq!(outcome.result["total"], 4);
    assert_eq!(outcome.result["truncated"], true);
    assert_eq!(outcome.result["contacts"].as_array().unwrap().len(), 3);
    assert_eq!(outcome.records.len(), 3);
    assert_eq!((outcome.records[0].kind.as_str(), outcome.records[0].id), ("contact", office.contacts[0].id));
    let none = world.call(&office.access(), "contacts.search", json!({ "query": "zzzzzz" })).await;
    assert_eq!((none.summary.as_str(), none.is_error), ("Found no contacts", false));
}

#[tokio::test]
async fn one_contact_comes_with_deals_notes_and_tasks() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for arguments in [
        json!({ "name": "anna muller" }),
        json!({ "id": office.contacts[0].id }),
        json!({ "name": "ANNA@mueller.test" }),
    ] {
        let outcome = world.call(&office.access(), "contacts.get", arguments).await;
        let result = &outcome.result;
        assert_eq!(result["contact"]["full_name"], "Anna Müller");
        assert_eq!(result["contact"]["email"], "anna@mueller.test");
        assert_eq!(result["contact"]["owner"], "Nadia Rahman");
        assert_eq!(result["contact"]["custom_fields"]["Source"], "Web");
        assert_eq!(result["deals"]["total"], 2);
        assert_eq!(field(&result["deals"]["items"], "name"), ["Warehouse lease", "Supply contract"]);
        assert_eq!(result["deals"]["items"][0]["estimated_value"], json!(25_000.5));
        assert_eq!(field(&result["notes"]["items"], "title"), ["Kick-off call"]);
        assert_eq!(field(&result["tasks"]["items"], "title"), ["Send the draft"]);
        assert_eq!(outcome.summary, "Read the contact Anna Müller");
        assert_eq!(outcome.records.len(), 5);
    }
}

#[tokio::test]
async fn companies_are_found_and_read() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let koeln = world.ask(&office, "companies.search", json!({ "city": "koln", "industry": "food" })).await;
    assert_eq!(field(&koeln["companies"], "name"), ["100% Organic"]);
    assert_eq!(koeln["filters"], json!({ "city": "Köln", "industry": "Food" }));
    let one = world.ask(&office, "companies.get", json!({ "name": "muller sohne" })).await;
    assert_eq!(one["company"]["name"], "Müller & Söhne GmbH");
    assert_eq!(field(&one["contacts"]["items"], "full_name"), ["Anna Müller"]);
    assert_eq!((&one["deals"]["total"], &one["matters"]["total"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn deals_are_found_by_every_filter() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (arguments, names) in [
        (json!({ "status": "won" }), vec!["Port dispute"]),
        (json!({ "stage": "negotiaton" }), vec!["Port dispute", "Fleet insurance"]),
        (json!({ "owner": "Weiss", "status": "active" }), vec!["Trademark filing", "Fleet insurance"]),
        (json!({ "company": "Müller" }), vec!["Warehouse lease", "Supply contract"]),
        (json!({ "contact": "Brian" }), vec!["Port dispute", "Fleet insurance"]),
        (
            json!({ "min_value": 10000, "sort": "value_desc" }),
            vec!["Port dispute", "Warehouse lease", "Supply contract"],
        ),
        (json!({ "max_value": "7500", "sort": "value_asc" }), vec!["Old claim", "Fleet insurance"]),
        (json!({ "created_after": "2026-04-05", "sort": "oldest" }), vec!["Port dispute", "Old claim"]),
        (json!({ "created_before": "2026-02-04" }), vec!["Supply contract"]),
        (json!({ "closed_after": "2026-03-15", "closed_before": "2026-04-01" }), vec!["Port dispute"]),
        (json!({ "tag": "100%" }), vec!["Supply contract"]),
        (
            json!({ "priority": "high", "matter_type": "ADVICE", "pipeline": "new business", "query": "fleet" }),
            vec!["Fleet insurance"],
        ),
    ] {
        let result = world.ask(&office, "deals.search", arguments.clone()).await;
        assert_eq!(field(&result["deals"], "name"), names, "{arguments}");
        assert_eq!(result["total"], names.len());
    }
    let one = world.ask(&office, "deals.search", json!({ "query": "port" })).await;
    let deal = &one["deals"][0];
    assert_eq!(deal["company"], "Blue Harbor Ltd");
    assert_eq!((&deal["contact"], &deal["owner"]), (&json!("Brian O'Connor"), &json!("Jonas Weiß")));
    assert_eq!((&deal["estimated_value"], &deal["currency"]), (&json!(40_000), &json!("EUR")));
}

#[tokio::test]
async fn one_deal_comes_with_its_names() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let result = world.ask(&office, "deals.get", json!({ "name": "suply contract" })).await;
    assert_eq!(result["deal"]["company"], "Müller & Söhne GmbH");
    assert_eq!(result["deal"]["tags"], json!(["urgent", "100%"]));
    assert_eq!((&result["notes"]["total"], &result["tasks"]["total"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn deals_are_summed_in_total_and_by_group() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let outcome = world
        .call(&office.access(), "deals.aggregate", json!({ "status": "active", "group_by": "stage" }))
        .await;
    assert_eq!(outcome.summary, "Counted 4 deals in 3 groups");
    let result = outcome.result;
    assert_eq!(result["total"], 4);
    assert_eq!(
        result["totals"],
        json!([{ "currency": "EUR", "count": 4, "count_with_value": 3, "sum": 42_500.5,
                 "average": 14_166.83, "weighted": 19_125.25 }])
    );
    assert_eq!(field(&result["groups"], "key"), ["Lead", "Proposal", "Negotiation"]);
    assert_eq!(result["groups"][0]["totals"][0]["sum"], 10_000);
    let owners = world.ask(&office, "deals.aggregate", json!({ "group_by": "owner" })).await;
    assert_eq!(field(&owners["groups"], "key").len(), 2);
    assert_eq!(owners["totals"].as_array().unwrap().len(), 2, "EUR and USD are kept apart");
    let companies = world.ask(&office, "deals.aggregate", json!({ "group_by": "company" })).await;
    assert_eq!(companies["groups"].as_array().unwrap().iter().filter(|g| g["key"] == "(none)").count(), 1);
    let months = world
        .ask(&office, "deals.aggregate", json!({ "group_by": "month", "date_field": "closed_date" }))
        .await;
    assert_eq!(field(&months["groups"], "key"), ["2026-03", "2026-04", "(none)"]);
    let created = world.ask(&office, "deals.aggregate", json!({ "group_by": "month" })).await;
    assert_eq!(created["groups"][0]["key"], "2026-01");
}

#[tokio::test]
async fn matters_are_found_and_read() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for arguments in [
        json!({ "query": "2026-001" }),
        json!({ "status": "open" }),
        json!({ "practice_area": "litigation" }),
        json!({ "client": "Blue Harbor" }),
        json!({ "responsible": "Jonas", "opened_after": "2026-01-20", "opened_before": "2026-01-21" }),
    ] {
        let result = world.ask(&office, "matters.search", arguments.clone()).await;
        assert_eq!(field(&result["matters"], "number"), ["M-2026-001"], "{arguments}");
        assert_eq!(result["matters"][0]["client"], "Blue Harbor Ltd");
    }
    let one = world.ask(&office, "matters.get", json!({ "name": " m-2026-001" })).await;
    assert_eq!(one["matter"]["responsible"], "Jonas Weiß");
    assert_eq!((&one["notes"]["total"], &one["tasks"]["total"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn notes_and_tasks_are_found_by_words_and_parents() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (arguments, titles) in [
        (json!({}), vec!["Lunch", "Strategy", "Kick-off call"]),
        (json!({ "query": "draft friday" }), vec!["Kick-off call"]),
        (json!({ "contact": "brian" }), vec!["Lunch"]),
        (json!({ "company": "blue harbor" }), vec!["Lunch"]),
        (json!({ "matter": "M-2026-001", "note_type": "meeting" }), vec!["Strategy"]),
        (json!({ "deal": office.deals[0].id }), vec!["Kick-off call"]),
    ] {
        let result = world.ask(&office, "notes.search", arguments.clone()).await;
        assert_eq!(field(&result["notes"], "title"), titles, "{arguments}");
    }
    for (arguments, titles) in [
        (json!({ "overdue": true }), vec!["Send the draft", "Call the port"]),
        (json!({ "overdue": true, "status": "open" }), vec!["Send the draft", "Call the port"]),
        (json!({ "status": "open" }), vec!["Send the draft", "Plan the year"]),
        (json!({ "status": "in progress" }), vec!["Call the port"]),
        (json!({ "assignee": "me", "due_before": "2027-01-01" }), vec!["Send the draft"]),
        (json!({ "matter": "harbor v port" }), vec!["File the notice", "Call the port"]),
        (json!({ "company": "Müller", "due_after": "2099-01-01" }), vec!["Plan the year"]),
    ] {
        let result = world.ask(&office, "tasks.search", arguments.clone()).await;
        assert_eq!(field(&result["tasks"], "title"), titles, "{arguments}");
    }
}

#[tokio::test]
async fn pipelines_are_listed_with_their_stages() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let result = world.ask(&office, "pipelines.list", json!({})).await;
    assert_eq!(result["total"], 1);
    assert_eq!(field(&result["pipelines"][0]["stages"], "name"), ["Lead", "Proposal", "Negotiation"]);
    assert_eq!(result["pipelines"][0]["stages"][1]["probability"], 10);
}

#[tokio::test]
async fn an_empty_workspace_has_empty_answers() {
    let office = Office::empty();
    let world = World::of(&[&office]).await;
    for tool in world.reading(&office) {
        if tool.name.ends_with(".get") {
            continue;
        }
        let arguments = match tool.parameters.get("required") {
            Some(_) => json!({ "query": "draft" }),
            None => json!({}),
        };
        let result = world.ask(&office, tool.name, arguments).await;
        assert_eq!(result["total"], 0, "{}", tool.name);
    }
}

#[tokio::test]
async fn schemas_name_only_what_is_taken() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for tool in world.crm.tools(&office.access()) {
        assert_eq!(tool.parameters["additionalProperties"], false);
        for name in tool.parameters["properties"].as_object().unwrap().keys() {
            // Whatever the value, a name in the schema is never an unknown argument.
            let mut arguments = serde_json::Map::new();
            arguments.insert(name.clone(), json!("x"));
            let outcome = world.call(&office.access(), tool.name, Value::Object(arguments)).await;
            let message = outcome.result["message"].as_str().unwrap_or_default();
            assert!(!message.contains("Unknown argument"), "{} {name}: {message}", tool.name);
        }
    }
}
