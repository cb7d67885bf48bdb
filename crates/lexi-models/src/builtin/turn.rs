//! One call of the model: what was asked, what the tools have said so far, and so what comes next.

use std::sync::Arc;

use lexi_types::Usage;
use serde_json::Value;

use super::plan::{self, Call, Plan};
use super::question::{Intent, Question, Subject};
use super::tokens::{KnownWords, Lexis};
use super::write::{self, Step};
use super::{NAME, answer, examples, read};
use crate::{Finish, ModelEvent, ModelMessage, ModelRequest, ToolCall};

/// One question is worth no more lookups than this.
const CALLS_MAX: usize = 4;
/// A message is taken apart in so many places at most.
const JOINTS_MAX: usize = 4;
/// How far back a follow-up may reach.
const QUESTIONS_MAX: usize = 12;

/// What one tool call brought.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub tool: String,
    pub result: Arc<Value>,
    pub is_error: bool,
}

impl Outcome {
    pub(super) fn code(&self) -> Option<&str> {
        self.result.get("error").and_then(Value::as_str).filter(|_| self.is_error)
    }

    /// There is no such record here; another way of asking may find it.
    fn misses(&self) -> bool {
        matches!(self.code(), Some("not_found" | "insufficient_permissions"))
    }
}

enum Next {
    Call(Call),
    Say(String),
}

pub(super) fn events(request: &ModelRequest, words: &KnownWords) -> Vec<ModelEvent> {
    let asked: Vec<&str> = request
        .messages
        .iter()
        .filter_map(|message| match message {
            ModelMessage::User { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let lexis = Lexis::new(&request.briefing, words);
    let questions = questions(&asked, &lexis);
    let outcomes = outcomes(&request.messages);
    let mut events = Vec::new();
    let next = order(&questions, &asked, &lexis, &outcomes, request);
    let (output, finish) = match next.unwrap_or_else(|| next_of_all(questions, &outcomes, request)) {
        Next::Call(call) => {
            let arguments = Value::Object(call.arguments).to_string();
            let words = words_in(&arguments) + 1;
            let id = format!("call_{}", outcomes.len() + 1);
            events.push(ModelEvent::ToolCall(ToolCall {
                id,
                name: call.tool.to_owned(),
                arguments,
                extra: None,
            }));
            (words, Finish::ToolCalls)
        }
        Next::Say(text) => {
            let words = words_in(&text);
            events.extend(
                text.split_inclusive(char::is_whitespace).map(|word| ModelEvent::Text(word.to_owned())),
            );
            (words, Finish::Stop)
        }
    };
    events.push(ModelEvent::Usage(Usage {
        input_tokens: input_words(&request.messages),
        output_tokens: output,
        ..Usage::default()
    }));
    events.push(ModelEvent::Finish(finish));
    events
}

/// The last question, with what it leaves out taken from those before it; several, where a message asks several.
fn questions(asked: &[&str], lexis: &Lexis<'_>) -> Vec<Question> {
    let recent = asked.iter().skip(asked.len().saturating_sub(QUESTIONS_MAX));
    let mut previous: Vec<Question> = Vec::new();
    for text in recent {
        if let Some(reading) = write::read(text, lexis) {
            previous = vec![reading.into()];
            continue;
        }
        let whole = one(text, lexis, previous.last());
        let parts = if is_clear(&whole) { None } else { several(text, lexis, previous.last()) };
        previous = parts.unwrap_or_else(|| vec![whole]);
    }
    previous
}

fn one(text: &str, lexis: &Lexis<'_>, previous: Option<&Question>) -> Question {
    let read = read::read(text, lexis, previous.and_then(|q| q.entity)).after(previous);
    plan::settled(read.clone()).unwrap_or(read)
}

/// Whether everything in it was understood.
fn is_clear(question: &Question) -> bool {
    let said = question.intent.is_some_and(|intent| intent != Intent::Help);
    said && question.unplaced.is_empty()
        && question.left_out.is_empty()
        && question.problem.is_none()
        && plan::settled(question.clone()).is_some()
}

/// "How many contacts and how many companies do we have?": one after the other, if each is clear.
fn several(text: &str, lexis: &Lexis<'_>, previous: Option<&Question>) -> Option<Vec<Question>> {
    const JOINTS: &[&str] = &[" and ", ", and ", "? ", ". ", "! ", "; ", ", "];
    const ASKS: &[&str] =
        &["how ", "what ", "which ", "who ", "when ", "where ", "list ", "show ", "total ", "and "];
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let starts =
        |end: usize| lower.get(end..).is_some_and(|rest| ASKS.iter().any(|ask| rest.starts_with(ask)));
    let mut joints: Vec<(usize, usize)> = JOINTS
        .iter()
        .flat_map(|joint| lower.match_indices(joint).map(|(at, joint)| (at, at + joint.len())))
        .filter(|(_, end)| starts(*end))
        .collect();
    joints.sort_unstable();
    joints.into_iter().take(JOINTS_MAX).find_map(|(at, end)| {
        let first = one(text.get(..at)?, lexis, previous);
        if !is_clear(&first) {
            return None;
        }
        let rest = text.get(end..)?;
        let second = one(rest, lexis, Some(&first));
        let seconds = if is_clear(&second) { vec![second] } else { several(rest, lexis, Some(&first))? };
        Some(std::iter::once(first).chain(seconds).collect())
    })
}

/// The results since the last question, in the order of their calls. Those that another model asked for, before it failed,
/// answer no call of ours.
fn outcomes(messages: &[ModelMessage]) -> Vec<Outcome> {
    let start = messages.iter().rposition(|m| matches!(m, ModelMessage::User { .. })).map_or(0, |at| at + 1);
    let turn = messages.get(start..).unwrap_or_default();
    let mut own = true;
    let results = turn.iter().filter_map(|message| match message {
        ModelMessage::Assistant { by, .. } => {
            own = by.as_deref().is_none_or(|by| by == NAME);
            None
        }
        ModelMessage::Tool { name, result, is_error, .. } if own => {
            Some(Outcome { tool: name.clone(), result: Arc::clone(result), is_error: *is_error })
        }
        _ => None,
    });
    results.collect()
}

/// What comes next where something is to be written, and nothing else was said.
fn order(
    questions: &[Question],
    asked: &[&str],
    lexis: &Lexis<'_>,
    outcomes: &[Outcome],
    request: &ModelRequest,
) -> Option<Next> {
    let [question] = questions else { return None };
    let off = request.tools.is_empty();
    match &question.order {
        Some(reading) if off || write::is_offered(request) => {
            Some(match write::next(reading, outcomes, calls_left(outcomes, request), request) {
                Step::Call(call) => Next::Call(call),
                Step::Say(sentence) => Next::Say(sentence),
            })
        }
        None if question.intent == Some(Intent::Change) && !off && write::is_offered(request) => {
            let text = asked.last().copied().unwrap_or_default();
            Some(Next::Say(write::not_a_request(text, |word| lexis.knows(word), request)))
        }
        _ => None,
    }
}

fn calls_left(outcomes: &[Outcome], request: &ModelRequest) -> usize {
    request.tool_calls_left.min(CALLS_MAX.saturating_sub(outcomes.len()))
}

/// Each part of the question takes its results in turn, until one is missing that has to be asked for.
fn next_of_all(questions: Vec<Question>, outcomes: &[Outcome], request: &ModelRequest) -> Next {
    let left = calls_left(outcomes, request);
    let mut rest = outcomes;
    let mut answers = Vec::new();
    for question in questions {
        if let Some(sentence) = answer::before_looking(&question, request) {
            answers.push(sentence);
            continue;
        }
        let Some(question) = plan::settled(question) else {
            return Next::Say(examples::not_understood(request));
        };
        for part in plan::parts(question) {
            match next_of(&part, &mut rest, left, request) {
                Next::Say(sentence) => answers.push(sentence),
                call @ Next::Call(_) => return call,
            }
        }
    }
    if answers.is_empty() {
        return Next::Say(examples::not_understood(request));
    }
    Next::Say(answers.join("\n\n"))
}

fn next_of(part: &Question, rest: &mut &[Outcome], left: usize, request: &ModelRequest) -> Next {
    let calls = match plan::plan(part, &request.briefing) {
        Plan::Calls(calls) => calls,
        Plan::Say(sentence) => return Next::Say(sentence),
        Plan::NotUnderstood => return Next::Say(examples::not_understood(request)),
    };
    let offered: Vec<Call> = calls
        .iter()
        .filter(|call| request.tools.iter().any(|tool| tool.name == call.tool))
        .cloned()
        .collect();
    if offered.is_empty() && rest.is_empty() {
        return Next::Say(answer::without_tool(&calls, request));
    }
    let mut mine: Vec<Outcome> = Vec::new();
    let mut ways = offered.into_iter();
    loop {
        let way = ways.next();
        let done = match mine.last() {
            None => false,
            Some(last) => !last.misses() || way.is_none(),
        };
        if done {
            break;
        }
        match (rest.split_first(), way) {
            (Some((outcome, others)), _) => {
                *rest = others;
                mine.push(outcome.clone());
            }
            (None, Some(_)) if left == 0 && mine.is_empty() => return Next::Say(answer::no_calls_left()),
            (None, Some(_)) if left == 0 => break,
            (None, Some(call)) => return Next::Call(call),
            (None, None) => break,
        }
    }
    // Of several namesakes the one that the question tells apart.
    if let Some(call) = mine.last().and_then(|last| hinted(part, last)) {
        match rest.split_first() {
            Some((outcome, others)) => {
                *rest = others;
                mine.push(outcome.clone());
            }
            None if left > 0 => return Next::Call(call),
            None => {}
        }
    }
    Next::Say(answer::word(part, &mine, request))
}

/// "Jane Doe at Acme": of several Jane Does, the one whose details say Acme.
fn hinted(question: &Question, last: &Outcome) -> Option<Call> {
    let Subject::Named(name) = question.subject.as_ref()? else { return None };
    let hint = super::words::fold(name.hint.as_deref()?);
    if last.code() != Some("ambiguous_reference") || question.intent != Some(Intent::Lookup) {
        return None;
    }
    let fits = |candidate: &&Value| {
        let says = |key| {
            candidate
                .get(key)
                .and_then(Value::as_str)
                .is_some_and(|text| super::words::fold(text).contains(&hint))
        };
        says("detail") || says("name")
    };
    let candidates = last.result.get("candidates").and_then(Value::as_array)?;
    let mut fitting = candidates.iter().filter(fits);
    let id = fitting.next()?.get("id").filter(|id| id.is_string())?;
    let tool = ["contacts.get", "companies.get", "deals.get", "matters.get"]
        .into_iter()
        .find(|tool| *tool == last.tool)?;
    fitting.next().is_none().then(|| Call { tool, arguments: plan::one("id", id.clone()) })
}

fn words_in(text: &str) -> u64 {
    u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX)
}

fn input_words(messages: &[ModelMessage]) -> u64 {
    let words = messages.iter().map(|message| match message {
        ModelMessage::User { text, .. } | ModelMessage::Assistant { text, .. } => words_in(text),
        ModelMessage::Tool { result, .. } => words_in(&result.to_string()),
        ModelMessage::Note { text } => words_in(text),
    });
    words.fold(0, u64::saturating_add)
}
