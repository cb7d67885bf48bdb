//! Connections and frames that break.

use serde_json::{Value, json};

use super::super::case::{Case, Ends, When};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        before("nobody listens", &json!({}))
            .without_a_server()
            .fails("provider_error", "2 unreachable")
            .ends(Ends::Pause),
    ];
    for (fault, kind) in [
        ("the connection is closed", "refuse"),
        ("the connection is cut", "cut"),
        ("the connection is reset", "reset"),
    ] {
        cases.push(fails(fault, "start", kind));
        cases.push(breaks(fault, kind));
        cases.push(once(&format!("{fault} once"), kind));
        cases.push(fails(&format!("{fault} after the response head"), "headers", kind));
    }
    cases.extend([
        before("silence", &fail("start", "stall"))
            .fails("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
        after("silence", &fail("mid", "stall")).breaks("provider_timeout", "timeout").ends(Ends::Read),
        before("silence after the response head", &fail("headers", "stall"))
            .fails("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
        before("half a line, then silence", &fail("headers", "stall_half_line"))
            .fails("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
        after("half a line, then silence", &fail("mid", "stall_half_line"))
            .breaks("provider_timeout", "timeout")
            .ends(Ends::Read),
        Case::new("pauses longer than any limit", When::Throughout, &json!({"delay_ms": 2500}))
            .fails("provider_timeout", "timeout")
            .ends(Ends::FirstToken),
    ]);
    for (fault, kind) in [
        ("half a line, then the end", "half_line_end"),
        ("a frame that is not JSON", "garbage"),
        ("the stream ends without a word about it", "no_finish"),
    ] {
        cases.push(fails(fault, "headers", kind));
        cases.push(breaks(fault, kind));
    }
    cases.extend([
        before("a page with status 200", &fail("start", "html_200")).fails("provider_error", "address"),
        before("an error document with status 200", &fail("start", "wrong_type_json"))
            .fails("provider_error", "2 overloaded")
            .ends(Ends::Pause),
        before("a redirect (302)", &fail("start", "redirect")).fails("provider_error", "address"),
        before("a redirect (307)", &json!({"fail": {"at": "start", "kind": "redirect", "status": 307}}))
            .fails("provider_error", "address"),
    ]);
    cases
}

fn before(fault: &str, script: &Value) -> Case {
    Case::new(fault, When::Before, script)
}

fn after(fault: &str, script: &Value) -> Case {
    Case::new(fault, When::After, script)
}

fn fail(at: &str, kind: &str) -> Value {
    json!({"fail": {"at": at, "kind": kind}})
}

fn fails(fault: &str, at: &str, kind: &str) -> Case {
    before(fault, &fail(at, kind)).fails("provider_error", "2 broken").ends(Ends::Pause)
}

fn once(fault: &str, kind: &str) -> Case {
    let script = json!({"fail": {"at": "start", "kind": kind, "times": 1}});
    before(fault, &script).answers("broken, answered").ends(Ends::Pause)
}

fn breaks(fault: &str, kind: &str) -> Case {
    after(fault, &fail("mid", kind)).breaks("provider_error", "broken")
}
