//! From a request to what its response does.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::Value;

use super::answer::{Answer, Step, Steps};
use super::fail::FailAt;
use super::http::{Framing, Head};
use super::protocol::Protocol;
use super::record::Record;
use super::script::Script;
use super::turn::{Part, Turn};
use super::{bytes, faults};

pub(super) fn answer(
    protocol: Protocol,
    headers: &BTreeMap<String, String>,
    request: &Value,
    record: &Record,
) -> Answer {
    let planned = protocol
        .check(request, headers)
        .and_then(|()| Turn::of(protocol, request))
        .and_then(|turn| protocol.check_turn(request, &turn).map(|()| turn));
    match planned {
        Err(message) => Answer::json(400, &protocol.error(400, None, &message)),
        Ok(turn) if turn.script.key.as_deref().is_some_and(|key| protocol.key(headers) != Some(key)) => {
            Answer::json(401, &protocol.error(401, None, "the key is not the scripted one"))
        }
        Ok(turn) => {
            let delay = Duration::from_millis(turn.script.delay_ms);
            let first_delay = Duration::from_millis(turn.script.first_delay_ms);
            let at = if fails(&turn, record) { turn.script.fail.at } else { FailAt::Never };
            let early = (at == FailAt::Start).then(|| faults::early(protocol, &turn)).flatten();
            Answer { delay, first_delay, ..early.unwrap_or_else(|| good(protocol, &turn, at)) }
        }
    }
}

/// Counts the failure if there is one.
fn fails(turn: &Turn, record: &Record) -> bool {
    let Script { fail, .. } = &turn.script;
    let due = match fail.at {
        FailAt::Start | FailAt::Headers => true,
        FailAt::Mid => turn.calls.is_empty(),
        FailAt::Tools => !turn.calls.is_empty(),
        FailAt::Never => false,
    };
    due && fail.model.as_ref().is_none_or(|model| *model == turn.model) && record.may_fail(&turn.script)
}

/// An answer that begins well.
fn good(protocol: Protocol, turn: &Turn, at: FailAt) -> Answer {
    let usual = if turn.streams { "text/event-stream" } else { "application/json" };
    let content_type = turn.script.wire.content_type.as_deref().unwrap_or(usual);
    let mut wire = turn.script.wire.clone();
    wire.bom &= turn.streams;
    Answer {
        first_delay: Duration::ZERO,
        delay: Duration::ZERO,
        head: Some(Head::new(200, content_type)),
        framing: if wire.close { Framing::Close } else { Framing::Chunked },
        steps: if turn.streams { stream(protocol, turn, at) } else { document(protocol, turn, at) },
        wire,
        refused: false,
    }
}

fn stream(protocol: Protocol, turn: &Turn, at: FailAt) -> Steps {
    let mut encoder = protocol.encoder(turn.clone());
    let (before, cut_off) = match at {
        FailAt::Never => {
            return Box::new(turn.parts().flat_map(move |part| encoder.encode(part)));
        }
        FailAt::Start | FailAt::Headers => (Vec::new(), Some(Part::Open)),
        FailAt::Mid | FailAt::Tools => half(turn.bounded_parts(), at),
    };
    let steps: Vec<Step> = before.into_iter().flat_map(|part| encoder.encode(part)).collect();
    let next = cut_off.map(|part| encoder.encode(part)).unwrap_or_default();
    Box::new(steps.into_iter().chain(faults::steps(protocol, turn, next)))
}

/// The parts up to the middle of what fails, and the one after them.
fn half(parts: Vec<Part>, at: FailAt) -> (Vec<Part>, Option<Part>) {
    let counts = |part: &Part| match at {
        FailAt::Tools => matches!(part, Part::Call { .. } | Part::Arguments { .. }),
        _ => matches!(part, Part::Text(_) | Part::Refusal(_)),
    };
    let all = parts.iter().filter(|part| counts(part)).count();
    // A call that comes as one part comes whole.
    let mut left = if at == FailAt::Tools { all.div_ceil(2) } else { all / 2 };
    let mut parts = VecDeque::from(parts);
    let mut before = Vec::new();
    while let Some(part) = parts.pop_front() {
        if matches!(part, Part::Finish) || (counts(&part) && left == 0) {
            return (before, Some(part));
        }
        left -= usize::from(counts(&part));
        before.push(part);
    }
    (before, None)
}

fn document(protocol: Protocol, turn: &Turn, at: FailAt) -> Steps {
    let mut body = bytes::document(&turn.script.wire, &protocol.document(turn));
    match at {
        FailAt::Never => Box::new(std::iter::once(Step::Raw(body))),
        FailAt::Start | FailAt::Headers => faults::steps(protocol, turn, Vec::new()),
        FailAt::Mid | FailAt::Tools => {
            body.truncate(body.len() / 2);
            Box::new(std::iter::once(Step::Raw(body)).chain(faults::steps(protocol, turn, Vec::new())))
        }
    }
}
