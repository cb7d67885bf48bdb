//! The events of a stream.

use super::schema::{
    Field, Shape, any_of, choice, flag, integer_from, json_text, list, may, must, named, object, or_null,
    pattern, text, uuid,
};

pub(super) const FRAME: &str = "StreamFrame";

/// Each event with the schema of its data.
pub(super) const EVENTS: [(&str, &str); 5] = [
    ("thinking", "ThinkingEvent"),
    ("tool_step", "ToolStepEvent"),
    ("text", "TextEvent"),
    ("error", "ErrorEvent"),
    ("done", "DoneEvent"),
];

/// A frame of a stream: its event and its data.
fn frame() -> Shape {
    let frames = EVENTS.map(|(event, data)| {
        object([may("id", text()), must("event", choice(&[event])), must("data", json_text(named(data)))])
    });
    let end = object([must("data", choice(&["[DONE]"]))]);
    any_of(frames.into_iter().chain([end]))
}

pub(super) fn record() -> Shape {
    object([must("type", text()), must("id", text()), must("name", text())])
}

pub(super) fn step(more: impl IntoIterator<Item = Field>) -> Shape {
    let mut fields = vec![
        must("tool", text()),
        must("call_id", text()),
        may("summary", or_null(text())),
        may("is_error", flag()),
        may("records", list(record())),
        may("task_id", or_null(uuid())),
        may("requires_approval", flag()),
    ];
    fields.extend(more);
    object(fields)
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    let message = || pattern("^msg_[0-9A-Z]{26}$");
    let usage =
        object(["input_tokens", "output_tokens", "cached_tokens"].map(|name| must(name, integer_from(0))));
    let grounding = object([must("figures", integer_from(0)), must("unsupported", list(text()))]);
    let shapes = [
        object([must("text", text())]),
        step([must("status", choice(&["started", "completed"]))]),
        object([must("delta", text()), must("conversation_id", uuid())]),
        object([
            must("code", choice(&["provider_error", "provider_timeout", "internal_error"])),
            must("message", text()),
        ]),
        object([
            must("credits_remaining", integer_from(0)),
            must("message_id", message()),
            must("credits_charged", integer_from(0)),
            must("finish_reason", choice(&["stop", "length", "canceled"])),
            must("usage", usage),
            may("grounding", grounding),
        ]),
    ];
    let named = EVENTS.into_iter().map(|(_, name)| name.to_owned()).zip(shapes);
    named.chain([(FRAME.to_owned(), frame())]).collect()
}
