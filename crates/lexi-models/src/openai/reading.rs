//! One answer while it arrives.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use lexi_types::sse::Parser;
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, Response, Url};
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use super::assembly::Assembly;
use super::failure;
use super::request::Names;
use crate::{ModelError, ModelEvent};

const ERROR_BODY_BYTES_MAX: usize = 64 * 1024;
/// A whole answer that came as one JSON document, or one frame of a stream.
const UNPARSED_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How long to wait for usage once the finish reason has come.
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
    names: Names,
    parser: Parser,
    assembly: Assembly,
    ready: VecDeque<ModelEvent>,
    /// Until when the first piece of the answer must have come; `None` once it has.
    first_token_by: Option<Instant>,
    /// Bytes since the last whole frame.
    pending_bytes: usize,
    ended: bool,
    /// Told once the events that came before it have been.
    failed: Option<ModelError>,
}

impl Reading {
    /// Sends the request and waits for the head of the answer.
    pub(super) async fn open(
        request: RequestBuilder,
        url: Url,
        limits: Limits,
        names: Names,
    ) -> Result<Self, ModelError> {
        let first_token_by = Instant::now() + limits.first_token;
        let sent = timeout_at(first_token_by, request.send()).await;
        let response = match sent {
            Err(_elapsed) => return Err(failure::timeout(&url, "did not answer in time")),
            Ok(Err(error)) => return Err(failure::transport(&url, &error)),
            Ok(Ok(response)) => response,
        };
        let mut reading = Self {
            response,
            url,
            limits,
            names,
            parser: Parser::default(),
            assembly: Assembly::default(),
            ready: VecDeque::new(),
            first_token_by: Some(first_token_by),
            pending_bytes: 0,
            ended: false,
            failed: None,
        };
        if !reading.response.status().is_success() {
            return Err(reading.refused().await);
        }
        if reading.is_one_document() {
            reading.read_document().await?;
        }
        Ok(reading)
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
            let taken = match self.read().await? {
                Some(bytes) => self.take(&bytes),
                None => self.close(),
            };
            self.failed = taken.err();
        }
    }

    /// The next bytes; `None` at the end of the body.
    async fn read(&mut self) -> Result<Option<Vec<u8>>, ModelError> {
        let finished = self.assembly.finished();
        let next = self.response.chunk();
        let read = match self.first_token_by {
            Some(deadline) => timeout_at(deadline, next).await,
            None if finished => timeout(self.limits.read.min(AFTER_FINISH), next).await,
            None => timeout(self.limits.read, next).await,
        };
        match read {
            Ok(Ok(bytes)) => Ok(bytes.map(|bytes| bytes.to_vec())),
            // The answer is whole; what is missing is only the good-bye.
            Ok(Err(_)) | Err(_) if finished => Ok(None),
            Ok(Err(error)) => Err(failure::transport(&self.url, &error)),
            Err(_elapsed) if self.first_token_by.is_some() => {
                Err(failure::timeout(&self.url, "sent no piece of an answer in time"))
            }
            Err(_elapsed) => Err(failure::timeout(&self.url, "fell silent in the middle of the answer")),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        self.pending_bytes = self.pending_bytes.saturating_add(bytes.len());
        for frame in self.parser.push(bytes) {
            self.pending_bytes = 0;
            if self.ended {
                break;
            }
            self.frame(frame.data.trim())?;
        }
        if self.pending_bytes > UNPARSED_BYTES_MAX {
            return Err(failure::provider(&self.url, "sent a frame without an end", false));
        }
        Ok(())
    }

    fn frame(&mut self, data: &str) -> Result<(), ModelError> {
        if data.is_empty() {
            return Ok(());
        }
        if data == "[DONE]" {
            self.finish();
            return Ok(());
        }
        let chunk: Value = serde_json::from_str(data)
            .map_err(|_| failure::provider(&self.url, "sent a piece that is not JSON", true))?;
        self.chunk(&chunk)
    }

    fn chunk(&mut self, chunk: &Value) -> Result<(), ModelError> {
        if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
            return Err(failure::in_stream(&self.url, error));
        }
        self.first_token_by = None;
        let events = self.assembly.take(chunk);
        let bounds = || failure::provider(&self.url, "sent tool calls beyond all bounds", false);
        self.ready.extend(events.ok_or_else(bounds)?);
        Ok(())
    }

    /// The body has ended: well, when a finish reason or `[DONE]` has come.
    fn close(&mut self) -> Result<(), ModelError> {
        // A last frame may lack its blank line.
        self.take(b"\n\n")?;
        if self.ended {
            return Ok(());
        }
        if !self.assembly.finished() {
            return Err(failure::provider(&self.url, "ended the stream in the middle of the answer", true));
        }
        self.finish();
        Ok(())
    }

    fn finish(&mut self) {
        self.ended = true;
        self.ready.extend(self.assembly.end(&self.names));
    }

    /// Some servers answer with one JSON document although a stream was asked for.
    fn is_one_document(&self) -> bool {
        let kind = self.response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        kind.is_some_and(|kind| kind.trim_start().starts_with("application/json"))
    }

    async fn read_document(&mut self) -> Result<(), ModelError> {
        let mut body = Vec::new();
        while let Some(bytes) = self.read().await? {
            body.extend_from_slice(&bytes);
            if body.len() > UNPARSED_BYTES_MAX {
                return Err(failure::provider(&self.url, "sent an answer without an end", false));
            }
        }
        let document: Value = serde_json::from_slice(&body)
            .map_err(|_| failure::provider(&self.url, "sent an answer that is not JSON", true))?;
        self.chunk(&document)?;
        self.close()
    }

    /// An error status: its body may say more, if it comes soon.
    async fn refused(&mut self) -> ModelError {
        let mut body = Vec::new();
        while body.len() < ERROR_BODY_BYTES_MAX {
            match self.read().await {
                Ok(Some(bytes)) => body.extend_from_slice(&bytes),
                Ok(None) | Err(_) => break,
            }
        }
        failure::status(&self.url, self.response.status(), self.response.headers(), &body)
    }
}
