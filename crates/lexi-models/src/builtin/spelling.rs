//! Words with a typing error, put right where there is only one word that can have been meant.

use super::tokens::Lexis;
use super::words::Words;
use super::{lexicon, words::Word};

/// Shorter words are too like each other.
const LETTERS_MIN: usize = 4;

/// What is too short to be compared, and what everybody mistypes.
const TYPOS: &[(&str, &str)] = &[
    ("hw", "how"),
    ("mny", "many"),
    ("amny", "many"),
    ("mayn", "many"),
    ("knw", "know"),
    ("hav", "have"),
    ("hve", "have"),
    ("opn", "open"),
    ("opne", "open"),
    ("wth", "with"),
    ("wich", "which"),
    ("whcih", "which"),
    ("witch", "which"),
    ("wat", "what"),
    ("waht", "what"),
    ("teh", "the"),
    ("hte", "the"),
    ("folow", "follow"),
    ("follw", "follow"),
    ("folowup", "followup"),
    ("shwo", "show"),
    ("sho", "show"),
    ("lsit", "list"),
    ("lst", "list"),
    ("avrg", "average"),
    ("qtr", "quarter"),
    ("yr", "year"),
    ("wk", "week"),
    ("mth", "month"),
    ("fro", "for"),
    ("frm", "from"),
    ("taht", "that"),
    ("thsi", "this"),
    ("tihs", "this"),
    ("lats", "last"),
    ("alst", "last"),
    ("u", "you"),
    ("r", "are"),
    ("pls", "please"),
];

/// Puts right what nobody knows and what is nearly a word that is known.
pub(super) fn mend(words: &mut Words, lexis: &Lexis<'_>) {
    let corrected: Vec<Option<String>> = (0..words.len())
        .map(|at| words.get(at).and_then(|word| correction(words, at, word, lexis)))
        .collect();
    for (word, corrected) in words.list.iter_mut().zip(corrected) {
        if let Some(corrected) = corrected {
            word.fold = corrected;
        }
    }
}

fn correction(words: &Words, at: usize, word: &Word, lexis: &Lexis<'_>) -> Option<String> {
    let typed = word.fold.as_str();
    if let Some((_, meant)) = TYPOS.iter().find(|(typo, _)| *typo == typed && !word.quoted && !word.upper) {
        return Some((*meant).to_owned());
    }
    let letters = typed.chars().count();
    if word.quoted || letters < LETTERS_MIN || !typed.chars().all(char::is_alphabetic) || lexis.knows(typed) {
        return None;
    }
    // A name, perhaps: only the workspace's own words are looked at, and only where no other name stands beside it.
    let name = word.capital && at > 0 && words.get(at - 1).is_some_and(|before| !before.ends);
    let beside = |place: Option<usize>| {
        place.and_then(|place| words.get(place)).is_some_and(|w| w.capital && !lexis.knows(&w.fold))
    };
    if name && (letters < 5 || beside(at.checked_sub(1)) || beside(Some(at + 1))) {
        return None;
    }
    if name {
        return closest(typed, lexis.own_words());
    }
    let [single, parts] = lexicon::correct_words();
    closest(typed, single.iter().copied().chain(lexis.own_words()))
        .or_else(|| closest(typed, parts.iter().copied()))
}

/// The only word that is as close as that.
fn closest<'w>(typed: &str, candidates: impl Iterator<Item = &'w str>) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    let mut tie = false;
    for candidate in candidates {
        let Some(distance) = distance(typed, candidate) else { continue };
        match best {
            Some((least, known)) if distance == least && stem(known) != stem(candidate) => tie = true,
            Some((least, _)) if distance >= least => {}
            _ => {
                best = Some((distance, candidate));
                tie = false;
            }
        }
    }
    best.filter(|_| !tie).map(|(_, found)| found.to_owned())
}

/// How many errors make one of the other, where they are few enough: the first letter is seldom wrong.
fn distance(typed: &str, meant: &str) -> Option<usize> {
    let (short, long) = (typed.chars().count(), meant.chars().count());
    let most = match short {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    if short.abs_diff(long) > most || long < LETTERS_MIN || typed.chars().next() != meant.chars().next() {
        return None;
    }
    let distance = strsim::osa_distance(typed, meant);
    // Of four letters, one left out, doubled or swapped; another letter makes another word.
    let replaced = short == long && short == 4 && !swapped(typed, meant);
    (distance > 0 && distance <= most && !replaced).then_some(distance)
}

fn swapped(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

/// Without the ending of the plural.
pub(super) fn stem(word: &str) -> String {
    match word {
        word if word.len() > 4 && word.ends_with("ies") => format!("{}y", word.trim_end_matches("ies")),
        word if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") => {
            word[..word.len() - 1].to_owned()
        }
        word => word.to_owned(),
    }
}
