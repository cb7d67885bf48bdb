//! A question that changes one part of the one before.

use serde_json::{Value, json};

use crate::support::{Turn, briefing, first};

async fn leads_to(texts: &[&str], tool: &str, arguments: Value) {
    let turn = first(briefing(), texts).await;
    let want = Turn::Call(tool.to_owned(), arguments);
    assert_eq!(turn, want, "{texts:?}");
}

#[tokio::test]
async fn one_filter_changes() {
    let base = "How many open deals does Nadia own?";
    for (follow_up, arguments) in [
        ("and the won ones?", json!({"status": "won", "owner": "Nadia Rahman"})),
        ("What about Raj?", json!({"status": "active", "owner": "Raj Patel"})),
        ("only in Proposal", json!({"stage": "Proposal", "owner": "Nadia Rahman"})),
        ("and overall?", json!({"status": "active"})),
        ("over 100k", json!({"status": "active", "owner": "Nadia Rahman", "min_value": 100_000.01})),
        ("by stage instead", json!({"status": "active", "owner": "Nadia Rahman", "group_by": "stage"})),
        ("And what is their total value?", json!({"status": "active", "owner": "Nadia Rahman"})),
    ] {
        leads_to(&[base, follow_up], "deals.aggregate", arguments).await;
    }
}

#[tokio::test]
async fn changes_add_up() {
    let texts = [
        "Total value of won deals by owner",
        "by company instead",
        "and last month?",
        "what about the lost ones?",
    ];
    let arguments = json!({"status": "lost", "group_by": "company", "rank_by": "sum", "closed": "2026-10-01..2026-10-31"});
    leads_to(&texts, "deals.aggregate", arguments).await;
}

#[tokio::test]
async fn the_record_stays_the_subject() {
    leads_to(
        &["Who is Jane Doe?", "what deals does she have?"],
        "deals.search",
        json!({"contact": "Jane Doe", "limit": 20}),
    )
    .await;
    leads_to(&["Who is Jane Doe?", "What is her phone number?"], "contacts.get", json!({"name": "Jane Doe"}))
        .await;
    leads_to(
        &["Tell me about Acme GmbH", "and Globex Corp?"],
        "companies.get",
        json!({"name": "Globex Corp"}),
    )
    .await;
}

#[tokio::test]
async fn they_are_the_list_and_she_is_the_record() {
    let list = ["deals for Acme GmbH", "only won", "their total value?"];
    leads_to(&list, "deals.aggregate", json!({"company": "Acme GmbH", "status": "won"})).await;
    let record = ["Who is Jane Doe?", "What deals does she have?", "who owns her?"];
    leads_to(&record, "contacts.get", json!({"name": "Jane Doe"})).await;
}

#[tokio::test]
async fn a_status_is_one_of_the_records_before() {
    let tasks = ["How many tasks does Raj have?", "and completed?"];
    leads_to(&tasks, "tasks.aggregate", json!({"assignee": "Raj Patel", "status": "completed"})).await;
    let contacts = ["How many contacts are there?", "and in Proposal?"];
    leads_to(&contacts, "contacts.aggregate", json!({"status": "Proposal"})).await;
}

#[tokio::test]
async fn parts_of_a_record_and_the_list_behind_a_number() {
    leads_to(&["Who is Jane Doe?", "tasks?"], "tasks.search", json!({"contact": "Jane Doe", "limit": 20}))
        .await;
    let number = ["How many open deals does Nadia own?", "show them"];
    leads_to(&number, "deals.search", json!({"status": "active", "owner": "Nadia Rahman", "limit": 20}))
        .await;
}

#[tokio::test]
async fn a_complete_question_starts_afresh() {
    leads_to(
        &["How many open deals does Nadia own?", "How many contacts are there?"],
        "contacts.aggregate",
        json!({}),
    )
    .await;
    leads_to(
        &["How many open deals does Nadia own?", "Summarize the pipeline"],
        "deals.aggregate",
        json!({"status": "active", "group_by": "stage"}),
    )
    .await;
}
