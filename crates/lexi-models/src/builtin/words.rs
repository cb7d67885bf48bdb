//! A message as words.

use std::ops::Range;

use lexi_types::name_key;

#[derive(Debug, Clone, Default)]
pub(super) struct Word {
    /// Lower case without accents and apostrophes; for comparing. A misspelt word stands here as it should be.
    pub fold: String,
    /// Where it stands in the text, without quotes and without a possessive ending.
    pub span: Range<usize>,
    pub quoted: bool,
    /// Ended in `'s`: "Raj's", but also "what's".
    pub possessive: bool,
    /// Starts with a capital letter or a digit.
    pub capital: bool,
    /// All in capitals.
    pub upper: bool,
    /// The end of a sentence follows.
    pub ends: bool,
    /// A comma or another pause follows.
    pub pause: bool,
    pub colon: bool,
    /// A percent sign follows.
    pub percent: bool,
    /// A plus sign follows: "50k+".
    pub plus: bool,
    /// The sign of a currency stands before it.
    pub sign: Option<char>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    text: String,
    pub list: Vec<Word>,
}

/// Lower case, without accents and apostrophes.
pub(super) fn fold(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !is_apostrophe(*c)).collect();
    name_key(&plain)
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`')
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

const fn is_currency(c: char) -> bool {
    matches!(c, '€' | '$' | '£')
}

/// A number with its separators, a date, the number of a matter: as it is written.
fn fold_word(text: &str) -> String {
    let written =
        text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>')) || text.contains('@');
    if written { text.to_lowercase() } else { fold(text) }
}

impl Words {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut words = Self { text: text.to_owned(), list: Vec::new() };
        let mut at = 0;
        let mut sign = None;
        while let Some(&(_, c)) = chars.get(at) {
            let before = words.list.len();
            at = if is_quote(c) {
                words.quoted(&chars, at)
            } else if c.is_alphanumeric() || matches!(c, '<' | '>') {
                words.plain(&chars, at)
            } else {
                words.between(c, chars.get(at + 1).map(|(_, c)| *c));
                if is_currency(c) {
                    sign = Some(c);
                }
                at + 1
            };
            if words.list.len() > before
                && let Some(last) = words.list.last_mut()
            {
                last.sign = sign.take();
            }
        }
        words
    }

    /// What stands between two words.
    fn between(&mut self, c: char, next: Option<char>) {
        let Some(last) = self.list.last_mut() else { return };
        let abbreviated = matches!(
            last.fold.as_str(),
            "no" | "nr" | "vs" | "mr" | "mrs" | "ms" | "dr" | "approx" | "incl" | "excl"
        ) || last.fold.chars().count() == 1;
        let apart = next.is_none_or(char::is_whitespace) && !(c == '.' && abbreviated && next.is_some());
        last.ends |= matches!(c, '?' | '!' | ';' | '\n') || c == '.' && apart;
        last.pause |= matches!(c, ',' | ':' | '(' | ')' | '—' | '?' | '!' | ';' | '\n')
            || c == '-' && apart
            || c == '.' && apart;
        last.colon |= c == ':';
        last.percent |= c == '%';
        last.plus |= c == '+';
        if is_currency(c)
            && last.sign.is_none()
            && last.fold.starts_with(|c: char| c.is_ascii_digit())
            && next.is_none_or(|c| !c.is_ascii_digit())
        {
            last.sign = Some(c);
        }
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
        if let Some(end) = address(chars, start) {
            self.push(chars, start, end, false);
            return end;
        }
        let mut end = start + 1;
        if matches!(char_at(start), Some('<' | '>')) {
            end += usize::from(char_at(end) == Some('='));
            self.push(chars, start, end, false);
            return end;
        }
        while let Some(c) = char_at(end) {
            let s = is_apostrophe(c) && matches!(char_at(end + 1), Some('s' | 'S')) && !alphanumeric(end + 2);
            // "James' deals"
            let of_many = is_apostrophe(c) && !alphanumeric(end + 1) && matches!(char_at(end - 1), Some('s'));
            if s || of_many {
                self.push(chars, start, end, false);
                if let Some(last) = self.list.last_mut() {
                    last.possessive = true;
                }
                return end + 1 + usize::from(s);
            }
            let inner = is_apostrophe(c) && alphanumeric(end + 1)
                || is_apostrophe(c) && digit(end - 1) && digit(end + 1)
                || matches!(c, '.' | ',' | '-' | '/') && digit(end - 1) && digit(end + 1)
                || c == '-'
                    && digit(end - 1)
                    && matches!(char_at(end + 1), Some('q' | 'Q' | 'w' | 'W'))
                    && digit(end + 2);
            if !(c.is_alphanumeric() || is_mark(c) || inner) {
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
        let upper = text.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
        let fold = if quoted { fold(text) } else { fold_word(text) };
        if fold.is_empty() {
            return;
        }
        self.list.push(Word { fold, span, quoted, capital, upper, ..Word::default() });
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Word> {
        self.list.get(at)
    }

    /// The folded word at a place, unless it stands in quotes.
    pub(super) fn fold(&self, at: usize) -> Option<&str> {
        self.list.get(at).filter(|w| !w.quoted).map(|w| w.fold.as_str())
    }

    pub(super) fn is(&self, at: usize, options: &[&str]) -> bool {
        self.fold(at).is_some_and(|word| options.contains(&word))
    }

    /// Where the phrase ends, if it stands at this place.
    pub(super) fn phrase_at(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut end = at;
        for part in phrase.split_whitespace() {
            if self.fold(end)? != part {
                return None;
            }
            end += 1;
        }
        (end > at).then_some(end)
    }

    /// The end of the longest of these phrases at this place.
    pub(super) fn any_at(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase_at(at, phrase)).max()
    }

    /// As [`Self::slice`], with the signs that stand right before it: "+49 30 1234".
    pub(super) fn written(&self, range: Range<usize>) -> String {
        let Some(start) = self.get(range.start).map(|w| w.span.start) else { return String::new() };
        let before = self.text.get(..start).unwrap_or_default();
        let signs = before.trim_end_matches(['+', '(']);
        let end = range.end.checked_sub(1).and_then(|last| self.get(last)).map_or(start, |w| w.span.end);
        self.text.get(signs.len()..end).unwrap_or_default().trim().to_owned()
    }

    /// What stands from a word to the end of the message, its closing marks included.
    pub(super) fn rest(&self, at: usize) -> String {
        let Some(start) = self.get(at).map(|w| w.span.start - usize::from(w.quoted)) else {
            return String::new();
        };
        let end = self.list.last().map_or(self.text.len(), |last| last.span.end);
        let closing = self.text.get(end..).unwrap_or_default();
        let quotes: usize = closing
            .chars()
            .take_while(|c| is_quote(*c) || matches!(c, '.' | '!' | '?' | ')' | '…'))
            .map(char::len_utf8)
            .sum();
        self.text.get(start..end + quotes).unwrap_or_default().trim().to_owned()
    }

    /// The text of some words as it was written.
    pub(super) fn slice(&self, range: Range<usize>) -> String {
        let start = self.get(range.start).map(|w| w.span.start);
        let end = range.end.checked_sub(1).and_then(|last| self.get(last)).map(|w| w.span.end);
        let text = start.zip(end).and_then(|(start, end)| self.text.get(start..end));
        text.unwrap_or_default().trim().to_owned()
    }
}

const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The end of an e-mail address that begins here.
fn address(chars: &[(usize, char)], start: usize) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    let length = chars.iter().skip(start).take_while(|(_, c)| part(*c)).count();
    let text: String = chars.iter().skip(start).take(length).map(|(_, c)| *c).collect();
    let text = text.trim_end_matches(['.', '-']);
    let (name, host) = text.split_once('@')?;
    (!name.is_empty() && host.contains(char::is_alphanumeric)).then(|| start + text.chars().count())
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
        assert_eq!(folds("about “Acme & Co” now"), ["about", "acme co", "now"]);
        assert_eq!(folds("\"\" \" x"), ["x"]);
        assert_eq!(folds("write to jane.doe@acme.example."), ["write", "to", "jane.doe@acme.example"]);
        assert_eq!(folds("value>=50k in 2026-Q1"), ["value", ">=", "50k", "in", "2026-q1"]);
    }

    #[test]
    fn slices_are_as_written() {
        let words = Words::new("Who is Müller & Söhne's owner?");
        assert_eq!(words.slice(2..4), "Müller & Söhne");
        assert!(words.get(3).unwrap().possessive);
        let words = Words::new("more than 60 %, James' 50k+ for 30€");
        assert!(words.get(2).unwrap().percent && words.get(3).unwrap().possessive);
        assert!(words.get(4).unwrap().plus);
        assert_eq!(words.get(6).unwrap().sign, Some('€'));
    }
}
