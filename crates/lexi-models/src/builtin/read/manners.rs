//! What is no question: politeness, chatter, calls for help, and orders to write.

use super::Reader;
use crate::builtin::lexicon::{self, COMMANDS, HELP, PONDERS};
use crate::builtin::question::Intent;
use crate::builtin::tag::Tag;
use crate::builtin::words::Words;

/// How many words at the beginning only lead up to the question.
pub(super) fn politeness(words: &Words) -> usize {
    const SOFT: &[&str] = &[
        "great", "cool", "nice", "perfect", "sorry", "actually", "right", "next", "also", "wait", "question",
        "well", "thanks",
    ];
    let mut at = 0;
    while let Some(end) = words.any_at(at, PONDERS).filter(|_| words.phrase_at(at, "remind me to").is_none())
    {
        let longer = lexicon::longest(|offset| words.fold(at + offset))
            .filter(|(length, _)| !(at..at + length - 1).any(|i| words.get(i).is_some_and(|w| w.ends)))
            .is_some_and(|(length, tag)| length > end - at && tag != Tag::Filler);
        let soft = end == at + 1 && words.is(at, SOFT) && !words.get(at).is_some_and(|w| w.pause || w.ends);
        if longer || soft {
            break;
        }
        at = end;
    }
    // "The courier wants to know, …"
    if let Some(end) = (at..at + 5).find_map(|i| {
        ["wants to know", "would like to know", "is asking"]
            .iter()
            .find_map(|phrase| words.phrase_at(i, phrase))
    }) {
        return end;
    }
    // "For Monday's meeting: …"
    let led = words
        .is(at, &["for", "before", "in"])
        .then(|| (at..at + 6).find(|i| words.get(*i).is_some_and(|w| w.colon)));
    if let Some(Some(colon)) = led
        && (at..=colon).any(|i| {
            words.is(
                i,
                &[
                    "meeting",
                    "report",
                    "board",
                    "partners",
                    "presentation",
                    "newsletter",
                    "review",
                    "slides",
                    "budget",
                    "update",
                ],
            )
        })
    {
        return colon + 1;
    }
    at
}

/// Leaves out sentences that only say why somebody asks: "I'm doing the Christmas cards".
pub(super) fn without_chatter(words: &mut Words) {
    const CHATTER: &[&str] = &[
        "im",
        "i am",
        "we are",
        "we re",
        "thanks",
        "thank you",
        "its for",
        "it is for",
        "this is for",
        "i need it",
        "i need this",
        "need it",
        "no rush",
        "i have a",
        "we have a meeting",
        "i was told",
        "she asked",
        "he asked",
        "they asked",
        "my boss",
        "the boss",
        "the partners want",
        "it would help",
        "that would help",
        "happy to wait",
        "talk soon",
        "have a nice day",
        "sorry for",
        "as discussed",
        "i will",
    ];
    let mut kept = Vec::with_capacity(words.list.len());
    let mut start = 0;
    let sentences = words.list.iter().filter(|w| w.ends).count() + 1;
    while start < words.len() && sentences > 1 {
        let end = (start..words.len())
            .find(|at| words.get(*at).is_some_and(|w| w.ends))
            .map_or(words.len(), |at| at + 1);
        let asks = (start..end).any(|at| {
            words.is(
                at,
                &[
                    "how",
                    "what",
                    "which",
                    "who",
                    "show",
                    "list",
                    "many",
                    "deals",
                    "matters",
                    "contacts",
                    "tasks",
                    "companies",
                    "only",
                    "not",
                ],
            )
        });
        if asks || words.any_at(start, CHATTER).is_none() {
            kept.extend(words.list.get(start..end).into_iter().flatten().cloned());
        }
        start = end;
    }
    if sentences > 1 && !kept.is_empty() {
        words.list = kept;
    }
}

impl Reader<'_> {
    pub(super) fn help(&mut self, polite: bool) -> bool {
        let nothing = self.words.list.is_empty() && polite;
        let asks = HELP.iter().any(|phrase| self.words.phrase_at(0, phrase) == Some(self.words.len()));
        if nothing || asks {
            self.question.intent = Some(Intent::Help);
        }
        nothing || asks
    }

    pub(super) fn command(&mut self) -> bool {
        let found = (0..self.words.len()).any(|at| {
            let before = at.checked_sub(1).and_then(|i| self.words.get(i));
            let commands =
                before.is_none_or(|w| w.ends || matches!(w.fold.as_str(), "then" | "please" | "and" | "to"));
            let joined = before.is_some_and(|w| matches!(w.fold.as_str(), "and" | "to"));
            let told =
                self.words.is(at, &["give", "send", "set"]) && self.words.is(at + 1, &["me", "us", "of"]);
            // "calls", "email" and "log" are also things, and behind "and" or "to" many words are.
            let noun = self.words.is(
                at,
                &["log", "call", "email", "book", "draft", "mark", "set", "move", "remind", "write", "send"],
            ) && (joined
                || self.words.is(
                    at + 1,
                    &["of", "from", "with", "by", "per", "for", "count", "address", "stats", "volume"],
                ));
            let object = at + 1 < self.words.len();
            commands && !told && !noun && object && self.words.is(at, COMMANDS) && (!joined || at < 4)
        });
        // "close all open deals", "open a matter": what is done to records, where "closed deals" says which.
        let does = self
            .words
            .is(0, &["complete", "close", "finish", "win", "put", "cancel", "lose", "reopen"])
            && self
                .words
                .is(1, &["a", "an", "the", "all", "my", "this", "that", "his", "her", "our", "every", "it"])
            || self.words.is(0, &["open"]) && self.words.is(1, &["a", "an"]);
        let handover = (0..self.words.len()).any(|at| self.words.phrase_at(at, "is taking over").is_some());
        let moved = self.words.is(0, &["i"])
            || (0..self.words.len()).any(|at| self.words.phrase_at(at, "has moved to").is_some());
        let found = found
            || does
            || handover
            || moved && (0..self.words.len()).any(|at| self.words.phrase_at(at, "has moved to").is_some());
        if found {
            self.question.intent = Some(Intent::Change);
        }
        found
    }
}
