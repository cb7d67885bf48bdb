//! Words that mean the same in every workspace.

mod asked;
mod fillers;
mod narrowed;
mod nouns;
mod orders;
mod places;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::tag::Tag;
pub(super) use fillers::{COMMANDS, FILLERS, HELP, KNOWN, PONDERS};
pub(super) use orders::{AGAIN, ASIDES, Deed, LEADS, ORDERS, TRAILS, clauses};
pub(super) use places::{ABBREVIATIONS, PLACES};

type Table = &'static [(Tag, &'static [&'static str])];

const TABLES: [Table; 3] = [asked::WORDS, nouns::WORDS, narrowed::WORDS];

/// The words of a phrase, and what it is.
type Phrase = (Vec<&'static str>, Tag);

/// Phrases by their first word, the longest first.
static PHRASES: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&'static str, Vec<Phrase>> = HashMap::new();
    for (tag, words) in TABLES.iter().copied().flatten() {
        for phrase in *words {
            let parts: Vec<&str> = phrase.split(' ').collect();
            if let Some(first) = parts.first() {
                phrases.entry(first).or_default().push((parts.clone(), tag.clone()));
            }
        }
    }
    for phrase in FILLERS {
        let parts: Vec<&str> = phrase.split(' ').collect();
        if let Some(first) = parts.first() {
            phrases.entry(first).or_default().push((parts.clone(), Tag::Filler));
        }
    }
    phrases.values_mut().for_each(|found| found.sort_by_key(|(parts, _)| std::cmp::Reverse(parts.len())));
    phrases
});

/// The words from which a misspelt one may come.
static CORRECT: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let single = phrases().filter(|phrase| !phrase.contains(' ') && phrase.len() >= 4);
    sorted(single.chain(["many", "much"]).chain(DATES.iter().copied()))
});

/// The longer words of phrases; short ones are too like each other.
static CORRECT_PARTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let parts = phrases().filter(|phrase| phrase.contains(' ')).flat_map(|phrase| phrase.split(' '));
    sorted(parts.filter(|word| word.len() >= 5))
});

fn phrases() -> impl Iterator<Item = &'static str> {
    TABLES.iter().copied().flatten().flat_map(|(_, phrases)| phrases.iter().copied())
}

fn sorted(words: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Words of dates that are mistyped now and then.
const DATES: &[&str] = &[
    "today",
    "tomorrow",
    "yesterday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "august",
    "september",
    "october",
    "november",
    "december",
    "before",
    "since",
    "between",
    "quarter",
    "previous",
];

/// The longest phrase that `word` continues from position 0 on, how many words it has, and what it is.
pub(super) fn longest<'w>(word: impl Fn(usize) -> Option<&'w str>) -> Option<(usize, Tag)> {
    let candidates = PHRASES.get(word(0)?)?;
    candidates
        .iter()
        .find(|(parts, _)| parts.iter().enumerate().all(|(at, part)| word(at) == Some(*part)))
        .map(|(parts, tag)| (parts.len(), tag.clone()))
}

/// Words that stand for themselves, then those of phrases.
pub(super) fn correct_words() -> [&'static [&'static str]; 2] {
    [&CORRECT, &CORRECT_PARTS]
}

/// Every word of every phrase.
static PARTS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| PHRASES.values().flatten().flat_map(|(parts, _)| parts.iter().copied()).collect());

pub(super) fn is_part(word: &str) -> bool {
    PARTS.contains(word)
}

pub(super) fn is_known(word: &str) -> bool {
    PHRASES.contains_key(word) || KNOWN.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_means_one_thing() {
        let tables = TABLES.iter().copied().flatten().flat_map(|(_, phrases)| phrases.iter().copied());
        let mut seen = HashSet::new();
        let twice: Vec<&str> =
            tables.chain(FILLERS.iter().copied()).filter(|phrase| !seen.insert(*phrase)).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn phrases_are_written_as_they_are_compared() {
        let tables = TABLES.iter().copied().flatten().flat_map(|(_, phrases)| phrases.iter().copied());
        for phrase in tables.chain(FILLERS.iter().copied()).chain(KNOWN.iter().copied()) {
            assert_eq!(phrase, super::super::words::fold(phrase), "{phrase}");
        }
    }
}
