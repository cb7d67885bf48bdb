//! Another workspace with the same names is never seen, counted or hinted at.

use lexi_crm::{ActivitySearch, Asked, CrmError};
use lexi_store::Order;
use lexi_types::PageContext;
use serde_json::{Value, json};

use crate::office::{Office, World};

/// Calls of every tool that find, fail, count and guess.
fn calls(own: &Office, other: &Office) -> Vec<(&'static str, Value)> {
    let mut calls = Vec::new();
    for office in [own, other] {
        calls.extend([
            ("contacts.get", json!({ "id": office.contacts[0].id })),
            ("companies.get", json!({ "id": office.companies[0].id })),
            ("deals.get", json!({ "id": office.deals[0].id })),
            ("matters.get", json!({ "id": office.matters[0].id })),
            ("deals.search", json!({ "owner": office.users[0].id })),
            ("deals.search", json!({ "company": office.companies[0].id })),
            ("deals.search", json!({ "contact": office.contacts[0].id })),
            ("contacts.search", json!({ "company": office.companies[0].id })),
            ("matters.search", json!({ "client": office.companies[1].id })),
            ("notes.search", json!({ "deal": office.deals[0].id })),
            ("tasks.search", json!({ "matter": office.matters[0].id })),
            ("activities.timeline", json!({ "company": office.companies[0].id })),
            ("search.text", json!({ "query": "draft", "contact": office.contacts[0].id })),
        ]);
    }
    calls.extend([
        ("contacts.search", json!({})),
        ("contacts.search", json!({ "query": "anna" })),
        ("contacts.search", json!({ "query": "Shmidt" })),
        ("contacts.search", json!({ "status": "lead", "owner": "Jonas", "tag": "vip" })),
        ("contacts.search", json!({ "status": "nowhere" })),
        ("contacts.search", json!({ "tag": "secret" })),
        ("contacts.search", json!({ "custom": { "source": "web" } })),
        ("contacts.search", json!({ "custom": { "secret": "x" } })),
        ("contacts.search", json!({ "company": "blue harbor" })),
        ("contacts.get", json!({ "name": "Anna Müller" })),
        ("contacts.get", json!({ "name": "anna" })),
        ("contacts.get", json!({ "name": "Secret Person" })),
        ("companies.search", json!({})),
        ("companies.search", json!({ "city": "koln" })),
        ("companies.get", json!({ "name": "blue harbour" })),
        ("deals.search", json!({ "limit": 50 })),
        ("deals.search", json!({ "stage": "secret stage" })),
        ("deals.search", json!({ "owner": "Secret User" })),
        ("deals.get", json!({ "name": "suply contract" })),
        ("deals.aggregate", json!({})),
        ("deals.aggregate", json!({ "group_by": "stage" })),
        ("deals.aggregate", json!({ "group_by": "owner" })),
        ("deals.aggregate", json!({ "group_by": "company" })),
        ("deals.aggregate", json!({ "group_by": "month" })),
        ("deals.aggregate", json!({ "group_by": "status", "company": "blue harbor" })),
        ("matters.search", json!({})),
        ("matters.get", json!({ "name": "M-2026-001" })),
        ("notes.search", json!({})),
        ("notes.search", json!({ "query": "draft" })),
        ("tasks.search", json!({})),
        ("tasks.search", json!({ "overdue": true, "assignee": "me" })),
        ("pipelines.list", json!({})),
        ("deals.aggregate", json!({ "group_by": ["tag", "quarter"], "measures": ["median", "cycle_days"] })),
        ("deals.aggregate", json!({ "group_by": "contact", "industry": "steel" })),
        ("deals.search", json!({ "has": ["notes"], "has_no": ["open_tasks"], "sort": "least_active" })),
        ("contacts.search", json!({ "inactive_days": 30, "not": { "status": "lead" } })),
        ("contacts.search", json!({ "not": { "tag": "secret" } })),
        ("contacts.search", json!({ "missing": ["custom.Secret"] })),
        ("contacts.aggregate", json!({ "group_by": "company" })),
        ("contacts.aggregate", json!({ "group_by": "custom.source" })),
        ("companies.aggregate", json!({ "group_by": ["industry", "city"], "has": ["deals"] })),
        ("matters.aggregate", json!({ "group_by": "client", "measures": ["cycle_days"] })),
        ("tasks.aggregate", json!({ "group_by": "assignee" })),
        ("activities.aggregate", json!({ "group_by": ["type", "user"] })),
        ("notes.aggregate", json!({ "group_by": ["note_type", "company"] })),
        ("deals.search", json!({ "expected_close": "this_year", "custom_dates": { "Secret": "2026" } })),
        ("deals.aggregate", json!({ "group_by": "city", "expected_close": "2026.." })),
        ("activities.timeline", json!({ "limit": 100 })),
        ("activities.timeline", json!({ "company": "muller", "kind": "call" })),
        ("search.text", json!({ "query": "draft" })),
        ("search.text", json!({ "query": "port", "company": "blue harbor" })),
    ]);
    calls
}

/// The same names as the first office, and some that only this one has.
fn other_office() -> Office {
    let mut other = Office::new();
    let user = other.user("Secret User", "secret@other.test");
    other.contact("Secret Person", "secret.person@other.test", None, "Secret status", user);
    other.contacts[0].tags.push("secret".to_owned());
    other.contacts[0].custom_fields.insert("Secret".to_owned(), json!("x"));
    other.deal("Secret deal", "Secret stage", "active", Some(99_999_999), Some(100), user, None, None);
    other
}

#[tokio::test]
async fn every_tool_answers_as_if_the_other_workspace_did_not_exist() {
    let (own, other) = (Office::new(), other_office());
    let shared = World::of(&[&own, &other]).await;
    let alone = World::of(&[&own]).await;
    let foreign = other.ids();
    let mut called: Vec<&str> = Vec::new();
    for (tool, arguments) in calls(&own, &other) {
        let seen = shared.call(&own.access(), tool, arguments.clone()).await;
        let expected = alone.call(&own.access(), tool, arguments.clone()).await;
        assert_eq!(seen.result, expected.result, "{tool} {arguments}");
        assert_eq!((seen.summary, seen.records), (expected.summary, expected.records));
        let asked = arguments.to_string();
        let text = seen.result.to_string();
        for id in foreign.iter().filter(|id| !asked.contains(*id)) {
            assert!(!text.contains(id.as_str()), "{tool} {arguments}");
        }
        called.push(tool);
    }
    for tool in shared.reading(&own) {
        assert!(called.contains(&tool.name), "{} is not called here", tool.name);
    }
}

#[tokio::test]
async fn every_operation_is_within_the_workspace() {
    let (own, other) = (Office::new(), other_office());
    let world = World::of(&[&own, &other]).await;
    let (crm, access) = (&world.crm, own.access());
    let contacts = crm.search_contacts(&access, Asked::default(), Order::Newest, 50).await.unwrap();
    assert_eq!((contacts.total, contacts.items.len()), (4, 4));
    let companies = crm.search_companies(&access, Asked::default(), Order::Newest, 50).await.unwrap();
    assert_eq!((companies.total, companies.items.len()), (3, 3));
    let deals = crm.search_deals(&access, Asked::default(), Order::Newest, 50).await.unwrap();
    assert_eq!((deals.total, deals.items.len()), (6, 6));
    let sums = world.ask(&own, "deals.aggregate", json!({ "group_by": "stage" })).await;
    assert_eq!((&sums["total"], &sums["groups_total"]), (&json!(6), &json!(3)));
    let matters = crm.search_matters(&access, Asked::default(), Order::Newest, 50).await.unwrap();
    assert_eq!((matters.total, matters.items.len()), (2, 2));
    let notes = crm.search_notes(&access, Asked::default(), 50).await.unwrap();
    assert_eq!((notes.total, notes.items.len()), (3, 3));
    let tasks = crm.search_tasks(&access, Asked::default(), Order::Newest, 50).await.unwrap();
    assert_eq!((tasks.total, tasks.items.len()), (4, 4));
    let activities =
        crm.search_activities(&access, ActivitySearch { limit: 50, ..Default::default() }).await.unwrap();
    assert_eq!((activities.total, activities.items.len()), (1, 1));
    assert_eq!(crm.pipelines(&access).await.unwrap(), own.pipelines);
    assert_eq!(crm.users(&access).await.unwrap().len(), 2);
    let foreign = [
        crm.contact(&access, other.contacts[0].id).await.err(),
        crm.company(&access, other.companies[0].id).await.err(),
        crm.deal(&access, other.deals[0].id).await.err(),
        crm.matter(&access, other.matters[0].id).await.err(),
        crm.note(&access, other.notes[0].id).await.err(),
        crm.task(&access, other.tasks[0].id).await.err(),
    ];
    for (at, refusal) in foreign.into_iter().enumerate() {
        assert!(matches!(refusal, Some(CrmError::NotFound { .. })), "operation {at}: {refusal:?}");
    }
    assert_eq!(crm.contact(&access, own.contacts[0].id).await.unwrap().contact.full_name, "Anna Müller");
    assert_eq!(crm.note(&access, own.notes[0].id).await.unwrap(), own.notes[0]);
    assert_eq!(crm.task(&access, own.tasks[0].id).await.unwrap(), own.tasks[0]);
}

#[tokio::test]
async fn a_briefing_knows_nothing_of_the_other_workspace() {
    let (own, other) = (Office::new(), other_office());
    let world = World::of(&[&own, &other]).await;
    let context = PageContext {
        contact_id: Some(other.contacts[0].id),
        deal_id: Some(other.deals[0].id),
        ..PageContext::default()
    };
    let mut access = own.access();
    access.user_id = Some(other.users[0].id);
    let parts = world.crm.briefing_parts(&access, &context, &[]).await.unwrap();
    assert!(parts.context.iter().all(|record| record.name.is_none()) && parts.context.len() == 2);
    assert_eq!((parts.user, parts.users.len(), parts.pipelines), (None, 2, own.pipelines.clone()));
    assert!(!format!("{:?}", parts.samples).contains("Secret"));
}
