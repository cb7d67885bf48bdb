//! A conversation as Markdown, for people.

use lexi_store::conversations::Conversation;
use lexi_store::transcripts::Entry;
use lexi_types::Timestamp;
use serde_json::Value;

/// Arguments and lists of sources are told in one line each, up to here.
const LINE_CHARS_MAX: usize = 300;

pub(super) fn head(conversation: &Conversation, now: Timestamp) -> String {
    format!(
        "# {}\n\nConversation {}, begun {}, exported {now}.\n",
        line(&conversation.title),
        conversation.id,
        conversation.created_at
    )
}

pub(super) fn message(entry: &Entry) -> String {
    if entry.role != "assistant" {
        return format!("\n## Question\n\n_{}_\n\n{}\n", entry.created_at, entry.content.trim_end());
    }
    let charged = entry.credits_charged.unwrap_or(0);
    let credits = if charged == 1 { "1 credit".to_owned() } else { format!("{charged} credits") };
    let model = entry.model.as_deref().map(|model| format!(", {model}")).unwrap_or_default();
    let status = if entry.status == "complete" { String::new() } else { format!(", {}", entry.status) };
    let mut text = format!(
        "\n## Answer\n\n_{}{model}, {credits}{status}_\n\n{}\n",
        entry.created_at,
        entry.content.trim_end()
    );
    if !entry.tool_calls.is_empty() {
        text.push_str("\nTools:\n\n");
        entry.tool_calls.iter().for_each(|call| text.push_str(&tool(call)));
    }
    let sources = super::sources(entry);
    if !sources.is_empty() {
        text.push_str("\nSources:\n\n");
        sources.iter().for_each(|record| text.push_str(&source(record)));
    }
    text
}

fn tool(call: &Value) -> String {
    let (tool, summary) = (text(&call["tool"]), text(&call["summary"]));
    let failed = if call["is_error"] == true { " (failed)" } else { "" };
    let task =
        call["task_id"].as_str().map(|id| format!(", waits for approval as task {id}")).unwrap_or_default();
    format!("- `{tool}` `{}`: {}{failed}{task}\n", line(&call["arguments"].to_string()), line(summary))
}

fn source(record: &Value) -> String {
    format!("- {} {} ({})\n", text(&record["type"]), line(text(&record["name"])), text(&record["id"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// On one line, and no longer than a line should be.
fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let whole = words.join(" ").replace('`', "'");
    if whole.chars().count() <= LINE_CHARS_MAX {
        return whole;
    }
    whole.chars().take(LINE_CHARS_MAX - 1).chain(['…']).collect()
}
