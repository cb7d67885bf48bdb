//! A workspace to ask about, and the two halves of a turn.

use std::sync::Arc;

use futures_util::StreamExt;
use lexi_models::{
    Briefing, BriefingRecord, Builtin, Finish, Mention, Model, ModelEvent, ModelMessage, ModelRequest,
    Samples, System, ToolCall, ToolSpec,
};
use lexi_types::records::{Pipeline, RecordType, Stage, User};
use lexi_types::{Date, RecordId, Vocabulary, VocabularyField};
use serde_json::{Value, json};

pub(crate) const TOOLS: &[(&str, &str)] = &[
    ("contacts.search", "read:contacts"),
    ("contacts.get", "read:contacts"),
    ("companies.search", "read:companies"),
    ("companies.get", "read:companies"),
    ("deals.search", "read:deals"),
    ("deals.get", "read:deals"),
    ("contacts.aggregate", "read:contacts"),
    ("companies.aggregate", "read:companies"),
    ("matters.aggregate", "read:matters"),
    ("tasks.aggregate", "read:tasks"),
    ("deals.aggregate", "read:deals"),
    ("matters.search", "read:matters"),
    ("matters.get", "read:matters"),
    ("notes.search", "read:notes"),
    ("notes.aggregate", "read:notes"),
    ("activities.aggregate", "read:activities"),
    ("activities.timeline", "read:activities"),
    ("search.text", "read:notes"),
    ("tasks.search", "read:tasks"),
    ("pipelines.list", "read:deals"),
];

pub(crate) fn user(name: &str) -> User {
    User { id: RecordId::new(), full_name: name.to_owned(), email: Some("someone@example.com".to_owned()) }
}

fn pipeline(name: &str, stages: &[(&str, &str)]) -> Pipeline {
    let stages = stages.iter().zip(1..).map(|((name, kind), sort_order)| Stage {
        id: RecordId::new(),
        name: (*name).to_owned(),
        stage_type: (*kind).to_owned(),
        sort_order,
        probability: 10,
    });
    Pipeline { id: RecordId::new(), name: name.to_owned(), stages: stages.collect() }
}

pub(crate) fn briefing() -> Briefing {
    Briefing {
        today: Date::new(2026, 11, 23).unwrap(),
        workspace: "Atlas".to_owned(),
        user: Some(user("Lena Schmidt")),
        page: None,
        context: Vec::new(),
        pipelines: vec![
            pipeline(
                "New business",
                &[
                    ("Intake", "open"),
                    ("Qualified", "open"),
                    ("Proposal", "open"),
                    ("Engagement letter", "open"),
                    ("Won", "won"),
                    ("Lost", "lost"),
                ],
            ),
            pipeline("Litigation", &[("Intake", "open"), ("Conflict check", "open"), ("Won", "won")]),
        ],
        users: ["Lena Schmidt", "Nadia Rahman", "Raj Patel", "Mark Webb", "Ana Ruiz", "Ana Moreau"]
            .map(user)
            .to_vec(),
        missing: Vec::new(),
        vocabulary: Arc::default(),
        mentions: Vec::new(),
        samples: Samples {
            contact: Some("Jane Doe".to_owned()),
            company: Some("Acme GmbH".to_owned()),
            deal: Some("Acme – Series B".to_owned()),
            matter: Some("Acme v. Globex".to_owned()),
        },
    }
}

/// The same workspace, with words and names of its own.
pub(crate) fn wordy() -> Briefing {
    use RecordType::{Activity, Company, Contact, Deal, Matter};
    let field = |kind, field: &str, values: &[&str]| VocabularyField {
        kind,
        field: field.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let fields = vec![
        field(Company, "industry", &["Healthcare", "Life Sciences", "Software"]),
        field(Company, "city", &["Köln", "München"]),
        field(Company, "country", &["Germany", "Ireland"]),
        field(Company, "size", &["1-10", "11-50", "51-200", "1000+"]),
        field(Contact, "custom.language", &["French", "German"]),
        field(Contact, "custom.product_interest", &["Consulting", "Training"]),
        field(Contact, "custom.source", &["Referral", "Website"]),
        field(Contact, "status", &["Client", "Lead", "Referral partner"]),
        field(Contact, "job_title", &["Chief Financial Officer", "General Counsel"]),
        field(Contact, "tag", &["VIP"]),
        field(Deal, "matter_type", &["Litigation", "Tax"]),
        field(Deal, "priority", &["high", "low"]),
        field(Deal, "fee_model", &["fixed", "hourly"]),
        field(Matter, "practice_area", &["Litigation", "Real Estate"]),
        field(Activity, "type", &["call", "meeting"]),
    ];
    let mention = |kind, words: &str| Mention { kind, words: words.to_owned() };
    let mentions = vec![
        mention(Company, "rowan health"),
        mention(Contact, "jane doe"),
        mention(Deal, "rowan health series b"),
    ];
    Briefing { vocabulary: Arc::new(Vocabulary { fields }), mentions, ..briefing() }
}

pub(crate) fn on_page(kind: RecordType, name: Option<&str>) -> BriefingRecord {
    BriefingRecord {
        kind,
        id: "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f".parse().unwrap(),
        name: name.map(str::to_owned),
    }
}

pub(crate) fn request(briefing: Briefing, messages: Vec<ModelMessage>) -> ModelRequest {
    let tools: Vec<ToolSpec> = TOOLS
        .iter()
        .map(|(name, _)| ToolSpec {
            name: (*name).to_owned(),
            description: String::new(),
            parameters: json!({}),
        })
        .collect();
    ModelRequest {
        system: System::default(),
        begun_with: None,
        briefing: Arc::new(briefing),
        messages,
        tools: tools.into(),
        tool_calls_left: 4,
        fence: "f3nce".to_owned(),
    }
}

pub(crate) fn said(text: &str) -> ModelMessage {
    ModelMessage::question_of(text.to_owned())
}

pub(crate) fn called(id: &str, name: &str, result: Value, is_error: bool) -> [ModelMessage; 2] {
    let call = ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: "{}".to_owned(), extra: None };
    [
        ModelMessage::Assistant {
            text: String::new(),
            tool_calls: vec![call],
            by: None,
            reasoning: Vec::new(),
        },
        ModelMessage::Tool {
            call_id: id.to_owned(),
            name: name.to_owned(),
            result: Arc::new(result),
            is_error,
        },
    ]
}

pub(crate) async fn run(request: ModelRequest) -> Vec<ModelEvent> {
    Builtin::default()
        .stream(request)
        .map(|event| event.expect("the built-in model never fails"))
        .collect()
        .await
}

#[derive(Debug, PartialEq)]
pub(crate) enum Turn {
    Call(String, Value),
    Text(String),
}

impl Turn {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            other => panic!("expected an answer, got {other:?}"),
        }
    }
}

/// Runs one round and checks that it is well formed.
pub(crate) async fn turn(request: ModelRequest) -> Turn {
    let events = run(request).await;
    let mut text = String::new();
    let mut calls = Vec::new();
    for event in &events {
        match event {
            ModelEvent::Text(word) => text.push_str(word),
            ModelEvent::ToolCall(call) => calls.push(call.clone()),
            _ => {}
        }
    }
    assert!(
        matches!(events.get(events.len() - 2), Some(ModelEvent::Usage(usage)) if usage.output_tokens > 0)
    );
    match (events.last(), calls.as_slice()) {
        (Some(ModelEvent::Finish(Finish::Stop)), []) => Turn::Text(text),
        (Some(ModelEvent::Finish(Finish::ToolCalls)), [call]) => {
            assert!(text.is_empty());
            Turn::Call(call.name.clone(), serde_json::from_str(&call.arguments).unwrap())
        }
        other => panic!("malformed turn: {other:?}"),
    }
}

/// The first round of a conversation.
pub(crate) async fn first(briefing: Briefing, texts: &[&str]) -> Turn {
    turn(request(briefing, texts.iter().map(|text| said(text)).collect())).await
}

/// The answer to a question whose only tool call brings this result.
pub(crate) async fn answer(question: &str, tool: &str, result: Value) -> String {
    let mut messages = vec![said(question)];
    messages.extend(called("call_1", tool, result, false));
    turn(request(briefing(), messages)).await.text()
}
