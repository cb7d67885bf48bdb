//! As much of HTTP/1.1 as a client of language models speaks.

use std::collections::BTreeMap;

use reqwest::StatusCode;

use super::socket::{Gone, Socket};

const HEAD_BYTES_MAX: usize = 64 * 1024;
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;
const BLANK_LINE: &[u8] = b"\r\n\r\n";

#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// Without the query.
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

/// Why there is no request.
#[derive(Debug)]
pub(super) enum Unread {
    Gone,
    /// The status that tells the client so.
    Bad(u16),
}

impl From<Gone> for Unread {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl Request {
    pub(super) async fn read(socket: &mut Socket) -> Result<Self, Unread> {
        let end = loop {
            match socket.unread.windows(BLANK_LINE.len()).position(|bytes| bytes == BLANK_LINE) {
                Some(end) => break end,
                None if socket.unread.len() > HEAD_BYTES_MAX => return Err(Unread::Bad(431)),
                None => socket.fill().await?,
            }
        };
        let head: Vec<u8> = socket.unread.drain(..end + BLANK_LINE.len()).collect();
        let mut request = Self::from_head(&String::from_utf8_lossy(&head)).ok_or(Unread::Bad(400))?;
        if request.headers.contains_key("transfer-encoding") {
            return Err(Unread::Bad(411));
        }
        let length = request.headers.get("content-length").map_or(Ok(0), |length| length.parse::<usize>());
        let length = length.map_err(|_| Unread::Bad(400))?;
        if length > BODY_BYTES_MAX {
            return Err(Unread::Bad(413));
        }
        if request.headers.get("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            socket.send(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        while socket.unread.len() < length {
            socket.fill().await?;
        }
        request.body = socket.unread.drain(..length).collect();
        Ok(request)
    }

    fn from_head(head: &str) -> Option<Self> {
        let mut lines = head.trim_end().split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        let headers = lines.map(|line| line.split_once(':').map(header)).collect::<Option<_>>()?;
        let path = target.split('?').next().unwrap_or_default();
        Some(Self { method: method.to_owned(), path: path.to_owned(), headers, body: Vec::new() })
    }

    pub(super) fn keeps_open(&self) -> bool {
        !self.headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn header((name, value): (&str, &str)) -> (String, String) {
    (name.trim().to_ascii_lowercase(), value.trim().to_owned())
}

/// What says where a response's body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Chunked,
    Length(usize),
    /// The end of the connection.
    Close,
}

#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Head {
    pub(super) fn new(status: u16, content_type: &str) -> Self {
        let head = Self { status, headers: Vec::new() };
        if content_type.is_empty() { head } else { head.with("content-type", content_type) }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        // A script must not write headers of its own.
        self.headers.push((name, value.chars().filter(|c| !c.is_control()).collect()));
        self
    }

    pub(super) fn bytes(&self, framing: Framing) -> Vec<u8> {
        let reason = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        let mut text = format!("HTTP/1.1 {} {}\r\n", self.status, reason.unwrap_or("Scripted"));
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        match framing {
            Framing::Chunked => text.push_str("transfer-encoding: chunked\r\n\r\n"),
            Framing::Length(length) => text.push_str(&format!("content-length: {length}\r\n\r\n")),
            Framing::Close => text.push_str("connection: close\r\n\r\n"),
        }
        text.into_bytes()
    }
}
