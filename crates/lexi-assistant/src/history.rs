//! What was said before, as much of it as fits: whole turns, the newest. Results of tools are shortened before a turn is
//! left out, and the oldest give way first: their results become a line each, then their calls go, then they go.

use std::collections::HashMap;
use std::sync::Arc;

use lexi_models::{ModelMessage, ToolCall};
use lexi_store::conversations::HistoryMessage;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

const SUMMARY_CHARS_MAX: usize = 300;
/// What an id of a call counts as, wherever it stands.
const ID_TOKENS: usize = 4;

/// About how many tokens a text is: four ASCII characters make one, and every other character is one. An estimate on the
/// safe side for European languages; JSON counts like text.
pub(crate) fn tokens(text: &str) -> usize {
    let (mut ascii, mut others) = (0usize, 0usize);
    for char in text.chars() {
        if char.is_ascii() { ascii += 1 } else { others += 1 }
    }
    ascii.div_ceil(4) + others
}

/// What stands for a result that is too long: JSON.
pub(crate) fn shortened(summary: &str) -> String {
    let summary: String = summary.chars().take(SUMMARY_CHARS_MAX).collect();
    json!({ "shortened": true, "summary": summary }).to_string()
}

/// The newest turns that fit in so many tokens, oldest of them first. A question without an answer is left out, because
/// many models refuse two in a row; so is what came of a tool that may not be called now: the conversation may be
/// another key's, with other scopes.
pub(crate) fn within_budget(
    history: Vec<HistoryMessage>,
    tokens_max: usize,
    may_call: impl Fn(&str) -> bool,
) -> Vec<ModelMessage> {
    let mut turns = newest(history, tokens_max, may_call);
    let mut total: usize = turns.iter().map(Turn::tokens).sum();
    for form in [Form::Short, Form::Bare] {
        for turn in &mut turns {
            if total <= tokens_max {
                break;
            }
            total -= turn.tokens();
            turn.form = form;
            total += turn.tokens();
        }
    }
    (1..).zip(turns).flat_map(|(number, turn)| turn.into_messages(number)).collect()
}

/// The turns that fit as question and answer at least.
fn newest(history: Vec<HistoryMessage>, tokens_max: usize, may_call: impl Fn(&str) -> bool) -> Vec<Turn> {
    let mut left = tokens_max;
    let mut turns = Vec::new();
    for (question, answer) in answered(history).into_iter().rev() {
        let Some(rest) = left.checked_sub(tokens(&question) + tokens(&answer.content)) else { break };
        left = rest;
        turns.push(Turn::new(question, answer, &may_call));
    }
    turns.reverse();
    turns
}

/// Each answer with its own question, also where two were asked at once.
fn answered(history: Vec<HistoryMessage>) -> Vec<(String, HistoryMessage)> {
    let mut asked = HashMap::new();
    let mut pairs = Vec::new();
    for message in history {
        if message.role == "user" {
            asked.insert(message.id, message.content);
        } else if !message.content.trim().is_empty()
            && let Some(question) = message.answers.as_ref().and_then(|id| asked.remove(id))
        {
            pairs.push((question, message));
        }
    }
    pairs
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Whole,
    /// With a line for each result.
    Short,
    /// Question and answer alone.
    Bare,
}

struct Turn {
    question: String,
    answer: String,
    calls: Vec<Call>,
    form: Form,
}

struct Call {
    tool: String,
    arguments: String,
    is_error: bool,
    result: String,
    short: String,
}

impl Turn {
    fn new(question: String, answer: HistoryMessage, may_call: impl Fn(&str) -> bool) -> Self {
        let mut calls = calls(&answer.tool_calls, answer.tool_results.as_deref());
        calls.retain(|call| may_call(&call.tool));
        Self { question, answer: answer.content, calls, form: Form::Whole }
    }

    fn tokens(&self) -> usize {
        let calls: usize = self.shown().map(|(call, result)| call.tokens() + tokens(result)).sum();
        tokens(&self.question) + calls + tokens(&self.answer)
    }

    /// The calls with their results, as they are told now.
    fn shown(&self) -> impl Iterator<Item = (&Call, &str)> {
        let calls = match self.form {
            Form::Whole | Form::Short => self.calls.as_slice(),
            Form::Bare => &[],
        };
        calls.iter().map(|call| match self.form {
            Form::Short => (call, call.shorter()),
            Form::Whole | Form::Bare => (call, call.result.as_str()),
        })
    }

    /// The ids are made here: unique in the request, and nine letters and digits, for some providers take no others.
    fn into_messages(self, number: usize) -> Vec<ModelMessage> {
        let id = |index: usize| format!("h{number:04}c{:03}", index + 1);
        let (mut tool_calls, mut results) = (Vec::new(), Vec::new());
        for (index, (call, result)) in self.shown().enumerate() {
            tool_calls.push(ToolCall {
                id: id(index),
                name: call.tool.clone(),
                arguments: call.arguments.clone(),
                extra: None,
            });
            results.push(ModelMessage::Tool {
                call_id: id(index),
                name: call.tool.clone(),
                result: Arc::new(serde_json::from_str(result).unwrap_or(Value::Null)),
                is_error: call.is_error,
            });
        }
        let mut messages = vec![ModelMessage::question_of(self.question)];
        if !tool_calls.is_empty() {
            messages.push(ModelMessage::Assistant {
                text: String::new(),
                tool_calls,
                by: None,
                reasoning: Vec::new(),
            });
        }
        messages.extend(results);
        messages.push(ModelMessage::answer_of(self.answer));
        messages
    }
}

impl Call {
    fn tokens(&self) -> usize {
        // Name and id stand with the call and again with its result.
        2 * (tokens(&self.tool) + ID_TOKENS) + tokens(&self.arguments)
    }

    fn shorter(&self) -> &str {
        if self.short.len() < self.result.len() { &self.short } else { &self.result }
    }
}

/// A tool call as `work.rs` keeps it.
#[derive(Deserialize)]
struct Stored {
    tool: String,
    arguments: Box<RawValue>,
    summary: String,
    is_error: bool,
}

/// The calls of an answer; those of older versions have no results but what their summaries say.
fn calls(tool_calls: &str, tool_results: Option<&str>) -> Vec<Call> {
    let stored: Vec<Stored> = serde_json::from_str(tool_calls).unwrap_or_default();
    let results: Vec<Box<RawValue>> =
        tool_results.and_then(|results| serde_json::from_str(results).ok()).unwrap_or_default();
    let mut results = results.into_iter();
    stored
        .into_iter()
        .map(|stored| {
            let short = shortened(&stored.summary);
            let result = results.next().map(|result| result.get().to_owned());
            let is_object = stored.arguments.get().starts_with('{');
            Call {
                tool: stored.tool,
                arguments: if is_object { stored.arguments.get().to_owned() } else { "{}".to_owned() },
                is_error: stored.is_error,
                result: result.unwrap_or_else(|| short.clone()),
                short,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use lexi_types::MessageId;
    use proptest::prelude::*;

    use super::*;

    fn turn(question: &str, answer: &str, results: &[&str]) -> Vec<HistoryMessage> {
        let id = MessageId::new();
        let call = |n: usize| json!({"call_id": format!("call_{n}"), "tool": "deals.list", "arguments": {"n": n}, "summary": "Found deals", "is_error": false, "records": []});
        let calls: Vec<Value> = (0..results.len()).map(call).collect();
        vec![
            HistoryMessage {
                id: id.clone(),
                role: "user".to_owned(),
                content: question.to_owned(),
                answers: None,
                tool_calls: "[]".to_owned(),
                tool_results: None,
                tool_scopes: None,
            },
            HistoryMessage {
                id: MessageId::new(),
                role: "assistant".to_owned(),
                content: answer.to_owned(),
                answers: Some(id),
                tool_calls: Value::Array(calls).to_string(),
                tool_results: (!results.is_empty()).then(|| format!("[{}]", results.join(","))),
                tool_scopes: None,
            },
        ]
    }

    fn any_tool(_: &str) -> bool {
        true
    }

    /// One word a message: the question, the answer, a call, the result whole or short.
    fn told(messages: &[ModelMessage]) -> String {
        let word = |message: &ModelMessage| match message {
            ModelMessage::User { text, .. } => text.clone(),
            ModelMessage::Assistant { text, tool_calls, .. } if tool_calls.is_empty() => text.clone(),
            ModelMessage::Assistant { tool_calls, .. } => format!("calls:{}", tool_calls.len()),
            ModelMessage::Tool { result, .. } if result["shortened"] == true => "short".to_owned(),
            ModelMessage::Tool { .. } => "whole".to_owned(),
            ModelMessage::Note { text } => (*text).to_owned(),
        };
        messages.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    fn estimate(messages: &[ModelMessage]) -> usize {
        let of = |message: &ModelMessage| match message {
            ModelMessage::User { text, .. } => tokens(text),
            ModelMessage::Note { text } => tokens(text),
            ModelMessage::Assistant { text, tool_calls, .. } => {
                let calls = tool_calls.iter();
                let calls = calls.map(|call| tokens(&call.id) + tokens(&call.name) + tokens(&call.arguments));
                tokens(text) + calls.sum::<usize>()
            }
            ModelMessage::Tool { call_id, name, result, .. } => {
                tokens(call_id) + tokens(name) + tokens(&result.to_string())
            }
        };
        messages.iter().map(of).sum()
    }

    #[test]
    fn tokens_are_estimated_on_the_safe_side() {
        for (text, expected) in
            [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("für", 2), ("東京", 2), ("🙂", 1)]
        {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn results_are_shortened_then_calls_go_then_turns_the_oldest_first() {
        let long = format!("{{\"rows\": \"{}\"}}", "x".repeat(400));
        let history = || [turn("q1", "a1", &[&long]), turn("q2", "a2", &[&long])].concat();
        let steps = [
            (10_000, "q1 calls:1 whole a1 q2 calls:1 whole a2"),
            (200, "q1 calls:1 short a1 q2 calls:1 whole a2"),
            (100, "q1 calls:1 short a1 q2 calls:1 short a2"),
            (50, "q1 a1 q2 calls:1 short a2"),
            (10, "q1 a1 q2 a2"),
            (3, "q2 a2"),
            (1, ""),
            (0, ""),
        ];
        for (tokens_max, expected) in steps {
            assert_eq!(told(&within_budget(history(), tokens_max, any_tool)), expected, "{tokens_max}");
        }
    }

    #[test]
    fn only_answered_questions_stay_and_each_with_its_own_answer() {
        let [first, second] = [turn("q1", "a1", &[]), turn("q2", "a2", &[])];
        let lost = turn("lost", "", &[])[..1].to_vec();
        let blank = turn("blank", " ", &[]);
        let orphan = turn("", "orphan", &[])[1..].to_vec();
        let history = [
            orphan,
            vec![first[0].clone(), second[0].clone()],
            lost,
            vec![second[1].clone(), first[1].clone()],
            blank,
        ]
        .concat();
        assert_eq!(told(&within_budget(history, 100, any_tool)), "q2 a2 q1 a1");
    }

    #[test]
    fn what_may_not_be_called_is_not_told() {
        let history = turn("q", "a", &["{\"secret\": 1}"]);
        let kept = within_budget(history, 1000, |tool| tool == "contacts.list");
        assert_eq!(told(&kept), "q a");
    }

    #[test]
    fn older_answers_and_damaged_ones_are_told_by_their_summaries() {
        for results in [None, Some("[]"), Some("{"), Some("[1"), Some("")] {
            let mut history = turn("q", "a", &["1"]);
            history[1].tool_results = results.map(str::to_owned);
            assert_eq!(told(&within_budget(history, 1000, any_tool)), "q calls:1 short a", "{results:?}");
        }
        for calls in ["", "{}", "[1]", "[{\"tool\": 1}]", "null"] {
            let mut history = turn("q", "a", &["1"]);
            history[1].tool_calls = calls.to_owned();
            assert_eq!(told(&within_budget(history, 1000, any_tool)), "q a", "{calls}");
        }
        let mut history = turn("q", "a", &["1"]);
        history[1].tool_calls = history[1].tool_calls.replace("{\"n\":0}", "null");
        let kept = within_budget(history, 1000, any_tool);
        assert!(
            matches!(&kept[1], ModelMessage::Assistant { tool_calls, .. } if tool_calls[0].arguments == "{}")
        );
    }

    prop_compose! {
        fn any_turn()(
            question in "\\PC{1,40}",
            answer in "\\PC{0,40}[a-z]",
            results in prop::collection::vec((any::<bool>(), 0usize..2000), 0..4),
            is_answered in prop::bool::weighted(0.8),
        ) -> Vec<HistoryMessage> {
            let results: Vec<String> = results
                .into_iter()
                .map(|(is_text, length)| if is_text { json!("ß".repeat(length)).to_string() } else { json!([length]).to_string() })
                .collect();
            let results: Vec<&str> = results.iter().map(String::as_str).collect();
            let mut turn = turn(&question, &answer, &results);
            if !is_answered {
                turn.pop();
            }
            turn
        }
    }

    proptest! {
        #[test]
        fn what_is_told_fits_and_is_well_formed(
            turns in prop::collection::vec(any_turn(), 0..12),
            tokens_max in 0usize..4000,
            more in 0usize..2000,
        ) {
            let answered: Vec<String> =
                turns.iter().filter(|turn| turn.len() == 2).map(|turn| turn[0].content.clone()).collect();
            let history = turns.concat();
            let kept = within_budget(history.clone(), tokens_max, any_tool);
            prop_assert!(estimate(&kept) <= tokens_max);

            // The newest, without a gap.
            let questions: Vec<&str> = kept.iter().filter_map(ModelMessage::question).collect();
            prop_assert!(answered.ends_with(&questions.iter().map(|q| (*q).to_owned()).collect::<Vec<_>>()));
            let with_more = within_budget(history, tokens_max + more, any_tool);
            prop_assert!(with_more.iter().filter_map(ModelMessage::question).count() >= questions.len());

            // Question, perhaps calls with their results in order, answer.
            let mut ids = HashSet::new();
            let mut rest = kept.iter().peekable();
            while let Some(message) = rest.next() {
                prop_assert!(message.question().is_some());
                if let Some(ModelMessage::Assistant { text, tool_calls, .. }) = rest.peek()
                    && !tool_calls.is_empty()
                {
                    prop_assert!(text.is_empty());
                    rest.next();
                    for call in tool_calls {
                        prop_assert!(ids.insert(call.id.clone()));
                        let safe = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
                        prop_assert!(call.id.len() <= 40 && call.id.bytes().all(safe));
                        let result = rest.next();
                        let is_its = matches!(result, Some(ModelMessage::Tool { call_id, .. }) if *call_id == call.id);
                        prop_assert!(is_its, "{:?}", result);
                    }
                }
                let last = rest.next();
                let is_answer = matches!(last, Some(ModelMessage::Assistant { text, tool_calls, .. }) if !text.is_empty() && tool_calls.is_empty());
                prop_assert!(is_answer, "{:?}", last);
            }
        }
    }
}
