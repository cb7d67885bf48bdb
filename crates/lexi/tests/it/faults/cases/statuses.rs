//! Refusals and failures that the provider tells.

use serde_json::json;

use super::super::case::{Case, Ends, When};

/// What each status means, and whether the model is asked again.
const STATUSES: &[(u16, &str, bool)] = &[
    (400, "rejected", false),
    (401, "key", false),
    (402, "spent", false),
    (403, "key", false),
    (404, "no_such_model", false),
    (408, "timeout", true),
    (409, "busy", true),
    (413, "too_long", false),
    (429, "busy", true),
    (500, "overloaded", true),
    (502, "overloaded", true),
    (503, "overloaded", true),
    (504, "timeout", true),
    (529, "overloaded", true),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (status, cause, again) in STATUSES {
        let fault = format!("status {status}");
        let (openai, anthropic) = outside(*status, cause);
        let always = json!({"fail": {"at": "start", "kind": "status", "status": status}});
        let of = |cause: &str| {
            let case = Case::new(&fault, When::Before, &always);
            if *again {
                case.fails(code(cause), &format!("2 {cause}")).ends(Ends::Pause)
            } else {
                case.fails(code(cause), cause)
            }
        };
        cases.push(of(openai).anthropic(of(anthropic)));
        let (within, anthropic_within) = inside(*status, cause);
        let mid = json!({"fail": {"at": "mid", "kind": "status", "status": status}});
        let of = |cause: &str| Case::new(&fault, When::After, &mid).breaks(code(cause), cause);
        cases.push(of(within).anthropic(of(anthropic_within)));
        let once = json!({"fail": {"at": "start", "kind": "status", "status": status, "retry_after": "1", "times": 1}});
        let of = |cause: &str| {
            let case = Case::new(format!("{fault} once, `Retry-After: 1`"), When::Before, &once);
            if *again {
                case.answers(&format!("{cause}, answered")).ends(Ends::RetryAfter)
            } else {
                case.fails(code(cause), cause)
            }
        };
        cases.push(of(openai).anthropic(of(anthropic)));
    }
    for (status, cause, again) in
        [(401, "key", false), (404, "address", false), (413, "too_long", false), (502, "overloaded", true)]
    {
        let script = json!({"fail": {"at": "start", "kind": "status", "status": status, "body": "html"}});
        let page = Case::new(format!("status {status} with a page"), When::Before, &script);
        cases.push(if again {
            page.fails("provider_error", &format!("2 {cause}")).ends(Ends::Pause)
        } else {
            page.fails("provider_error", cause)
        });
    }
    let bare = json!({"fail": {"at": "start", "kind": "status", "status": 500, "body": "empty"}});
    cases.push(
        Case::new("status 500 without a body", When::Before, &bare)
            .fails("provider_error", "2 overloaded")
            .ends(Ends::Pause),
    );
    cases
}

pub(super) fn pauses() -> Vec<Case> {
    let with = |fault: &str, after: &str, times: u32| {
        let fail =
            json!({"at": "start", "kind": "status", "status": 429, "retry_after": after, "times": times});
        Case::new(fault, When::Before, &json!({ "fail": fail }))
    };
    vec![
        with("status 429 always, `Retry-After: 1`", "1", 9)
            .fails("provider_error", "2 busy")
            .ends(Ends::RetryAfter),
        with("status 429 once, `Retry-After` longer than `model_retry_after_max_s`", "30", 1)
            .fails("provider_error", "busy"),
        with("status 429 once, `Retry-After` a day in the past", "Wed, 21 Oct 2015 07:28:00 GMT", 1)
            .answers("busy, answered")
            .ends(Ends::Pause),
        with("status 429 once, `Retry-After` that says nothing", "soon", 1)
            .answers("busy, answered")
            .ends(Ends::Pause),
        Case::new(
            "status 429, the account is spent",
            When::Before,
            &json!({"fail": {"at": "start", "kind": "status", "status": 429, "code": "insufficient_quota"}}),
        )
        .fails("provider_error", "spent"),
        Case::new(
            "status 500 once",
            When::Before,
            &json!({"fail": {"at": "start", "kind": "status_500", "times": 1}}),
        )
        .answers("overloaded, answered")
        .ends(Ends::Pause),
    ]
}

/// An error where the rest of the answer should be.
pub(super) fn in_streams() -> Vec<Case> {
    let mut cases = Vec::new();
    for (status, cause, again) in [
        (400, "rejected", false),
        (401, "key", false),
        (429, "busy", true),
        (500, "overloaded", true),
        (504, "timeout", true),
        (529, "overloaded", true),
    ] {
        let code = code(cause);
        let fault = format!("an error like status {status} inside the stream");
        let script = json!({"fail": {"at": "headers", "kind": "error_object", "status": status}});
        let before = Case::new(&fault, When::Before, &script);
        cases.push(if again {
            before.fails(code, &format!("2 {cause}")).ends(Ends::Pause)
        } else {
            before.fails(code, cause)
        });
        let script = json!({"fail": {"at": "mid", "kind": "error_object", "status": status}});
        cases.push(Case::new(&fault, When::After, &script).breaks(code, cause));
    }
    cases
}

/// What a status means to each: a 404 may be the path too, where no code or sentence speaks of the model.
fn outside(status: u16, cause: &'static str) -> (&'static str, &'static str) {
    if status == 404 { (cause, "address") } else { (cause, cause) }
}

/// What the error of a status says inside a stream, where only its own words tell. OpenAI's has the number; Anthropic's
/// has types, and none for some of the statuses.
fn inside(status: u16, cause: &'static str) -> (&'static str, &'static str) {
    match status {
        404 => ("address", "overloaded"),
        408 | 409 => (cause, "rejected"),
        _ => (cause, cause),
    }
}

fn code(cause: &str) -> &'static str {
    if cause == "timeout" { "provider_timeout" } else { "provider_error" }
}
