//! The events of a stream and the bytes they become. A frame is `event:`, `data:` and a blank line, LF only, with the
//! blanks after `:` and `,` that the published examples show.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::ser::Formatter;

use crate::{ConversationId, ErrorCode, LexiTaskId, MessageId, RecordId};

/// The last frame of every stream that the server itself ended.
pub const DONE_FRAME: &[u8] = b"data: [DONE]\n\n";
/// The keep-alive: a comment line *without* a blank line after it, because several clients turn a dispatched comment
/// block into an empty message.
pub const PING_LINE: &[u8] = b": ping\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolStatus {
    Started,
    Completed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FinishReason {
    Stop,
    Length,
    Canceled,
}

impl FinishReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Canceled => "canceled",
        }
    }
}

/// Tokens of a model, as its provider counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// All of the input, whether or not it was cached.
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// The part of the input that the provider had in its cache.
    #[serde(default)]
    pub cached_tokens: u64,
    /// The part of the input that was put into the cache, where that has a price of its own. Not shown.
    #[serde(skip)]
    pub cache_write_tokens: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        // Numbers of a provider are not to be trusted with an overflow.
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.cached_tokens = self.cached_tokens.saturating_add(other.cached_tokens);
        self.cache_write_tokens = self.cache_write_tokens.saturating_add(other.cache_write_tokens);
    }
}

/// The figures of an answer, held against what its tools gave and what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounding {
    /// How many figures the answer has.
    pub figures: u64,
    /// Those that nothing supports, as they stand in the answer.
    pub unsupported: Vec<String>,
}

/// A record that a tool read or wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRef {
    /// `contact`, `company`, `deal`, `matter`, `note`, `task`, `activity`.
    #[serde(rename = "type")]
    pub kind: String,
    pub id: RecordId,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Event {
    Thinking {
        text: String,
    },
    ToolStep {
        tool: String,
        status: ToolStatus,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        summary: Option<String>,
        #[serde(default)]
        call_id: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        is_error: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        records: Option<Vec<RecordRef>>,
        /// The task that waits for a person's approval, where the tool has only proposed a change.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        task_id: Option<LexiTaskId>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        requires_approval: Option<bool>,
    },
    Text {
        delta: String,
        conversation_id: ConversationId,
    },
    Done {
        credits_remaining: i64,
        message_id: MessageId,
        credits_charged: i64,
        finish_reason: FinishReason,
        usage: Usage,
        #[serde(default)]
        grounding: Grounding,
    },
    Error {
        code: String,
        message: String,
    },
}

impl Event {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Thinking { .. } => "thinking",
            Self::ToolStep { .. } => "tool_step",
            Self::Text { .. } => "text",
            Self::Done { .. } => "done",
            Self::Error { .. } => "error",
        }
    }

    pub fn error(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Error { code: code.as_str().to_owned(), message: message.into() }
    }

    /// Reads an event by the name and data of its frame. `None` for an event of another name, which a client skips.
    pub fn from_frame(name: &str, data: &str) -> Option<serde_json::Result<Self>> {
        #[derive(Deserialize)]
        struct Thinking {
            text: String,
        }
        #[derive(Deserialize)]
        struct Text {
            delta: String,
            conversation_id: ConversationId,
        }
        #[derive(Deserialize)]
        struct Failure {
            code: String,
            message: String,
        }
        Some(match name {
            "thinking" => serde_json::from_str::<Thinking>(data).map(|t| Self::Thinking { text: t.text }),
            "text" => serde_json::from_str::<Text>(data)
                .map(|t| Self::Text { delta: t.delta, conversation_id: t.conversation_id }),
            "error" => serde_json::from_str::<Failure>(data)
                .map(|f| Self::Error { code: f.code, message: f.message }),
            "tool_step" | "done" => serde_json::from_str(data),
            _ => return None,
        })
    }
}

/// The bytes of one frame; with an id for a stream that can be continued by `Last-Event-ID`.
pub fn encode_frame(id: Option<u64>, event: &Event) -> Bytes {
    let mut out = Vec::with_capacity(192);
    if let Some(id) = id {
        out.extend_from_slice(b"id: ");
        out.extend_from_slice(id.to_string().as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(event.name().as_bytes());
    out.extend_from_slice(b"\ndata: ");
    let mut json = serde_json::Serializer::with_formatter(&mut out, Spaced);
    // Strings, integers and ids into memory: there is nothing here that can fail.
    let written = event.serialize(&mut json);
    debug_assert!(written.is_ok(), "an event is always valid JSON");
    out.extend_from_slice(b"\n\n");
    Bytes::from(out)
}

/// One-line JSON with a blank after `:` and `,`.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_have_the_bytes_of_the_published_examples() {
        let thinking = Event::Thinking { text: "Looking up the contact in your pipeline...".into() };
        assert_eq!(
            encode_frame(None, &thinking),
            "event: thinking\ndata: {\"text\": \"Looking up the contact in your pipeline...\"}\n\n"
        );
        let id = ConversationId::new();
        let text = Event::Text { delta: "Jane Doe is currently".into(), conversation_id: id };
        assert_eq!(
            encode_frame(Some(7), &text),
            format!(
                "id: 7\nevent: text\ndata: {{\"delta\": \"Jane Doe is currently\", \"conversation_id\": \"{id}\"}}\n\n"
            )
        );
    }

    #[test]
    fn additions_come_after_the_published_fields() {
        let step = Event::ToolStep {
            tool: "contacts.get".into(),
            status: ToolStatus::Completed,
            summary: Some("Found 1 contact".into()),
            call_id: "call_1".into(),
            is_error: Some(false),
            records: Some(vec![]),
            task_id: None,
            requires_approval: None,
        };
        assert_eq!(
            encode_frame(None, &step),
            "event: tool_step\ndata: {\"tool\": \"contacts.get\", \"status\": \"completed\", \"summary\": \"Found 1 contact\", \"call_id\": \"call_1\", \"is_error\": false, \"records\": []}\n\n"
        );
        let message_id = MessageId::new();
        let done = Event::Done {
            credits_remaining: 4840,
            message_id: message_id.clone(),
            credits_charged: 2,
            finish_reason: FinishReason::Stop,
            usage: Usage { input_tokens: 10, output_tokens: 20, cached_tokens: 4, cache_write_tokens: 2 },
            grounding: Grounding { figures: 2, unsupported: vec!["7 %".into()] },
        };
        assert_eq!(
            encode_frame(None, &done),
            format!(
                "event: done\ndata: {{\"credits_remaining\": 4840, \"message_id\": \"{message_id}\", \"credits_charged\": 2, \"finish_reason\": \"stop\", \"usage\": {{\"input_tokens\": 10, \"output_tokens\": 20, \"cached_tokens\": 4}}, \"grounding\": {{\"figures\": 2, \"unsupported\": [\"7 %\"]}}}}\n\n"
            )
        );
    }

    proptest! {
        #[test]
        fn any_text_stays_on_one_data_line_and_reads_back(delta in any::<String>(), id in proptest::option::of(1u64..)) {
            let event = Event::Text { delta, conversation_id: ConversationId::new() };
            let frame = encode_frame(id, &event);
            let text = std::str::from_utf8(&frame).unwrap();
            prop_assert_eq!(text.matches('\n').count(), 3 + usize::from(id.is_some()));
            prop_assert!(!text.contains('\r') && text.ends_with("\n\n"));
            let mut parser = crate::sse::Parser::default();
            let frames = parser.push(&frame);
            prop_assert_eq!(frames.len(), 1);
            prop_assert_eq!(Event::from_frame(&frames[0].event, &frames[0].data).unwrap().unwrap(), event);
        }
    }
}
