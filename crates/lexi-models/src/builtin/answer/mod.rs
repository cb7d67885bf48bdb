//! From tool results to words. Every number comes out of a result, and the filters that were applied are named.

mod aggregate;
mod json;
mod lists;
mod record;

use serde_json::Value;

use super::examples;
use super::format::{joined, number, plain};
use super::plan::Call;
use super::question::{Intent, Owner, Problem, Question, Subject};
use super::turn::Outcome;
use super::words::fold;
use crate::ModelRequest;

/// What can be said without any tool: help, refusals.
pub(super) fn before_looking(question: &Question, request: &ModelRequest) -> Option<String> {
    match (&question.problem, question.intent) {
        (_, Some(Intent::Help)) => Some(examples::help(request)),
        (_, Some(Intent::Change)) => Some(format!(
            "I can look records up, but I cannot create, change or send anything, so nothing was changed. {}",
            examples::text(request)
        )),
        (Some(Problem::Negation(word)), _) if question.says_something() => Some(format!(
            "I cannot answer questions with “{word}” yet: I can only look for what records have. {}",
            examples::text(request)
        )),
        (Some(Problem::Twice(what, one, other)), _) => Some(format!(
            "I can take one {what} at a time: {} or {}? You can also ask for a breakdown by {what}.",
            plain(one),
            plain(other)
        )),
        _ => None,
    }
}

/// The question needs a tool that is not offered.
pub(super) fn without_tool(calls: &[Call], request: &ModelRequest) -> String {
    let lacking =
        calls.iter().find_map(|call| request.briefing.missing.iter().find(|(tool, _)| tool == call.tool));
    match lacking {
        Some((tool, scope)) => format!(
            "I cannot answer that: this API key may not read {}. It lacks the scope `{}`.",
            tool.split('.').next().unwrap_or("these records"),
            plain(scope)
        ),
        None => "Tools are off for this question, so I cannot look at your records, and without them I have no answer."
            .to_owned(),
    }
}

pub(super) fn no_calls_left() -> String {
    "I would have to look that up, but no tool call is left for this question, so I have no answer."
        .to_owned()
}

/// Words what the tools found.
pub(super) fn word(question: &Question, outcomes: &[Outcome], request: &ModelRequest) -> String {
    let Some(last) = outcomes.last() else { return no_calls_left() };
    if last.is_error {
        return failed(question, outcomes, last, request);
    }
    let body = match last.tool.as_str() {
        "deals.aggregate" => aggregate::word(question, &last.result),
        "pipelines.list" => lists::pipelines(&last.result),
        tool if tool.ends_with(".get") => record::word(question, tool, &last.result),
        tool => lists::word(question, tool, &last.result),
    };
    let mut answer = body.unwrap_or_else(|| "The tool gave an answer that I cannot read.".to_owned());
    for remark in remarks(question, request) {
        answer.push_str("\n\n");
        answer.push_str(&remark);
    }
    answer
}

fn failed(question: &Question, outcomes: &[Outcome], last: &Outcome, request: &ModelRequest) -> String {
    match last.code() {
        Some("ambiguous_reference") => candidates(last),
        Some("not_found") if question.intent == Some(Intent::Lookup) => nobody(question, outcomes, request),
        _ => match json::text(&last.result, "message") {
            Some(message) => {
                format!("I could not look that up: {}{}", plain(message), valid_values(last, message))
            }
            None => "I could not look that up: the tool failed without saying why.".to_owned(),
        },
    }
}

/// The values that would have been taken, unless the message names them itself.
fn valid_values(last: &Outcome, message: &str) -> String {
    let values = json::list(&last.result, "valid_values").iter().filter_map(Value::as_str);
    let values: Vec<String> = values.filter(|value| !message.contains(value)).take(12).map(plain).collect();
    if values.is_empty() { String::new() } else { format!(" There are: {}.", joined(&values, "and")) }
}

fn candidates(last: &Outcome) -> String {
    let lines: Vec<String> = json::list(&last.result, "candidates")
        .iter()
        .take(10)
        .filter_map(|candidate| {
            let name = plain(json::text(candidate, "name")?);
            let detail = json::text(candidate, "detail").map(plain).filter(|d| !d.is_empty());
            Some(detail.map_or_else(|| format!("- **{name}**"), |detail| format!("- **{name}** ({detail})")))
        })
        .collect();
    if lines.is_empty() {
        return "Several records have that name. Which one do you mean?".to_owned();
    }
    format!("Several records match. Which one do you mean?\n\n{}", lines.join("\n"))
}

/// No record of the name: a colleague's, perhaps.
fn nobody(question: &Question, outcomes: &[Outcome], request: &ModelRequest) -> String {
    let Some(Subject::Named(name)) = &question.subject else {
        return "There is no such record in what this key may see.".to_owned();
    };
    let folded = fold(&name.text);
    let colleague = request.briefing.users.iter().find(|user| {
        let full = fold(&user.full_name);
        full == folded || full.split(' ').next() == Some(folded.as_str())
    });
    let tried: Vec<String> = outcomes
        .iter()
        .map(|o| {
            let plural = o.tool.split('.').next().unwrap_or("records");
            super::format::noun(1, plural).to_owned()
        })
        .collect();
    match colleague {
        Some(user) => {
            let email = user.email.as_deref().map(|email| format!(" ({})", plain(email))).unwrap_or_default();
            format!(
                "**{}**{email} is a user of this workspace. There is no {} of that name.",
                plain(&user.full_name),
                joined(&tried, "or")
            )
        }
        None => format!("I found no {} called “{}”.", joined(&tried, "or"), plain(&name.text)),
    }
}

/// What the reader has to know besides the answer itself.
fn remarks(question: &Question, request: &ModelRequest) -> Vec<String> {
    let mut remarks = Vec::new();
    if question.filters.owner == Some(Owner::Me) && request.briefing.user.is_none() {
        remarks.push("This API key stands for no person, so this covers the whole workspace.".to_owned());
    }
    let unplaced: Vec<String> =
        question.unplaced.iter().take(3).map(|words| format!("“{}”", plain(words))).collect();
    if !unplaced.is_empty() {
        remarks.push(format!("I took no account of {}: I could not place it.", joined(&unplaced, "and")));
    }
    remarks
}

/// The filters that a tool says it applied: "stage Proposal, owner Nadia Rahman".
pub(super) fn filters(result: &Value) -> Vec<String> {
    let Some(filters) = result.get("filters") else { return Vec::new() };
    let filters = filters.get("applied").filter(|applied| applied.is_object()).unwrap_or(filters);
    let Some(filters) = filters.as_object() else { return Vec::new() };
    let skipped = ["limit", "sort", "group_by", "date_field", "cursor"];
    filters
        .iter()
        .filter(|(key, _)| !skipped.contains(&key.as_str()))
        .filter_map(|(key, value)| filter(key, value))
        .collect()
}

fn filter(key: &str, value: &Value) -> Option<String> {
    let shown = match value {
        Value::String(text) => plain(text),
        Value::Number(_) => number(value)?,
        Value::Bool(true) => return Some(plain(key).replace('_', " ")),
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| filter(name, value));
            return Some(fields.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty());
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().filter_map(Value::as_str).map(plain).collect();
            joined(&values, "or")
        }
        Value::Null | Value::Bool(false) => return None,
    };
    if shown.is_empty() {
        return None;
    }
    Some(match key {
        "min_value" => format!("value at least {shown}"),
        "max_value" => format!("value at most {shown}"),
        "query" => format!("text “{shown}”"),
        key => match (key.strip_suffix("_after"), key.strip_suffix("_before")) {
            (Some(what), _) => format!("{what} from {shown}"),
            (_, Some(what)) => format!("{what} before {shown}"),
            _ => format!("{} {shown}", plain(key).replace('_', " ")),
        },
    })
}

/// " with stage Proposal and owner Nadia Rahman", or nothing.
pub(super) fn with_filters(result: &Value) -> String {
    let filters = filters(result);
    if filters.is_empty() { String::new() } else { format!(" with {}", joined(&filters, "and")) }
}
