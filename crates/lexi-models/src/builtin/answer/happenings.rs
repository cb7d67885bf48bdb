//! What happened, and texts that hold certain words.

use serde_json::Value;

use super::super::format::{plain, thousands};
use super::super::question::{Intent, Question};
use super::{filters, json, lists};

pub(super) fn timeline(question: &Question, result: &Value) -> Option<String> {
    let total = json::count(result, "total")?;
    let with = filters::behind_noun(result);
    let only = result.get("filters").and_then(|f| f.get("types")).is_some();
    let noun = match (only, total) {
        (true, 1) => "activity",
        (true, _) => "activities",
        (false, 1) => "entry",
        (false, _) => "entries",
    };
    let kinds = result.get("filters").and_then(|f| f.get("kind"));
    let kind = match kinds {
        Some(Value::Array(kinds)) if kinds.len() == 1 => kinds.first().and_then(Value::as_str),
        Some(kind) => kind.as_str(),
        None => None,
    };
    let noun = match kind {
        Some(kind) if total == 1 => plain(kind),
        Some(kind) => format!("{}s", plain(kind)),
        None => noun.to_owned(),
    };
    let with = if kind.is_some() { filters::behind_noun_but(result, "kind") } else { with };
    let verb = if total == 1 { "is" } else { "are" };
    let count = format!("There {verb} **{}** {noun}{with}", thousands(&total.to_string()));
    let items = json::list(result, "items");
    if question.intent == Some(Intent::Measure) || items.is_empty() {
        return Some(format!("{count}."));
    }
    let lines: Vec<String> = items.iter().map(|item| format!("- {}", line(item))).collect();
    let shown = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let part = if shown < total { "; the latest" } else { "" };
    Some(format!("{count}{part}:\n\n{}", lines.join("\n")))
}

fn line(item: &Value) -> String {
    let day = lists::day(item, "date").unwrap_or_default();
    let what = json::text(item, "kind")
        .filter(|_| json::text(item, "type") == Some("activity"))
        .or_else(|| json::text(item, "type"));
    let what = what.map(plain).unwrap_or_default().replace("\\_", " ").replace('_', " ");
    let title = json::text(item, "title").map_or_else(|| "(no title)".to_owned(), plain);
    let about = item.get("about").and_then(|about| json::text(about, "name")).map(plain);
    let about = about
        .filter(|about| !title.contains(about.as_str()))
        .map(|about| format!(", {about}"))
        .unwrap_or_default();
    let user = json::text(item, "user").map(|user| format!(", by {}", plain(user))).unwrap_or_default();
    let snippet = json::text(item, "snippet").map(|text| format!(": {}", plain(text))).unwrap_or_default();
    format!("{day} {what} **{title}**{about}{user}{snippet}")
}

pub(super) fn texts(question: &Question, result: &Value) -> Option<String> {
    let total = json::count(result, "total")?;
    let query = question.filters.text.as_deref().map(plain).unwrap_or_default();
    let (verb, noun) = if total == 1 { ("is", "text") } else { ("are", "texts") };
    let count = format!("There {verb} **{}** {noun} with “{query}”", thousands(&total.to_string()));
    let hits = json::list(result, "hits");
    if question.intent == Some(Intent::Measure) || hits.is_empty() {
        return Some(format!("{count}."));
    }
    let lines: Vec<String> = hits
        .iter()
        .map(|hit| {
            let kind = json::text(hit, "type").map(plain).unwrap_or_default();
            let name = json::text(hit, "name").map_or_else(|| "(no title)".to_owned(), plain);
            let snippet =
                json::text(hit, "snippet").map(|text| format!(": {}", plain(text))).unwrap_or_default();
            format!("- {} {kind} **{name}**{snippet}", lists::day(hit, "date").unwrap_or_default())
        })
        .collect();
    Some(format!("{count}:\n\n{}", lines.join("\n")))
}
