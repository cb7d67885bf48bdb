//! What the user sees of an answer.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use lexi_client::ClientFrame;
use lexi_types::{ConversationId, Event, FinishReason, ToolStatus};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::text::{begins_thought, clean, credits, without_links};

const TICK: Duration = Duration::from_millis(100);

pub(super) struct Screen {
    /// The answer.
    out: Box<dyn Write + Send>,
    /// Everything about it.
    notes: Box<dyn Write + Send>,
    looks: Looks,
    spinner: Option<ProgressBar>,
    /// Tools that have started and not completed, by call.
    running: Vec<(String, String)>,
    /// What stands at the end of the last line, so that notes and text do not run together.
    last: Last,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Looks {
    /// Raw events instead of an answer.
    pub(super) json: bool,
    /// Control characters are dropped from the answer; a file gets it as it is.
    pub(super) clean: bool,
    pub(super) color: bool,
    /// Steps in progress are shown by a line that changes.
    pub(super) live: bool,
}

enum Last {
    LineStart,
    Text,
    Thought(String),
}

impl Screen {
    pub(super) fn of_terminal(json: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let terminal = io::stderr().is_terminal();
        let looks = Looks {
            json,
            clean: io::stdout().is_terminal(),
            color: terminal && !dumb && !set("NO_COLOR"),
            live: terminal && !dumb && !json,
        };
        Self::new(Box::new(io::stdout()), Box::new(io::stderr()), looks)
    }

    pub(super) fn new(out: Box<dyn Write + Send>, notes: Box<dyn Write + Send>, looks: Looks) -> Self {
        Self { out, notes, looks, spinner: None, running: Vec::new(), last: Last::LineStart }
    }

    pub(super) const fn is_json(&self) -> bool {
        self.looks.json
    }

    /// Something is going on, and there is nothing to show of it yet.
    pub(super) fn wait(&mut self, what: &str) {
        if !self.looks.live || !matches!(self.last, Last::LineStart) {
            return;
        }
        let spinner = self.spinner.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        spinner.set_message(what.to_owned());
    }

    fn settle(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }

    /// One frame as one line of JSON.
    pub(super) fn frame(&mut self, frame: &ClientFrame) -> io::Result<()> {
        let line = match frame {
            ClientFrame::Restarted => json!({"event": "restarted", "data": {}}).to_string(),
            ClientFrame::Frame(frame) => {
                let name = Value::from(frame.event.as_str());
                let id = frame.id.as_deref().and_then(|id| id.parse::<u64>().ok());
                let id = id.map(|id| format!("\"id\": {id}, ")).unwrap_or_default();
                // The data is passed on as it was sent, unless it is no JSON.
                let data = match serde_json::from_str::<&RawValue>(&frame.data) {
                    Ok(data) => data.get().to_owned(),
                    Err(_) => Value::from(frame.data.as_str()).to_string(),
                };
                format!("{{{id}\"event\": {name}, \"data\": {data}}}")
            }
        };
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }

    pub(super) fn event(&mut self, event: &Event) -> io::Result<()> {
        if self.looks.json {
            return Ok(());
        }
        match event {
            Event::Text { delta, .. } => self.text(delta),
            Event::Thinking { text } => self.thought(text),
            Event::ToolStep { tool, status: ToolStatus::Started, call_id, .. } => {
                self.tool_started(tool, call_id)
            }
            Event::ToolStep { tool, summary, call_id, is_error, .. } => {
                self.tool_completed(tool, call_id, summary.as_deref(), is_error == &Some(true))
            }
            Event::Error { .. } | Event::Done { .. } => Ok(()),
        }
    }

    fn text(&mut self, delta: &str) -> io::Result<()> {
        self.settle();
        if matches!(self.last, Last::Thought(_)) {
            self.end_line()?;
        }
        let named = if self.looks.clean { without_links(delta) } else { delta.into() };
        let shown = if self.looks.clean { clean(&named) } else { named };
        self.out.write_all(shown.as_bytes())?;
        self.out.flush()?;
        if let Some(end) = shown.chars().last() {
            self.last = if end == '\n' { Last::LineStart } else { Last::Text };
        }
        Ok(())
    }

    fn thought(&mut self, text: &str) -> io::Result<()> {
        self.settle();
        let text = clean(text).into_owned();
        let before = match &self.last {
            Last::Thought(before) if !begins_thought(before, &text) => before.clone(),
            _ => {
                self.end_line()?;
                String::new()
            }
        };
        let dimmed = self.dim(&text);
        self.notes.write_all(dimmed.as_bytes())?;
        self.notes.flush()?;
        self.last = Last::Thought(before + &text);
        Ok(())
    }

    fn tool_started(&mut self, tool: &str, call: &str) -> io::Result<()> {
        self.running.push((call.to_owned(), clean(tool).into_owned()));
        if !self.looks.live {
            return self.note(&format!("… {tool}"));
        }
        self.end_line()?;
        self.wait_for_tools();
        Ok(())
    }

    fn tool_completed(
        &mut self,
        tool: &str,
        call: &str,
        summary: Option<&str>,
        failed: bool,
    ) -> io::Result<()> {
        self.running.retain(|(running, _)| running != call);
        let mark = if failed { self.paint("31", "✗") } else { self.paint("32", "✓") };
        let summary = summary.map(|summary| format!("  {}", self.dim(&clean(summary)))).unwrap_or_default();
        self.settle();
        self.line(&format!("{mark} {}{summary}", clean(tool)))?;
        self.wait_for_tools();
        Ok(())
    }

    fn wait_for_tools(&mut self) {
        let names: Vec<&str> = self.running.iter().map(|(_, tool)| tool.as_str()).collect();
        let what = if names.is_empty() { "…".to_owned() } else { names.join(", ") };
        self.wait(&what);
    }

    /// The last line of an answer: how it ended and what it cost.
    pub(super) fn done(
        &mut self,
        event: &Event,
        replayed: bool,
        go_on: Option<ConversationId>,
    ) -> io::Result<()> {
        let Event::Done { credits_remaining, credits_charged, finish_reason, grounding, .. } = event else {
            return Ok(());
        };
        self.finish()?;
        if !grounding.unsupported.is_empty() {
            self.note(&format!("not found in the records: {}", grounding.unsupported.join(", ")))?;
        }
        let mut parts = Vec::new();
        match finish_reason {
            FinishReason::Stop => {}
            FinishReason::Length => parts.push("the answer was cut at its length limit".to_owned()),
            FinishReason::Canceled => parts.push("canceled".to_owned()),
        }
        if replayed {
            parts.push("answered before, nothing charged".to_owned());
        } else {
            parts.push(format!("{} used", credits(*credits_charged)));
        }
        parts.push(format!("{} left", credits(*credits_remaining)));
        if let Some(id) = go_on {
            parts.push(format!("go on with --conversation {id}"));
        }
        self.note(&parts.join(" · "))
    }

    /// Ends whatever line is open, at the end of an answer.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.settle();
        self.running.clear();
        if matches!(self.last, Last::Text) {
            self.out.write_all(b"\n")?;
            self.out.flush()?;
            self.last = Last::LineStart;
        }
        self.end_line()
    }

    /// A line about the answer.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        self.settle();
        if self.looks.json {
            return Ok(());
        }
        let dimmed = self.dim(&clean(text));
        self.line(&dimmed)
    }

    pub(super) fn error(&mut self, text: &str) -> io::Result<()> {
        self.finish()?;
        let label = self.paint("31", "error:");
        self.line(&format!("{label} {text}"))
    }

    pub(super) fn prompt(&mut self) -> io::Result<()> {
        let prompt = self.paint("1", "› ");
        write!(self.notes, "{prompt}")?;
        self.notes.flush()
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        self.end_line()?;
        writeln!(self.notes, "{text}")?;
        self.notes.flush()
    }

    /// A note begins a line of its own. The line end goes to the notes, so that the answer stays as it was sent.
    fn end_line(&mut self) -> io::Result<()> {
        if matches!(std::mem::replace(&mut self.last, Last::LineStart), Last::LineStart) {
            return Ok(());
        }
        self.notes.write_all(b"\n")?;
        self.notes.flush()
    }

    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.looks.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests;
