//! What happened, counted by hand.

use lexi_types::{Scope, ScopeSet};
use serde_json::json;

use crate::office::{Office, World, field};

#[tokio::test]
async fn a_timeline_holds_what_belongs_to_its_record_newest_first() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let anna = world.ask(&office, "activities.timeline", json!({ "contact": "anna muller" })).await;
    assert_eq!(anna["total"], 5);
    assert_eq!(anna["totals"], json!({ "activities": 1, "notes": 1, "tasks": 1, "deals": 2, "matters": 0 }));
    let titles = field(&anna["items"], "title");
    assert_eq!(titles[..3], ["Warehouse lease", "Kick-off call", "Supply contract"]);
    assert_eq!(field(&anna["items"], "type")[..3], ["deal", "note", "deal"]);
    let note = &anna["items"][1];
    assert_eq!((&note["kind"], &note["date"]), (&json!("call"), &json!("2026-02-01T00:00:00Z")));
    assert_eq!(note["snippet"], "Anna wants the draft by Friday. Budget is 10_000.");
    assert_eq!(note["about"]["name"], "Anna Müller");
    assert_eq!((&note["user"], &anna["items"][0]["user"]), (&json!(null), &json!("Nadia Rahman")));
    assert_eq!(anna["filters"], json!({ "contact": "Anna Müller" }));
    for (parent, totals) in [
        (json!({ "company": "muller" }), [1, 1, 2, 2, 1]),
        (json!({ "company": "blue harbor" }), [0, 2, 2, 2, 1]),
        (json!({ "matter": "M-2026-001" }), [0, 1, 2, 0, 0]),
        (json!({ "deal": "supply contract" }), [0, 1, 1, 0, 0]),
        (json!({}), [1, 3, 4, 6, 2]),
        (json!({ "created": "2026-02-01.." }), [0, 3, 0, 5, 0]),
    ] {
        let told = world.ask(&office, "activities.timeline", parent.clone()).await;
        let [activities, notes, tasks, deals, matters] = totals;
        let expected = json!({
            "activities": activities, "notes": notes, "tasks": tasks, "deals": deals, "matters": matters,
        });
        assert_eq!(told["totals"], expected, "{parent}");
        assert_eq!(told["total"], totals.iter().sum::<i32>(), "{parent}");
    }
}

#[tokio::test]
async fn what_is_linked_to_a_record_as_an_entity_is_in_its_timeline() {
    let mut office = Office::new();
    let anna = office.contacts[0].id;
    for (entity, id) in [
        ("company", office.companies[0].id),
        ("matter", office.matters[0].id),
        ("deal", office.deals[2].id),
        ("contact", office.contacts[1].id),
    ] {
        office.activity(&format!("About a {entity}"), anna);
        let activity = office.activities.last_mut().unwrap();
        activity.contact_id = None;
        activity.entity_type = Some(entity.to_owned());
        activity.entity_id = Some(id);
    }
    let world = World::of(&[&office]).await;
    for (parent, total) in [
        (json!({ "company": "muller" }), 2),
        (json!({ "company": "blue harbor" }), 3),
        (json!({ "matter": "M-2026-001" }), 1),
        (json!({ "deal": "fleet insurance" }), 1),
        (json!({ "contact": "brian" }), 1),
    ] {
        let mut arguments = parent.clone();
        arguments["types"] = json!(["activity"]);
        let told = world.ask(&office, "activities.timeline", arguments).await;
        assert_eq!(told["total"], total, "{parent}");
    }
}

#[tokio::test]
async fn a_timeline_is_narrowed_by_type_kind_user_and_limit() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (arguments, total) in [
        (json!({ "types": ["note", "tasks"] }), 7),
        (json!({ "types": "matter" }), 2),
        (json!({ "kind": "Call" }), 1),
        (json!({ "kind": ["call"], "types": ["activity"] }), 1),
        (json!({ "user": "nadia" }), 6),
        (json!({ "user": "me", "types": ["task"] }), 2),
    ] {
        let told = world.ask(&office, "activities.timeline", arguments.clone()).await;
        assert_eq!(told["total"], total, "{arguments}");
        assert_eq!(told["items"].as_array().unwrap().len(), total, "{arguments}");
    }
    let first = world.ask(&office, "activities.timeline", json!({ "limit": 2 })).await;
    assert_eq!((&first["total"], &first["truncated"]), (&json!(16), &json!(true)));
    assert_eq!(field(&first["items"], "title"), ["Old claim", "Port dispute"]);
}

#[tokio::test]
async fn a_wrong_call_names_what_would_be_right() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (arguments, valid) in [
        (json!({ "kind": "dance" }), "call"),
        (json!({ "types": ["email"] }), "activities"),
        (json!({ "kind": "call", "types": ["note"] }), "activity"),
        (json!({ "user": "nadia", "types": ["note"] }), "task"),
        (json!({ "contact": "anna muller", "deal": "supply contract" }), "company"),
    ] {
        let refused = world.refused(&office, "activities.timeline", arguments.clone()).await;
        let named = refused["valid_values"].as_array().unwrap();
        assert!(named.contains(&json!(valid)), "{arguments}: {refused}");
    }
    for arguments in [json!({ "created": "soon" }), json!({ "limit": 0 })] {
        world.refused(&office, "activities.timeline", arguments).await;
    }
}

#[tokio::test]
async fn types_appear_only_with_their_scopes() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let with = |scopes: &[Scope]| office.access_with(scopes.iter().copied().collect::<ScopeSet>());
    let bare = world.call(&with(&[Scope::ReadActivities]), "activities.timeline", json!({})).await;
    assert_eq!(bare.result["totals"], json!({ "activities": 1 }));
    assert!(bare.result["items"][0]["about"].is_null(), "the contact's name is not for this key");
    let refused = world
        .call(&with(&[Scope::ReadActivities]), "activities.timeline", json!({ "types": ["note"] }))
        .await;
    assert_eq!(refused.result["error"], "insufficient_permissions");
    // Without the right to read contacts, what hangs on a company's contacts does not show.
    let companies = with(&[Scope::ReadActivities, Scope::ReadCompanies, Scope::ReadTasks]);
    let told = world.call(&companies, "activities.timeline", json!({ "company": "muller" })).await;
    assert_eq!(told.result["totals"], json!({ "activities": 0, "tasks": 1 }));
}
