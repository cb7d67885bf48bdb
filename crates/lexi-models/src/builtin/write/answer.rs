//! What came of a request, in words: proposed, done, or why nothing was changed.

use lexi_types::records::RecordType;
use serde_json::Value;

use super::plan::Found;
use super::{Order, read};
use crate::ModelRequest;
use crate::builtin::answer::{filters, json};
use crate::builtin::examples;
use crate::builtin::format::{counted, joined, money, plain};
use crate::builtin::turn::Outcome;
use crate::builtin::words::{Words, fold};

/// Changes are listed up to here.
const LISTED_MAX: usize = 10;

/// What the tool that writes has answered.
pub(super) fn written(order: &Order, subject: &str, outcome: &Outcome, request: &ModelRequest) -> String {
    if outcome.is_error {
        return failed(outcome);
    }
    let result = &outcome.result;
    let (before, behind) = &order.told;
    let what = format!("{before}{subject}{behind}");
    let lines = changes(result, request);
    let list = if lines.is_empty() { String::new() } else { format!("\n\n{}", lines.join("\n")) };
    match json::text(result, "status") {
        Some("proposed") => {
            let task = json::text(result, "task_id").map(|id| format!(" (task `{}`)", plain(id))).unwrap_or_default();
            let stop = if list.is_empty() { "." } else { ":" };
            format!("I have proposed to {what}{stop}{list}\n\nIt waits for approval{task}; nothing has been changed yet.")
        }
        Some("done") if json::count(result, "changed") == Some(0) => {
            format!("To {what}: that is how it is already, so nothing was changed.")
        }
        Some("done") => format!("Done: {what}.{list}"),
        _ => "The tool gave an answer that I cannot read, so I do not know whether anything was changed. Please look at the records.".to_owned(),
    }
}

/// What changes of each record, or the names of the records.
fn changes(result: &Value, request: &ModelRequest) -> Vec<String> {
    let listed = json::list(result, "changes");
    let total = json::count(result, "total")
        .or_else(|| json::count(result, "changed"))
        .and_then(|n| usize::try_from(n).ok());
    let records = json::list(result, "records");
    let mut lines: Vec<String> = if listed.is_empty() {
        let names = records.iter().filter_map(|record| {
            ["full_name", "name", "title"].into_iter().find_map(|key| json::text(record, key))
        });
        names.take(LISTED_MAX).map(|name| format!("- **{}**", plain(name))).collect()
    } else {
        listed.iter().take(LISTED_MAX).map(|change| line(change, request)).collect()
    };
    let total = total.unwrap_or_else(|| listed.len().max(records.len()));
    if total > lines.len() && !lines.is_empty() {
        lines.push(format!("- … and {} more", total - lines.len()));
    }
    lines
}

fn line(change: &Value, request: &ModelRequest) -> String {
    let name = json::text(change, "name").map_or_else(|| "(no name)".to_owned(), plain);
    let fields = |key: &str| change.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (fields("before"), fields("after"));
    let parts: Vec<String> = after
        .iter()
        .filter_map(|(key, value)| {
            let noun = plain(key).replace("\\_", " ").replace('_', " ").replace(" user id", "");
            let new = shown(value, request);
            match before.get(key) {
                Some(old) => Some(format!(
                    "{noun} {} → {}",
                    shown(old, request).unwrap_or_else(|| "none".to_owned()),
                    new.unwrap_or_else(|| "none".to_owned())
                )),
                None => new.map(|new| format!("{noun} {new}")),
            }
        })
        .collect();
    if parts.is_empty() { format!("- **{name}**") } else { format!("- **{name}**: {}", parts.join(", ")) }
}

fn shown(value: &Value, request: &ModelRequest) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => {
            let user = request.briefing.users.iter().find(|user| user.id.to_string() == *text);
            Some(plain(user.map_or(text.as_str(), |user| user.full_name.as_str())))
                .filter(|text| !text.is_empty())
        }
        Value::Number(_) => money(value, None),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().filter_map(|value| shown(value, request)).collect();
            (!values.is_empty()).then(|| joined(&values, "and"))
        }
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .filter_map(|(key, value)| Some(format!("{} {}", plain(key), shown(value, request)?)))
                .collect();
            (!fields.is_empty()).then(|| joined(&fields, "and"))
        }
    }
}

/// The tool's own words. Nothing was changed: a write is made whole or not at all.
pub(super) fn failed(outcome: &Outcome) -> String {
    let Some(message) = json::text(&outcome.result, "message") else {
        return "Nothing was changed: the tool failed without saying why.".to_owned();
    };
    let values = json::list(&outcome.result, "valid_values").iter().filter_map(Value::as_str);
    let values: Vec<String> = values.filter(|value| !message.contains(value)).take(12).map(plain).collect();
    let there =
        if values.is_empty() { String::new() } else { format!(" There are: {}.", joined(&values, "and")) };
    format!("Nothing was changed: {}{there}", plain(message))
}

/// "3 contacts with owner Raj and status Qualified".
pub(super) fn several(total: u64, plural: &str, result: &Value) -> String {
    let with = filters::behind_noun(result);
    if total == 0 {
        format!("no {}{with}", crate::builtin::format::noun(1, plural))
    } else {
        format!("**{}**{with}", counted(total, plural))
    }
}

/// A name that several records have.
pub(super) fn which_record(kind: RecordType, name: &str, outcome: &Outcome) -> String {
    let lines: Vec<String> = json::list(&outcome.result, "candidates")
        .iter()
        .take(LISTED_MAX)
        .filter_map(|candidate| {
            let name = plain(json::text(candidate, "name")?);
            let detail = json::text(candidate, "detail").map(plain).filter(|detail| !detail.is_empty());
            Some(detail.map_or_else(|| format!("- **{name}**"), |detail| format!("- **{name}** ({detail})")))
        })
        .collect();
    format!(
        "Several {} match “{}”, so nothing was changed. Which one do you mean?\n\n{}",
        kind.plural(),
        plain(name),
        lines.join("\n")
    )
    .trim_end()
    .to_owned()
}

/// Two people may be called the same, and a second record may be a mistake.
pub(super) fn namesake(kind: RecordType) -> String {
    format!("\n\nMind that there is a {} already whose name is that or begins so.", kind.as_str())
}

pub(super) fn which_type(name: &str, found: &[Found]) -> String {
    let kinds: Vec<String> =
        found.iter().map(|one| format!("the {} **{}**", one.kind.as_str(), plain(&one.name))).collect();
    format!(
        "“{}” may be {}, so nothing was changed. Please say which of them you mean.",
        plain(name),
        joined(&kinds, "or")
    )
}

pub(super) fn which_task(tasks: &[&Value]) -> String {
    let lines: Vec<String> = tasks
        .iter()
        .take(LISTED_MAX)
        .map(|task| {
            let title = json::text(task, "title").map_or_else(|| "(no name)".to_owned(), plain);
            let details: Vec<String> = [
                json::text(task, "due_date").map(|day| format!("due {}", plain(day))),
                json::name(task, "assignee").map(|name| format!("assigned to {}", plain(name))),
            ]
            .into_iter()
            .flatten()
            .collect();
            if details.is_empty() {
                format!("- **{title}**")
            } else {
                format!("- **{title}** ({})", details.join(", "))
            }
        })
        .collect();
    format!(
        "Several open tasks match, so nothing was changed. Which one do you mean?\n\n{}",
        lines.join("\n")
    )
}

/// Nothing has that name; something may have one like it.
pub(super) fn nobody(name: &str, kinds: &[RecordType], near: Option<&Found>) -> String {
    let nouns: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let near = near
        .map(|near| format!(" Did you mean the {} **{}**?", near.kind.as_str(), plain(&near.name)))
        .unwrap_or_default();
    format!("I found no {} called “{}”, so nothing was changed.{near}", joined(&nouns, "or"), plain(name))
}

/// The request needs a tool that is not offered.
pub(in crate::builtin) fn without(tools: &[&str], request: &ModelRequest) -> String {
    let lacking = request.briefing.missing.iter().find(|(tool, _)| tools.contains(&tool.as_str()));
    match (lacking, tools.first()) {
        (Some((_, scope)), _) => format!(
            "This API key may not do that, so nothing was changed: it lacks the scope `{}`.",
            plain(scope)
        ),
        (None, _) if request.tools.is_empty() => {
            "Tools are off for this request, so I cannot write anything. Nothing was changed.".to_owned()
        }
        (None, Some(tool)) => format!(
            "I may not do that here: the tool `{tool}` is not allowed in this workspace. Nothing was changed."
        ),
        (None, None) => "I may not do that here. Nothing was changed.".to_owned(),
    }
}

/// An order, but in words that are not known.
pub(in crate::builtin) fn not_a_request(
    text: &str,
    known: impl Fn(&str) -> bool,
    request: &ModelRequest,
) -> String {
    let words = Words::new(text);
    let strange: Vec<String> = (0..words.len())
        .filter_map(|at| words.get(at))
        .filter(|word| {
            !word.quoted && !known(&word.fold) && !read::knows(&word.fold) && fold(&word.fold).len() > 2
        })
        .take(3)
        .map(|word| format!("“{}”", plain(&word.fold)))
        .collect();
    let named = if strange.is_empty() {
        String::new()
    } else {
        format!(": I do not know what {} means here", joined(&strange, "and"))
    };
    let examples = match examples::to_write(request) {
        Some(writes) => format!("For writing {writes}"),
        None => examples::text(request),
    };
    format!(
        "I did not understand everything that is to be written, so nothing was changed{named}. Name the record and say what is to be set, with names and texts in quotes. {examples}"
    )
}
