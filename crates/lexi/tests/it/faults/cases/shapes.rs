//! Answers that are good, in every way they may be written.

use serde_json::{Value, json};

use super::super::case::{Case, Ends, When};

const PAGE_WORDS: &str = "Größe 😀 naïve 𝒳 family 👩‍👩‍👧 end";

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = written().into_iter().map(|(fault, script)| good(fault, &script)).collect();
    let with_tools = json!({"tools": [{"name": "contacts.search", "arguments": {"query": "Zoë 😀"}}], "wire": {"chunk_bytes": 1, "surrogates": true}});
    cases.push(
        good("surrogate pairs in the arguments of a tool, cut at every byte", &with_tools)
            .answers_with_tools(2, "2 answered"),
    );
    cases.extend([
        good("pauses shorter than the limits", &json!({"first_delay_ms": 400, "delay_ms": 150}))
            .ends(Ends::Model),
        good("the connection stays open after the end", &json!({"wire": {"hang_open": true}})),
        good(
            "the connection stays open, and the end mark is missing",
            &json!({"wire": {"hang_open": true, "no_done": true}}),
        )
        .ends(Ends::Read),
    ]);
    let neither =
        good("neither finish reason nor end mark", &json!({"wire": {"no_finish": true, "no_done": true}}));
    cases.push(neither.breaks_at_the_end("provider_error", "broken"));
    cases
}

fn good(fault: &str, script: &Value) -> Case {
    Case::new(fault, When::Throughout, script)
}

fn written() -> Vec<(&'static str, Value)> {
    vec![
        ("a boundary of chunks at every byte", json!({"wire": {"chunk_bytes": 1}})),
        ("chunks of 2 bytes", json!({"wire": {"chunk_bytes": 2}})),
        ("chunks of 3 bytes", json!({"wire": {"chunk_bytes": 3}})),
        ("chunks of 61 bytes", json!({"wire": {"chunk_bytes": 61}})),
        ("letters beyond ASCII, cut at every byte", json!({"text": PAGE_WORDS, "wire": {"chunk_bytes": 1}})),
        (
            "surrogate pairs, cut at every byte",
            json!({"text": PAGE_WORDS, "wire": {"chunk_bytes": 1, "surrogates": true}}),
        ),
        ("lines end in CRLF", json!({"wire": {"line_end": "crlf"}})),
        ("lines end in CRLF, cut at every byte", json!({"wire": {"line_end": "crlf", "chunk_bytes": 1}})),
        ("lines end in CR", json!({"wire": {"line_end": "cr"}})),
        ("lines end in CR, cut at every byte", json!({"wire": {"line_end": "cr", "chunk_bytes": 1}})),
        ("comments between and inside frames", json!({"wire": {"comments": true}})),
        ("data over several lines", json!({"wire": {"multiline": true}})),
        (
            "data over several lines, CRLF, comments, cut at every byte",
            json!({"wire": {"multiline": true, "comments": true, "line_end": "crlf", "chunk_bytes": 1}}),
        ),
        ("a byte order mark", json!({"wire": {"bom": true}})),
        ("a byte order mark, cut at every byte", json!({"wire": {"bom": true, "chunk_bytes": 1}})),
        ("no blank after the colon", json!({"wire": {"no_space": true}})),
        ("content type `text/html`", json!({"wire": {"content_type": "text/html"}})),
        ("content type `application/json`", json!({"wire": {"content_type": "application/json"}})),
        ("no content type", json!({"wire": {"content_type": ""}})),
        ("a document instead of a stream", json!({"wire": {"one_document": true}})),
        (
            "a document instead of a stream, cut at every byte",
            json!({"wire": {"one_document": true, "chunk_bytes": 1}}),
        ),
        (
            "a document that claims to be a stream",
            json!({"wire": {"one_document": true, "content_type": "text/event-stream"}}),
        ),
        ("no `[DONE]`, no `message_stop`", json!({"wire": {"no_done": true}})),
        ("no finish reason", json!({"wire": {"no_finish": true}})),
        ("the end of the connection is the end of the body", json!({"wire": {"close": true}})),
        ("`usage: {}`", json!({"usage_empty": true})),
        ("no usage", json!({"usage": false})),
        ("thoughts before the answer", json!({"reasoning": "let me think"})),
    ]
}
