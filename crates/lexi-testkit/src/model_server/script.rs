//! What a question can ask the model to do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fail::Fail;
use super::wire::{Args, Wire};

/// More than any test reads; a typing error must not take the memory of the machine.
const WORDS_MAX: usize = 1_000_000;
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// For example `{"words": 20, "delay_ms": 50, "tools": [{"name": "contacts.search", "arguments": {}}], "rounds": 2}`.
/// A message without such an object is answered with the one word `ok`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// How many words the answer has: `w1 w2 w3`.
    pub words: usize,
    /// Between two chunks.
    pub delay_ms: u64,
    /// Before the first byte of each response.
    pub first_delay_ms: u64,
    /// Called side by side in each of the first `rounds` rounds, whether there are such tools or not.
    pub tools: Vec<Call>,
    pub rounds: usize,
    /// Calls tools even where the request offers none, or says that none may be called.
    pub force_tools: bool,
    /// Calls tools in every round for ever, also where none are offered.
    pub endless_tools: bool,
    /// How the arguments of the calls go out.
    pub args: Args,
    /// Thoughts before the answer of every round. With Anthropic they are signed, and a request that comes back with tool
    /// results must bring the signature along.
    pub reasoning: Option<String>,
    /// Thoughts and no answer.
    pub thoughts_only: bool,
    /// Thoughts for ever.
    pub endless_thoughts: bool,
    pub fail: Fail,
    /// Token numbers: in a chunk of their own after the finish (OpenAI), in the first and the last event (Anthropic).
    pub usage: bool,
    /// `"usage": {}`.
    pub usage_empty: bool,
    /// Tokens of the prompt that came from the cache, on top of the others.
    pub cached: u64,
    /// `stop` unless said: `length`, `content_filter`, `refusal`, in the words of each protocol; others go as they are.
    pub finish: String,
    /// Instead of an answer: `delta.refusal` and `stop` (OpenAI), `stop_reason: refusal` with this explanation (Anthropic).
    pub refusal: Option<String>,
    /// Instead of `w1 w2 …`, cut into words.
    pub text: Option<String>,
    /// No text at all, and a good finish.
    pub empty: bool,
    /// Words for ever.
    pub endless_text: bool,
    /// One delta of so many bytes instead of words.
    pub line_bytes: usize,
    pub wire: Wire,
    /// The API key that the request must bring; 401 without it.
    pub key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub name: String,
    #[serde(default)]
    pub arguments: Map<String, Value>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            words: 1,
            delay_ms: 0,
            first_delay_ms: 0,
            tools: Vec::new(),
            rounds: 1,
            force_tools: false,
            endless_tools: false,
            args: Args::default(),
            reasoning: None,
            thoughts_only: false,
            endless_thoughts: false,
            fail: Fail::default(),
            usage: true,
            usage_empty: false,
            cached: 0,
            finish: "stop".to_owned(),
            refusal: None,
            text: None,
            empty: false,
            endless_text: false,
            line_bytes: 0,
            wire: Wire::default(),
            key: None,
        }
    }
}

/// An object with one of these means to be a script.
const FIELDS: &[&str] = &[
    "words",
    "delay_ms",
    "first_delay_ms",
    "tools",
    "reasoning",
    "thoughts_only",
    "endless_thoughts",
    "fail",
    "usage",
    "usage_empty",
    "refusal",
    "text",
    "endless_text",
    "endless_tools",
    "line_bytes",
    "wire",
];

impl Script {
    /// The first script in a message, whatever stands around it. An object that means to be one and is not is an
    /// error, so that a typing error in a test does not pass as `ok`.
    pub fn find(message: &str) -> Result<Self, String> {
        let ok = || Self { text: Some("ok".to_owned()), ..Self::default() };
        Ok(Self::find_any(message)?.unwrap_or_else(ok))
    }

    /// `None` where a message has no script.
    pub(super) fn find_any(message: &str) -> Result<Option<Self>, String> {
        for (start, _) in message.match_indices('{') {
            let rest = message.get(start..).unwrap_or_default();
            let Some(Ok(value)) = serde_json::Deserializer::from_str(rest).into_iter::<Value>().next() else {
                continue;
            };
            let meant = FIELDS.iter().any(|field| value.get(field).is_some());
            let filled = value.as_object().is_some_and(|fields| !fields.is_empty());
            match serde_json::from_value(value) {
                Ok(script) if filled => return Ok(Some(script)),
                Err(error) if meant => return Err(format!("a bad script: {error}")),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The words of the answer with the blanks between them: together exactly [`Script::answer`].
    pub fn pieces(&self) -> Vec<String> {
        if self.empty || self.thoughts_only || self.refusal.is_some() {
            return Vec::new();
        }
        if self.line_bytes > 0 {
            return vec!["x".repeat(self.line_bytes.min(LINE_BYTES_MAX))];
        }
        match &self.text {
            Some(text) => words(text),
            None => (1..=self.words.min(WORDS_MAX)).map(word).collect(),
        }
    }

    /// What a client that got everything has read.
    pub fn answer(&self) -> String {
        self.pieces().concat()
    }

    /// What the model thinks before it answers.
    pub fn thoughts(&self) -> Option<&str> {
        self.reasoning.as_deref().or(self.thoughts_only.then_some("only a thought"))
    }
}

/// One of `w1 w2 w3`, with the blank before it.
pub(super) fn word(number: usize) -> String {
    format!("{}w{number}", if number == 1 { "" } else { " " })
}

/// A text in pieces that are the text again when put together.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_found_among_other_words() {
        let script =
            Script::find("Page: {\"page\": \"deals\"}\n\n{\"words\": 3, \"delay_ms\": 5} thanks").unwrap();
        assert_eq!((script.words, script.delay_ms, script.answer().as_str()), (3, 5, "w1 w2 w3"));
        assert_eq!(
            Script::find("How are {you}? {} {\"key\": 1} {\"key\": \"k\", \"id\": 1}").unwrap().answer(),
            "ok"
        );
        assert!(Script::find("{\"words\": 3, \"dealy_ms\": 5}").unwrap_err().contains("dealy_ms"));
        assert!(Script::find("{\"wire\": {\"chunks\": 3}}").unwrap_err().contains("chunks"));
        assert_eq!(Script::find("{\"key\": \"k\"}").unwrap().key.as_deref(), Some("k"));
    }

    #[test]
    fn scripts_read_back() {
        let text = r#"{"words": 2, "tools": [{"name": "deals.get"}], "rounds": 2, "args": "no_ids", "wire": {"line_end": "cr"},
                       "fail": {"at": "mid", "kind": "status_429", "times": 1, "body": "html"}}"#;
        let script = Script::find(text).unwrap();
        assert_eq!(Script::find(&serde_json::to_string(&script).unwrap()).unwrap(), script);
    }

    #[test]
    fn numbers_without_bounds_are_bounded() {
        let script = Script { words: usize::MAX, ..Script::default() };
        assert_eq!(script.pieces().len(), WORDS_MAX);
        let script = Script { line_bytes: usize::MAX, ..Script::default() };
        assert_eq!(script.answer().len(), LINE_BYTES_MAX);
    }
}
