//! Lists of records, and counts of those that only a search can count.

use serde_json::Value;

use super::super::format::{counted, money, noun, plain, thousands};
use super::super::question::{Intent, Question, Sort};
use super::{filters, json};

pub(super) fn word(question: &Question, tool: &str, result: &Value) -> Option<String> {
    let plural = tool.split('.').next()?;
    let total = json::count(result, "total")?;
    let with = filters::behind_noun(result);
    let verb = if total == 1 { "is" } else { "are" };
    let count = format!("There {verb} **{}** {}{with}", thousands(&total.to_string()), noun(total, plural));
    if question.intent == Some(Intent::Measure) || total == 0 {
        return Some(format!("{count}."));
    }
    let records = json::list(result, plural);
    let lines: Vec<String> = records.iter().map(|record| format!("- {}", line(plural, record))).collect();
    if lines.is_empty() {
        return Some(format!("{count}."));
    }
    let focused = match (records, &question.focus) {
        ([only], Some(focus)) => super::record::of_list(plural, only, focus),
        _ => None,
    };
    if let Some(sentence) = focused {
        return Some(format!(
            "{sentence}\n\n{count}; here is the one that is meant:\n\n{}",
            lines.join("\n")
        ));
    }
    let shown = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let part = if shown < total { format!("; {}", which_are_shown(question, shown)) } else { String::new() };
    Some(format!("{count}{part}:\n\n{}", lines.join("\n")))
}

fn which_are_shown(question: &Question, shown: u64) -> String {
    let be = if shown == 1 { "is" } else { "are" };
    match question.sort {
        Some(Sort::Largest) => format!("the largest {be}"),
        Some(Sort::Smallest) => format!("the smallest {be}"),
        Some(Sort::Newest) => format!("the newest {be}"),
        Some(Sort::Oldest) => format!("the oldest {be}"),
        Some(Sort::Updated) => format!("the latest changed {be}"),
        None if shown == 1 => "here is one of them".to_owned(),
        None => "here are some of them".to_owned(),
    }
}

fn line(plural: &str, record: &Value) -> String {
    let get = |key: &str| json::name(record, key).map(plain);
    let labelled = |label: &str, key: &str| get(key).map(|value| format!("{label} {value}"));
    let title = |key: &str| get(key).map_or_else(|| "(no name)".to_owned(), |name| format!("**{name}**"));
    let value = record.get("estimated_value").and_then(|v| money(v, json::text(record, "currency")));
    let differs = |text: &str, key: &str| get(key).is_none_or(|other| !other.eq_ignore_ascii_case(text));
    // Deals are often named after their company.
    let company =
        get("company").filter(|company| get("name").is_none_or(|name| !name.starts_with(company.as_str())));
    let (head, details) = match plural {
        "contacts" => (
            title("full_name"),
            vec![
                get("job_title"),
                get("company_name"),
                labelled("status", "status"),
                get("email"),
                labelled("owner", "owner"),
            ],
        ),
        "companies" => (title("name"), vec![get("industry"), get("city"), get("country"), get("website")]),
        "deals" => (
            title("name"),
            vec![
                get("stage"),
                get("status").filter(|s| differs(s, "stage")),
                value,
                labelled("owner", "owner"),
                company,
            ],
        ),
        "matters" => {
            let number = get("number").map(|number| format!("{number} ")).unwrap_or_default();
            let head = format!("{number}{}", title("name"));
            (
                head,
                vec![
                    get("status"),
                    get("practice_area"),
                    labelled("client", "client"),
                    labelled("responsible", "responsible"),
                ],
            )
        }
        "tasks" => (
            title("title"),
            vec![
                labelled("due", "due_date"),
                get("status").map(|s| s.replace("\\_", " ").replace('_', " ")),
                get("priority").map(|p| format!("{p} priority")),
                labelled("assigned to", "assignee"),
            ],
        ),
        _ => (title("title"), vec![day(record, "created_date"), get("note_type"), get("snippet")]),
    };
    let details: Vec<String> = details.into_iter().flatten().collect();
    if details.is_empty() { head } else { format!("{head}: {}", details.join(", ")) }
}

/// The calendar day of a time.
pub(super) fn day(record: &Value, key: &str) -> Option<String> {
    json::text(record, key).map(|text| plain(text.split('T').next().unwrap_or(text)))
}

pub(super) fn pipelines(result: &Value) -> Option<String> {
    let total = json::count(result, "total")?;
    let pipelines = json::list(result, "pipelines");
    let lines: Vec<String> = pipelines
        .iter()
        .map(|pipeline| {
            let name = json::text(pipeline, "name").map_or_else(|| "(no name)".to_owned(), plain);
            let stages: Vec<String> = json::list(pipeline, "stages")
                .iter()
                .filter_map(|s| json::text(s, "name"))
                .map(plain)
                .collect();
            format!("- **{name}**: {}", stages.join(" → "))
        })
        .collect();
    let verb = if total == 1 { "is" } else { "are" };
    Some(format!("There {verb} {}:\n\n{}", counted(total, "pipelines"), lines.join("\n")))
}
