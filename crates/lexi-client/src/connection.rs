//! One connection of a stream: bytes in, frames out.

use std::collections::VecDeque;

use lexi_types::sse::{Frame, Parser};
use reqwest::Response;
use tokio::time::Instant;

use crate::ClientError;

/// More bytes than this without a whole frame is not a Lexi stream.
const FRAME_BYTES_MAX: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) response: Response,
    parser: Parser,
    pub(crate) ready: VecDeque<Frame>,
    /// Bytes read since the last whole frame.
    pending: usize,
    pub(crate) heard_at: Instant,
    /// No frame of this connection has been looked at yet.
    pub(crate) untouched: bool,
    /// The headers named another message than before, and the reader has not been told.
    pub(crate) other_run: bool,
}

impl Connection {
    pub(crate) fn new(response: Response, other_run: bool) -> Self {
        Self {
            response,
            parser: Parser::default(),
            ready: VecDeque::new(),
            pending: 0,
            heard_at: Instant::now(),
            untouched: true,
            other_run,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.heard_at = Instant::now();
        let frames = self.parser.push(bytes);
        self.pending = if frames.is_empty() { self.pending + bytes.len() } else { 0 };
        if self.pending > FRAME_BYTES_MAX {
            return Err(ClientError::Protocol("a frame without end".to_owned()));
        }
        self.ready.extend(frames);
        Ok(())
    }
}
