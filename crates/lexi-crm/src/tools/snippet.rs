//! The part of a text that shows why it was found.

use lexi_store::name_key;

const CHARS_MAX: usize = 200;
/// How much is shown before the first word that was found.
const BEFORE: usize = 50;

/// At most 200 characters on one line, around as many of the folded `words` as fit; the beginning when there is none.
pub(super) fn around(text: &str, words: &[String]) -> String {
    let line: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    if line.len() <= CHARS_MAX {
        return line.into_iter().collect();
    }
    let start = best_start(&line, words);
    let room = CHARS_MAX - 1 - usize::from(start > 0);
    let end = (start + room).min(line.len());
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    shown.extend(line.iter().skip(start).take(end - start));
    if end < line.len() {
        shown.push('…');
    }
    shown
}

/// Where the window with the most different words begins.
fn best_start(line: &[char], words: &[String]) -> usize {
    let found = occurrences(line, words);
    let mut best = (0, 0);
    for (place, (at, _)) in found.iter().enumerate() {
        let window = found.iter().skip(place).take_while(|(other, _)| other - at < CHARS_MAX - BEFORE - 20);
        let mut seen: Vec<usize> = window.map(|(_, word)| *word).collect();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() > best.0 {
            best = (seen.len(), *at);
        }
    }
    let (_, at) = best;
    let wanted = at.saturating_sub(BEFORE).min(line.len().saturating_sub(CHARS_MAX - 2));
    if wanted == 0 {
        return 0;
    }
    // Not in the middle of a word, where one begins soon.
    let blank = line.iter().skip(wanted).take(BEFORE / 2).position(|c| *c == ' ');
    blank.map_or(wanted, |blank| wanted + blank + 1)
}

/// The places of the words, each with the number of the word that was asked for.
fn occurrences(line: &[char], words: &[String]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for piece in line.split(|c| !c.is_alphanumeric() && !is_mark(*c)) {
        if !piece.is_empty() {
            let key = name_key(&piece.iter().collect::<String>());
            let fits = words.iter().position(|word| key.starts_with(word.as_str()));
            found.extend(fits.map(|word| (at, word)));
        }
        at += piece.len() + 1;
    }
    found
}

/// Accents that stand behind their letter.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_short_text_is_shown_whole_on_one_line() {
        assert_eq!(around("one\n two\tthree ", &words("two")), "one two three");
    }

    #[test]
    fn the_window_is_where_most_of_the_words_are() {
        let filler = "nothing of interest stands here ".repeat(20);
        let text = format!("The offer. {filler}Their sëttlement offer was refused. {filler}");
        let shown = around(&text, &words("settlement offer"));
        assert!(shown.contains("sëttlement offer was refused"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.chars().count() <= 200);
        assert!(around(&text, &[]).starts_with("The offer."));
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,600}", word in "[a-z]{1,3}") {
            prop_assert!(around(&text, &[word]).chars().count() <= 200);
        }
    }
}
