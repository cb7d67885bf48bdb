//! A message as words that can be marked as understood, so that what is left over can be named in the answer.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Lower case without accents and apostrophes; for comparing.
    pub fold: String,
    /// Where it stands in the text, without quotes and without a possessive ending.
    pub span: Range<usize>,
    pub quoted: bool,
    /// Ended in `'s`: "Raj's", but also "what's".
    pub possessive: bool,
    /// Starts with a capital letter or a digit.
    pub capital: bool,
    /// The end of a sentence follows.
    pub ends: bool,
    /// Understood already.
    pub used: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    text: String,
    pub list: Vec<Word>,
}

/// Lower case, without accents and apostrophes.
pub(super) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_apostrophe(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`')
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

impl Words {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut words = Self { text: text.to_owned(), list: Vec::new() };
        let mut at = 0;
        while let Some(&(_, c)) = chars.get(at) {
            at = if is_quote(c) {
                words.quoted(&chars, at)
            } else if c.is_alphanumeric() || matches!(c, '<' | '>') {
                words.plain(&chars, at)
            } else {
                if matches!(c, '?' | '!' | ';' | '\n')
                    && let Some(last) = words.list.last_mut()
                {
                    last.ends = true;
                }
                at + 1
            };
        }
        words
    }

    fn quoted(&mut self, chars: &[(usize, char)], open: usize) -> usize {
        let close = chars.iter().skip(open + 1).position(|(_, c)| is_quote(*c)).map(|n| open + 1 + n);
        let inner =
            |close: &usize| chars.iter().take(*close).skip(open + 1).any(|(_, c)| c.is_alphanumeric());
        let Some(close) = close.filter(inner) else { return open + 1 };
        self.push(chars, open + 1, close, true);
        close + 1
    }

    fn plain(&mut self, chars: &[(usize, char)], start: usize) -> usize {
        let char_at = |i: usize| chars.get(i).map(|(_, c)| *c);
        let alphanumeric = |i: usize| char_at(i).is_some_and(char::is_alphanumeric);
        let digit = |i: usize| char_at(i).is_some_and(|c| c.is_ascii_digit());
        let mut end = start + 1;
        while let Some(c) = char_at(end) {
            let s = is_apostrophe(c) && matches!(char_at(end + 1), Some('s' | 'S')) && !alphanumeric(end + 2);
            if s {
                self.push(chars, start, end, false);
                if let Some(last) = self.list.last_mut() {
                    last.possessive = true;
                }
                return end + 2;
            }
            let inner = is_apostrophe(c) && alphanumeric(end + 1)
                || matches!(c, '.' | ',' | '-') && digit(end - 1) && digit(end + 1);
            if !(c.is_alphanumeric() || is_combining_mark(c) || inner) {
                break;
            }
            end += 1;
        }
        self.push(chars, start, end, false);
        end
    }

    fn push(&mut self, chars: &[(usize, char)], start: usize, end: usize, quoted: bool) {
        let byte = |i: usize| chars.get(i).map_or(self.text.len(), |(at, _)| *at);
        let span = byte(start)..byte(end);
        let Some(text) = self.text.get(span.clone()) else { return };
        let capital = text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        let fold = fold(text);
        self.list.push(Word { fold, span, quoted, possessive: false, capital, ends: false, used: false });
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Word> {
        self.list.get(at)
    }

    /// The folded word at a place, if it is not yet understood.
    pub(super) fn open(&self, at: usize) -> Option<&str> {
        self.list.get(at).filter(|w| !w.used && !w.quoted).map(|w| w.fold.as_str())
    }

    pub(super) fn is(&self, at: usize, options: &[&str]) -> bool {
        self.open(at).is_some_and(|word| options.contains(&word))
    }

    /// Where the phrase ends, if it stands at this place and is not yet understood.
    pub(super) fn phrase_at(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut end = at;
        for part in phrase.split_whitespace() {
            if self.open(end)? != part {
                return None;
            }
            end += 1;
        }
        (end > at).then_some(end)
    }

    pub(super) fn find(&self, phrase: &str) -> Option<Range<usize>> {
        (0..self.len()).find_map(|at| self.phrase_at(at, phrase).map(|end| at..end))
    }

    /// Finds the phrase and marks it as understood.
    pub(super) fn take(&mut self, phrase: &str) -> Option<Range<usize>> {
        let found = self.find(phrase)?;
        self.mark(found.clone());
        Some(found)
    }

    pub(super) fn take_any(&mut self, phrases: &[&str]) -> Option<Range<usize>> {
        phrases.iter().find_map(|phrase| self.take(phrase))
    }

    /// Marks every one of these phrases; says whether there was any.
    pub(super) fn take_all(&mut self, phrases: &[&str]) -> bool {
        let mut any = false;
        for phrase in phrases {
            while self.take(phrase).is_some() {
                any = true;
            }
        }
        any
    }

    pub(super) fn mark(&mut self, range: Range<usize>) {
        for word in self.list.iter_mut().take(range.end).skip(range.start) {
            word.used = true;
        }
    }

    /// The text of some words as it was written.
    pub(super) fn slice(&self, range: Range<usize>) -> String {
        let start = self.get(range.start).map(|w| w.span.start);
        let end = range.end.checked_sub(1).and_then(|last| self.get(last)).map(|w| w.span.end);
        let text = start.zip(end).and_then(|(start, end)| self.text.get(start..end));
        text.unwrap_or_default().trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folds(text: &str) -> Vec<String> {
        Words::new(text).list.into_iter().map(|w| w.fold).collect()
    }

    #[test]
    fn words_are_folded_and_numbers_kept_whole() {
        assert_eq!(folds("Zoë O’Brien's 1,250.50 deals?"), ["zoe", "obrien", "1,250.50", "deals"]);
        assert_eq!(folds("since 2026-01-31, over €50k"), ["since", "2026-01-31", "over", "50k"]);
        assert_eq!(folds("about “Acme & Co” now"), ["about", "acme & co", "now"]);
        assert_eq!(folds("\"\" \" x"), ["x"]);
    }

    #[test]
    fn slices_are_as_written() {
        let words = Words::new("Who is Müller & Söhne's owner?");
        assert_eq!(words.slice(2..4), "Müller & Söhne");
        assert!(words.get(3).unwrap().possessive);
    }
}
