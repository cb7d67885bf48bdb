//! A key sees and does only what its scopes say.

use lexi_crm::{ActivitySearch, Asked, CrmError};
use lexi_store::Order;
use lexi_types::{Scope, ScopeSet};
use serde_json::json;

use crate::office::{Office, World};

fn all_but(scope: Scope) -> ScopeSet {
    Scope::ALL.iter().copied().filter(|s| *s != scope).collect()
}

#[tokio::test]
async fn every_tool_is_offered_and_called_only_with_its_scope() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let tools = world.crm.tools(&office.access());
    assert!(tools.len() >= 17);
    assert!(world.crm.missing_tools(&office.access()).is_empty());
    for tool in tools {
        let access = office.access_with(all_but(tool.scope));
        assert!(world.crm.tools(&access).iter().all(|offered| offered.name != tool.name));
        assert!(world.crm.missing_tools(&access).contains(&(tool.name, tool.scope)));
        for arguments in [json!({}), json!({ "name": "anna" }), json!({ "nonsense": true })] {
            let outcome = world.call(&access, tool.name, arguments).await;
            assert!(outcome.is_error && outcome.records.is_empty());
            assert_eq!(outcome.result["error"], "insufficient_permissions", "{}", tool.name);
            assert_eq!(outcome.result["scope"], tool.scope.as_str());
            assert!(outcome.result["message"].as_str().unwrap().contains(tool.scope.as_str()));
        }
    }
}

#[tokio::test]
async fn every_operation_is_refused_without_its_scope() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let crm = &world.crm;
    let no = |scope| office.access_with(all_but(scope));
    let id = office.contacts[0].id;
    let refusals = [
        crm.search_contacts(&no(Scope::ReadContacts), Asked::default(), Order::Newest, 1).await.err(),
        crm.contact(&no(Scope::ReadContacts), id).await.err(),
        crm.search_companies(&no(Scope::ReadCompanies), Asked::default(), Order::Newest, 1).await.err(),
        crm.company(&no(Scope::ReadCompanies), id).await.err(),
        crm.search_deals(&no(Scope::ReadDeals), Asked::default(), Order::Newest, 1).await.err(),
        crm.deal(&no(Scope::ReadDeals), id).await.err(),
        crm.search_matters(&no(Scope::ReadMatters), Asked::default(), Order::Newest, 1).await.err(),
        crm.matter(&no(Scope::ReadMatters), id).await.err(),
        crm.search_notes(&no(Scope::ReadNotes), Asked::default(), 1).await.err(),
        crm.note(&no(Scope::ReadNotes), id).await.err(),
        crm.search_tasks(&no(Scope::ReadTasks), Asked::default(), Order::Newest, 1).await.err(),
        crm.task(&no(Scope::ReadTasks), id).await.err(),
        crm.search_activities(&no(Scope::ReadActivities), ActivitySearch::default()).await.err(),
        crm.pipelines(&no(Scope::ReadDeals)).await.err(),
    ];
    for (at, refusal) in refusals.into_iter().enumerate() {
        assert!(matches!(refusal, Some(CrmError::Denied(_))), "operation {at}: {refusal:?}");
    }
}

#[tokio::test]
async fn parts_of_other_types_are_absent_without_their_scope() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (tool, record, parts) in [
        (
            "contacts.get",
            json!({ "id": office.contacts[0].id }),
            vec![("deals", Scope::ReadDeals), ("notes", Scope::ReadNotes), ("tasks", Scope::ReadTasks)],
        ),
        (
            "companies.get",
            json!({ "id": office.companies[0].id }),
            vec![
                ("contacts", Scope::ReadContacts),
                ("deals", Scope::ReadDeals),
                ("matters", Scope::ReadMatters),
            ],
        ),
        (
            "deals.get",
            json!({ "id": office.deals[0].id }),
            vec![("notes", Scope::ReadNotes), ("tasks", Scope::ReadTasks)],
        ),
        (
            "matters.get",
            json!({ "id": office.matters[0].id }),
            vec![("notes", Scope::ReadNotes), ("tasks", Scope::ReadTasks)],
        ),
    ] {
        for (part, scope) in parts {
            assert!(world.ask(&office, tool, record.clone()).await[part]["total"].is_i64());
            let outcome = world.call(&office.access_with(all_but(scope)), tool, record.clone()).await;
            assert!(!outcome.is_error && outcome.result.get(part).is_none(), "{tool} {part}");
            let noun = part.trim_end_matches('s');
            assert!(outcome.records.iter().all(|record| record.kind != noun), "{tool} {part}");
        }
    }
}

#[tokio::test]
async fn names_of_records_that_the_key_may_not_read_stay_hidden() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let deals_only = office.access_with([Scope::ReadDeals].into_iter().collect());
    let listed = world.call(&deals_only, "deals.search", json!({})).await;
    let text = listed.result.to_string();
    assert_eq!(listed.result["total"], 6);
    assert!(!text.contains("Blue Harbor") && !text.contains("Brian") && text.contains("Jonas"));
    for arguments in
        [json!({ "company": "Blue" }), json!({ "contact": "Anna" }), json!({ "group_by": "company" })]
    {
        let outcome = world.call(&deals_only, "deals.aggregate", arguments).await;
        assert_eq!(outcome.result["error"], "insufficient_permissions");
    }
    let contacts_only = office.access_with([Scope::ReadContacts].into_iter().collect());
    let by_company = world.call(&contacts_only, "contacts.search", json!({ "company": "blue harbor" })).await;
    assert_eq!(by_company.result["total"], 1, "the company's name is the contact's own field");
}
