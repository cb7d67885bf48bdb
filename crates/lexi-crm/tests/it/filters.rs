//! What every filter, grouping and order means, on an office small enough to count by hand.

use lexi_types::records::RecordType;
use serde_json::{Value, json};

use crate::office::{Office, World, field};

#[tokio::test]
async fn filters_mean_what_they_say() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (tool, arguments, total) in [
        ("deals.search", json!({ "stage": ["Lead", "proposal"] }), 4),
        ("deals.search", json!({ "not": { "stage": "Lead" } }), 3),
        ("deals.search", json!({ "not": { "stage": ["Lead", "Proposal"], "status": "won" } }), 1),
        ("deals.search", json!({ "owner": ["Nadia", "Jonas"] }), 6),
        ("deals.search", json!({ "missing": ["company"] }), 2),
        ("deals.search", json!({ "missing": ["value"], "present": ["owner"] }), 1),
        ("deals.search", json!({ "industry": "manufacturing" }), 2),
        ("deals.search", json!({ "city": ["Koln", "London"], "status": "active" }), 3),
        ("deals.search", json!({ "not": { "industry": "Shipping" } }), 4),
        ("deals.search", json!({ "has": ["notes"] }), 1),
        ("deals.search", json!({ "has_no": ["open_tasks"] }), 5),
        ("deals.search", json!({ "closed": "2026-03" }), 1),
        ("deals.search", json!({ "closed": "2026-Q1..2026-Q2" }), 2),
        ("deals.search", json!({ "min_probability": 50, "status": "active" }), 2),
        ("deals.search", json!({ "currency": "usd" }), 1),
        ("contacts.search", json!({ "missing": ["company"] }), 2),
        ("contacts.search", json!({ "not": { "company": "Blue Harbor" } }), 3),
        ("contacts.search", json!({ "email": "home.test" }), 2),
        ("contacts.search", json!({ "has": ["deals", "notes"] }), 2),
        ("contacts.search", json!({ "has_no": ["deals"] }), 2),
        ("contacts.search", json!({ "has": ["open_tasks"] }), 1),
        ("companies.search", json!({ "has_no": ["deals"] }), 1),
        ("companies.search", json!({ "has": ["open_matters"] }), 1),
        ("companies.search", json!({ "not": { "city": "Köln" } }), 1),
        ("matters.search", json!({ "industry": "Shipping" }), 1),
        ("matters.search", json!({ "not": { "client": "Blue Harbor" } }), 1),
        ("tasks.search", json!({ "due": "past", "not": { "status": "completed" } }), 2),
        ("tasks.search", json!({ "due": "..2026-01-05" }), 2),
        ("tasks.search", json!({ "overdue": true, "status": "open" }), 2),
        ("tasks.search", json!({ "present": ["matter"] }), 2),
        ("notes.search", json!({ "note_type": ["call", "meeting"] }), 2),
    ] {
        let found = world.ask(&office, tool, arguments.clone()).await;
        assert_eq!(found["total"], total, "{tool} {arguments}");
    }
}

#[tokio::test]
async fn filters_are_told_as_they_were_understood() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let arguments = json!({
        "owner": "nadia", "stage": ["lead", "PROPOSAL"], "not": { "company": "blue harbor" },
        "closed": "2026-Q1", "missing": ["Matter"],
    });
    let found = world.ask(&office, "deals.search", arguments).await;
    assert_eq!(
        found["filters"],
        json!({
            "owner": "Nadia Rahman", "stage": ["Lead", "Proposal"], "not": { "company": "Blue Harbor Ltd" },
            "closed": { "from": "2026-01-01", "to": "2026-03-31" }, "missing": ["matter"],
        })
    );
}

#[tokio::test]
async fn wrong_filters_are_refused_with_what_would_be_right() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (tool, arguments, says) in [
        ("deals.search", json!({ "closed": "soon" }), "last_30_days"),
        ("deals.search", json!({ "missing": ["colour"] }), "follow_up_date"),
        ("deals.search", json!({ "has": ["children"] }), "open_tasks"),
        ("deals.search", json!({ "not": { "created": "today" } }), "practice_area, stage"),
        ("deals.search", json!({ "not": "won" }), "object"),
        ("deals.search", json!({ "status": ["won", "open"] }), "active, won, lost"),
        ("deals.search", json!({ "stage": [["Lead"]] }), "text"),
        ("deals.search", json!({ "min_probability": "half" }), "whole number"),
        ("deals.aggregate", json!({ "group_by": "colour" }), "matter_type"),
        ("deals.aggregate", json!({ "group_by": ["stage", "owner", "month"] }), "one grouping or two"),
        ("deals.aggregate", json!({ "measures": ["mode"] }), "win_rate"),
        ("deals.aggregate", json!({ "compare": "previous_period" }), "exactly one period"),
        (
            "deals.aggregate",
            json!({ "compare": "previous_period", "closed": "past" }),
            "beginning and an end",
        ),
        ("tasks.aggregate", json!({ "measures": ["sum"] }), "count"),
    ] {
        let refused = world.refused(&office, tool, arguments.clone()).await;
        let text = refused.to_string();
        let fits = says.split(", ").any(|part| text.contains(part));
        assert!(fits, "{tool} {arguments}: {text}");
    }
}

#[tokio::test]
async fn every_type_can_be_counted_by_everything_it_offers() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for (kind, total) in [
        (RecordType::Contact, 4),
        (RecordType::Company, 3),
        (RecordType::Deal, 6),
        (RecordType::Matter, 2),
        (RecordType::Task, 4),
        (RecordType::Activity, 1),
    ] {
        let name = format!("{}.aggregate", kind.plural());
        let tools = world.crm.tools(&office.access());
        let tool = tools.iter().find(|tool| tool.name == name).unwrap();
        let description = tool.parameters["properties"]["group_by"]["description"].as_str().unwrap();
        let names = description.rsplit(": ").next().unwrap().split(", ").filter(|name| !name.contains('<'));
        for by in names {
            let result = world.ask(&office, &name, json!({ "group_by": by })).await;
            assert_eq!(result["total"], total, "{name} {by}");
            let groups = result["groups"].as_array().unwrap();
            let sum: i64 = groups.iter().map(|group| group["count"].as_i64().unwrap()).sum();
            let overlapping = result.get("overlapping").is_some();
            assert!(if overlapping { sum >= total } else { sum == total }, "{name} {by}: {result}");
        }
        let measures = &tool.parameters["properties"]["measures"]["items"]["enum"];
        // Where there is but the count, it is not offered as a choice.
        for measure in measures.as_array().unwrap_or(&vec![json!("count")]) {
            let arguments = json!({ "measures": [measure], "rank_by": measure, "group_by": "month" });
            assert_eq!(world.ask(&office, &name, arguments).await["total"], total, "{name} {measure}");
        }
    }
}

#[tokio::test]
async fn groups_are_ranked_cut_and_summed_up() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let ask = |arguments: Value| world.ask(&office, "deals.aggregate", arguments);
    let found = ask(json!({ "group_by": "owner", "rank_by": "sum" })).await;
    assert_eq!(field(&found["groups"], "key"), ["Jonas Weiß", "Nadia Rahman"]);
    let found = ask(json!({ "group_by": "owner", "rank_by": "sum", "order": "asc", "top": 1 })).await;
    assert_eq!(field(&found["groups"], "key"), ["Nadia Rahman"]);
    assert_eq!((&found["other"]["count"], &found["other"]["groups"]), (&json!(3), &json!(1)));
    assert_eq!(found["truncated"], true);
    let found = ask(json!({ "group_by": ["owner", "status"], "owner": "Jonas" })).await;
    assert_eq!(field(&found["groups"], "key"), ["Jonas Weiß / active", "Jonas Weiß / won"]);
    assert_eq!(found["groups"][0]["keys"], json!(["Jonas Weiß", "active"]));
    let found = ask(json!({ "group_by": "tag" })).await;
    assert_eq!(field(&found["groups"], "key"), ["(none)", "100%", "urgent"]);
    let found = ask(json!({ "status": ["won", "lost"], "group_by": "quarter" })).await;
    assert_eq!(field(&found["groups"], "key"), ["2026-Q1", "2026-Q2"]);
    assert_eq!(found["date_field"], "closed_date");
}

#[tokio::test]
async fn rates_and_comparisons_are_plain_arithmetic() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let arguments = json!({ "measures": ["win_rate"] });
    let found = world.ask(&office, "deals.aggregate", arguments).await;
    assert_eq!((&found["won"], &found["lost"], &found["win_rate"]), (&json!(1), &json!(1), &json!(50.0)));
    let arguments = json!({ "closed": "2026-Q2", "compare": "previous_period", "measures": ["sum"] });
    let found = world.ask(&office, "deals.aggregate", arguments).await;
    assert_eq!(found["previous"]["filters"]["closed"], json!({ "from": "2026-01-01", "to": "2026-03-31" }));
    assert_eq!((&found["total"], &found["previous"]["total"]), (&json!(1), &json!(1)));
    assert_eq!(found["change"]["count"], 0);
    assert_eq!(
        found["change"]["totals"],
        json!([
            { "currency": "EUR", "sum": -40_000, "sum_percent": -100.0 },
            { "currency": "USD", "sum": 1, "sum_percent": null },
        ])
    );
}

#[tokio::test]
async fn what_nobody_touched_comes_first() {
    let mut office = Office::new();
    for contact in &mut office.contacts {
        contact.created_date = crate::office::moment("2020-01-01");
    }
    let world = World::of(&[&office]).await;
    let arguments = json!({ "sort": "least_active", "inactive_days": 1 });
    let found = world.ask(&office, "contacts.search", arguments).await;
    let names = field(&found["contacts"], "full_name");
    assert!(names.contains(&json!("Anna Schmidt")) && names.contains(&json!("José Álvarez")), "{names:?}");
}

#[tokio::test]
async fn open_deals_have_a_day_on_which_they_should_close() {
    let mut office = Office::new();
    let active: Vec<usize> =
        (0..office.deals.len()).filter(|at| office.deals[*at].status == "active").collect();
    office.deals[active[0]].custom_fields.insert("expected_close_date".to_owned(), json!("2026-12-18"));
    office.deals[active[1]].custom_fields.insert("expected_close_date".to_owned(), json!("2027-01-05"));
    office.deals[active[1]].custom_fields.insert("renewal".to_owned(), json!("2027-06-30T10:00:00Z"));
    let won = office.deals.iter().position(|deal| deal.status == "won").unwrap();
    office.deals[won].custom_fields.insert("expected_close_date".to_owned(), json!("2026-12-20"));
    office.deals[active[2]].custom_fields.insert("renewal".to_owned(), json!("soon"));
    let world = World::of(&[&office]).await;
    for (arguments, total) in [
        (json!({ "expected_close": "2026-Q4" }), 1),
        (json!({ "expected_close": "2026-12.." }), 2),
        (json!({ "expected_close": "..2026-12-17" }), 0),
        (json!({ "custom_dates": { "expected_close_date": "2026-12" } }), 2),
        (json!({ "custom_dates": { "renewal": "2027-06-30" } }), 1),
        (json!({ "custom_dates": { "renewal": "2020..", "expected_close_date": "2027" } }), 1),
    ] {
        let found = world.ask(&office, "deals.search", arguments.clone()).await;
        assert_eq!(found["total"], total, "{arguments}");
    }
    for arguments in
        [json!({ "custom_dates": { "renewal": "whenever" } }), json!({ "expected_close": "whenever" })]
    {
        world.refused(&office, "deals.search", arguments).await;
    }
}
