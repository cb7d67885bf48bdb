//! One answer while it arrives, in whatever pieces.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use lexi_types::sse::Parser;
use reqwest::{RequestBuilder, Response, Url};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::{Dialect, Trouble, failure, is_done};
use crate::{Cause, ModelError, ModelEvent};

const ERROR_BODY_BYTES_MAX: usize = 64 * 1024;
/// How long the body of an error is waited for: the status says most.
const ERROR_BODY_WAIT: Duration = Duration::from_secs(2);
/// One frame of a stream, or a whole answer that came as one JSON document.
const FRAME_BYTES_MAX: usize = 8 * 1024 * 1024;
/// All that one answer may send, whether or not anything of it is shown.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long to wait for numbers and the good-bye once the answer is whole.
const AFTER_FINISH: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub first_token: Duration,
    pub read: Duration,
}

#[derive(Debug)]
pub(super) struct Reading {
    response: Response,
    url: Url,
    limits: Limits,
    dialect: Box<dyn Dialect>,
    shape: Shape,
    ready: VecDeque<ModelEvent>,
    /// Whether a piece of the answer has come.
    begun: bool,
    /// Until when the next piece of the answer must have come: comments and pings do not put it off.
    piece_by: Instant,
    /// Until when the good-bye is waited for, once the answer is whole.
    goodbye_by: Option<Instant>,
    bytes: usize,
    ended: bool,
    /// Told once the events that came before it have been.
    failed: Option<ModelError>,
}

/// How the answer is written, which its first byte tells: some servers say one type and send another.
#[derive(Debug)]
enum Shape {
    Unknown,
    /// Frames of a stream; the bytes since the last whole one.
    Stream(Parser, usize),
    /// One JSON document although a stream was asked for.
    Document(Vec<u8>),
}

impl Reading {
    /// Sends the request and waits for the head of the answer.
    pub(super) async fn open(
        request: RequestBuilder,
        url: Url,
        limits: Limits,
        dialect: Box<dyn Dialect>,
    ) -> Result<Self, ModelError> {
        let piece_by = Instant::now() + limits.first_token;
        let response = match timeout_at(piece_by, request.send()).await {
            Err(_elapsed) => return Err(failure::timeout(&url, "did not answer in time")),
            Ok(Err(error)) => return Err(failure::transport(&url, &error)),
            Ok(Ok(response)) => response,
        };
        let mut reading = Self::new(response, url, limits, dialect, piece_by);
        if !reading.response.status().is_success() {
            return Err(reading.refused().await);
        }
        Ok(reading)
    }

    fn new(
        response: Response,
        url: Url,
        limits: Limits,
        dialect: Box<dyn Dialect>,
        piece_by: Instant,
    ) -> Self {
        Self {
            response,
            url,
            limits,
            dialect,
            shape: Shape::Unknown,
            ready: VecDeque::new(),
            begun: false,
            piece_by,
            goodbye_by: None,
            bytes: 0,
            ended: false,
            failed: None,
        }
    }

    pub(super) fn into_stream(self) -> impl Stream<Item = Result<ModelEvent, ModelError>> {
        stream::unfold(Some(self), |reading| async {
            let mut reading = reading?;
            match reading.next().await {
                Ok(event) => event.map(|event| (Ok(event), Some(reading))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Option<ModelEvent>, ModelError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            if self.ended {
                return Ok(None);
            }
            let taken = match self.read().await {
                Ok(Some(bytes)) => self.take(&bytes),
                Ok(None) => self.close(),
                Err(error) => Err(error),
            };
            self.failed = taken.err();
            if self.failed.is_some() {
                self.ready.extend(self.dialect.usage().map(ModelEvent::Usage));
            }
        }
    }

    /// The next bytes; `None` at the end of the body.
    async fn read(&mut self) -> Result<Option<Vec<u8>>, ModelError> {
        let silent_by = Instant::now() + self.limits.read;
        let deadline = match self.goodbye_by {
            Some(goodbye) => goodbye,
            None if self.begun => self.piece_by.min(silent_by),
            None => self.piece_by,
        };
        match timeout_at(deadline, self.response.chunk()).await {
            Ok(Ok(bytes)) => Ok(bytes.map(|bytes| bytes.to_vec())),
            // The answer is whole; what is missing is only the good-bye.
            Ok(Err(_)) | Err(_) if self.dialect.finished() => Ok(None),
            Ok(Err(error)) => Err(failure::transport(&self.url, &error)),
            Err(_elapsed) if !self.begun => {
                Err(failure::timeout(&self.url, "sent no piece of an answer in time"))
            }
            Err(_elapsed) => Err(failure::timeout(&self.url, "fell silent in the middle of the answer")),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > ANSWER_BYTES_MAX {
            return Err(self.out_of_bounds());
        }
        let mut bytes = bytes;
        if matches!(self.shape, Shape::Unknown) {
            bytes = after_blanks(bytes);
            self.shape = match bytes.first() {
                None => return Ok(()),
                Some(b'{' | b'[') => Shape::Document(Vec::new()),
                Some(b'<') => {
                    let what = "answered with a page instead of a model's answer";
                    return Err(failure::lasting(&self.url, Cause::Address, what));
                }
                Some(_) => Shape::Stream(Parser::default(), 0),
            };
        }
        match &mut self.shape {
            Shape::Document(document) => {
                document.extend_from_slice(bytes);
                if document.len() > FRAME_BYTES_MAX { Err(self.out_of_bounds()) } else { Ok(()) }
            }
            Shape::Stream(..) => self.frames(bytes),
            Shape::Unknown => Ok(()),
        }
    }

    fn frames(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        let Shape::Stream(parser, pending) = &mut self.shape else { return Ok(()) };
        let frames = parser.push(bytes);
        *pending = if frames.is_empty() { pending.saturating_add(bytes.len()) } else { 0 };
        let endless = *pending > FRAME_BYTES_MAX;
        for frame in frames {
            if self.ended {
                return Ok(());
            }
            if is_done(&frame) {
                self.finish()?;
            } else if !frame.data.trim().is_empty() {
                match serde_json::from_str(frame.data.trim()) {
                    Ok(piece) => self.piece(&piece)?,
                    // The answer is whole; what was cut is only numbers or the good-bye.
                    Err(_) if self.dialect.finished() => {}
                    Err(_) => return Err(failure::broken(&self.url, "sent a piece that is not JSON")),
                }
            }
        }
        if endless { Err(self.out_of_bounds()) } else { Ok(()) }
    }

    fn piece(&mut self, piece: &Value) -> Result<(), ModelError> {
        // A ping says that the provider lives, not that it answers.
        if piece.get("type").and_then(Value::as_str) == Some("ping") {
            return Ok(());
        }
        let events = self.dialect.take(piece).map_err(|trouble| self.trouble(&trouble))?;
        self.ready.extend(events);
        if self.dialect.begun() {
            self.begun = true;
            self.piece_by = Instant::now() + self.limits.first_token.max(self.limits.read);
        }
        if self.dialect.closed() {
            self.finish()?;
        } else if self.dialect.finished() {
            let wait = self.limits.read.min(AFTER_FINISH);
            self.goodbye_by.get_or_insert_with(|| Instant::now() + wait);
        }
        Ok(())
    }

    /// The body has ended: well, when the answer is whole.
    fn close(&mut self) -> Result<(), ModelError> {
        match std::mem::replace(&mut self.shape, Shape::Unknown) {
            Shape::Document(document) => {
                let document = serde_json::from_slice(&document)
                    .map_err(|_| failure::broken(&self.url, "sent an answer that is not JSON"))?;
                self.piece(&document)?;
            }
            // A last frame may lack its blank line.
            stream @ Shape::Stream(..) => {
                self.shape = stream;
                self.frames(b"\n\n")?;
            }
            Shape::Unknown => {}
        }
        if self.ended {
            return Ok(());
        }
        if !self.dialect.finished() {
            return Err(failure::broken(&self.url, "ended the stream in the middle of the answer"));
        }
        self.finish()
    }

    fn finish(&mut self) -> Result<(), ModelError> {
        self.ended = true;
        let events = self.dialect.end().map_err(|trouble| self.trouble(&trouble))?;
        self.ready.extend(events);
        Ok(())
    }

    fn trouble(&self, trouble: &Trouble) -> ModelError {
        match trouble {
            Trouble::Told(error) => failure::in_stream(&self.url, error),
            Trouble::Declined => failure::lasting(&self.url, Cause::Declined, "would not answer"),
            Trouble::Bounds => self.out_of_bounds(),
        }
    }

    fn out_of_bounds(&self) -> ModelError {
        failure::lasting(&self.url, Cause::Broken, "sent an answer beyond all bounds")
    }

    /// An error status: its body may say more, if it comes soon.
    async fn refused(&mut self) -> ModelError {
        let deadline = Instant::now() + ERROR_BODY_WAIT;
        let mut body = Vec::new();
        while body.len() < ERROR_BODY_BYTES_MAX {
            match timeout_at(deadline, self.response.chunk()).await {
                Ok(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
                Ok(Ok(None) | Err(_)) | Err(_) => break,
            }
        }
        failure::status(&self.url, self.response.status(), self.response.headers(), &body)
    }
}

/// From the first byte that says anything: blanks and a byte order mark do not.
fn after_blanks(bytes: &[u8]) -> &[u8] {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF);
    let start = bytes.iter().position(|byte| !blank(byte)).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
