//! What one response does, and the doing of it.

use std::time::Duration;

use serde_json::Value;

use super::bytes::{self, Frame};
use super::http::{Framing, Head};
use super::record::Running;
use super::socket::{Gone, Socket};
use super::wire::Wire;

/// What was sent before a break must be on its way, or the break swallows it.
const BEFORE_BREAK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) enum Step {
    /// After the pause between chunks.
    Paced(Frame),
    Now(Frame),
    /// The first half of its bytes.
    Half(Frame),
    Raw(Vec<u8>),
    Wait(Duration),
    /// Nothing comes after it.
    Break(Break),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Break {
    Cut,
    Reset,
    Stall,
}

pub(super) type Steps = Box<dyn Iterator<Item = Step> + Send>;

pub(super) struct Answer {
    pub(super) first_delay: Duration,
    pub(super) delay: Duration,
    /// Without one the steps write to the bare connection.
    pub(super) head: Option<Head>,
    pub(super) framing: Framing,
    pub(super) wire: Wire,
    pub(super) steps: Steps,
    /// Counts as a refusal.
    pub(super) refused: bool,
}

impl Answer {
    /// A body that is known before it is sent.
    pub(super) fn whole(head: Head, body: Vec<u8>) -> Self {
        Self {
            first_delay: Duration::ZERO,
            delay: Duration::ZERO,
            refused: head.status >= 300,
            head: Some(head),
            framing: Framing::Length(body.len()),
            wire: Wire::default(),
            steps: Box::new(std::iter::once(Step::Raw(body))),
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::whole(Head::new(status, "application/json"), body.to_string().into_bytes())
    }

    /// True where the connection can take another request.
    pub(super) async fn send(self, socket: &mut Socket, running: &mut Running) -> Result<bool, Gone> {
        socket.sleep(self.first_delay).await?;
        if self.refused {
            running.refuse();
        }
        let framing = if self.head.is_some() { self.framing } else { Framing::Close };
        if let Some(head) = &self.head {
            socket.send(&head.bytes(framing)).await?;
        }
        let mut body = Body {
            socket,
            chunked: framing == Framing::Chunked,
            piece: self.wire.chunk_bytes,
            rest: Vec::new(),
        };
        if self.wire.bom {
            body.push(bytes::BOM.to_vec()).await?;
        }
        let mut begun = false;
        for step in self.steps {
            let bytes = match step {
                Step::Paced(frame) => {
                    if begun {
                        body.pause(self.delay).await?;
                    }
                    bytes::frame(&self.wire, &frame)
                }
                Step::Now(frame) => bytes::frame(&self.wire, &frame),
                Step::Half(frame) => {
                    let mut bytes = bytes::frame(&self.wire, &frame);
                    bytes.truncate(bytes.len() / 2);
                    bytes
                }
                Step::Raw(bytes) => bytes,
                Step::Wait(pause) => {
                    body.pause(pause).await?;
                    continue;
                }
                Step::Break(how) => {
                    body.flush().await?;
                    return broken(how, socket, running).await;
                }
            };
            begun = true;
            body.push(bytes).await?;
        }
        body.flush().await?;
        // Before the end of the body, so that whoever has read it finds it counted.
        running.finish();
        if self.wire.hang_open {
            let gone = socket.gone().await;
            running.record.client_left();
            return Err(gone);
        }
        if framing == Framing::Chunked {
            socket.send(b"0\r\n\r\n").await?;
        }
        Ok(framing != Framing::Close)
    }
}

async fn broken(how: Break, socket: &mut Socket, running: &mut Running) -> Result<bool, Gone> {
    if let Break::Stall = how {
        return Err(socket.gone().await);
    }
    let _left_or_not = socket.sleep(BEFORE_BREAK).await;
    running.finish();
    if let Break::Reset = how {
        socket.reset();
    }
    Ok(false)
}

/// The body under way.
struct Body<'a> {
    socket: &'a mut Socket,
    chunked: bool,
    /// Bytes of a piece; 0 sends what comes as it comes.
    piece: usize,
    rest: Vec<u8>,
}

impl Body<'_> {
    async fn push(&mut self, bytes: Vec<u8>) -> Result<(), Gone> {
        if self.piece == 0 {
            return self.emit(&bytes).await;
        }
        self.rest.extend(bytes);
        let bytes = std::mem::take(&mut self.rest);
        let mut pieces = bytes.chunks_exact(self.piece);
        for piece in &mut pieces {
            self.emit(piece).await?;
        }
        self.rest = pieces.remainder().to_vec();
        Ok(())
    }

    async fn pause(&mut self, pause: Duration) -> Result<(), Gone> {
        if pause.is_zero() {
            return Ok(());
        }
        self.flush().await?;
        self.socket.sleep(pause).await
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        let rest = std::mem::take(&mut self.rest);
        self.emit(&rest).await
    }

    async fn emit(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        if bytes.is_empty() {
            return Ok(());
        }
        if !self.chunked {
            return self.socket.send(bytes).await;
        }
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.socket.send(&chunk).await
    }
}
