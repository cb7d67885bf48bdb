//! The ways in which an answer goes wrong.

use std::time::Duration;

use super::answer::{Answer, Break, Step, Steps};
use super::fail::{Fail, FailBody, FailKind};
use super::http::{Framing, Head};
use super::protocol::Protocol;
use super::turn::Turn;
use super::wire::Wire;

const MESSAGE: &str = "scripted failure";
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n";
const PAGE_TYPE: &str = "text/html; charset=utf-8";
/// Answers that go on for ever are not to keep a machine busy.
const ENDLESS_PAUSE: Duration = Duration::from_millis(20);
const HUGE_PIECE_BYTES: usize = 64 * 1024;

/// A failure instead of an answer; `None` where the failure needs a response head.
pub(super) fn early(protocol: Protocol, turn: &Turn) -> Option<Answer> {
    let fail = &turn.script.fail;
    let answer = match fail.kind {
        FailKind::Status500 | FailKind::Status429 | FailKind::Status | FailKind::Redirect => {
            refusal(protocol, fail, fail.status().unwrap_or(500))
        }
        FailKind::Html200 => Answer::whole(Head::new(200, PAGE_TYPE), PAGE.into()),
        FailKind::WrongTypeJson => {
            Answer::json(200, &protocol.error(fail.status.unwrap_or(500), fail.code.as_deref(), MESSAGE))
        }
        FailKind::Refuse | FailKind::Cut => bare(std::iter::once(Step::Break(Break::Cut))),
        FailKind::Reset => bare(std::iter::once(Step::Break(Break::Reset))),
        FailKind::Stall => bare(std::iter::once(Step::Break(Break::Stall))),
        FailKind::EndlessHeaders => {
            let first = Head::new(200, "text/event-stream").bytes(Framing::Close);
            // Without the blank line.
            let first = first.get(..first.len() - 2).unwrap_or_default().to_vec();
            bare(endless(first, b"x-filler: scripted\r\n"))
        }
        _ => return None,
    };
    Some(answer)
}

fn refusal(protocol: Protocol, fail: &Fail, status: u16) -> Answer {
    let (kind, body) = match fail.body {
        FailBody::Json => {
            ("application/json", protocol.error(status, fail.code.as_deref(), MESSAGE).to_string())
        }
        FailBody::Html => (PAGE_TYPE, PAGE.to_owned()),
        FailBody::Empty => ("", String::new()),
    };
    let mut head = Head::new(status, kind);
    if let Some(after) = fail.retry_after() {
        head = head.with("retry-after", after);
    }
    if fail.kind == FailKind::Redirect {
        head = head.with("location", "/v1/redirected");
    }
    Answer { refused: true, ..Answer::whole(head, body.into_bytes()) }
}

/// Without a response head.
fn bare(steps: impl Iterator<Item = Step> + Send + 'static) -> Answer {
    Answer {
        first_delay: Duration::ZERO,
        delay: Duration::ZERO,
        head: None,
        framing: Framing::Close,
        wire: Wire::default(),
        steps: Box::new(steps),
        refused: false,
    }
}

/// A failure after the response head. `next` is what would have come.
pub(super) fn steps(protocol: Protocol, turn: &Turn, mut next: Vec<Step>) -> Steps {
    let fail = &turn.script.fail;
    let steps = match fail.kind {
        FailKind::Cut | FailKind::Refuse => vec![Step::Break(Break::Cut)],
        FailKind::Reset => vec![Step::Break(Break::Reset)],
        FailKind::Stall => vec![Step::Break(Break::Stall)],
        FailKind::StallHalfLine | FailKind::HalfLineEnd => {
            // Where a block begins with the next piece, it is the piece that breaks off.
            let at = next.iter().position(|step| matches!(step, Step::Paced(_))).unwrap_or_default();
            let frame = match next.drain(at..).next() {
                Some(Step::Paced(frame) | Step::Now(frame)) => frame,
                _ => protocol.garbage(),
            };
            next.push(Step::Half(frame));
            if fail.kind == FailKind::StallHalfLine {
                next.push(Step::Break(Break::Stall));
            }
            next
        }
        FailKind::Garbage => vec![Step::Now(protocol.garbage())],
        FailKind::NoFinish => Vec::new(),
        FailKind::EndlessComments => {
            let end = turn.script.wire.line_end.text();
            return Box::new(endless(Vec::new(), format!(": keep-alive{end}{end}").as_bytes()));
        }
        FailKind::HugeLine => {
            let first = std::iter::once(Step::Raw(protocol.huge_line().into()));
            return Box::new(first.chain(std::iter::repeat_with(|| Step::Raw(vec![b'x'; HUGE_PIECE_BYTES]))));
        }
        FailKind::Status500
        | FailKind::Status429
        | FailKind::Status
        | FailKind::Redirect
        | FailKind::ErrorObject
        | FailKind::Html200
        | FailKind::WrongTypeJson
        | FailKind::EndlessHeaders => {
            let status = fail.status().or(fail.status);
            vec![Step::Now(protocol.error_frame(status, fail.code.as_deref()))]
        }
    };
    Box::new(steps.into_iter())
}

fn endless(first: Vec<u8>, again: &[u8]) -> impl Iterator<Item = Step> + Send + 'static {
    let again = again.to_vec();
    let rest =
        std::iter::repeat_with(move || [Step::Raw(again.clone()), Step::Wait(ENDLESS_PAUSE)]).flatten();
    std::iter::once(Step::Raw(first)).chain(rest)
}
