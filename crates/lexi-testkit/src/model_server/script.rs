//! What a question can ask the model to do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    /// Called side by side in each of the first `rounds` rounds.
    pub tools: Vec<Call>,
    pub rounds: usize,
    /// Calls tools even where the request offers none.
    pub force_tools: bool,
    pub reasoning: Option<String>,
    pub fail: Fail,
    /// Token numbers in a chunk of their own after the finish.
    pub usage: bool,
    /// `stop` unless said: `length`, `content_filter`.
    pub finish: String,
    /// Instead of `w1 w2 …`, cut into words.
    pub text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub name: String,
    #[serde(default)]
    pub arguments: Map<String, Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fail {
    pub at: FailAt,
    pub kind: FailKind,
    /// Fail this many times, then work; without it every time.
    pub times: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailAt {
    /// Every request, before its first chunk.
    Start,
    /// Half-way through the words of the answer.
    Mid,
    #[default]
    Never,
}

/// A status can only fail a response at its start; at `mid` it is an error object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailKind {
    #[default]
    #[serde(rename = "status_500")]
    Status500,
    #[serde(rename = "status_429")]
    Status429,
    /// The connection breaks.
    Cut,
    /// Nothing more comes, and the connection stays.
    Stall,
    ErrorObject,
    Garbage,
    /// The body ends as if all were well, without finish reason and `[DONE]`.
    NoFinish,
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
            reasoning: None,
            fail: Fail::default(),
            usage: true,
            finish: "stop".to_owned(),
            text: None,
        }
    }
}

const FIELDS: &[&str] =
    &["words", "delay_ms", "first_delay_ms", "tools", "reasoning", "fail", "usage", "text"];

impl Script {
    /// The first script in a message, whatever stands around it. An object that means to be one and is not is an
    /// error, so that a typing error in a test does not pass as `ok`.
    pub fn find(message: &str) -> Result<Self, String> {
        for (start, _) in message.match_indices('{') {
            let rest = message.get(start..).unwrap_or_default();
            let Some(Ok(value)) = serde_json::Deserializer::from_str(rest).into_iter::<Value>().next() else {
                continue;
            };
            if FIELDS.iter().any(|field| value.get(field).is_some()) {
                return serde_json::from_value(value).map_err(|error| format!("a bad script: {error}"));
            }
        }
        Ok(Self { text: Some("ok".to_owned()), ..Self::default() })
    }

    /// The words of the answer with the blanks between them: together exactly [`Script::answer`].
    pub fn pieces(&self) -> Vec<String> {
        match &self.text {
            Some(text) => text.split_inclusive(' ').map(str::to_owned).collect(),
            None => (1..=self.words).map(|n| format!("{}w{n}", if n == 1 { "" } else { " " })).collect(),
        }
    }

    /// What a client that got everything has read.
    pub fn answer(&self) -> String {
        self.pieces().concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_found_among_other_words() {
        let script =
            Script::find("Page: {\"page\": \"deals\"}\n\n{\"words\": 3, \"delay_ms\": 5} thanks").unwrap();
        assert_eq!((script.words, script.delay_ms, script.answer().as_str()), (3, 5, "w1 w2 w3"));
        assert_eq!(Script::find("How are {you}?").unwrap().answer(), "ok");
        assert!(Script::find("{\"words\": 3, \"dealy_ms\": 5}").unwrap_err().contains("dealy_ms"));
    }

    #[test]
    fn scripts_read_back() {
        let text = r#"{"words": 2, "tools": [{"name": "deals.get"}], "rounds": 2, "fail": {"at": "mid", "kind": "status_429", "times": 1}}"#;
        let script = Script::find(text).unwrap();
        assert_eq!(Script::find(&serde_json::to_string(&script).unwrap()).unwrap(), script);
    }
}
