//! One answer as it arrives, over as many connections as it takes.

use std::fmt;
use std::pin::Pin;

use lexi_types::sse::Frame;
use lexi_types::{ConversationId, Event, MessageId};
use reqwest::{Response, StatusCode};
use tokio::time::Instant;

use crate::connection::Connection;
use crate::head::Head;
use crate::request::StreamRequest;
use crate::retry::{Circumstances, worth_another_try};
use crate::{Client, ClientError};

/// What a reader of events sees.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientEvent {
    Event(Event),
    /// The first run was lost with its server and a fresh one answers: forget what was shown, it comes anew.
    Restarted,
}

/// What a reader of raw frames sees.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientFrame {
    Frame(Frame),
    /// See [`ClientEvent::Restarted`].
    Restarted,
}

/// Dropping it closes the connection only; the run goes on at the server and [`Client::cancel`] ends it.
#[derive(Debug)]
pub struct ChatStream {
    client: Client,
    request: StreamRequest,
    head: Head,
    connection: Option<Connection>,
    /// The request under way, kept here so that a reader who stops waiting does not send it twice.
    attempt: Option<Attempt>,
    /// The number of the last frame handed out: what `Last-Event-ID` says.
    last: u64,
    /// Frames handed out, for the error that says how far the stream came.
    frames: u64,
    /// Tries since the last new frame.
    tried: u32,
    restarts: u32,
    /// When the next try may be made. Kept here, so that a reader who stops waiting and comes back does not cut the
    /// pause short.
    next_try: Instant,
    /// The server has answered before.
    reached: bool,
    /// A keyed stream whose frames had no ids cannot be continued.
    unnumbered: bool,
    /// `done` or `error` was handed out: after it there is nothing worth another connection.
    concluded: bool,
    ended: bool,
}

struct Attempt(Pin<Box<dyn Future<Output = Result<Response, ClientError>> + Send>>);

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt")
    }
}

/// What a frame means for the stream.
enum Step {
    Show(ClientFrame),
    Skip,
    End,
    /// Frames are missing between the last one and this.
    Gap,
}

impl ChatStream {
    pub(crate) async fn open(client: Client, request: StreamRequest) -> Result<Self, ClientError> {
        let mut stream = Self::unopened(client, request);
        stream.connect().await?;
        Ok(stream)
    }

    pub(crate) async fn follow(client: Client, id: ConversationId) -> Result<Option<Self>, ClientError> {
        let stream = Self::open(client, StreamRequest::Follow(id)).await?;
        let resting =
            stream.connection.as_ref().is_some_and(|c| c.response.status() == StatusCode::NO_CONTENT);
        Ok((!resting).then_some(stream))
    }

    fn unopened(client: Client, request: StreamRequest) -> Self {
        Self {
            client,
            request,
            head: Head::default(),
            connection: None,
            attempt: None,
            last: 0,
            frames: 0,
            tried: 0,
            restarts: 0,
            next_try: Instant::now(),
            reached: false,
            unnumbered: false,
            concluded: false,
            ended: false,
        }
    }

    pub fn conversation_id(&self) -> Option<ConversationId> {
        self.head.conversation_id
    }

    /// The message that the answer becomes. Another one after [`ClientEvent::Restarted`].
    pub fn message_id(&self) -> Option<&MessageId> {
        self.head.message_id.as_ref()
    }

    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id.as_deref()
    }

    /// The answer was finished before it was asked for this time: nothing was charged again.
    pub fn replayed(&self) -> bool {
        self.head.replayed
    }

    /// The next event, or `None` after the last. Events of names unknown to this version are passed over. Safe to
    /// drop while waiting: nothing is lost.
    pub async fn next(&mut self) -> Option<Result<ClientEvent, ClientError>> {
        loop {
            let frame = match self.next_frame().await? {
                Ok(ClientFrame::Frame(frame)) => frame,
                Ok(ClientFrame::Restarted) => return Some(Ok(ClientEvent::Restarted)),
                Err(error) => return Some(Err(error)),
            };
            match Event::from_frame(&frame.event, &frame.data) {
                None => {}
                Some(Ok(event)) => return Some(Ok(ClientEvent::Event(event))),
                Some(Err(error)) => {
                    self.ended = true;
                    return Some(Err(ClientError::Protocol(format!("a {} event: {error}", frame.event))));
                }
            }
        }
    }

    /// The next frame as it was sent, for those who pass it on. `[DONE]` is the end and not shown.
    pub async fn next_frame(&mut self) -> Option<Result<ClientFrame, ClientError>> {
        if self.ended {
            return None;
        }
        let next = self.advance().await.transpose();
        if !matches!(next, Some(Ok(_))) {
            self.ended = true;
            self.connection = None;
        }
        next
    }

    async fn advance(&mut self) -> Result<Option<ClientFrame>, ClientError> {
        loop {
            let Some(connection) = &mut self.connection else {
                self.connect().await?;
                continue;
            };
            if std::mem::take(&mut connection.other_run) {
                return self.restart().map(Some);
            }
            if let Some(frame) = connection.ready.pop_front() {
                match self.judge(frame)? {
                    Step::Show(frame) => return Ok(Some(frame)),
                    Step::Skip => {}
                    Step::End => return Ok(None),
                    Step::Gap => self.broken("frames are missing")?,
                }
                continue;
            }
            let silent_until = connection.heard_at + self.client.silence_max();
            match tokio::time::timeout_at(silent_until, connection.response.chunk()).await {
                Ok(Ok(Some(bytes))) => connection.push(&bytes)?,
                _ if self.concluded => return Ok(None),
                Ok(Ok(None)) => self.broken("the connection was closed")?,
                Ok(Err(_)) => self.broken("the connection broke")?,
                Err(_) => self.broken("the server fell silent")?,
            }
        }
    }

    fn judge(&mut self, frame: Frame) -> Result<Step, ClientError> {
        if frame.data == "[DONE]" {
            return Ok(Step::End);
        }
        let first = self.connection.as_mut().is_some_and(|c| std::mem::take(&mut c.untouched));
        let Some(id) = frame.id.as_deref().and_then(|id| id.parse::<u64>().ok()) else {
            self.unnumbered = true;
            return Ok(self.show(frame));
        };
        if id == self.last + 1 {
            self.last = id;
            self.tried = 0;
            return Ok(self.show(frame));
        }
        if id == 1 && first {
            if let Some(connection) = &mut self.connection {
                connection.ready.push_front(frame);
            }
            return self.restart().map(Step::Show);
        }
        Ok(if id <= self.last { Step::Skip } else { Step::Gap })
    }

    fn show(&mut self, frame: Frame) -> Step {
        self.frames += 1;
        self.concluded = matches!(frame.event.as_str(), "done" | "error");
        Step::Show(ClientFrame::Frame(frame))
    }

    /// A fresh run has taken the place of a lost one.
    fn restart(&mut self) -> Result<ClientFrame, ClientError> {
        self.restarts += 1;
        if self.restarts > self.client.retry().restarts_max {
            return Err(self.cut("the run was lost again and again"));
        }
        self.last = 0;
        Ok(ClientFrame::Restarted)
    }

    /// The connection is of no more use: another one follows after a pause, unless it is time to give up.
    fn broken(&mut self, reason: &str) -> Result<(), ClientError> {
        let error = self.cut(reason);
        if self.request.key().is_none() || self.unnumbered {
            return Err(error);
        }
        let Some(pause) = self.client.retry().pause(self.tried, None) else { return Err(error) };
        self.connection = None;
        self.tried += 1;
        self.next_try = Instant::now() + pause;
        Ok(())
    }

    fn cut(&self, reason: &str) -> ClientError {
        ClientError::Cut { frames: self.frames, reason: reason.to_owned() }
    }

    /// Sends the request, again and again within bounds, until the server takes it up.
    async fn connect(&mut self) -> Result<(), ClientError> {
        loop {
            tokio::time::sleep_until(self.next_try).await;
            let sent = match &mut self.attempt {
                Some(attempt) => attempt.0.as_mut().await,
                None => {
                    self.attempt = Some(self.send()?);
                    continue;
                }
            };
            self.attempt = None;
            let error = match sent {
                Ok(response) => return self.begin(response),
                Err(error) => error,
            };
            self.reached |= error.api().is_some();
            let circumstances = Circumstances { keyed: self.request.key().is_some(), known: self.reached };
            if !worth_another_try(&error, &circumstances) {
                return Err(error);
            }
            let asked = error.api().and_then(|error| error.retry_after);
            let Some(pause) = self.client.retry().pause(self.tried, asked) else { return Err(error) };
            self.tried += 1;
            self.next_try = Instant::now() + pause;
        }
    }

    fn send(&self) -> Result<Attempt, ClientError> {
        let request = self.request.build(&self.client, self.last, self.head.message_id.as_ref())?;
        let client = self.client.clone();
        let unanswered = self.cut("the server did not answer");
        Ok(Attempt(Box::pin(async move {
            let sent = tokio::time::timeout(client.silence_max(), client.send(request)).await;
            sent.unwrap_or(Err(unanswered))
        })))
    }

    fn begin(&mut self, response: Response) -> Result<(), ClientError> {
        let content =
            response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let is_stream = content.starts_with("text/event-stream");
        if !is_stream && response.status() != StatusCode::NO_CONTENT {
            return Err(ClientError::Protocol(format!("an answer of type `{content}` instead of a stream")));
        }
        let before = std::mem::replace(&mut self.head, Head::read(response.headers()));
        if std::mem::replace(&mut self.reached, true) && self.frames > 0 {
            self.head.replayed = before.replayed;
        }
        let other_run =
            self.last > 0 && before.message_id.is_some() && before.message_id != self.head.message_id;
        self.connection = Some(Connection::new(response, other_run));
        Ok(())
    }
}
