//! How an answer goes wrong.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fail {
    pub at: FailAt,
    pub kind: FailKind,
    /// Fail this many times, then work; without it every time. Equal scripts are counted together.
    pub times: Option<u32>,
    /// Only requests for this model, so that another one on the same server works.
    pub model: Option<String>,
    /// For the kinds `status` (500 unless said), `redirect` (302) and `error_object`, whose error is then that of the
    /// status.
    pub status: Option<u16>,
    /// The provider's short code, instead of the usual one of the status: `insufficient_quota`, `overloaded_error`.
    pub code: Option<String>,
    /// The header `retry-after` as given: seconds or a date.
    pub retry_after: Option<String>,
    /// Of an error status.
    pub body: FailBody,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailAt {
    /// Every request. What needs no response head to go wrong comes before it.
    Start,
    /// Every request, between the response head and the first event.
    Headers,
    /// Half-way through the words of the answer.
    Mid,
    /// Half-way through the arguments of the tool calls, in rounds that call tools.
    Tools,
    #[default]
    Never,
}

/// Whatever is an HTTP answer of its own (statuses, `html_200`, `wrong_type_json`, `redirect`, `endless_headers`) can only
/// fail a response at its start; later it is an error object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailKind {
    #[default]
    #[serde(rename = "status_500")]
    Status500,
    /// With `retry-after: 1` unless said.
    #[serde(rename = "status_429")]
    Status429,
    /// The status of `fail.status`.
    Status,
    /// The connection ends in the middle of the body.
    Cut,
    /// The connection is reset.
    Reset,
    /// Nothing more comes, and the connection stays.
    Stall,
    /// Half a frame, then as `stall`.
    StallHalfLine,
    /// Half a frame, then the body ends as if all were well.
    HalfLineEnd,
    ErrorObject,
    /// A frame that is not JSON.
    Garbage,
    /// The body ends as if all were well, without finish reason and end mark.
    NoFinish,
    /// Closes the connection without a byte; after the head it is a `cut`.
    Refuse,
    /// A page with status 200.
    #[serde(rename = "html_200")]
    Html200,
    /// An error object as JSON document with status 200.
    WrongTypeJson,
    /// Only `: keep-alive` for ever.
    EndlessComments,
    /// Response headers for ever.
    EndlessHeaders,
    /// A line without end.
    HugeLine,
    /// To an address of this server that counts nothing and answers 404.
    Redirect,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailBody {
    /// The provider's own error object.
    #[default]
    Json,
    /// What a proxy in between answers.
    Html,
    Empty,
}

impl Fail {
    /// What the failure has for a status, at its start or inside an error object.
    pub(super) fn status(&self) -> Option<u16> {
        match self.kind {
            FailKind::Status500 => Some(500),
            FailKind::Status429 => Some(429),
            FailKind::Status => {
                Some(self.status.filter(|status| (200..=999).contains(status)).unwrap_or(500))
            }
            FailKind::Redirect => {
                Some(self.status.filter(|status| (300..400).contains(status)).unwrap_or(302))
            }
            _ => None,
        }
    }

    pub(super) fn retry_after(&self) -> Option<&str> {
        self.retry_after.as_deref().or((self.kind == FailKind::Status429).then_some("1"))
    }
}
