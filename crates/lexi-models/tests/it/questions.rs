//! Which tool a question leads to, with which arguments.

use lexi_types::records::RecordType;
use serde_json::{Value, json};

use crate::support::{Turn, briefing, first, on_page};

async fn leads_to(question: &str, tool: &str, arguments: Value) {
    let turn = first(briefing(), &[question]).await;
    let want = Turn::Call(tool.to_owned(), arguments);
    assert_eq!(turn, want, "{question}");
}

#[tokio::test]
async fn summaries() {
    for question in [
        "Summarize my pipeline",
        "summarise my pipeline please",
        "Give me my pipeline summary",
        "How's my pipeline?",
    ] {
        leads_to(
            question,
            "deals.aggregate",
            json!({"status": "active", "group_by": "stage", "owner": "me"}),
        )
        .await;
    }
    leads_to("Pipeline overview", "deals.aggregate", json!({"status": "active", "group_by": "stage"})).await;
    leads_to(
        "Summarize the pipeline by owner",
        "deals.aggregate",
        json!({"status": "active", "group_by": "owner"}),
    )
    .await;
    leads_to(
        "Summarize Raj's pipeline",
        "deals.aggregate",
        json!({"status": "active", "group_by": "stage", "owner": "Raj Patel"}),
    )
    .await;
    leads_to(
        "Summarize the Litigation pipeline",
        "deals.aggregate",
        json!({"status": "active", "group_by": "stage", "pipeline": "Litigation"}),
    )
    .await;
}

#[tokio::test]
async fn numbers_of_deals() {
    for (question, arguments) in [
        ("How many deals are in Proposal?", json!({"stage": "Proposal"})),
        ("how many opportunities are in the engagement letter stage", json!({"stage": "Engagement letter"})),
        ("How many open deals does Nadia own?", json!({"status": "active", "owner": "Nadia Rahman"})),
        ("Number of won deals", json!({"status": "won"})),
        ("How many deals do I have?", json!({"owner": "me"})),
        ("How many deals does each owner have?", json!({"group_by": "owner"})),
        (
            "Total value of won deals by owner",
            json!({"status": "won", "group_by": "owner", "rank_by": "sum"}),
        ),
        ("Average deal value by stage", json!({"group_by": "stage"})),
        ("What is the average value of lost deals?", json!({"status": "lost"})),
        ("What's the total value of my pipeline?", json!({"status": "active", "owner": "me"})),
        ("weighted value per month", json!({"group_by": "month"})),
        ("won deals by month", json!({"status": "won", "group_by": "month", "date_field": "closed_date"})),
        ("How many deals over 50k are open?", json!({"status": "active", "min_value": 50_000.01})),
        (
            "Count deals between 10,000 and €1.5 million",
            json!({"min_value": 10000, "max_value": 1500000, "currency": "EUR"}),
        ),
        ("How many deals for Acme GmbH did we win?", json!({"status": "won", "company": "Acme GmbH"})),
        (
            "Who has the most won deals?",
            json!({"group_by": "owner", "present": ["owner"], "rank_by": "count", "status": "won"}),
        ),
        ("How many deals are owned by Bob Unknown?", json!({"owner": "Bob Unknown"})),
        ("How many deals does Ana own?", json!({"owner": "Ana"})),
        ("How many deals are in Banana?", json!({"stage": "Banana"})),
        (
            "How much revenue did Nadia close in October?",
            json!({"closed": "2026-10-01..2026-10-31", "owner": "Nadia Rahman", "status": "won"}),
        ),
        ("forecast by owner", json!({"status": "active", "group_by": "owner", "rank_by": "weighted"})),
        (
            "Which companies have the highest value of won deals?",
            json!({"group_by": "company", "present": ["company"], "rank_by": "sum", "status": "won"}),
        ),
        ("win rate this year", json!({"closed": "2026-01-01..2026-12-31", "measures": ["win_rate"]})),
        ("How many deals are in the Litigation pipeline?", json!({"pipeline": "Litigation"})),
        ("How many won and lost deals are there?", json!({"group_by": "status", "status": ["won", "lost"]})),
        ("How many deals were created this month?", json!({"created": "2026-11-01..2026-11-30"})),
        (
            "Total value of deals won last quarter",
            json!({"closed": "2026-07-01..2026-09-30", "status": "won"}),
        ),
        (
            "How many deals closed in 2025?",
            json!({"closed": "2025-01-01..2025-12-31", "status": ["won", "lost"]}),
        ),
        (
            "deals created in December by stage",
            json!({"created": "2025-12-01..2025-12-31", "group_by": "stage"}),
        ),
    ] {
        leads_to(question, "deals.aggregate", arguments).await;
    }
}

#[tokio::test]
async fn numbers_of_other_records() {
    for (question, tool, arguments) in [
        ("How many contacts have status Qualified?", "contacts.aggregate", json!({"status": "Qualified"})),
        ("How many qualified contacts are there?", "contacts.aggregate", json!({"status": "Qualified"})),
        ("How many contacts are in Proposal?", "contacts.aggregate", json!({"status": "Proposal"})),
        ("How many leads do we have?", "contacts.aggregate", json!({"status": "Lead"})),
        (
            "How many contacts are assigned to Raj and are Won?",
            "contacts.aggregate",
            json!({"owner": "Raj Patel", "status": "Won"}),
        ),
        (
            "How many customers of Nadia are qualified?",
            "contacts.aggregate",
            json!({"owner": "Nadia Rahman", "status": "Qualified"}),
        ),
        ("How many people work at Acme?", "contacts.aggregate", json!({"company": "Acme"})),
        (
            "How many open matters does Mark handle?",
            "matters.aggregate",
            json!({"responsible": "Mark Webb", "status": "open"}),
        ),
        (
            "How many employment matters are there?",
            "matters.aggregate",
            json!({"practice_area": "employment"}),
        ),
        ("How many companies are in Berlin?", "companies.aggregate", json!({"city": "Berlin"})),
        ("How many people named Smith do we have?", "contacts.aggregate", json!({"query": "Smith"})),
        ("How many tasks are overdue?", "tasks.aggregate", json!({"overdue": true})),
    ] {
        leads_to(question, tool, arguments).await;
    }
}

#[tokio::test]
async fn lists() {
    for (question, tool, arguments) in [
        ("Which deals are largest?", "deals.search", json!({"sort": "value_desc", "limit": 20})),
        (
            "Show me the top 5 open deals",
            "deals.search",
            json!({"sort": "value_desc", "status": "active", "limit": 5}),
        ),
        (
            "What is the biggest open deal?",
            "deals.search",
            json!({"sort": "value_desc", "status": "active", "limit": 1}),
        ),
        ("List the newest deals", "deals.search", json!({"limit": 20, "sort": "newest"})),
        (
            "What are my oldest open deals?",
            "deals.search",
            json!({"limit": 20, "owner": "me", "sort": "oldest", "status": "active"}),
        ),
        (
            "Show deals with value over 50k in Proposal",
            "deals.search",
            json!({"limit": 20, "min_value": 50000.01, "stage": "Proposal"}),
        ),
        ("Acme deals", "deals.search", json!({"company": "Acme", "limit": 20})),
        ("Who works at Acme?", "contacts.search", json!({"company": "Acme", "limit": 20})),
        (
            "Which contacts at Acme are clients?",
            "contacts.search",
            json!({"company": "Acme", "limit": 20, "status": "Client"}),
        ),
        (
            "Find the contact with email jane@acme.example",
            "contacts.search",
            json!({"query": "jane@acme.example", "limit": 10}),
        ),
        ("Show the 5 most recently updated deals", "deals.search", json!({"sort": "updated", "limit": 5})),
        (
            "Companies in the logistics industry",
            "companies.search",
            json!({"industry": "logistics", "limit": 20}),
        ),
        (
            "Top 5 clients by value",
            "deals.aggregate",
            json!({"group_by": "company", "present": ["company"], "rank_by": "sum", "top": 5}),
        ),
        ("Which deals does Jane Doe have?", "deals.search", json!({"contact": "Jane Doe", "limit": 20})),
        ("My overdue tasks", "tasks.search", json!({"assignee": "me", "limit": 20, "overdue": true})),
        (
            "Which tasks are due this week?",
            "tasks.search",
            json!({"due": "2026-11-23..2026-11-29", "limit": 20}),
        ),
        (
            "Show open tasks for Jane Doe",
            "tasks.search",
            json!({"contact": "Jane Doe", "limit": 20, "status": "open"}),
        ),
        ("Show me notes about the Acme deal", "notes.search", json!({"deal": "Acme", "limit": 20})),
        ("List contacts at Globex Corp", "contacts.search", json!({"company": "Globex Corp", "limit": 20})),
        ("What stages do we have?", "pipelines.list", json!({})),
        ("List our pipelines", "pipelines.list", json!({})),
    ] {
        leads_to(question, tool, arguments).await;
    }
}

#[tokio::test]
async fn one_record() {
    for (question, tool, name) in [
        ("Who is Jane Doe?", "contacts.get", "Jane Doe"),
        ("who's jane doe", "contacts.get", "jane doe"),
        ("What is the status of the Acme deal?", "deals.get", "Acme"),
        ("What's the status of Acme?", "deals.get", "Acme"),
        ("Tell me about Acme GmbH", "companies.get", "Acme GmbH"),
        ("Tell me about the matter 2026-0042", "matters.get", "2026-0042"),
        ("What is Jane Doe's email address?", "contacts.get", "Jane Doe"),
        ("Who owns the Acme – Series B deal?", "deals.get", "Acme – Series B"),
        ("what is \"the big one\"", "contacts.get", "the big one"),
        ("Jane Doe", "contacts.get", "Jane Doe"),
        ("Is the Acme deal won?", "deals.get", "Acme"),
        ("Give me details on Jane Doe please", "contacts.get", "Jane Doe"),
        ("Who is the contact for Acme – Series B?", "deals.get", "Acme – Series B"),
        ("When was the Acme deal closed?", "deals.get", "Acme"),
        ("Is Jane Doe a client?", "contacts.get", "Jane Doe"),
        ("How much is Acme – Series B worth?", "deals.get", "Acme – Series B"),
        ("Who is Raj Kumar?", "contacts.get", "Raj Kumar"),
    ] {
        leads_to(question, tool, json!({ "name": name })).await;
    }
}

#[tokio::test]
async fn the_record_on_the_page() {
    let with = |kind, name| {
        let mut briefing = briefing();
        briefing.context = vec![on_page(kind, name)];
        briefing
    };
    let id = "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f";
    let deal = || with(RecordType::Deal, Some("Acme – Series B"));
    for question in [
        "Tell me about this deal",
        "How much is this deal worth?",
        "What is the status of this deal?",
        "Summarize this",
    ] {
        assert_eq!(
            first(deal(), &[question]).await,
            Turn::Call("deals.get".to_owned(), json!({ "id": id })),
            "{question}"
        );
    }
    assert_eq!(
        first(deal(), &["Which tasks are open for this deal?"]).await,
        Turn::Call("tasks.search".to_owned(), json!({"deal": id, "status": "open", "limit": 20}))
    );
    let gone = first(with(RecordType::Deal, None), &["Tell me about this deal"]).await.text();
    assert!(gone.contains("There is no such deal"), "{gone}");
    let none = first(briefing(), &["Tell me about this deal"]).await.text();
    assert!(none.contains("which deal you mean"), "{none}");
}

#[tokio::test]
async fn deals_are_broken_down_by_what_the_tool_groups_by() {
    for (text, group) in [
        ("How many deals by industry?", "industry"),
        ("How many deals by pipeline?", "pipeline"),
        ("How many won deals by quarter?", "quarter"),
        ("Total value of deals per year", "year"),
    ] {
        let Turn::Call(tool, arguments) = first(briefing(), &[text]).await else { panic!("no call: {text}") };
        assert_eq!(tool, "deals.aggregate", "{text}");
        assert_eq!(arguments["group_by"], group, "{text}");
    }
}

#[tokio::test]
async fn every_type_of_record_is_broken_down_by_its_own_aggregate() {
    for (text, tool, arguments) in [
        ("How many contacts by status?", "contacts.aggregate", json!({"group_by": "status"})),
        (
            "How many open matters by practice area?",
            "matters.aggregate",
            json!({"status": "open", "group_by": "practice_area"}),
        ),
        ("How many tasks per assignee?", "tasks.aggregate", json!({"group_by": "assignee"})),
        ("companies by country", "companies.aggregate", json!({"group_by": "country"})),
        (
            "win rate by owner",
            "deals.aggregate",
            json!({"group_by": "owner", "measures": ["win_rate"], "rank_by": "win_rate"}),
        ),
        ("What is the median deal value?", "deals.aggregate", json!({"measures": ["median"]})),
        (
            "How many cases were closed in 2025?",
            "matters.aggregate",
            json!({"closed": "2025-01-01..2025-12-31", "status": "closed"}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn what_records_lack_can_be_asked_for() {
    for (text, tool, arguments) in [
        (
            "How many open deals have no value?",
            "deals.aggregate",
            json!({"missing": ["value"], "status": "active"}),
        ),
        ("How many contacts have no phone number?", "contacts.aggregate", json!({"missing": ["phone"]})),
        ("How many companies without open deals?", "companies.aggregate", json!({"has_no": ["open_deals"]})),
        ("unassigned tasks", "tasks.search", json!({"limit": 20, "missing": ["assignee"]})),
        (
            "How many open deals have been quiet for 6 weeks?",
            "deals.aggregate",
            json!({"inactive_days": 42, "status": "active"}),
        ),
        ("How many deals are in Swiss francs?", "deals.aggregate", json!({"currency": "CHF"})),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn days_are_read_as_they_are_written_in_europe() {
    for text in [
        "won deals between 2026-03-01 and 2026-05-31",
        "won deals between 01.03.2026 and 31.05.2026",
        "won deals from 1. März 2026 to 31. Mai 2026",
        "won deals between 1er mars 2026 and 31 mai 2026",
        "won deals from 1 March 2026 until 31 May 2026",
    ] {
        let want = json!({"closed": "2026-03-01..2026-05-31", "limit": 20, "status": "won"});
        leads_to(text, "deals.search", want).await;
    }
    for text in ["won deals since 30.02.2026", "won deals since 1.2.3"] {
        assert!(matches!(first(briefing(), &[text]).await, Turn::Text(_)), "{text}");
    }
}

#[tokio::test]
async fn a_period_is_compared_with_the_one_before() {
    for text in [
        "compare deals won this quarter with last quarter",
        "How many deals were won this quarter against last?",
        "deals won this quarter vs last quarter",
    ] {
        let want = json!({"status": "won", "closed": "2026-10-01..2026-12-31", "compare": "previous_period"});
        leads_to(text, "deals.aggregate", want).await;
    }
    let text = first(briefing(), &["compare apples with pears"]).await.text();
    assert!(text.starts_with("I did not understand"), "{text}");
}
