//! One line of the table: what the model does, and what is to come of it.

use std::time::Duration;

use lexi_testkit::model_server::Script;
use serde_json::{Value, json};

pub(super) const TEXT: &str = "alpha beta gamma delta epsilon zeta";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Adapter {
    OpenAi,
    Anthropic,
}

impl Adapter {
    pub(super) const BOTH: [Self; 2] = [Self::OpenAi, Self::Anthropic];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }
}

/// Where in the answer it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Before anything of the answer was shown.
    Before,
    /// A part of the text is shown.
    After,
    /// In the way the whole answer is written.
    Throughout,
}

impl When {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Throughout => "throughout",
        }
    }
}

/// What decides how long it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    AtOnce,
    /// The pause of our own before the second attempt.
    Pause,
    /// The pause that the provider asks for.
    RetryAfter,
    FirstToken,
    Read,
    RunTime,
    /// As slow as the model, which is within all limits.
    Model,
}

impl Ends {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::AtOnce => "at once",
            Self::Pause => "a short pause",
            Self::RetryAfter => "the pause asked for",
            Self::FirstToken => "`model_first_token_timeout_s`",
            Self::Read => "`model_read_timeout_s`",
            Self::RunTime => "`run_time_max_s`",
            Self::Model => "as slow as the model",
        }
    }

    /// The shortest and the longest time that it may take here, where machines are slow and shared.
    pub(super) const fn bounds(self) -> (Duration, Duration) {
        let (least, most) = match self {
            Self::AtOnce => (0, 5000),
            Self::Pause => (150, 5000),
            Self::RetryAfter => (1000, 6000),
            Self::FirstToken => (2000, 6000),
            Self::Read => (1000, 6000),
            Self::RunTime => (6000, 10_000),
            Self::Model => (500, 8000),
        };
        (Duration::from_millis(least), Duration::from_millis(most))
    }
}

/// What comes of it, but for the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) sees: String,
    pub(super) charged: i64,
    pub(super) stored: String,
    /// Calls of the model by their outcome, as the metrics count them.
    pub(super) attempts: String,
}

impl Facts {
    fn new(sees: &str, charged: i64, stored: &str, attempts: &str) -> Self {
        Self { sees: sees.to_owned(), charged, stored: stored.to_owned(), attempts: attempts.to_owned() }
    }
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) fault: String,
    pub(super) when: When,
    pub(super) script: Value,
    pub(super) ends: Ends,
    /// For each of [`Adapter::BOTH`].
    pub(super) facts: [Facts; 2],
    /// Nobody listens where the model should be.
    pub(super) no_server: bool,
}

impl Case {
    pub(super) fn new(fault: impl Into<String>, when: When, script: &Value) -> Self {
        let mut whole = json!({ "text": TEXT });
        for (name, value) in script.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        let answer = Facts::new("the answer", 1, "complete", "answered");
        Self {
            fault: fault.into(),
            when,
            script: whole,
            ends: Ends::AtOnce,
            facts: [answer.clone(), answer],
            no_server: false,
        }
    }

    pub(super) fn ends(self, ends: Ends) -> Self {
        Self { ends, ..self }
    }

    fn facts(self, facts: &Facts) -> Self {
        Self { facts: [facts.clone(), facts.clone()], ..self }
    }

    /// The answer at last, after these calls of the model.
    pub(super) fn answers(self, attempts: &str) -> Self {
        self.facts(&Facts::new("the answer", 1, "complete", attempts))
    }

    /// The answer after tool calls.
    pub(super) fn answers_with_tools(self, charged: i64, attempts: &str) -> Self {
        self.facts(&Facts::new("the answer", charged, "complete", attempts))
    }

    /// `done` with `length`.
    pub(super) fn cut_at(self, sees: &str) -> Self {
        self.facts(&Facts::new(&format!("{sees}, `length`"), 1, "complete", "answered"))
    }

    /// Nothing but an error.
    pub(super) fn fails(self, code: &str, attempts: &str) -> Self {
        self.facts(&Facts::new(&format!("`{code}`"), 0, "nothing", attempts))
    }

    /// A part of the answer, then an error.
    pub(super) fn breaks(self, code: &str, attempts: &str) -> Self {
        self.facts(&Facts::new(&format!("the beginning, `{code}`"), 0, "failed", attempts))
    }

    /// All of the answer, then an error.
    pub(super) fn breaks_at_the_end(self, code: &str, attempts: &str) -> Self {
        self.facts(&Facts::new(&format!("the answer, `{code}`"), 0, "failed", attempts))
    }

    /// What differs with Anthropic.
    pub(super) fn anthropic(self, other: Self) -> Self {
        let [openai, _] = self.facts;
        let [_, anthropic] = other.facts;
        Self { facts: [openai, anthropic], ..self }
    }

    /// The same case, to say what differs.
    pub(super) fn same(&self) -> Self {
        Self::new(self.fault.clone(), self.when, &self.script)
    }

    pub(super) fn without_a_server(self) -> Self {
        Self { no_server: true, ..self }
    }

    pub(super) fn expected(&self, adapter: Adapter) -> &Facts {
        let [openai, anthropic] = &self.facts;
        if adapter == Adapter::OpenAi { openai } else { anthropic }
    }

    /// The question that makes the model do so.
    pub(super) fn question(&self) -> String {
        format!("zebrafish {}", self.script)
    }

    /// What a client reads that gets all of it.
    pub(super) fn whole_text(&self, adapter: Adapter) -> String {
        let script = Script::find(&self.script.to_string()).unwrap();
        match script.refusal.clone().filter(|_| adapter == Adapter::OpenAi) {
            Some(refusal) => refusal,
            None if script.endless_text => Script { words: 10_000, ..script }.answer(),
            None => script.answer(),
        }
    }
}
