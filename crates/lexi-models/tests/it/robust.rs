//! Whatever comes in, an answer comes out.

use std::sync::Arc;

use lexi_models::{ModelEvent, ModelMessage};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{TOOLS, briefing, called, request, run, said};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("total"),
        Just("totals"),
        Just("groups"),
        Just("key"),
        Just("count"),
        Just("filters"),
        Just("deals"),
        Just("deal"),
        Just("contact"),
        Just("contacts"),
        Just("items"),
        Just("candidates"),
        Just("error"),
        Just("name"),
        Just("full_name"),
        Just("sum"),
        Just("currency"),
        Just("estimated_value"),
        Just("custom_fields"),
        Just("tasks"),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|fields| Value::from(
                fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>()
            )),
        ]
    })
}

/// Questions made of the words that the grammar knows, in any order.
pub(crate) fn near_question() -> impl Strategy<Value = String> {
    let words = vec![
        "how many",
        "total",
        "value",
        "of",
        "deals",
        "contacts",
        "my",
        "Raj",
        "Ana",
        "in",
        "Proposal",
        "won",
        "and",
        "by",
        "owner",
        "stage",
        "what about",
        "who is",
        "Jane Doe",
        "this deal",
        "'s",
        "over",
        "50k",
        "between",
        "last",
        "month",
        "2025",
        "status",
        "\"",
        "?",
        "it",
        "tasks",
        "overdue",
        "for",
        "Acme",
        "the",
        "pipeline",
        "summarize",
        "30",
        "days",
        "since",
        "2026-01-01",
        "stages",
        "interested in",
        "where",
        "is",
        "top",
        "5",
        "the",
        "not",
        "-",
        "’s",
        "May",
        "in May",
    ];
    prop::collection::vec(prop::sample::select(words), 0..14).prop_map(|words| words.join(" "))
}

fn events(messages: Vec<ModelMessage>, calls_left: usize) -> Vec<ModelEvent> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut request = request(briefing(), messages);
    request.tool_calls_left = calls_left;
    runtime.block_on(run(request))
}

fn well_formed(events: &[ModelEvent]) -> bool {
    let said = events.iter().any(|event| matches!(event, ModelEvent::Text(_) | ModelEvent::ToolCall(_)));
    said && matches!(events.last(), Some(ModelEvent::Finish(_)))
}

proptest! {
    #[test]
    fn any_text_is_answered(texts in prop::collection::vec("\\PC{0,60}", 1..4)) {
        prop_assert!(well_formed(&events(texts.iter().map(|t| said(t)).collect(), 4)));
    }

    #[test]
    fn any_order_of_known_words_is_answered(texts in prop::collection::vec(near_question(), 1..4)) {
        let messages: Vec<ModelMessage> = texts.iter().map(|t| said(t)).collect();
        let once = events(messages.clone(), 4);
        prop_assert!(well_formed(&once));
        prop_assert_eq!(once, events(messages, 4));
    }

    #[test]
    fn any_result_of_any_tool_is_worded(
        text in near_question(),
        results in prop::collection::vec((prop::sample::select(TOOLS), json(), any::<bool>()), 1..6),
        left in 0usize..5,
    ) {
        let mut messages = vec![said(&text)];
        for (index, ((tool, _), result, is_error)) in results.into_iter().enumerate() {
            messages.extend(called(&index.to_string(), tool, result, is_error));
        }
        let events = events(messages.clone(), left);
        prop_assert!(well_formed(&events));
        let results = messages.iter().filter(|m| matches!(m, ModelMessage::Tool { .. })).count();
        if left == 0 || results >= 4 {
            prop_assert!(!events.iter().any(|e| matches!(e, ModelEvent::ToolCall(_))));
        }
    }
}

#[test]
fn a_very_long_message_is_answered() {
    let text = "how many deals ".repeat(800);
    assert!(well_formed(&events(vec![said(&text)], 4)));
    let orphan = ModelMessage::Tool {
        call_id: String::new(),
        name: "x".to_owned(),
        result: Arc::new(Value::Null),
        is_error: false,
    };
    assert!(well_formed(&events(vec![orphan], 4)));
    assert!(well_formed(&events(Vec::new(), 0)));
}
