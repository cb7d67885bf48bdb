//! What holds digits and no figures: addresses, ids, code, the numbers of a list.

use super::date::at_digit;
use super::figure::{Day, Meaning};
use super::number::digits;

const UUID_BYTES: usize = 36;
const EMAIL_BYTES_MAX: usize = 254;
/// Code between backticks is short; beyond this they are no pair.
const CODE_BYTES_MAX: usize = 4096;
const LIST_DIGITS_MAX: usize = 3;
const ADDRESSES: [&str; 7] = ["https://", "http://", "lexi://", "www.", "mailto:", "tel:", "ftp://"];

/// A letter or digit of a word. Scripts without blanks between words do not join a number to what stands beside it.
pub(super) fn of_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2e80}'
}

/// The bytes of the address that the text begins with.
pub(super) fn address(text: &str) -> Option<usize> {
    web(text).or_else(|| email(text))
}

pub(super) fn uuid(text: &str) -> Option<usize> {
    let id = text.get(..UUID_BYTES)?;
    let shape = id.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    shape.then_some(UUID_BYTES)
}

fn web(text: &str) -> Option<usize> {
    let first = text.as_bytes().first()?.to_ascii_lowercase();
    let starts =
        |scheme: &&str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    ADDRESSES
        .iter()
        .filter(|scheme| scheme.as_bytes().first() == Some(&first))
        .find(|scheme| starts(scheme))?;
    Some(text.find(|c: char| c.is_whitespace() || "<>()[]\"`|".contains(c)).unwrap_or(text.len()))
}

fn email(text: &str) -> Option<usize> {
    let of_local = |c: char| of_word(c) || "._%+-".contains(c);
    let at = text.char_indices().take(EMAIL_BYTES_MAX).find(|(_, c)| !of_local(*c))?;
    let (at, '@') = at else { return None };
    let domain = text.get(at + 1..)?;
    let end = domain.find(|c: char| !of_word(c) && c != '.' && c != '-').unwrap_or(domain.len());
    // What is joined to it belongs to it.
    (end > 0).then(|| at + 1 + end + identifier(domain.get(end..).unwrap_or_default(), true))
}

/// The bytes of the code between backticks that the text begins with, or of the backticks alone.
pub(super) fn code(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let inside = text.get(ticks..).unwrap_or_default();
    let inside = inside.get(..inside.floor_char_boundary(CODE_BYTES_MAX)).unwrap_or_default();
    let (mut at, mut rest) = (0, inside);
    while let Some(start) = rest.find('`') {
        let from = rest.get(start..).unwrap_or_default();
        let length = from.len() - from.trim_start_matches('`').len();
        if length == ticks {
            return ticks + at + start + length;
        }
        at += start + length;
        rest = from.get(length..).unwrap_or_default();
    }
    ticks
}

/// The bytes of the fenced block that the line begins; without an end it is the rest.
pub(super) fn fence(line: &str) -> Option<usize> {
    let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start_matches(' ').starts_with(mark))?;
    let mut end = 0;
    for (number, line) in line.split_inclusive('\n').enumerate() {
        end += line.len();
        if number > 0 && line.trim_start().starts_with(mark) {
            break;
        }
    }
    Some(end)
}

/// The bytes of the number of a list that the line begins with: `1. `, `- 2) `, `**3.**`.
pub(super) fn list_number(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches([' ', '\t', '#', '>', '*', '_', '-', '•']);
    let number = digits(rest);
    let after = rest.get(number.len()..)?.strip_prefix(['.', ')'])?;
    let dated =
        || at_digit(rest).is_some_and(|(meanings, _)| matches!(meanings[..], [Meaning::Date(Day::Full(..))]));
    let listed = (1..=LIST_DIGITS_MAX).contains(&number.len())
        && (after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || matches!(c, '*' | '_')))
        && !dated();
    listed.then(|| line.len() - after.len())
}

/// The number in the first cell of a row of a table, and its end.
pub(super) fn row_number(line: &str) -> Option<(u64, usize)> {
    let rest = line.trim_start().strip_prefix('|')?.trim_start_matches([' ', '*', '#']);
    let number = digits(rest);
    let after = rest.get(number.len()..)?;
    let alone = after.trim_start_matches([' ', '*', '.']).starts_with('|');
    number
        .parse()
        .ok()
        .filter(|_| alone && number.len() <= LIST_DIGITS_MAX)
        .map(|row| (row, line.len() - after.len()))
}

/// The bytes of the time of day that the text begins with, `14:30`, or of another pair like `3:1`.
pub(super) fn clock(text: &str) -> Option<usize> {
    let mut length = digits(text).len();
    if length > 2 {
        return None;
    }
    let start = length;
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix(':')) {
        let group = digits(rest).len();
        if !(1..=2).contains(&group) {
            break;
        }
        length += 1 + group;
    }
    (length > start).then_some(length)
}

/// The bytes of the rest of an identifier: `M-2024-0012`, `v1.2`, `A4`.
pub(super) fn identifier(text: &str, underscores: bool) -> usize {
    let inside = |c: char| of_word(c) || underscores && c == '_';
    let mut end = 0;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        end += rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let mut rest = text.get(end..).unwrap_or_default().chars();
        let joined = matches!(rest.next(), Some('-' | '/' | '.')) && rest.next().is_some_and(inside);
        if !joined {
            return end;
        }
        end += 1;
    }
}
