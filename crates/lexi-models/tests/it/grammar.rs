//! What the grammar makes of the words of a workspace: filters, groups, comparisons, silence, names.

use serde_json::{Value, json};

use crate::support::{Turn, first, wordy};

async fn leads_to(question: &str, tool: &str, arguments: Value) {
    let turn = first(wordy(), &[question]).await;
    let want = Turn::Call(tool.to_owned(), arguments);
    assert_eq!(turn, want, "{question}");
}

async fn follows(questions: &[&str], tool: &str, arguments: Value) {
    let turn = first(wordy(), questions).await;
    let want = Turn::Call(tool.to_owned(), arguments);
    assert_eq!(turn, want, "{questions:?}");
}

async fn refused(question: &str) {
    let text = first(wordy(), &[question]).await.text();
    assert!(text.contains("did not understand") || text.starts_with("I cannot"), "{question}: {text}");
}

#[tokio::test]
async fn the_workspaces_own_words_are_filters() {
    for (text, tool, arguments) in [
        ("How many litigation deals?", "deals.aggregate", json!({"matter_type": "Litigation"})),
        (
            "How many open matters in Real Estate?",
            "matters.aggregate",
            json!({"practice_area": "Real Estate", "status": "open"}),
        ),
        (
            "open deals with healthcare or life sciences companies, how many",
            "deals.aggregate",
            json!({"industry": ["Healthcare", "Life Sciences"], "status": "active"}),
        ),
        ("companies in Koln", "companies.search", json!({"city": "Köln", "limit": 20})),
        ("How many contacts speak German?", "contacts.aggregate", json!({"custom": {"language": "German"}})),
        (
            "How many contacts are interested in Training or Consulting?",
            "contacts.aggregate",
            json!({"custom": {"product_interest": ["Training", "Consulting"]}}),
        ),
        ("How many VIP contacts are there?", "contacts.aggregate", json!({"tag": "VIP"})),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn filters_add_up() {
    for (text, tool, arguments) in [
        (
            "open deals over 50k owned by Nadia closing this quarter",
            "deals.search",
            json!({"status": "active", "min_value": 50_000.01, "owner": "Nadia Rahman", "expected_close": "2026-10-01..2026-12-31", "limit": 20}),
        ),
        (
            "How many of Raj's litigation deals over 20.000 EUR did we lose in 2026?",
            "deals.aggregate",
            json!({"owner": "Raj Patel", "matter_type": "Litigation", "min_value": 20_000.01, "currency": "EUR", "status": "lost", "closed": "2026-01-01..2026-12-31"}),
        ),
        (
            "high priority fixed fee deals with German companies",
            "deals.search",
            json!({"priority": "high", "fee_model": "fixed", "country": "Germany", "limit": 20}),
        ),
        (
            "how many CFOs in Munich have no phone number?",
            "contacts.aggregate",
            json!({"job_title": "Chief Financial Officer", "city": "München", "missing": ["phone"]}),
        ),
        (
            "open deals with a probability under 30 %",
            "deals.search",
            json!({"status": "active", "max_probability": 29, "limit": 20}),
        ),
        (
            "companies with more than 1,000 employees",
            "companies.search",
            json!({"size": "1000+", "limit": 20}),
        ),
        (
            "Which companies have an open deal?",
            "companies.search",
            json!({"has": ["open_deals"], "limit": 20}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn what_is_not_wanted_is_left_out() {
    for (text, tool, arguments) in [
        (
            "How many deals are not in Intake or Proposal?",
            "deals.aggregate",
            json!({"not": {"stage": ["Intake", "Proposal"]}}),
        ),
        (
            "How many open matters are there except litigation?",
            "matters.aggregate",
            json!({"status": "open", "not": {"practice_area": "Litigation"}}),
        ),
        (
            "How many contacts are neither clients nor leads?",
            "contacts.aggregate",
            json!({"not": {"status": ["Client", "Lead"]}}),
        ),
        (
            "tasks due this week that are not done",
            "tasks.search",
            json!({"due": "2026-11-23..2026-11-29", "not": {"status": "completed"}, "limit": 20}),
        ),
        (
            "deals in Intake or Proposal",
            "deals.search",
            json!({"stage": ["Intake", "Proposal"], "limit": 20}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn groups_are_one_or_two() {
    for (text, tool, arguments) in [
        (
            "won deals by owner and quarter",
            "deals.aggregate",
            json!({"status": "won", "group_by": ["owner", "quarter"], "date_field": "closed_date", "top": 200}),
        ),
        (
            "open matters by industry of the client company",
            "matters.aggregate",
            json!({"status": "open", "group_by": "industry"}),
        ),
        (
            "top 3 companies by value of won deals",
            "deals.aggregate",
            json!({"status": "won", "group_by": "company", "present": ["company"], "rank_by": "sum", "top": 3}),
        ),
        (
            "Which language is most common among contacts?",
            "contacts.aggregate",
            json!({"group_by": "custom.language", "present": ["custom.language"], "rank_by": "count"}),
        ),
        (
            "In which practice areas do we have more than 40 open matters?",
            "matters.aggregate",
            json!({"status": "open", "group_by": "practice_area", "present": ["practice_area"], "top": 200}),
        ),
        (
            "how many calls and meetings this month",
            "activities.aggregate",
            json!({"type": ["call", "meeting"], "created": "2026-11-01..2026-11-30", "group_by": "type"}),
        ),
        ("notes by type", "notes.aggregate", json!({"group_by": "note_type"})),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn periods_people_and_areas_are_compared() {
    for (text, arguments) in [
        (
            "Did we win more deals this year than last year?",
            json!({"status": "won", "closed": "2026-01-01..2026-12-31", "compare": "previous_period"}),
        ),
        (
            "won value Q3 2026 vs Q3 2025",
            json!({"status": "won", "closed": "2026-07-01..2026-09-30", "compare": "previous_year"}),
        ),
        (
            "Nadia vs Raj: who has more open deals?",
            json!({"status": "active", "owner": ["Nadia Rahman", "Raj Patel"], "group_by": "owner", "present": ["owner"], "rank_by": "count"}),
        ),
        (
            "Compare the win rate of litigation and tax",
            json!({"matter_type": ["Litigation", "Tax"], "group_by": "matter_type", "measures": ["win_rate"], "rank_by": "win_rate"}),
        ),
    ] {
        leads_to(text, "deals.aggregate", arguments).await;
    }
}

#[tokio::test]
async fn silence_and_age() {
    for (text, arguments) in [
        (
            "open deals without any activity for 90 days",
            json!({"status": "active", "inactive_days": 90, "limit": 20, "sort": "least_active"}),
        ),
        (
            "open deals with no notes and no activities in the last 90 days",
            json!({"status": "active", "inactive_days": 90, "limit": 20, "sort": "least_active"}),
        ),
        (
            "open deals older than 60 days",
            json!({"status": "active", "created": "..2026-09-23", "limit": 20}),
        ),
        ("deals not updated in the last 30 days", json!({"updated": "..2026-10-24", "limit": 20})),
    ] {
        leads_to(text, "deals.search", arguments).await;
    }
}

#[tokio::test]
async fn names_are_known_in_small_letters_too() {
    for (text, tool, arguments) in [
        ("deals with rowan health", "deals.search", json!({"company": "rowan health", "limit": 20})),
        ("phone number of jane doe?", "contacts.get", json!({"name": "jane doe"})),
        ("status of the rowan health series b deal", "deals.get", json!({"name": "rowan health series b"})),
        ("notes on rowan health", "notes.search", json!({"company": "rowan health", "limit": 20})),
        (
            "what happened at rowan health this month?",
            "activities.timeline",
            json!({"company": "rowan health", "created": "2026-11-01..2026-11-30", "limit": 10}),
        ),
        (
            "when was the last activity on rowan health?",
            "activities.timeline",
            json!({"company": "rowan health", "types": ["activity", "note"], "limit": 1}),
        ),
        (
            "how many notes mention the power of attorney?",
            "notes.aggregate",
            json!({"query": "power attorney"}),
        ),
        (
            "what changed since Monday?",
            "activities.timeline",
            json!({"created": "2026-11-16..", "limit": 10}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn typing_errors_are_put_right_where_only_one_word_fits() {
    for (text, tool, arguments) in [
        ("hw many deals are actve", "deals.aggregate", json!({"status": "active"})),
        (
            "opn maters by practice aera",
            "matters.aggregate",
            json!({"status": "open", "group_by": "practice_area"}),
        ),
        ("how many litigatoin deals", "deals.aggregate", json!({"matter_type": "Litigation"})),
        (
            "nadias overdeu tasks",
            "tasks.search",
            json!({"assignee": "Nadia Rahman", "overdue": true, "limit": 20}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
    // A name is nobody's typing error.
    leads_to("deals with Wonn", "deals.search", json!({"company": "Wonn", "limit": 20})).await;
}

#[tokio::test]
async fn what_leaves_a_word_over_is_refused() {
    for text in [
        "How many billable hours did Nadia log last week?",
        "How many cats does Raj have?",
        "Which judge is assigned to our litigation cases?",
        "How old is Jane Doe?",
        "What is the salary of Raj Patel?",
        "Will we win the Rowan Health deal?",
        "Which of our clients went bankrupt?",
        "drop table deals; --",
        "How many tasks did we complete last week?",
        "open deals by weekday",
    ] {
        refused(text).await;
    }
}

#[tokio::test]
async fn questions_go_on() {
    let base = "how many open litigation deals does Raj have?";
    follows(
        &[base, "same for Nadia please"],
        "deals.aggregate",
        json!({"status": "active", "matter_type": "Litigation", "owner": "Nadia Rahman"}),
    )
    .await;
    follows(&[base, "and how many of those are over 20k?"], "deals.aggregate", json!({"status": "active", "matter_type": "Litigation", "owner": "Raj Patel", "min_value": 20_000.01})).await;
    follows(
        &[base, "which ones?"],
        "deals.search",
        json!({"status": "active", "matter_type": "Litigation", "owner": "Raj Patel", "limit": 20}),
    )
    .await;
    let biggest = "biggest deal we lost this year?";
    let same =
        json!({"status": "lost", "closed": "2026-01-01..2026-12-31", "sort": "value_desc", "limit": 1});
    follows(&[biggest, "who owned it?"], "deals.search", same.clone()).await;
    follows(&[biggest, "who owned it?", "and the main contact?"], "deals.search", same).await;
    let lost =
        first(wordy(), &["how many frobnicated deals?", "and how many of those are won?"]).await.text();
    assert!(lost.starts_with("I did not understand the question before"), "{lost}");
}

#[tokio::test]
async fn shares_and_workloads() {
    for (text, tool, arguments) in [
        ("What percentage of contacts are clients?", "contacts.aggregate", json!({"group_by": "status"})),
        ("what percentage of deals do we win", "deals.aggregate", json!({"measures": ["win_rate"]})),
        (
            "what is Raj working on?",
            "deals.search",
            json!({"owner": "Raj Patel", "status": "active", "limit": 10}),
        ),
        (
            "what did Nadia do yesterday?",
            "activities.timeline",
            json!({"user": "Nadia Rahman", "created": "2026-11-22..2026-11-22", "limit": 10}),
        ),
        (
            "what should I do today?",
            "tasks.search",
            json!({"assignee": "me", "not": {"status": "completed"}, "due": "2026-11-23..2026-11-23", "limit": 20}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn several_questions_are_taken_one_after_the_other() {
    let first = "How many contacts and how many companies do we have?";
    leads_to(first, "contacts.aggregate", json!({})).await;
    let opened = "How many matters did we open this month and how many did we close?";
    leads_to(opened, "matters.aggregate", json!({"opened": "2026-11-01..2026-11-30"})).await;
}

#[tokio::test]
async fn namesakes_are_told_apart_afterwards() {
    follows(
        &["phone number of Jane Doe?", "the one at Rowan Health"],
        "contacts.get",
        json!({"name": "Jane Doe"}),
    )
    .await;
}

#[tokio::test]
async fn this_weeks_follow_ups_are_of_contacts_and_deals() {
    leads_to(
        "follow-ups due this week",
        "contacts.search",
        json!({"follow_up": "2026-11-23..2026-11-29", "sort": "follow_up", "limit": 20}),
    )
    .await;
}

#[tokio::test]
async fn what_one_search_cannot_say_is_refused() {
    for question in [
        "open deals over 20k or under 5k, how many",
        "How many contacts have no phone or no LinkedIn?",
        "How many contacts speak Klingon?",
        "deals owned by both Nadia and Raj",
        "open litigation deals of Nadia and won employment deals of Raj",
        "newest deal of each lawyer",
        "Who is our best lawyer?",
        "What share of the pipeline value is litigation?",
        "Which deal took the longest?",
        "the most recently closed deal",
        "companies without deals this year",
        "companies with exactly one deal",
        "emails to Nadia",
        "open deals between 20k and 50k over 30k",
    ] {
        refused(question).await;
    }
}

#[tokio::test]
async fn what_is_done_to_records_is_no_question() {
    for question in [
        "close all open deals of Nadia",
        "complete my tasks",
        "Remind me to call Anna tomorrow",
        "open a matter for Acme",
    ] {
        let text = first(wordy(), &[question]).await.text();
        assert!(text.starts_with("I can look records up, but I cannot"), "{question}: {text}");
    }
}

#[tokio::test]
async fn a_negation_goes_on_over_a_list() {
    for (text, tool, arguments) in [
        (
            "How many deals are not in Intake, Qualified or Proposal?",
            "deals.aggregate",
            json!({"not": {"stage": ["Intake", "Qualified", "Proposal"]}}),
        ),
        ("all deals but the lost ones, how many", "deals.aggregate", json!({"not": {"status": "lost"}})),
        (
            "How many tasks are not assigned to Nadia?",
            "tasks.aggregate",
            json!({"not": {"assignee": "Nadia Rahman"}}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn what_is_planned_lies_ahead_and_what_happened_behind() {
    for (text, tool, arguments) in [
        ("How many tasks are due in March?", "tasks.aggregate", json!({"due": "2027-03-01..2027-03-31"})),
        (
            "how many deals did we win the month before last",
            "deals.aggregate",
            json!({"status": "won", "closed": "2026-09-01..2026-09-30"}),
        ),
        (
            "average sales cycle this year",
            "deals.aggregate",
            json!({"measures": ["cycle_days"], "closed": "2026-01-01..2026-12-31"}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
}

#[tokio::test]
async fn the_largest_is_a_deal_or_a_figure_of_each() {
    for (text, tool, arguments) in [
        (
            "Who has the largest open deal?",
            "deals.search",
            json!({"status": "active", "sort": "value_desc", "limit": 1}),
        ),
        (
            "largest deal of each lawyer",
            "deals.aggregate",
            json!({"measures": ["max"], "group_by": "owner", "rank_by": "max"}),
        ),
    ] {
        leads_to(text, tool, arguments).await;
    }
    follows(
        &["Which companies are in Germany?", "with open deals?"],
        "companies.search",
        json!({"country": "Germany", "has": ["open_deals"], "limit": 20}),
    )
    .await;
}
