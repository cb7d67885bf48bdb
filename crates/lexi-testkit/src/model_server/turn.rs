//! One request: the script in it, how far it has come, and the parts of the answer in no protocol's words.

use serde_json::{Value, json};

use super::bytes::ascii;
use super::protocol::Protocol;
use super::script::{Call, Script, word, words};
use super::wire::Args;

const ARGUMENT_PIECE_CHARS: usize = 7;
const NOT_JSON: &str = "{\"query\": everything, please";

#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) script: Script,
    pub(super) model: String,
    /// Where the message with the script stands.
    pub(super) asked_at: usize,
    /// Tool rounds since then.
    pub(super) round: usize,
    /// The tools that this round calls.
    pub(super) calls: Vec<Call>,
    pub(super) input_tokens: usize,
    /// A stream was asked for, and the script does not answer with a document nevertheless.
    pub(super) streams: bool,
}

/// A piece of an answer.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Open,
    Thought(String),
    Text(String),
    Refusal(String),
    Call {
        index: usize,
        name: String,
        /// Where they do not come in pieces.
        arguments: Option<Value>,
    },
    Arguments {
        index: usize,
        piece: String,
    },
    Finish,
}

pub(super) type Parts = Box<dyn Iterator<Item = Part> + Send>;

impl Turn {
    pub(super) fn of(protocol: Protocol, request: &Value) -> Result<Self, String> {
        let messages = request["messages"].as_array().ok_or("`messages` is missing")?;
        let (asked_at, script) = protocol.script(messages, request["model"].as_str().unwrap_or_default())?;
        let since = messages.get(asked_at..).unwrap_or_default();
        let round = since.iter().filter(|message| protocol.calls_tools(message)).count();
        let allowed = request.pointer("/tool_choice/type").is_none_or(|choice| choice != "none")
            && request["tool_choice"] != "none";
        let offered = allowed && request["tools"].as_array().is_some_and(|tools| !tools.is_empty());
        let due = round < script.rounds && !script.tools.is_empty() && (offered || script.force_tools);
        let calls = match script.tools.as_slice() {
            [] if script.endless_tools => {
                vec![Call { name: "contacts.search".to_owned(), arguments: serde_json::Map::new() }]
            }
            tools if due || script.endless_tools => tools.to_vec(),
            _ => Vec::new(),
        };
        Ok(Self {
            model: request["model"].as_str().unwrap_or("scripted").to_owned(),
            asked_at,
            round,
            calls,
            input_tokens: messages.len().saturating_mul(10),
            streams: request["stream"] == true && !script.wire.one_document,
            script,
        })
    }

    /// The whole answer. Without an end where the script says so.
    pub(super) fn parts(&self) -> Parts {
        let opening = self.opening();
        if self.script.endless_thoughts {
            return Box::new(opening.into_iter().chain((1..).map(|number| Part::Thought(word(number)))));
        }
        if self.script.endless_text && self.calls.is_empty() {
            return Box::new(opening.into_iter().chain((1..).map(|number| Part::Text(word(number)))));
        }
        Box::new(self.bounded_parts().into_iter())
    }

    /// The same as if there were no endless ones.
    pub(super) fn bounded_parts(&self) -> Vec<Part> {
        let mut parts = self.opening();
        for (index, call) in self.calls.iter().enumerate() {
            let (arguments, pieces) = self.arguments(call);
            parts.push(Part::Call { index, name: name(call), arguments });
            parts.extend(pieces.into_iter().map(|piece| Part::Arguments { index, piece }));
        }
        parts.extend(self.pieces().into_iter().map(Part::Text));
        parts.extend(self.refusal().into_iter().flat_map(words).map(Part::Refusal));
        parts.push(Part::Finish);
        parts
    }

    fn opening(&self) -> Vec<Part> {
        let thoughts = self.script.thoughts().into_iter().flat_map(words).map(Part::Thought);
        std::iter::once(Part::Open).chain(thoughts).collect()
    }

    /// The text of this round's answer.
    pub(super) fn pieces(&self) -> Vec<String> {
        if self.calls.is_empty() { self.script.pieces() } else { Vec::new() }
    }

    pub(super) fn refusal(&self) -> Option<&str> {
        self.script.refusal.as_deref().filter(|_| self.calls.is_empty())
    }

    /// Why the answer ends, in the words of the script.
    pub(super) fn finish(&self) -> &str {
        match self.script.finish.as_str() {
            "stop" if !self.calls.is_empty() => "tool_calls",
            _ if !self.calls.is_empty() && self.script.args != Args::Truncated => "tool_calls",
            finish => finish,
        }
    }

    pub(super) fn call_id(&self, prefix: &str, index: usize) -> String {
        format!("{prefix}_{}_{index}", self.round)
    }

    pub(super) fn output_tokens(&self) -> usize {
        self.script.pieces().len()
    }

    /// As a whole, or in pieces.
    fn arguments(&self, call: &Call) -> (Option<Value>, Vec<String>) {
        let whole = Value::Object(call.arguments.clone()).to_string();
        let whole = if self.script.wire.surrogates { ascii(&whole) } else { whole };
        let half = whole.chars().count() / 2;
        match self.script.args {
            Args::Pieces | Args::NoIds => (None, pieces(&whole)),
            Args::Whole => (Some(json!(whole)), Vec::new()),
            Args::Object => (Some(Value::Object(call.arguments.clone())), Vec::new()),
            Args::Invalid => (None, pieces(NOT_JSON)),
            Args::Empty => (None, Vec::new()),
            Args::Truncated => (None, pieces(&whole.chars().take(half).collect::<String>())),
        }
    }

    /// The calls with their arguments as a document has them: a text, or an object where the script wants one.
    pub(super) fn whole_calls(&self) -> Vec<(String, Value)> {
        let whole = |call: &Call| {
            let (whole, pieces) = self.arguments(call);
            (name(call), whole.unwrap_or_else(|| Value::String(pieces.concat())))
        };
        self.calls.iter().map(whole).collect()
    }
}

/// As models call tools: without dots.
fn name(call: &Call) -> String {
    call.name.replace('.', "_")
}

fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(ARGUMENT_PIECE_CHARS).map(|piece| piece.iter().collect()).collect()
}
