//! Questions and answers, one after the other.

use std::io;
use std::time::Duration;

use lexi_client::{ChatParams, ChatStream, Client, ClientError, ClientFrame};
use lexi_types::{Event, FinishReason, LexiTaskId};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::advice::advice;
use super::input::Input;
use super::interrupts::Interrupts;
use super::proposals::decision;
use super::screen::Screen;
use super::text::clean;

/// How long a canceled request may take to say which conversation it belongs to, and then to end.
const CANCEL_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    Canceled,
    Failed,
}

pub(super) struct Session {
    pub(super) client: Client,
    /// The conversation and the settings that every question shares.
    template: ChatParams,
    pub(super) screen: Screen,
    interrupts: Interrupts,
    /// The end of an answer says how to go on, because the program ends too.
    pub(super) single: bool,
    /// What the last answer has proposed and nobody has decided on here.
    pub(super) proposed: Vec<LexiTaskId>,
}

impl Session {
    pub(super) fn new(client: Client, template: ChatParams, screen: Screen, interrupts: Interrupts) -> Self {
        Self { client, template, screen, interrupts, single: true, proposed: Vec::new() }
    }

    /// Asks until the user leaves with Ctrl-C or Ctrl-D, or the input ends.
    pub(super) async fn converse(&mut self, url: &str, input: &mut Input) -> io::Result<Outcome> {
        self.single = false;
        if input.typed {
            self.screen.note(&format!(
                "Lexi at {url} · Ctrl-C stops an answer, Ctrl-D leaves, /new begins another conversation"
            ))?;
        }
        let mut last = Outcome::Answered;
        loop {
            if input.typed {
                self.screen.prompt()?;
            }
            let line = tokio::select! {
                line = input.next() => line?,
                () = self.interrupts.next() => None,
            };
            let Some(line) = line else {
                if input.typed {
                    self.screen.note("")?;
                }
                // Someone at a terminal has seen the errors; a script wants to know.
                return Ok(if input.typed { Outcome::Answered } else { last });
            };
            match line.trim() {
                "" => {}
                "/new" => self.template.conversation_id = None,
                "/exit" | "/quit" => return Ok(Outcome::Answered),
                message => {
                    last = match decision(message) {
                        Some((decision, named)) => self.decide(decision, named).await?,
                        None => self.ask(message.to_owned()).await?,
                    }
                }
            }
        }
    }

    /// One question, shown to its end. Errors are shown too; what comes back as an error is a broken output.
    pub(super) async fn ask(&mut self, message: String) -> io::Result<Outcome> {
        // A key of its own for each question: the same key would be the same question.
        let params = ChatParams::new(message)
            .in_conversation(self.template.conversation_id)
            .allow_tools(self.template.allow_tools);
        self.screen.wait("…");
        let (opened, interrupted) = self.open(params).await;
        let stream = match opened {
            Some(Ok(stream)) => stream,
            Some(Err(error)) => return self.failed(&error),
            None => {
                self.cancel_unseen().await;
                self.screen.finish()?;
                self.screen.note("canceled")?;
                return Ok(Outcome::Canceled);
            }
        };
        self.template.conversation_id = stream.conversation_id().or(self.template.conversation_id);
        self.proposed.clear();
        let outcome = self.read(stream, interrupted).await;
        self.screen.finish()?;
        self.show_proposals().await?;
        outcome
    }

    /// Sends the question. After Ctrl-C the answer's head is still waited for, because it names what to cancel.
    async fn open(&mut self, params: ChatParams) -> (Option<Result<ChatStream, ClientError>>, bool) {
        let client = self.client.clone();
        let mut opening = Box::pin(client.chat(params));
        tokio::select! {
            opened = &mut opening => return (Some(opened), false),
            () = self.interrupts.next() => {}
        }
        tokio::select! {
            opened = &mut opening => (Some(opened), true),
            () = self.interrupts.next() => (None, true),
            () = sleep_until(Instant::now() + CANCEL_WAIT) => (None, true),
        }
    }

    /// Cancels a run that has not shown itself: it can only be in the conversation that goes on.
    async fn cancel_unseen(&mut self) {
        if let Some(id) = self.template.conversation_id {
            // Whether or not it was there to be canceled, the user has left it.
            let _ = timeout(CANCEL_WAIT, self.client.cancel(id)).await;
        }
    }

    async fn read(&mut self, mut stream: ChatStream, interrupted: bool) -> io::Result<Outcome> {
        if interrupted {
            return self.cancel(stream).await;
        }
        loop {
            let frame = tokio::select! {
                frame = stream.next_frame() => frame,
                () = self.interrupts.next() => return self.cancel(stream).await,
            };
            match frame {
                Some(Ok(frame)) => {
                    if let Some(outcome) = self.show(&frame, &stream)? {
                        return Ok(outcome);
                    }
                }
                Some(Err(error)) => return self.failed(&error),
                None => {
                    self.screen.error("the answer ended without its last event: ask again")?;
                    return Ok(Outcome::Failed);
                }
            }
        }
    }

    /// Stops the run at the server and shows how it ended: with `done` and what it cost, if that comes in time.
    async fn cancel(&mut self, mut stream: ChatStream) -> io::Result<Outcome> {
        let until = Instant::now() + CANCEL_WAIT;
        if let Some(id) = stream.conversation_id()
            && let Ok(Err(error)) = timeout_at(until, self.client.cancel(id)).await
        {
            self.screen.error(&advice(&error))?;
        }
        loop {
            let frame = tokio::select! {
                frame = stream.next_frame() => frame,
                // Whoever presses twice is in a hurry.
                () = self.interrupts.next() => None,
                () = sleep_until(until) => None,
            };
            let Some(Ok(frame)) = frame else {
                self.screen.finish()?;
                self.screen.note("canceled")?;
                return Ok(Outcome::Canceled);
            };
            if let Some(outcome) = self.show(&frame, &stream)? {
                return Ok(outcome);
            }
        }
    }

    /// Shows a frame; gives the outcome with the last one.
    fn show(&mut self, frame: &ClientFrame, stream: &ChatStream) -> io::Result<Option<Outcome>> {
        if self.screen.is_json() {
            self.screen.frame(frame)?;
        }
        let frame = match frame {
            ClientFrame::Frame(frame) => frame,
            ClientFrame::Restarted => {
                self.screen.note("the connection was lost, the answer begins again")?;
                return Ok(None);
            }
        };
        let event = match Event::from_frame(&frame.event, &frame.data) {
            None => return Ok(None),
            Some(Ok(event)) => event,
            Some(Err(error)) => {
                let error = ClientError::Protocol(format!("a {} event: {error}", frame.event));
                return self.failed(&error).map(Some);
            }
        };
        match &event {
            Event::Text { conversation_id, .. } => self.template.conversation_id = Some(*conversation_id),
            Event::ToolStep { task_id: Some(id), .. } if !self.proposed.contains(id) => {
                self.proposed.push(*id)
            }
            Event::Error { code, message } => {
                self.screen.error(&format!("{} ({code})", clean(message)))?;
                return Ok(Some(Outcome::Failed));
            }
            Event::Done { finish_reason, .. } => {
                let go_on = self.template.conversation_id.filter(|_| self.single);
                self.screen.done(&event, stream.replayed(), go_on)?;
                let canceled = *finish_reason == FinishReason::Canceled;
                return Ok(Some(if canceled { Outcome::Canceled } else { Outcome::Answered }));
            }
            _ => {}
        }
        self.screen.event(&event)?;
        Ok(None)
    }

    fn failed(&mut self, error: &ClientError) -> io::Result<Outcome> {
        self.screen.error(&advice(error))?;
        Ok(Outcome::Failed)
    }
}

#[cfg(test)]
mod tests;
