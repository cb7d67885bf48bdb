//! How the bytes of a good answer go out.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wire {
    /// Cuts the body into pieces of so many bytes, each a TCP write and an HTTP chunk of its own; 1 is every byte. Only a
    /// pause flushes a shorter piece.
    pub chunk_bytes: usize,
    pub line_end: LineEnd,
    /// A byte order mark before the first frame.
    pub bom: bool,
    /// Comment lines inside frames and `: ping` blocks between them.
    pub comments: bool,
    /// The JSON of a frame over several `data:` lines.
    pub multiline: bool,
    /// Instead of `text/event-stream`; the empty word sends no such header.
    pub content_type: Option<String>,
    /// One JSON document although a stream was asked for. Also what a request without `"stream": true` gets.
    pub one_document: bool,
    /// Ends after the finish reason, without `[DONE]` or `message_stop`.
    pub no_done: bool,
    /// The end mark comes without a finish reason.
    pub no_finish: bool,
    /// `data:{…}`.
    pub no_space: bool,
    /// `Connection: close`, and nothing but the end of the connection says where the body ends.
    pub close: bool,
    /// Everything is sent, the end mark too, but neither the body nor the connection ends.
    pub hang_open: bool,
    /// Everything beyond ASCII as `\uD83D\uDE00`, inside of tool arguments too, so that cuts fall into the escapes.
    pub surrogates: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    #[default]
    Lf,
    Crlf,
    Cr,
}

impl LineEnd {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// How the arguments of tool calls go out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Args {
    /// In pieces of seven characters.
    #[default]
    Pieces,
    /// Pieces without index and id. Anthropic cannot do without them: there it is as `pieces`.
    NoIds,
    /// In one piece.
    Whole,
    /// As an object instead of a text: with the name (OpenAI), in `content_block_start` (Anthropic).
    Object,
    /// Not JSON.
    Invalid,
    /// No piece at all.
    Empty,
    /// Only the first half. The scripted `finish` then holds for the round, so that it can be `length`.
    Truncated,
}
