//! From tool results to words. Every number comes out of a result, and the filters that were applied are named.

mod aggregate;
mod figures;
pub(in crate::builtin) mod filters;
mod happenings;
pub(in crate::builtin) mod json;
mod lists;
mod record;

use serde_json::Value;

use super::examples;
use super::field::Field;
use super::format::{joined, plain};
use super::plan::Call;
use super::question::{Intent, Name, Problem, Question, Subject};
use super::turn::Outcome;
use super::words::fold;
use crate::ModelRequest;

/// What can be said without any tool: help, refusals, who works here.
pub(super) fn before_looking(question: &Question, request: &ModelRequest) -> Option<String> {
    match (&question.problem, question.intent) {
        (_, Some(Intent::Help)) => Some(examples::help(request)),
        (_, Some(Intent::Change)) => Some(format!(
            "I can look records up, but I cannot create, change or send anything, so nothing was changed. {}",
            examples::text(request)
        )),
        (Some(Problem::Group(noun)), _) => Some(format!(
            "I cannot break records down by {}: I can by stage, status, owner, company, industry, practice area, month, quarter and the like.",
            plain(noun)
        )),
        (Some(Problem::Lost), _) => Some(format!(
            "I did not understand the question before this one, so I cannot go on from it. Please ask it in full. {}",
            examples::text(request)
        )),
        (_, Some(Intent::Users)) if question.unplaced.is_empty() => Some(users(question, request)),
        _ => unplaced(question, request),
    }
}

/// A number that leaves out half of what was asked is worse than none.
fn unplaced(question: &Question, request: &ModelRequest) -> Option<String> {
    if question.unplaced.is_empty() {
        return None;
    }
    let words: Vec<String> =
        question.unplaced.iter().take(3).map(|words| format!("“{}”", plain(words))).collect();
    Some(format!(
        "I did not understand {}, and an answer without it might mislead. {}",
        joined(&words, "and"),
        examples::text(request)
    ))
}

fn users(question: &Question, request: &ModelRequest) -> String {
    if let Some(Subject::Named(Name { text, .. })) = &question.subject {
        return user(text, question.focus.as_ref(), request);
    }
    let names: Vec<String> = request.briefing.users.iter().map(|user| plain(&user.full_name)).collect();
    if names.is_empty() {
        return "This workspace has no users yet.".to_owned();
    }
    let count = super::format::counted(u64::try_from(names.len()).unwrap_or(u64::MAX), "users");
    format!("This workspace has **{count}**: {}.", joined(&names, "and"))
}

/// A colleague, by whole name or a part that several may share.
fn user(text: &str, focus: Option<&Field>, request: &ModelRequest) -> String {
    let asked = fold(text);
    let fits = |name: &str| {
        let full = fold(name);
        full == asked || full.split(' ').any(|part| part == asked)
    };
    let found: Vec<_> = request.briefing.users.iter().filter(|user| fits(&user.full_name)).collect();
    match found.as_slice() {
        [] => format!("There is no user called “{}” in this workspace.", plain(text)),
        [user] => {
            let name = plain(&user.full_name);
            match (focus, user.email.as_deref().map(plain)) {
                (Some(Field::Email), Some(email)) => format!("The e-mail of **{name}** is **{email}**."),
                (Some(Field::Email), None) => format!("No e-mail is recorded for **{name}**."),
                (_, Some(email)) => format!("**{name}** ({email}) is a user of this workspace."),
                (_, None) => format!("**{name}** is a user of this workspace."),
            }
        }
        several => {
            let names: Vec<String> =
                several.iter().map(|user| format!("- **{}**", plain(&user.full_name))).collect();
            format!("Several users match. Which one do you mean?\n\n{}", names.join("\n"))
        }
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
        tool if tool.ends_with(".aggregate") => {
            aggregate::word(question, tool.split('.').next().unwrap_or("records"), &last.result)
        }
        "pipelines.list" => lists::pipelines(&last.result),
        tool if tool.ends_with(".get") => record::word(question, tool, &last.result),
        "activities.timeline" => happenings::timeline(question, &last.result),
        "search.text" => happenings::texts(question, &last.result),
        tool => lists::word(question, tool, &last.result),
    };
    let mut answer = leftovers(question);
    answer.push_str(&body.unwrap_or_else(|| "The tool gave an answer that I cannot read.".to_owned()));
    if question.filters.mine() && request.briefing.user.is_none() {
        answer.push_str("\n\nThis API key stands for no person, so this covers the whole workspace.");
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

/// Said first, because what follows answers less than was asked.
fn leftovers(question: &Question) -> String {
    let unplaced: Vec<String> =
        question.left_out.iter().take(3).map(|words| format!("“{}”", plain(words))).collect();
    if unplaced.is_empty() {
        return String::new();
    }
    format!("I could not place {}, so this leaves it out.\n\n", joined(&unplaced, "and"))
}
