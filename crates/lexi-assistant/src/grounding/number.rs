//! Numbers as people write them: separators of thousands, decimals, words of magnitude.

use super::figure::{DECIMALS, Hedge, Number};

/// A longer run of digits and separators is a list.
const TOKEN_BYTES_MAX: usize = 40;
/// With more digits it is no quantity.
const DIGITS_MAX: usize = 28;

pub(super) const BLANKS: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];

/// Words of magnitude, as powers of ten. The letters are read only beside a number or with a currency.
const LETTERS: [(&str, u32); 8] =
    [("k", 3), ("K", 3), ("T", 3), ("m", 6), ("M", 6), ("b", 9), ("B", 9), ("L", 5)];
const MAGNITUDES: [(&str, u32); 33] = [
    ("teur", 3),
    ("thousand", 3),
    ("tsd", 3),
    ("tausend", 3),
    ("mille", 3),
    ("lakh", 5),
    ("lakhs", 5),
    ("lac", 5),
    ("mn", 6),
    ("mm", 6),
    ("mln", 6),
    ("mio", 6),
    ("million", 6),
    ("millions", 6),
    ("millionen", 6),
    ("millones", 6),
    ("milioni", 6),
    ("cr", 7),
    ("crore", 7),
    ("crores", 7),
    ("bn", 9),
    ("bln", 9),
    ("billion", 9),
    ("billions", 9),
    ("mrd", 9),
    ("milliarde", 9),
    ("milliarden", 9),
    ("milliard", 9),
    ("milliards", 9),
    ("tn", 12),
    ("trillion", 12),
    ("万", 4),
    ("亿", 8),
];

/// Words before a number that say how near it is.
const HEDGES: [(&str, Hedge); 28] = [
    ("~", Hedge::About),
    ("≈", Hedge::About),
    ("about", Hedge::About),
    ("around", Hedge::About),
    ("approximately", Hedge::About),
    ("approx.", Hedge::About),
    ("approx", Hedge::About),
    ("roughly", Hedge::About),
    ("circa", Hedge::About),
    ("ca.", Hedge::About),
    ("some", Hedge::About),
    ("rund", Hedge::About),
    ("etwa", Hedge::About),
    ("ungefähr", Hedge::About),
    ("environ", Hedge::About),
    ("over", Hedge::Over),
    ("above", Hedge::Over),
    ("more than", Hedge::Over),
    ("at least", Hedge::Over),
    ("über", Hedge::Over),
    ("mehr als", Hedge::Over),
    ("under", Hedge::Under),
    ("below", Hedge::Under),
    ("less than", Hedge::Under),
    ("nearly", Hedge::Under),
    ("almost", Hedge::Under),
    ("knapp", Hedge::Under),
    ("fast", Hedge::Under),
];

/// What a run of digits may say, as it stands: digits without separators, and how many of them are decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    digits: String,
    decimals: usize,
}

impl Reading {
    pub(super) fn number(&self, magnitude: u32, hedge: Hedge) -> Option<Number> {
        let decimals = u32::try_from(self.decimals).ok()?;
        let cut = self.decimals.saturating_sub(usize::try_from(DECIMALS + magnitude).ok()?);
        let kept = self.digits.get(..self.digits.len().checked_sub(cut)?)?;
        let power = (DECIMALS + magnitude).saturating_sub(decimals);
        let step = 10_i128.checked_pow(power)?;
        let digits: i128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
        Some(Number { value: digits.checked_mul(step)?, step, hedge })
    }
}

pub(super) fn digits(text: &str) -> &str {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

pub(super) fn after_blank(text: &str) -> &str {
    text.strip_prefix(BLANKS).unwrap_or(text)
}

/// The bytes of the number that the text begins with. A blank separates thousands only.
pub(super) fn token(text: &str) -> usize {
    let first = digits(text).len();
    let (mut end, mut blank) = (first, None);
    while end <= TOKEN_BYTES_MAX {
        let rest = text.get(end..).unwrap_or_default();
        let Some(mark) = rest.chars().next() else { break };
        let group = digits(rest.get(mark.len_utf8()..).unwrap_or_default()).len();
        let goes_on = if BLANKS.contains(&mark) {
            group == 3 && first <= 3 && (end == first || blank == Some(mark))
        } else {
            matches!(mark, ',' | '.' | '\'' | '’') && group > 0
        };
        if !goes_on {
            break;
        }
        blank = Some(mark);
        end += mark.len_utf8() + group;
    }
    end
}

/// Every reading of a token; none when it is no number, as `1,2,3` or `3.5.1`.
pub(super) fn readings(token: &str) -> Vec<Reading> {
    if !readable(token) {
        return Vec::new();
    }
    let groups: Vec<&str> = token.split(|c: char| !c.is_ascii_digit()).collect();
    let marks: Vec<char> = token.chars().filter(|c| !c.is_ascii_digit()).collect();
    let all: String = groups.concat();
    if all.len() > DIGITS_MAX {
        return Vec::new();
    }
    let mut found = Vec::new();
    if one_kind(&marks) && grouped(&groups) {
        found.push(Reading { digits: all.clone(), decimals: 0 });
    }
    if let (Some((mark, before)), Some((decimals, whole))) = (marks.split_last(), groups.split_last())
        && matches!(mark, '.' | ',')
        && !before.contains(mark)
        && one_kind(before)
        && grouped(whole)
    {
        found.push(Reading { digits: all, decimals: decimals.len() });
    }
    found
}

/// No group but the first and the last is of other than two or three digits. Long lists are seen through by this.
fn readable(token: &str) -> bool {
    let mut groups = token.split(|c: char| !c.is_ascii_digit()).skip(1).peekable();
    while let Some(group) = groups.next() {
        if groups.peek().is_some() && !(2..=3).contains(&group.len()) {
            return false;
        }
    }
    true
}

fn one_kind(marks: &[char]) -> bool {
    marks.iter().all(|mark| Some(mark) == marks.first())
}

/// `1234`, `1 234 567` or, with pairs, `12 34 567`.
fn grouped(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else { return groups.len() == 1 };
    let threes = middle.iter().all(|group| group.len() == 3);
    let pairs = middle.iter().all(|group| group.len() == 2) && first.len() <= 2;
    (1..=3).contains(&first.len()) && !first.starts_with('0') && last.len() == 3 && (threes || pairs)
}

/// The word of magnitude that the text begins with: its power of ten, and its bytes with the blank before it.
pub(super) fn magnitude(text: &str, with_currency: bool) -> Option<(u32, usize)> {
    let rest = after_blank(text).trim_start_matches('-');
    let blank = text.len() - rest.len();
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..length).filter(|word| word.len() <= 12)?;
    let after = rest.get(length..)?;
    let cjk = ["万", "亿"].into_iter().find(|word| rest.starts_with(word));
    // "5 m" are metres, "5L" are litres.
    let near = |name: &str| with_currency || blank == 0 && name != "L";
    let letter = LETTERS.iter().find(|(name, _)| *name == word && near(name));
    let lower = word.to_lowercase();
    let wanted = cjk.unwrap_or(&lower);
    let (name, power) = letter.or_else(|| MAGNITUDES.iter().find(|(name, _)| *name == wanted))?;
    if cjk.is_none() && after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // "1.2 Mio. Euro"; at the end of a sentence the point is its own.
    let point = matches!(*name, "mio" | "mrd" | "tsd") && after.starts_with('.');
    Some((*power, blank + name.len() + usize::from(point)))
}

/// How near the number is to what it stands for, by the words before it.
pub(super) fn hedge(before: &str) -> Hedge {
    let before = before.trim_end().trim_end_matches(['*', '_']).trim_end();
    let start = before.ceil_char_boundary(before.len().saturating_sub(16));
    let tail = before.get(start..).unwrap_or_default().to_lowercase();
    let found = HEDGES.iter().find(|(word, _)| {
        let rest = tail.strip_suffix(word);
        rest.is_some_and(|rest| {
            !rest.ends_with(char::is_alphabetic) || !word.starts_with(char::is_alphabetic)
        })
    });
    found.map_or(Hedge::None, |(_, hedge)| *hedge)
}
