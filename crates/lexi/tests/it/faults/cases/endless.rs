//! Answers that do not come to an end by themselves.

use serde_json::{Value, json};

use super::super::case::{Case, Ends, When};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let fail = |at: &str, kind: &str| json!({"fail": {"at": at, "kind": kind}});
    let search: Value = json!([{"name": "contacts.search", "arguments": {}}]);
    vec![
        case("text without an end", When::After, &json!({"text": null, "endless_text": true}))
            .cut_at("`answer_bytes_max` of it"),
        case("a line of a megabyte", When::Throughout, &json!({"text": null, "line_bytes": 1_048_576}))
            .cut_at("`answer_bytes_max` of it"),
        case("a line without an end", When::Before, &fail("headers", "huge_line"))
            .fails("provider_error", "broken"),
        case("a line without an end", When::After, &fail("mid", "huge_line"))
            .breaks("provider_error", "broken"),
        case("response headers without an end", When::Before, &fail("start", "endless_headers"))
            .fails("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
        case("comments without an end", When::Before, &fail("headers", "endless_comments"))
            .fails("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
        case("comments without an end", When::After, &fail("mid", "endless_comments"))
            .breaks("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
        case("thoughts without an end", When::Before, &json!({"endless_thoughts": true}))
            .fails("provider_error", "endless"),
        case(
            "an answer slower than the longest run",
            When::After,
            &json!({"text": null, "words": 1000, "delay_ms": 500}),
        )
        .breaks("provider_timeout", "")
        .ends(Ends::RunTime),
        case("tools are called without an end", When::Throughout, &json!({"endless_tools": true}))
            .fails("provider_error", "6 answered"),
        case(
            "tools are called as often as they are offered",
            When::Throughout,
            &json!({"tools": search, "rounds": 100}),
        )
        .answers_with_tools(5, "5 answered"),
    ]
}
