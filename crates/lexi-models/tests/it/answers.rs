//! What is said of the results.

use lexi_types::records::RecordType;
use serde_json::{Value, json};

use crate::support::{Turn, answer, briefing, called, first, on_page, request, run, said, turn};
use lexi_models::ModelEvent;

fn totals(currency: &str, count: u64, sum: f64) -> Value {
    json!({"currency": currency, "count": count, "count_with_value": count, "sum": sum, "average": sum / 4.0, "weighted": sum / 2.0})
}

fn aggregated(filters: &Value, group_by: Option<&str>, groups: &Value) -> Value {
    json!({"filters": filters, "group_by": group_by, "total": 1214, "totals": [totals("EUR", 1200, 1_234_500.0), totals("USD", 14, 12_300.5)],
           "groups": groups, "truncated": false})
}

#[tokio::test]
async fn a_pipeline_summary() {
    let groups = json!([
        {"key": "Intake", "count": 1200, "totals": [totals("EUR", 1200, 1_000_000.0)]},
        {"key": "Proposal", "count": 14, "totals": [totals("USD", 14, 12_300.5)]},
    ]);
    let result = aggregated(&json!({"status": "active", "owner": "Lena Schmidt"}), Some("stage"), &groups);
    assert_eq!(
        answer("Summarize my pipeline", "deals.aggregate", result).await,
        "The pipeline holds **1,214 deals** (owner Lena Schmidt, status active), worth **EUR 1,234,500 + USD 12,300.50**; \
         weighted by probability, EUR 617,250 + USD 6,150.25. By stage:\n\n\
         - **Intake**: 1,200 deals, EUR 1,000,000, weighted EUR 500,000\n\
         - **Proposal**: 14 deals, USD 12,300.50, weighted USD 6,150.25"
    );
}

#[tokio::test]
async fn numbers_name_their_filters() {
    let result = aggregated(&json!({"stage": "Proposal", "min_value": 50000}), None, &json!([]));
    assert_eq!(
        answer("How many deals over 50k are in Proposal?", "deals.aggregate", result.clone()).await,
        "There are **1,214** deals with value at least 50,000 and stage Proposal."
    );
    assert_eq!(
        answer("Total value of deals over 50k in Proposal", "deals.aggregate", result).await,
        "The total value of 1,214 deals with value at least 50,000 and stage Proposal is **EUR 1,234,500 + USD 12,300.50**."
    );
    let none = json!({"filters": {"status": "won"}, "total": 0, "totals": [], "groups": []});
    assert_eq!(
        answer("Number of won deals", "deals.aggregate", none).await,
        "There are **0** deals with status won."
    );
    let contacts = json!({"total": 33, "truncated": true, "contacts": [{"full_name": "A"}], "filters": {"status": "Qualified"}});
    assert_eq!(
        answer("How many contacts have status Qualified?", "contacts.search", contacts).await,
        "There are **33** contacts with status Qualified."
    );
}

#[tokio::test]
async fn what_is_left_out_is_said_as_left_out() {
    let filters = json!({"not": {"status": "won", "stage": ["Intake", "Proposal"]}, "missing": ["owner"]});
    let result = json!({"total": 5, "groups": [], "totals": [], "filters": filters});
    let text = answer(
        "How many deals are not won and not in Intake or Proposal and have no owner?",
        "deals.aggregate",
        result,
    )
    .await;
    assert!(
        text.contains("stage neither Intake nor Proposal and status not won") && text.contains("no owner"),
        "{text}"
    );
}

#[tokio::test]
async fn two_groupings_stand_in_lines_and_shares_in_percent() {
    let cell = |one: &str, other: &str, count| json!({"key": format!("{one} / {other}"), "keys": [one, other], "count": count, "totals": []});
    let groups = json!([
        cell("Raj Patel", "2026-Q1", 3),
        cell("Raj Patel", "2026-Q2", 4),
        cell("Nadia Rahman", "2026-Q1", 5)
    ]);
    let result = json!({"total": 12, "group_by": ["owner", "quarter"], "groups": groups, "totals": [], "filters": {"status": "won"}});
    let text = answer("won deals by owner and quarter", "deals.aggregate", result).await;
    assert!(
        text.ends_with("By owner and quarter:\n\n- **Raj Patel** (7 deals): 2026-Q1 3 · 2026-Q2 4\n- **Nadia Rahman** (5 deals): 2026-Q1 5"),
        "{text}"
    );
    let groups =
        json!([{"key": "Client", "count": 289, "totals": []}, {"key": "Lead", "count": 1211, "totals": []}]);
    let result = json!({"total": 1500, "group_by": "status", "groups": groups, "totals": [], "filters": {}});
    let text =
        answer("What percentage of contacts have the status Client?", "contacts.aggregate", result).await;
    assert_eq!(text, "Of 1,500 contacts, **289** have the status Client: **19.3 %**.");
}

#[tokio::test]
async fn groups_and_leftovers() {
    let groups = json!([{"key": "Nadia Rahman", "count": 3, "totals": [totals("EUR", 3, 900.0)]}, {"key": null, "count": 1, "totals": []}]);
    let result = aggregated(&json!({"status": "won"}), Some("owner"), &groups);
    let text = answer("Total value of won deals by owner", "deals.aggregate", result).await;
    assert!(
        text.contains("By owner:\n\n- **Nadia Rahman**: EUR 900 (3 deals)\n- **(none)**: no value (1 deal)"),
        "{text}"
    );
    let text = first(briefing(), &["Total value of won deals by owner despite competitors"]).await.text();
    assert!(
        text.starts_with(
            "I did not understand “despite competitors”, and an answer without it might mislead."
        ),
        "{text}"
    );
}

#[tokio::test]
async fn a_contact() {
    let result = json!({
        "contact": {"full_name": "Jane Doe", "job_title": "Partner", "company_name": "Acme GmbH", "status": "Qualified", "email": "jane_doe@acme.example",
                    "owner": "Raj Patel", "custom_fields": {"product_interest": "Software"}},
        "deals": {"total": 1, "items": [{"name": "Series B", "stage": "Proposal", "status": "active", "estimated_value": 120000, "currency": "EUR"}]},
        "notes": {"total": 0, "items": []},
        "tasks": {"total": 12, "items": [{"title": "Call", "due_date": "2026-11-30", "status": "open"}]},
    });
    assert_eq!(
        answer("Who is Jane Doe?", "contacts.get", result.clone()).await,
        "**Jane Doe** is Partner at Acme GmbH, with status **Qualified**.\n\n\
         - E-mail: jane_doe@acme.example\n- Owner: Raj Patel\n- product interest: Software\n\n\
         Deal (1): Series B (Proposal, active, EUR 120,000)\nOpen tasks (12): Call (due 2026-11-30)"
    );
    assert_eq!(
        answer("What is Jane Doe's email?", "contacts.get", result.clone()).await,
        "The e-mail of **Jane Doe** is **jane_doe@acme.example**."
    );
    assert_eq!(
        answer("What is Jane Doe's phone number?", "contacts.get", result).await,
        "No phone number is recorded for **Jane Doe**."
    );
}

#[tokio::test]
async fn a_deals_status() {
    let result = json!({"deal": {"name": "Acme – Series B", "status": "active", "stage": "Proposal", "estimated_value": 12300.5, "currency": "USD", "probability": 60}});
    let text = answer("What is the status of the Acme deal?", "deals.get", result).await;
    assert!(text.starts_with("**Acme – Series B** is **active** in the **Proposal** stage."), "{text}");
    assert!(text.contains("- Value: USD 12,300.50\n- Probability: 60 %"), "{text}");
}

#[tokio::test]
async fn namesakes_are_asked_about_or_told_apart() {
    let candidates = json!({"error": "ambiguous_reference", "message": "…", "candidates": [
        {"id": "a", "name": "Jane Doe", "detail": "Acme GmbH"}, {"id": "b", "name": "Jane Doe", "detail": "Globex"}]});
    let ask = |question: &str| {
        let mut messages = vec![said(question)];
        messages.extend(called("call_1", "contacts.get", candidates.clone(), true));
        request(briefing(), messages)
    };
    assert_eq!(
        turn(ask("Who is Jane Doe?")).await.text(),
        "Several records match. Which one do you mean?\n\n- **Jane Doe** (Acme GmbH)\n- **Jane Doe** (Globex)"
    );
    assert_eq!(
        turn(ask("Who is Jane Doe at Globex?")).await,
        Turn::Call("contacts.get".to_owned(), json!({"id": "b"}))
    );
}

#[tokio::test]
async fn another_kind_is_tried_when_there_is_no_such_record() {
    let missing = json!({"error": "not_found", "message": "There is no such company."});
    let mut messages = vec![said("Tell me about Globex")];
    for (id, tool, next) in [
        ("1", "companies.get", "deals.get"),
        ("2", "deals.get", "matters.get"),
        ("3", "matters.get", "contacts.get"),
    ] {
        messages.extend(called(id, tool, missing.clone(), true));
        let turn = turn(request(briefing(), messages.clone())).await;
        assert_eq!(turn, Turn::Call(next.to_owned(), json!({"name": "Globex"})));
    }
    messages.extend(called("4", "contacts.get", missing.clone(), true));
    let text = turn(request(briefing(), messages)).await.text();
    assert_eq!(text, "I found no company, deal, matter or contact called “Globex”.");

    let mut messages = vec![said("Who is Raj?")];
    messages.extend(called("1", "contacts.get", missing.clone(), true));
    messages.extend(called("2", "companies.get", missing, true));
    let text = turn(request(briefing(), messages)).await.text();
    assert!(text.starts_with("**Raj Patel** (someone@example.com) is a user"), "{text}");
}

#[tokio::test]
async fn periods_and_order_are_worded() {
    let filters = json!({"status": "won", "closed_after": "2026-10-01", "closed_before": "2026-11-01"});
    let deals = json!([{"name": "Acme – Sale", "company": "Acme", "stage": "Won", "status": "won", "estimated_value": 5, "currency": "EUR"}]);
    let result = json!({"total": 29, "truncated": true, "deals": deals, "filters": filters});
    assert_eq!(
        answer("Which deal won last month is the largest?", "deals.search", result).await,
        "There are **29** deals with status won, closed from 2026-10-01 to 2026-10-31; the largest is:\n\n- **Acme – Sale**: Won, EUR 5"
    );
    let result = json!({"total": 2, "tasks": [], "filters": {"overdue": true}});
    assert_eq!(
        answer("How many tasks are overdue?", "tasks.search", result).await,
        "There are **2** tasks overdue."
    );
}

#[tokio::test]
async fn amounts_order_the_groups() {
    let groups = json!([
        {"key": "Nadia Rahman", "count": 3, "totals": [totals("EUR", 3, 900.0)]},
        {"key": "Raj Patel", "count": 9, "totals": [totals("EUR", 9, 100.0)]},
    ]);
    let result = aggregated(&json!({}), Some("owner"), &groups);
    let text = answer("Which owner has the highest deal value?", "deals.aggregate", result).await;
    assert!(text.starts_with("**Nadia Rahman** comes first, with EUR 900 (3 deals)."), "{text}");
    assert!(
        text.ends_with(
            "By owner:\n\n- **Nadia Rahman**: EUR 900 (3 deals)\n- **Raj Patel**: EUR 100 (9 deals)"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn what_the_briefing_says_needs_no_tool() {
    let text = first(briefing(), &["Who are our lawyers?"]).await.text();
    assert_eq!(
        text,
        "This workspace has **6 users**: Lena Schmidt, Nadia Rahman, Raj Patel, Mark Webb, Ana Ruiz and Ana Moreau."
    );
    let text = first(briefing(), &["How many deals are there per region?"]).await.text();
    assert!(text.starts_with("I cannot break records down by region:"), "{text}");
}

#[tokio::test]
async fn two_questions_of_one_message_are_answered_one_after_the_other() {
    let question = "How many contacts are at Acme and who owns them?";
    let mut messages = vec![said(question)];
    let counted = json!({"total": 7, "groups": [], "filters": {"company": "Acme"}});
    messages.extend(called("1", "contacts.aggregate", counted, false));
    let second = turn(request(briefing(), messages.clone())).await;
    let want = json!({"company": "Acme", "group_by": "owner"});
    assert_eq!(second, Turn::Call("contacts.aggregate".to_owned(), want));
    let groups = json!([{"key": "Raj Patel", "count": 7, "totals": []}]);
    let grouped = json!({"total": 7, "group_by": "owner", "groups": groups, "filters": {"company": "Acme"}});
    messages.extend(called("2", "contacts.aggregate", grouped, false));
    let text = turn(request(briefing(), messages)).await.text();
    assert_eq!(
        text,
        "There are **7** contacts with company Acme.\n\n\
         There are **7** contacts with company Acme. By owner:\n\n- **Raj Patel**: 7 contacts"
    );
}

#[tokio::test]
async fn a_second_question_that_is_not_understood_is_left_out_and_said() {
    let result = json!({"total": 7, "contacts": [], "filters": {"company": "Acme"}});
    let asked = "How many contacts are at Acme and who frobnicates them?";
    let text = answer(asked, "contacts.aggregate", result).await;
    assert!(text.starts_with("I could not place “who frobnicates them”"), "{text}");
}

#[tokio::test]
async fn what_may_not_be_looked_up_is_said() {
    let ask = |text: &str| request(briefing(), vec![said(text)]);
    let mut off = ask("Summarize my pipeline");
    off.tools = Vec::new().into();
    assert!(turn(off).await.text().starts_with("Tools are off for this question"));

    let mut lacking = ask("How many deals are in Proposal?");
    lacking.tools = lacking.tools.iter().filter(|t| !t.name.starts_with("deals.")).cloned().collect();
    let mut restricted = briefing();
    restricted.missing = vec![("deals.aggregate".to_owned(), "read:deals".to_owned())];
    lacking.briefing = restricted.into();
    let text = turn(lacking).await.text();
    assert_eq!(
        text,
        "I cannot answer that: this API key may not read deals. It lacks the scope `read:deals`."
    );

    let mut spent = ask("Summarize my pipeline");
    spent.tool_calls_left = 0;
    assert!(turn(spent).await.text().contains("no tool call is left"));

    let mut nobody = briefing();
    nobody.user = None;
    let summary = aggregated(&json!({"status": "active"}), Some("stage"), &json!([]));
    let mut messages = vec![said("Summarize my pipeline")];
    messages.extend(called("1", "deals.aggregate", summary, false));
    let text = turn(request(nobody, messages)).await.text();
    assert!(
        text.ends_with("This API key stands for no person, so this covers the whole workspace."),
        "{text}"
    );
}

#[tokio::test]
async fn a_tools_error_is_passed_on() {
    let mut messages = vec![said("How many deals are in Banana?")];
    let error = json!({"error": "invalid_arguments", "message": "There is no stage “Banana”.", "valid_values": ["Intake", "Proposal"]});
    messages.extend(called("1", "deals.aggregate", error, true));
    let text = turn(request(briefing(), messages)).await.text();
    assert_eq!(text, "I could not look that up: There is no stage “Banana”. There are: Intake and Proposal.");
}

#[tokio::test]
async fn what_is_not_understood_gets_examples_of_this_workspace() {
    for question in [
        "What is the weather in Berlin today?",
        "asdf qwer",
        "How many planets are there?",
        "Why?",
        "drop table deals; --",
        "Summarize my week",
    ] {
        let text = first(briefing(), &[question]).await.text();
        assert!(text.starts_with("I did not understand "), "{question}: {text}");
        assert!(
            text.ends_with("- Summarize my pipeline\n- How many deals are in Intake?\n- Who is Jane Doe?"),
            "{text}"
        );
    }
    for question in [
        "Update the status of Cameron Anderson to qualified in the crm",
        "can you add Morgan Wilson to the crm?",
    ] {
        let text = first(briefing(), &[question]).await.text();
        assert!(
            text.starts_with("I can look records up, but I cannot create, change or send"),
            "{question}: {text}"
        );
    }
    let text = first(briefing(), &["How many notes by status?"]).await.text();
    assert!(text.starts_with("I cannot break notes down"), "{text}");
}

#[tokio::test]
async fn every_example_works() {
    let text = first(briefing(), &["help"]).await.text();
    let examples: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("- ")).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        assert!(matches!(first(briefing(), &[example]).await, Turn::Call(..)), "{example}");
    }
}

#[tokio::test]
async fn words_come_one_by_one() {
    let mut context = briefing();
    context.context = vec![on_page(RecordType::Deal, None)];
    for event in run(request(context, vec![said("Tell me about this deal")])).await {
        if let ModelEvent::Text(word) = event {
            assert!(word.split_whitespace().count() <= 1, "{word:?}");
        }
    }
}
