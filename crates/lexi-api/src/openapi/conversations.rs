//! Conversations with Lexi.

use lexi_types::ErrorCode;
use serde_json::json;

use super::events::FRAME;
use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, all_of, any_of, choice, filled, flag, integer_from, integer_of, list, map, may, must,
    named, object, or_null, pattern, text, text_of, time, uuid,
};

const PER_PAGE: i64 = 25;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/v1/lexi/conversations";
    let one = "/v1/lexi/conversations/{id}";
    let missing = [ErrorCode::ConversationNotFound];
    vec![
        operation("GET", path, "list_conversations", "Conversations, newest first")
            .query("search", text_of(0, 200), "In titles and messages")
            .query("contact_id", uuid(), "")
            .query("deal_id", uuid(), "")
            .query("archived", flag(), "false unless given")
            .paged(PER_PAGE)
            .lists("conversations", named("Conversation")),
        operation("GET", one, "get_conversation", "A conversation with its newest messages, oldest of them first")
            .query("include_tool_steps", flag(), "false unless given: `tool_calls` is empty then")
            .query("limit", integer_of(1, 1000), "200 unless given")
            .answers(200, "The conversation", with_messages())
            .fails(&missing),
        operation("PATCH", one, "update_conversation", "Change a conversation")
            .about("At least one of the fields. In `context` what is given replaces, null clears, the rest stays.")
            .body(change())
            .answers(200, "The conversation", named("Conversation"))
            .fails(&missing),
        operation("DELETE", one, "delete_conversation", "End what runs in a conversation and remove it")
            .answers_empty(204, "It is gone")
            .fails(&missing),
        operation("GET", &*format!("{one}/export"), "export_conversation", "A whole conversation, to be kept elsewhere")
            .about("With the tools behind each answer, the records that they read, times and credits.")
            .query("format", choice(&["md", "json"]), "md unless given")
            .answers_either(
                200,
                "The conversation as a file",
                [("text/markdown", text()), ("application/json", object([]))],
            )
            .fails(&missing),
        operation("GET", &*format!("{one}/stream"), "stream_conversation", "The active run, from its first frame")
            .answers_as(200, "Frames, as of a chat", "text/event-stream", named(FRAME))
            .answers_empty(204, "None is active")
            .fails(&missing),
        operation("POST", &*format!("{one}/cancel"), "cancel_conversation", "End the active runs of a conversation")
            .answers(
                200,
                "How many were ended",
                object([must("conversation_id", uuid()), must("canceled", integer_from(0))]),
            )
            .fails(&missing),
    ]
}

/// What follows a question: its conversation.
pub(super) fn linked(operation: Operation, id: &str) -> Operation {
    operation
        .leads_to("get_conversation", "id", id)
        .leads_to_with("update_conversation", "id", id, json!({ "title": "A title" }))
        .leads_to("cancel_conversation", "id", id)
        .leads_to("stream_conversation", "id", id)
        .leads_to("delete_conversation", "id", id)
}

pub(super) fn page_context() -> Shape {
    object([
        may("contact_id", or_null(uuid())),
        may("deal_id", or_null(uuid())),
        may("matter_id", or_null(uuid())),
        may("company_id", or_null(uuid())),
        may("page", or_null(text_of(0, 200))),
    ])
}

fn change() -> Shape {
    let given = [
        object([must("title", filled(200))]),
        object([must("archived", flag())]),
        object([must("context", page_context())]),
    ];
    let fields = object([
        may("title", or_null(filled(200))),
        may("archived", or_null(flag())),
        may("context", or_null(page_context())),
    ]);
    all_of([fields, any_of(given)])
}

fn fields() -> Vec<super::schema::Field> {
    vec![
        must("id", uuid()),
        must("title", text()),
        must("message_count", integer_from(0)),
        must("last_message_at", time()),
        must("context", map()),
        must("archived", flag()),
        must("created_at", time()),
        must("updated_at", time()),
    ]
}

fn with_messages() -> Shape {
    let message = object([
        must("id", pattern("^msg_[0-9A-Z]{26}$")),
        must("role", choice(&["user", "assistant"])),
        must("content", text()),
        must("status", choice(&["complete", "failed", "canceled"])),
        must("tool_calls", about(list(map()), "Empty unless asked for")),
        must("created_at", time()),
    ]);
    let mut fields = fields();
    fields.push(must("messages", list(message)));
    object(fields)
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    vec![("Conversation".to_owned(), object(fields()))]
}
