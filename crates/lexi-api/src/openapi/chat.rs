//! Questions to Lexi.

use lexi_types::ErrorCode;

use super::conversations::{linked, page_context};
use super::events::{EVENTS, FRAME, step};
use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, choice, filled, flag, integer_from, integer_of, list, may, must, named, object, or_null,
    pattern, text, uuid,
};

const IDEMPOTENCY: &str =
    "A UUID. The same question with the same key within 24 hours is one run: it is joined, or replayed";

pub(super) fn operations() -> Vec<Operation> {
    let fails =
        [ErrorCode::ConversationNotFound, ErrorCode::IdempotencyConflict, ErrorCode::InsufficientCredits];
    let told: Vec<String> = EVENTS.iter().map(|(event, name)| format!("`{event}` ({name})")).collect();
    let stream = operation("POST", "/v1/lexi/chat/stream", "chat_stream", "Ask Lexi, and read the answer as it comes")
        .about(format!(
            "A frame is an `event:` line, one `data:` line with a JSON object, and a blank line; with an \
             `Idempotency-Key` an `id:` line comes first. The events are {}, whose data is described under these names. \
             The last line is `data: [DONE]`.",
            told.join(", ")
        ))
        .not_once()
        .header("Idempotency-Key", uuid(), IDEMPOTENCY)
        .header("Last-Event-ID", integer_of(0, isize::MAX), "The last frame seen; only with an Idempotency-Key")
        .header("X-Message-ID", text(), "The message that those frames belonged to")
        .body(question())
        .answers_as(200, "Frames", "text/event-stream", named(FRAME))
        .with_header("X-Conversation-ID", uuid())
        .with_header("X-Message-ID", pattern("^msg_[0-9A-Z]{26}$"))
        .fails(&fails);
    let whole = operation("POST", "/v1/lexi/chat", "chat", "Ask Lexi, and get the answer when it is done")
        .not_once()
        .header("Idempotency-Key", uuid(), IDEMPOTENCY)
        .body(question())
        .answers(200, "The answer", answer())
        .with_header("X-Conversation-ID", uuid())
        .fails(&fails)
        .fails(&[ErrorCode::ProviderError, ErrorCode::ProviderTimeout]);
    vec![
        linked(stream, "$response.header.X-Conversation-ID"),
        linked(whole, "$response.body#/data/conversation_id"),
    ]
}

fn question() -> Shape {
    let message = about(filled(12_000), "Not blank, at most 12,000 characters");
    object([
        must("message", message),
        may("conversation_id", or_null(about(uuid(), "Absent or null begins a conversation"))),
        may("context", or_null(page_context())),
        may("allow_tools", or_null(flag())),
    ])
}

fn answer() -> Shape {
    object([
        must("response", text()),
        must("conversation_id", uuid()),
        must("task_id", or_null(uuid())),
        must("requires_approval", flag()),
        must("message_id", pattern("^msg_[0-9A-Z]{26}$")),
        must("credits_charged", integer_of(0, 1_000_000)),
        must("credits_remaining", integer_from(0)),
        must("finish_reason", choice(&["stop", "length", "canceled"])),
        must("tool_steps", list(step([]))),
    ])
}
