//! What stands in the index: folded words, each behind a mark of fixed width for its space and its part of the record.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::name_key;

/// Longer words are cut, in the index and in what is asked.
const WORD_CHARS_MAX: usize = 48;
/// The shortest word that can be misspelt or found by a part of it.
const LETTERS_MIN: usize = 3;
const MARK_DIGITS: usize = 5;

/// Where in a record a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The name.
    Name,
    /// What a name search looks at besides: e-mail, company, web address, number.
    Also,
    /// Free text.
    Text,
    /// The first letters of a name of two to five words.
    Initials,
}

impl Part {
    const fn letter(self) -> char {
        match self {
            Self::Name => 'n',
            Self::Also => 'a',
            Self::Text => 't',
            Self::Initials => 'i',
        }
    }
}

/// The texts of one record by which it can be found.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    tokens: BTreeSet<(Part, String)>,
    /// Words that a misspelt one may mean.
    pub(super) words: BTreeSet<String>,
}

impl Texts {
    pub(crate) fn name(&mut self, name: &str) {
        let key = name_key(name);
        let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
        for (at, word) in words.iter().enumerate() {
            self.add(Part::Name, word, true);
            // `O'Connor` is written `OConnor` too.
            if let Some(next) = words.get(at + 1).filter(|_| letters(word) == 1) {
                self.add(Part::Name, &format!("{word}{next}"), true);
            }
        }
        if (2..=5).contains(&words.len()) {
            let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
            self.add(Part::Initials, &initials, false);
        }
    }

    /// A name that is not the record's own, such as its company's.
    pub(crate) fn company(&mut self, name: Option<&str>) {
        self.split(Part::Also, name.unwrap_or_default(), true);
    }

    pub(crate) fn also(&mut self, text: Option<&str>) {
        self.split(Part::Also, text.unwrap_or_default(), false);
    }

    pub(crate) fn text(&mut self, text: Option<&str>) {
        self.split(Part::Text, text.unwrap_or_default(), false);
    }

    fn split(&mut self, part: Part, text: &str, named: bool) {
        if text.is_empty() {
            return;
        }
        for word in name_key(text).split(' ').filter(|word| !word.is_empty()) {
            self.add(part, word, named);
        }
    }

    fn add(&mut self, part: Part, word: &str, named: bool) {
        let word = cut(word);
        if named && letters(word) >= LETTERS_MIN {
            self.words.insert(word.to_owned());
        }
        self.tokens.insert((part, word.to_owned()));
    }

    /// All tokens as one text.
    pub(super) fn body(&self, space: i64) -> String {
        let mut body = String::with_capacity(self.tokens.len() * 16);
        let mark = mark(space);
        for (part, word) in &self.tokens {
            if !body.is_empty() {
                body.push(' ');
            }
            body.push_str(&mark);
            body.push(part.letter());
            body.push_str(word);
        }
        body
    }
}

/// The same for the same text, by every version of this program.
pub(super) fn digest(body: &str) -> i64 {
    let digest = Sha256::digest(body.as_bytes());
    digest.iter().take(8).fold(0, |number: i64, byte| (number << 8) | i64::from(*byte))
}

/// The number of a space in base 36.
fn mark(space: i64) -> String {
    let mut digits = vec!['0'; MARK_DIGITS];
    let mut rest = space.unsigned_abs();
    for place in digits.iter_mut().rev() {
        *place = u32::try_from(rest % 36).ok().and_then(|digit| char::from_digit(digit, 36)).unwrap_or('0');
        rest /= 36;
    }
    digits.into_iter().collect()
}

pub(super) fn cut(word: &str) -> &str {
    word.char_indices().nth(WORD_CHARS_MAX).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

pub(super) fn letters(word: &str) -> usize {
    word.chars().count()
}

/// An expression of the index: a word of one part, whole or as a beginning.
pub(super) fn term(space: i64, part: Part, word: &str, beginning: bool) -> String {
    // Folded words hold letters and digits only: nothing in them is special.
    format!("\"{}{}{}\"{}", mark(space), part.letter(), cut(word), if beginning { "*" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_indexed_by_its_words_with_their_part() {
        let mut texts = Texts::default();
        texts.name("Brian O'Connor");
        texts.also(Some("Brian@x.test"));
        texts.text(Some("Zwölf Boxkämpfer"));
        let body = texts.body(37);
        assert_eq!(
            body,
            "00011nbrian 00011nconnor 00011no 00011noconnor 00011abrian 00011atest 00011ax 00011tboxkampfer \
             00011tzwolf 00011iboc"
        );
        assert_eq!(texts.words.into_iter().collect::<Vec<_>>(), ["brian", "connor", "oconnor"]);
        assert_ne!(digest(&body), digest("other"));
        assert_eq!(cut(&"ä".repeat(60)).chars().count(), 48);
    }
}
