//! A firm whose records requests to write are about, and what such a request comes to there.

use std::sync::Arc;

use lexi_models::{Briefing, Mention, ModelMessage, ModelRequest, ToolSpec};
use lexi_types::records::{RecordType, User};
use lexi_types::{RecordId, Vocabulary, VocabularyField};
use serde_json::{Value, json};

use crate::support::{Turn, briefing, called, request, said, turn};

pub(crate) const WRITES: &[&str] = &[
    "contacts.create",
    "contacts.update",
    "contacts.delete",
    "companies.create",
    "deals.create",
    "deals.update",
    "notes.create",
    "tasks.create",
    "tasks.complete",
    "activities.log",
];

pub(super) const RAJ: &str = "0198c5f0-0000-7000-8000-000000000001";
pub(super) const NADIA: &str = "0198c5f0-0000-7000-8000-000000000002";
pub(super) const LENA: &str = "0198c5f0-0000-7000-8000-000000000003";

/// What there is: the type, the name, the id.
const RECORDS: &[(RecordType, &str, &str)] = &[
    (RecordType::Contact, "Cameron Anderson", "c-cameron"),
    (RecordType::Contact, "Kerry Brown", "c-kerry"),
    (RecordType::Contact, "Quinn Thomas", "c-quinn"),
    (RecordType::Contact, "Jane Doe", "c-jane"),
    (RecordType::Contact, "Max", "c-max"),
    (RecordType::Company, "Acme GmbH", "o-acme"),
    (RecordType::Company, "Globex", "o-globex"),
    (RecordType::Deal, "Windmere renewal", "d-windmere"),
    (RecordType::Deal, "Globex", "d-globex"),
    (RecordType::Matter, "Estate of Hall", "m-hall"),
];

fn people() -> Vec<User> {
    let user = |id: &str, name: &str, email: &str| User {
        id: id.parse::<RecordId>().unwrap(),
        full_name: name.to_owned(),
        email: Some(email.to_owned()),
    };
    vec![
        user(RAJ, "Raj Patel", "raj.patel@atlas.com"),
        user(NADIA, "Nadia Moreau", "nadia.moreau@atlas.com"),
        user(LENA, "Lena Schmidt", "lena.schmidt@atlas.com"),
        user("0198c5f0-0000-7000-8000-000000000004", "Ana Ruiz", "ana.ruiz@atlas.com"),
        user("0198c5f0-0000-7000-8000-000000000005", "Ana Moreau", "ana.moreau@atlas.com"),
        user("0198c5f0-0000-7000-8000-000000000006", "Sofia Santos", "sofia.santos@atlas.com"),
        user("0198c5f0-0000-7000-8000-000000000007", "Akira Sato", "akira.sato@atlas.com"),
    ]
}

pub(crate) fn office() -> Briefing {
    use RecordType::{Contact, Deal};
    let field = |kind, field: &str, values: &[&str]| VocabularyField {
        kind,
        field: field.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let fields = vec![
        field(Contact, "status", &["Lead", "Lost", "Proposal", "Qualified", "Won"]),
        field(
            Contact,
            "custom.product_interest",
            &["Consulting", "Hardware", "Services", "Software", "Training"],
        ),
        field(Contact, "tag", &["VIP", "Newsletter"]),
        field(Deal, "tag", &["Urgent"]),
        field(Deal, "matter_type", &["Litigation", "Tax"]),
        field(Deal, "fee_model", &["fixed", "hourly"]),
    ];
    let mut base = briefing();
    let mut mentions = Vec::new();
    for (kind, name, _) in RECORDS {
        let key = lexi_types::name_key(name);
        let parts: Vec<&str> = key.split(' ').collect();
        for length in 1..=parts.len() {
            mentions.push(Mention { kind: *kind, words: parts[..length].join(" ") });
        }
    }
    if let Some(pipeline) = base.pipelines.first_mut()
        && let Some(stage) = pipeline.stages.get_mut(3)
    {
        stage.name = "Negotiation".to_owned();
    }
    let users = people();
    Briefing {
        user: users.iter().find(|user| user.full_name.starts_with("Lena")).cloned(),
        users,
        vocabulary: Arc::new(Vocabulary { fields }),
        mentions,
        ..base
    }
}

pub(crate) fn asking(briefing: Briefing, messages: Vec<ModelMessage>) -> ModelRequest {
    let mut request = request(briefing, messages);
    let writes = WRITES.iter().map(|name| ToolSpec {
        name: (*name).to_owned(),
        description: String::new(),
        parameters: json!({}),
    });
    request.tools = request.tools.iter().cloned().chain(writes).collect();
    request
}

/// What a lookup finds here: records by their whole name, two contacts for any search, one task.
pub(crate) fn found(tool: &str, arguments: &Value) -> (Value, bool) {
    let (plural, action) = tool.split_once('.').unwrap();
    if action == "get" {
        let name = arguments["name"].as_str().unwrap_or_default();
        let hit = RECORDS.iter().find(|(kind, known, _)| {
            kind.plural() == plural
                && (lexi_types::name_key(known) == lexi_types::name_key(name)
                    || lexi_types::name_key(known).starts_with(&format!("{} ", lexi_types::name_key(name))))
        });
        return match hit {
            Some((kind, name, id)) => {
                let key = if *kind == RecordType::Contact { "full_name" } else { "name" };
                let record =
                    json!({"id": id, key: name, "tags": ["Old"], "custom_fields": {"source": "Web"}});
                (json!({ kind.as_str(): record }), false)
            }
            None => (json!({"error": "not_found", "message": "There is none."}), true),
        };
    }
    if plural == "tasks" {
        return (json!({"total": 1, "tasks": [{"id": "t-1", "title": "Send the contract"}]}), false);
    }
    let items: Vec<Value> =
        ["r-1", "r-2"].iter().map(|id| json!({"id": id, "full_name": "X", "name": "X"})).collect();
    (json!({"total": 2, plural: items, "filters": arguments}), false)
}

/// The calls that a request comes to, each answered; and what is said in the end.
pub(crate) async fn calls(briefing: &Briefing, text: &str) -> (Vec<(String, Value)>, String) {
    let mut messages = vec![said(text)];
    let mut calls = Vec::new();
    loop {
        let mut asking = asking(briefing.clone(), messages.clone());
        asking.tool_calls_left = 4 - calls.len();
        match turn(asking).await {
            Turn::Text(text) => return (calls, text),
            Turn::Call(tool, arguments) => {
                let (result, is_error) = if WRITES.contains(&tool.as_str()) {
                    (
                        json!({"status": "proposed", "done": false, "task_id": "task-1", "requires_approval": true, "changes": [], "total": 1}),
                        false,
                    )
                } else {
                    found(&tool, &arguments)
                };
                messages.extend(called(&format!("call_{}", calls.len() + 1), &tool, result, is_error));
                calls.push((tool, arguments));
            }
        }
    }
}

/// The write that a request comes to.
pub(super) async fn write(text: &str) -> (Option<(String, Value)>, String) {
    let (calls, answer) = calls(&office(), text).await;
    let writes: Vec<(String, Value)> =
        calls.into_iter().filter(|(tool, _)| WRITES.contains(&tool.as_str())).collect();
    assert!(writes.len() <= 1, "{text}: {writes:?}");
    (writes.into_iter().next(), answer)
}

pub(super) async fn table(rows: &[(&str, &str, Value)]) {
    let mut wrong = Vec::new();
    for (text, tool, arguments) in rows {
        let (written, answer) = write(text).await;
        if written != Some(((*tool).to_owned(), arguments.clone())) {
            wrong.push(format!("{text}\n   {written:?}\n   {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

pub(super) fn set(id: &str, set: Value) -> Value {
    json!({"records": [id], "set": set})
}
