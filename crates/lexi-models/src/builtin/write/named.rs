//! Records and people as a request names them.

use std::ops::Range;

use lexi_types::name_key;
use lexi_types::records::{RecordType, User};

use super::Named;
use super::read::Refusal;
use crate::Briefing;
use crate::builtin::format::{joined, plain};
use crate::builtin::lexicon;
use crate::builtin::question::Entity;
use crate::builtin::tag::{Many, Tag};
use crate::builtin::tokens::Lexis;
use crate::builtin::words::Words;

/// Small words inside of names.
const PARTICLES: &[&str] = &[
    "of", "and", "the", "de", "del", "della", "di", "da", "du", "la", "le", "van", "von", "der", "den", "zu",
    "zum", "fur", "und", "et", "v", "vs", "bin", "al", "el", "ter", "y",
];

/// Words with which no name begins: they speak of several records, or of none.
const NEVER: &[&str] = &[
    "all",
    "every",
    "each",
    "any",
    "some",
    "no",
    "none",
    "both",
    "everything",
    "everyone",
    "everybody",
    "nobody",
    "one",
    "them",
    "they",
    "those",
    "these",
    "it",
    "me",
    "us",
    "him",
    "her",
    "i",
    "we",
    "you",
    "my",
    "our",
    "your",
    "his",
    "their",
    "its",
    "not",
    "dont",
    "never",
    "if",
    "whether",
    "when",
    "unless",
    "what",
    "who",
    "which",
    "how",
    "why",
    "where",
    "new",
    "another",
    "and",
    "or",
    "but",
    "of",
    "to",
    "for",
];

/// What kind of record a word says that a name is the name of.
pub(super) fn kind_of(word: &str) -> Option<RecordType> {
    match lexicon::longest(|at| (at == 0).then_some(word))? {
        (1, Tag::Noun(entity, Many::One)) => match entity {
            Entity::Notes | Entity::Tasks | Entity::Activities => None,
            other => Some(other.kind()),
        },
        (1, Tag::Role(_)) if !word.ends_with('s') => Some(RecordType::Contact),
        _ => None,
    }
}

/// The types of records that have this name, or one that begins so.
pub(super) fn kinds_of(text: &str, briefing: &Briefing) -> Vec<RecordType> {
    let key = name_key(text);
    let mut kinds: Vec<RecordType> = Vec::new();
    for mention in briefing.mentions.iter().filter(|mention| mention.words == key) {
        if !kinds.contains(&mention.kind) {
            kinds.push(mention.kind);
        }
    }
    kinds
}

/// A record, by a name that there is or that looks like one, or the one on the page. `None` where the words are no name.
pub(super) fn record(
    words: &Words,
    span: &Range<usize>,
    lexis: &Lexis<'_>,
) -> Option<Result<Named, Refusal>> {
    let mut span = span.clone();
    if words.is(span.start, &["this", "that", "the"]) && span.len() > 1 || words.is(span.start, &["this"]) {
        let this = words.is(span.start, &["this", "that"]);
        span.start += 1;
        if this {
            return on_the_page(words, &span, lexis.briefing);
        }
    }
    let mut said = None;
    // "the deal Windmere renewal": unless that is how it is called.
    let whole = kinds_of(&words.slice(span.clone()), lexis.briefing);
    if whole.is_empty() && span.len() > 1 {
        let word = |at: usize| words.fold(at).and_then(kind_of);
        if let Some(kind) = word(span.start) {
            said = Some(kind);
            span.start += 1;
        } else if let Some(kind) = word(span.end - 1).filter(|_| {
            let shorter = words.slice(span.start..span.end - 1);
            !kinds_of(&shorter, lexis.briefing).is_empty()
        }) {
            said = Some(kind);
            span.end -= 1;
        }
    }
    let text = words.slice(span.clone());
    let quoted = span.len() == 1 && words.get(span.start).is_some_and(|w| w.quoted);
    let known = kinds_of(&text, lexis.briefing);
    if !quoted && words.is(span.start, NEVER) && known.is_empty() {
        return None;
    }
    let colleague = lexis.colleague_at(words, span.start).is_some_and(|(length, _)| length == span.len());
    if colleague && (span.len() == 1 || known.is_empty()) && said.is_none() {
        return None;
    }
    if !quoted && known.is_empty() && !(looks_like_a_name(words, &span) || text.contains('@')) {
        return None;
    }
    let kinds = match said {
        Some(kind) => vec![kind],
        None => known,
    };
    Some(Ok(Named { text, kinds, id: None }))
}

fn on_the_page(words: &Words, span: &Range<usize>, briefing: &Briefing) -> Option<Result<Named, Refusal>> {
    let kind = match span.len() {
        0 => None,
        1 if words.is(span.start, &["record", "one", "page"]) => None,
        1 => Some(words.fold(span.start).and_then(kind_of)?),
        _ => return None,
    };
    let found = briefing.context.iter().find(|record| kind.is_none_or(|kind| kind == record.kind));
    Some(match found {
        Some(record) if record.name.is_some() => Ok(Named {
            text: record.name.clone().unwrap_or_default(),
            kinds: vec![record.kind],
            id: Some(record.id),
        }),
        _ => Err(Refusal::of(
            "I cannot see which record you mean: the request names none that this key may see. Please tell me its name. Nothing was changed.".to_owned(),
        )),
    })
}

/// Capital letters, with small words only in between.
pub(super) fn looks_like_a_name(words: &Words, span: &Range<usize>) -> bool {
    let all: Vec<_> = span.clone().filter_map(|at| words.get(at)).collect();
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return false };
    let capital = |fold: &str, capital: bool| capital || fold.chars().all(|c| c.is_ascii_digit());
    let starts = capital(&first.fold, first.capital) && !NEVER.contains(&first.fold.as_str());
    starts
        && capital(&last.fold, last.capital)
        && all
            .iter()
            .all(|w| !w.quoted && (capital(&w.fold, w.capital) || PARTICLES.contains(&w.fold.as_str())))
}

/// The name of what is to be made.
pub(super) fn new_name(words: &Words, span: &Range<usize>) -> Option<String> {
    let quoted = span.len() == 1 && words.get(span.start).is_some_and(|w| w.quoted);
    let inner_pause = span.clone().rev().skip(1).any(|at| words.get(at).is_some_and(|w| w.pause));
    (quoted || looks_like_a_name(words, span) && !inner_pause).then(|| words.slice(span.clone()))
}

/// Somebody who works here. `None` where the words cannot be meant so.
pub(super) fn user(words: &Words, span: &Range<usize>, briefing: &Briefing) -> Option<Result<User, Refusal>> {
    let text = words.slice(span.clone());
    let key = name_key(&text);
    if ["me", "myself"].contains(&key.as_str()) {
        return Some(briefing.user.clone().ok_or_else(|| {
            Refusal::of("This API key stands for no person, so I do not know who you are. Nothing was changed: please name the person.".to_owned())
        }));
    }
    let fits = |user: &&User| {
        let full = name_key(&user.full_name);
        let part = [full.split(' ').next(), full.split(' ').next_back()].contains(&Some(key.as_str()));
        full == key
            || part
            || user.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(text.trim()))
    };
    let whole: Vec<&User> = briefing.users.iter().filter(|user| name_key(&user.full_name) == key).collect();
    let found: Vec<&User> =
        if whole.is_empty() { briefing.users.iter().filter(fits).collect() } else { whole };
    match found.as_slice() {
        [one] => Some(Ok((*one).clone())),
        [] => {
            let written = looks_like_a_name(words, span) || text.contains('@');
            written.then(|| {
                let names: Vec<String> =
                    briefing.users.iter().take(20).map(|user| plain(&user.full_name)).collect();
                let there = if names.is_empty() {
                    String::new()
                } else {
                    format!(" There are: {}.", joined(&names, "and"))
                };
                Err(Refusal {
                    rank: 3,
                    say: format!(
                        "There is no user called “{}” in this workspace, so nothing was changed.{there}",
                        plain(&text)
                    ),
                })
            })
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|user| {
                    let email =
                        user.email.as_deref().map(|email| format!(" ({})", plain(email))).unwrap_or_default();
                    format!("- **{}**{email}", plain(&user.full_name))
                })
                .collect();
            Some(Err(Refusal::of(format!(
                "Several users are called “{}”, so nothing was changed. Which one do you mean?\n\n{}",
                plain(&text),
                names.join("\n")
            ))))
        }
    }
}
