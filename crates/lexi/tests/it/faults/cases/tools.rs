//! Tool calls that are written strangely, wrong, or broken off.

use serde_json::{Value, json};

use super::super::case::{Case, Ends, When};

pub(super) fn cases() -> Vec<Case> {
    let case = |fault: &str, script: Value| Case::new(fault, When::Throughout, &script);
    let search = || json!([{"name": "contacts.search", "arguments": {"query": "nobody"}}]);
    let two = json!([{"name": "contacts.search", "arguments": {"query": "a"}}, {"name": "deals.search", "arguments": {}}]);
    let mut cases = vec![
        case("arguments in pieces without ids", json!({"tools": search(), "args": "no_ids"})),
        case("two calls in pieces without ids", json!({"tools": two, "args": "no_ids"}))
            .answers_with_tools(3, "2 answered"),
        case("arguments in one piece", json!({"tools": search(), "args": "whole"})),
        case("arguments as an object", json!({"tools": search(), "args": "object"})),
        case("no arguments", json!({"tools": search(), "args": "empty"})),
        case("a document with tool calls", json!({"tools": search(), "wire": {"one_document": true}})),
        case("arguments that are not JSON", json!({"tools": search(), "args": "invalid"})),
        case("a tool that does not exist", json!({"tools": [{"name": "contacts.delete", "arguments": {}}]})),
        case("tools where none are offered", json!({"tools": search(), "force_tools": true, "rounds": 1})),
    ];
    cases = cases
        .into_iter()
        .map(
            |case| {
                if case.fault.starts_with("two") { case } else { case.answers_with_tools(2, "2 answered") }
            },
        )
        .collect();
    cases.extend([
        case("arguments that are never JSON", json!({"tools": search(), "args": "invalid", "rounds": 100}))
            .answers_with_tools(4, "4 answered"),
        case(
            "arguments cut off by the length limit",
            json!({"tools": search(), "args": "truncated", "finish": "length"}),
        )
        .fails("provider_error", "2 empty")
        .ends(Ends::Pause),
        case("arguments cut off without a word", json!({"tools": search(), "args": "truncated"}))
            .answers_with_tools(2, "2 answered"),
    ]);
    for (fault, kind, code, attempts, ends) in [
        ("cut in the arguments of a tool", "cut", "provider_error", "2 broken", Ends::Pause),
        ("reset in the arguments of a tool", "reset", "provider_error", "2 broken", Ends::Pause),
        (
            "the stream ends in the arguments of a tool",
            "no_finish",
            "provider_error",
            "2 broken",
            Ends::Pause,
        ),
        ("not JSON in the arguments of a tool", "garbage", "provider_error", "2 broken", Ends::Pause),
        (
            "an error in the arguments of a tool",
            "error_object",
            "provider_error",
            "2 overloaded",
            Ends::Pause,
        ),
        ("silence in the arguments of a tool", "stall", "provider_timeout", "timeout", Ends::Read),
    ] {
        let script = json!({"tools": search(), "fail": {"at": "tools", "kind": kind}});
        cases.push(Case::new(fault, When::Before, &script).fails(code, attempts).ends(ends));
    }
    let broken = json!({"tools": search(), "fail": {"at": "mid", "kind": "cut"}});
    cases.push(
        Case::new("cut in the answer after a tool call", When::After, &broken)
            .breaks("provider_error", "broken, answered"),
    );
    cases
}
