//! Full text, counted by hand.

use lexi_types::{Scope, ScopeSet};
use serde_json::json;

use crate::office::{Office, World, field};

#[tokio::test]
async fn every_text_with_all_the_words_is_counted() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (arguments, totals) in [
        (json!({ "query": "draft" }), [0, 1, 1, 0, 0]),
        (json!({ "query": "agreed" }), [0, 0, 4, 0, 0]),
        (json!({ "query": "port" }), [0, 1, 1, 1, 1]),
        (json!({ "query": "PAYS port" }), [0, 1, 0, 0, 0]),
        (json!({ "query": "the port sett" }), [0, 1, 0, 0, 0]),
        (json!({ "query": "port", "company": "blue harbor" }), [0, 1, 1, 1, 1]),
        (json!({ "query": "port", "company": "muller" }), [0, 0, 0, 0, 0]),
        (json!({ "query": "draft", "contact": "anna muller", "created": "2026-02" }), [0, 1, 0, 0, 0]),
        (json!({ "query": "anna" }), [1, 1, 0, 0, 0]),
        (json!({ "query": "unheard of" }), [0, 0, 0, 0, 0]),
    ] {
        let found = world.ask(&office, "search.text", arguments.clone()).await;
        let [activities, notes, tasks, deals, matters] = totals;
        let expected = json!({
            "activities": activities, "notes": notes, "tasks": tasks, "deals": deals, "matters": matters,
        });
        assert_eq!(found["totals"], expected, "{arguments}");
        assert_eq!(found["total"], totals.iter().sum::<i32>(), "{arguments}");
        assert_eq!(
            found["hits"].as_array().unwrap().len(),
            usize::try_from(totals.iter().sum::<i32>()).unwrap()
        );
    }
}

#[tokio::test]
async fn a_hit_shows_its_text_and_what_it_is_about() {
    let mut office = Office::new();
    let deal = office.deals[1].id;
    let filler = "Nothing of interest stands in this sentence. ".repeat(30);
    let text = format!("{filler}The other side made a sëttlement offer of half the sum. {filler}");
    office.note("Long talk", &text, "meeting", |note| note.deal_id = Some(deal));
    let world = World::of(&[&office]).await;
    let found = world.ask(&office, "search.text", json!({ "query": "settlement off" })).await;
    let hit = &found["hits"][0];
    assert_eq!((&hit["type"], &hit["name"]), (&json!("note"), &json!("Long talk")));
    assert_eq!(hit["about"], json!({ "type": "deal", "id": deal, "name": "Warehouse lease" }));
    let snippet = hit["snippet"].as_str().unwrap();
    assert!(snippet.contains("sëttlement offer of half") && snippet.chars().count() <= 200, "{snippet}");
    assert_eq!(found["filters"], json!({ "query": "settlement off" }));
    let best = world.ask(&office, "search.text", json!({ "query": "draft", "limit": 1 })).await;
    assert_eq!(field(&best["hits"], "name"), ["Send the draft"], "a title counts for more than a text");
    assert_eq!((&best["total"], &best["truncated"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn types_are_searched_only_with_their_scopes() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let notes_only = office.access_with([Scope::ReadNotes].into_iter().collect::<ScopeSet>());
    let found = world.call(&notes_only, "search.text", json!({ "query": "port" })).await;
    assert_eq!(found.result["totals"], json!({ "notes": 1 }));
    assert!(found.result["hits"][0].get("about").is_none());
    let refused =
        world.call(&notes_only, "search.text", json!({ "query": "port", "types": ["deals"] })).await;
    assert_eq!(refused.result["error"], "insufficient_permissions");
    let all =
        world.ask(&office, "search.text", json!({ "query": "port", "types": ["deals", "notes"] })).await;
    assert_eq!(all["totals"], json!({ "deals": 1, "notes": 1 }));
}

#[tokio::test]
async fn a_search_without_words_says_what_it_needs() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for arguments in [json!({}), json!({ "query": " " }), json!({ "query": "%!" })] {
        let refused = world.refused(&office, "search.text", arguments).await;
        assert!(refused["message"].as_str().unwrap().contains("query"));
    }
    world.refused(&office, "search.text", json!({ "query": "a", "types": ["contacts"] })).await;
    let many = "word other ".repeat(20);
    world.refused(&office, "search.text", json!({ "query": many })).await;
}
