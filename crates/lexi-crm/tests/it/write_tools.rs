//! The tools that write: what they propose, in values and in words, and what is made of it.

use lexi_crm::{Access, Proposal, ToolOutcome};
use lexi_types::{LexiTaskId, Scope, ScopeSet};
use serde_json::{Value, json};

use crate::office::{Office, World};

impl World {
    async fn propose(&self, access: &Access, tool: &str, arguments: Value) -> Result<Proposal, ToolOutcome> {
        self.crm.plan_tool(access, tool, &arguments.to_string()).await.unwrap()
    }

    async fn proposed(&self, office: &Office, tool: &str, arguments: Value) -> Proposal {
        let planned = self.propose(&office.access(), tool, arguments).await;
        planned.map_err(|refused| refused.result).unwrap()
    }

    async fn refused_plan(&self, office: &Office, tool: &str, arguments: Value) -> Value {
        let refused = self.propose(&office.access(), tool, arguments).await.unwrap_err();
        assert!(refused.is_error && !refused.summary.is_empty());
        refused.result
    }
}

#[tokio::test]
async fn a_proposal_says_in_plain_words_what_it_would_do() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (tool, arguments, words) in [
        (
            "contacts.update",
            json!({ "records": ["Brian"], "set": { "status": "Qualified" } }),
            "Set the status of Brian O'Connor to Qualified",
        ),
        (
            "contacts.update",
            json!({ "records": ["Brian", "Anna Schmidt"], "set": { "owner": "nadia" } }),
            "Change the owner of 2 contacts to Nadia Rahman",
        ),
        (
            "contacts.update",
            json!({ "records": ["Brian"], "set": { "priority": "high", "next_follow_up_date": "2026-12-01" } }),
            "Set the priority to high and the next follow-up date to 2026-12-01 for Brian O'Connor",
        ),
        (
            "contacts.update",
            json!({ "records": ["Brian"], "set": { "email": null } }),
            "Remove the email of Brian O'Connor",
        ),
        ("contacts.delete", json!({ "records": ["Brian"] }), "Delete the contact Brian O'Connor"),
        (
            "deals.update",
            json!({ "records": ["Supply contract"], "set": { "stage": "negotiation" } }),
            "Set the stage of Supply contract to Negotiation",
        ),
        (
            "notes.create",
            json!({ "title": "Call", "content": "They\nagreed.", "deal_name": "Fleet insurance" }),
            "Add a note to Fleet insurance: Call: They agreed.",
        ),
        (
            "tasks.create",
            json!({ "title": "Send it", "contact_name": "Brian", "assignee": "me", "due_date": "2026-12-01" }),
            "Add a task for Brian O'Connor: Send it, due date 2026-12-01, assignee Nadia Rahman",
        ),
        (
            "tasks.complete",
            json!({ "records": ["Send the draft", "call the port"] }),
            "Mark 2 tasks: Send the draft and Call the port as completed",
        ),
        (
            "activities.log",
            json!({ "type": "call", "title": "Checked in", "company_name": "Blue Harbor" }),
            "Log a call with Blue Harbor Ltd: Checked in",
        ),
        (
            "companies.create",
            json!({ "name": "Berg AG", "city": "Bern" }),
            "Add the company Berg AG, city Bern",
        ),
        (
            "contacts.create",
            json!({ "full_name": "Ida Berg", "email": "ida@berg.test", "owner": "me" }),
            "Add the contact Ida Berg, email ida@berg.test, owner Nadia Rahman",
        ),
    ] {
        let proposal = world.proposed(&office, tool, arguments).await;
        assert_eq!(proposal.description, words, "{tool}");
        assert_eq!(proposal.tool, tool);
    }
    let long = json!({ "title": "Long", "content": "word ".repeat(500), "contact_name": "Brian" });
    let told = world.proposed(&office, "notes.create", long).await.description;
    assert!(told.chars().count() < 150 && told.ends_with('…'), "{told}");
}

#[tokio::test]
async fn what_waits_is_proposed_and_what_is_made_is_done() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let arguments = json!({ "records": ["Brian", "Anna Schmidt"], "set": { "status": "Customer" } });
    let proposal = world.proposed(&office, "contacts.update", arguments).await;
    let task = LexiTaskId::new();
    let waits = proposal.waits(task);
    assert!(!waits.is_error && waits.summary.starts_with("Proposed: Set the status of 2 contacts"));
    assert_eq!((&waits.result["status"], &waits.result["done"]), (&json!("proposed"), &json!(false)));
    assert_eq!(waits.result["task_id"], json!(task));
    assert_eq!((&waits.result["requires_approval"], &waits.result["total"]), (&json!(true), &json!(2)));
    assert_eq!(waits.result["changes"][1]["before"], json!({ "status": "Lead" }));
    assert_eq!(waits.result["changes"][1]["after"], json!({ "status": "Customer" }));
    assert_eq!(waits.records.len(), 2);
    let records = world.make(&office.access(), proposal.changes.clone()).await.unwrap();
    let made = proposal.made(&records);
    // Brian was a customer before.
    assert_eq!((&made.result["changed"], &made.result["done"]), (&json!(1), &json!(true)));
    assert_eq!(made.result["records"][1]["status"], "Customer");
    assert_eq!((made.summary.as_str(), made.records.len()), ("Set the status of 2 contacts to Customer", 2));
    assert_eq!(world.rows(&office, "audit_log").await, 1);

    let again = json!({ "records": ["Brian"], "set": { "status": "Customer" } });
    let proposal = world.proposed(&office, "contacts.update", again).await;
    let records = world.make(&office.access(), proposal.changes.clone()).await.unwrap();
    let made = proposal.made(&records);
    assert_eq!((&made.result["changed"], &made.summary[..18]), (&json!(0), "Nothing to change:"));
    assert_eq!(world.rows(&office, "audit_log").await, 1);
}

#[tokio::test]
async fn a_call_that_cannot_be_done_says_why() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (tool, arguments, code, said) in [
        (
            "contacts.update",
            json!({ "records": ["Brian"], "set": { "colour": "red" } }),
            "invalid_arguments",
            "owner",
        ),
        ("contacts.update", json!({ "records": ["Brian"], "set": {} }), "invalid_arguments", "set"),
        ("contacts.update", json!({ "records": ["Brian"] }), "invalid_arguments", "set"),
        ("contacts.update", json!({ "set": { "status": "Lead" } }), "invalid_arguments", "records"),
        (
            "contacts.update",
            json!({ "records": [7], "set": { "status": "Lead" } }),
            "invalid_arguments",
            "records",
        ),
        (
            "contacts.update",
            json!({ "records": ["anna"], "set": { "status": "Lead" } }),
            "ambiguous_reference",
            "anna",
        ),
        (
            "contacts.update",
            json!({ "records": ["Zoe Quist"], "set": { "status": "Lead" } }),
            "not_found",
            "Zoe",
        ),
        (
            "contacts.update",
            json!({ "records": ["Brian"], "set": { "owner": "Zoe" } }),
            "invalid_arguments",
            "Jonas",
        ),
        ("contacts.delete", json!({ "records": [] }), "invalid_arguments", "records"),
        (
            "deals.update",
            json!({ "records": ["Port dispute"], "set": { "stage": "Signed" } }),
            "invalid_arguments",
            "Proposal",
        ),
        ("deals.create", json!({ "name": "New", "contact_name": "anna" }), "ambiguous_reference", "anna"),
        ("notes.create", json!({ "title": "Alone" }), "invalid_arguments", "contact_id"),
        (
            "notes.create",
            json!({ "title": "Call", "contact_name": "Zoe Quist" }),
            "invalid_arguments",
            "contact_name",
        ),
        ("tasks.complete", json!({ "records": ["Never heard of"] }), "not_found", "Never heard of"),
        ("activities.log", json!({ "title": "Call" }), "invalid_arguments", "type"),
        ("contacts.search", json!({}), "conflict", "call it"),
        ("contacts.rename", json!({}), "not_found", "contacts.rename"),
    ] {
        let result = world.refused_plan(&office, tool, arguments.clone()).await;
        assert_eq!(result["error"], code, "{tool} {arguments}: {result}");
        assert!(result["message"].as_str().unwrap().contains(said), "{tool} {arguments}: {result}");
    }
    let many: Vec<String> = (0..101).map(|n| format!("contact {n}")).collect();
    let result = world.refused_plan(&office, "contacts.delete", json!({ "records": many })).await;
    assert_eq!(result["error"], "invalid_arguments");
    let called = world.refused(&office, "contacts.delete", json!({ "records": ["Brian"] })).await;
    assert_eq!((&called["error"], world.rows(&office, "contacts").await), (&json!("conflict"), 4));
}

#[tokio::test]
async fn models_may_write_numbers_as_text_and_one_for_a_list() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let arguments = json!({
        "name": 2026, "estimated_value": "1250.5", "probability": "40", "tags": "urgent", "owner": "me",
        "contact_name": "Brian", "company_name": null,
    });
    let proposal = world.proposed(&office, "deals.create", arguments).await;
    let after = &proposal.changes[0].after;
    assert_eq!((&after["name"], &after["estimated_value"]), (&json!("2026"), &json!(1250.5)));
    assert_eq!((&after["probability"], &after["tags"]), (&json!(40), &json!(["urgent"])));
    assert_eq!(after["owner_user_id"], json!(office.users[0].id));
    let one = json!({ "records": "Brian", "set": { "tags": "vip" } });
    assert_eq!(world.proposed(&office, "contacts.update", one).await.changes.len(), 1);
    let twice =
        json!({ "records": ["Brian", office.contacts[1].id, "brian o'connor"], "set": { "tags": "vip" } });
    assert_eq!(world.proposed(&office, "contacts.update", twice).await.changes.len(), 1);
}

#[tokio::test]
async fn tasks_are_completed_by_their_titles_the_open_ones_first() {
    let mut office = Office::new();
    let jonas = office.users[1].id;
    office.task("File the notice", "open", Some("2026-03-01"), jonas, |_| ());
    let world = World::of(&[&office]).await;
    let one = world.proposed(&office, "tasks.complete", json!({ "records": ["file the notice"] })).await;
    assert_eq!(one.changes[0].id, office.tasks[4].id);
    assert_eq!(one.changes[0].after, *json!({ "status": "completed" }).as_object().unwrap());
    let by_id = world.proposed(&office, "tasks.complete", json!({ "records": [office.tasks[0].id] })).await;
    assert_eq!(by_id.changes[0].name, "Send the draft");
    let several = world.refused_plan(&office, "tasks.complete", json!({ "records": ["the"] })).await;
    assert_eq!(several["error"], "ambiguous_reference");
}

#[tokio::test]
async fn a_tool_needs_its_scope_and_those_of_what_it_names() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let with = |scopes: &[Scope]| office.access_with(scopes.iter().copied().collect::<ScopeSet>());
    let names = |access: &Access| {
        let tools = world.crm.tools(access).into_iter().map(|tool| tool.name);
        tools.filter(|name| world.crm.writes(name)).collect::<Vec<_>>()
    };
    assert_eq!(names(&with(&[Scope::WriteTasks])), ["tasks.create", "tasks.complete"]);
    assert_eq!(names(&office.access()).len(), 10);
    for (scopes, tool, arguments, lacks) in [
        (&[][..], "contacts.create", json!({ "full_name": "Ida" }), Scope::WriteContacts),
        (&[Scope::ReadContacts], "contacts.delete", json!({ "records": ["Brian"] }), Scope::WriteContacts),
        (&[Scope::WriteContacts], "contacts.delete", json!({ "records": ["Brian"] }), Scope::ReadContacts),
        (
            &[Scope::WriteNotes],
            "notes.create",
            json!({ "title": "Call", "contact_name": "Brian" }),
            Scope::ReadContacts,
        ),
        (
            &[Scope::WriteNotes],
            "notes.create",
            json!({ "title": "Call", "deal_id": office.deals[0].id }),
            Scope::ReadDeals,
        ),
    ] {
        let refused = world.propose(&with(scopes), tool, arguments.clone()).await.unwrap_err();
        assert_eq!(refused.result["error"], "insufficient_permissions", "{tool} {arguments}");
        assert_eq!(refused.result["scope"], lacks.as_str(), "{tool} {arguments}");
    }
    let alone =
        world.propose(&with(&[Scope::WriteContacts]), "contacts.create", json!({ "full_name": "Ida" })).await;
    assert_eq!(alone.unwrap().description, "Add the contact Ida");
}
