//! Dates, months, quarters and years as people write them.

use lexi_types::Date;

use super::figure::{Day, Meaning};
use super::month::month;
use super::number::{after_blank, digits};

/// The meanings of a date, and its bytes.
pub(super) type Found = (Vec<Meaning>, usize);

const DASHES: [char; 3] = ['-', '–', '—'];

/// The date that the text begins with, with a digit.
pub(super) fn at_digit(text: &str) -> Option<Found> {
    let found = match digits(text).len() {
        4 => year_first(text),
        1 | 2 => written(text)
            .or_else(|| numeric(text))
            .or_else(|| without_year(text))
            .or_else(|| month_year(text))
            .or_else(|| chinese(text, None, 0)),
        _ => None,
    };
    found.filter(|(_, bytes)| ends(text, *bytes))
}

/// The date that the text begins with, with a word: `November 24, 2026`, `Q3 2026`.
pub(super) fn at_word(text: &str) -> Option<Found> {
    // "on November 2026-11-24": the number is a date by itself.
    let more =
        |bytes| from(text, bytes).strip_prefix(['-', '/', '.']).is_some_and(|rest| !digits(rest).is_empty());
    quarter(text).or_else(|| month_first(text)).filter(|(_, bytes)| ends(text, *bytes) && !more(*bytes))
}

/// A year by itself.
pub(super) fn year(text: &str) -> Option<(i16, usize)> {
    let digits = digits(text);
    let year = digits.parse().ok().filter(|year| (1900..=2200).contains(year));
    year.filter(|_| digits.len() == 4).map(|year| (year, 4))
}

fn ends(text: &str, bytes: usize) -> bool {
    !from(text, bytes).starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

fn from(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// `2026`, or `'26` behind a month or a quarter.
fn year_of(text: &str) -> Option<(i16, usize)> {
    year(text).or_else(|| {
        let rest = text.strip_prefix(['\'', '’'])?;
        let digits = digits(rest);
        let year: i16 = digits.parse().ok().filter(|_| digits.len() == 2)?;
        Some((2000 + year, text.len() - rest.len() + 2))
    })
}

/// A number of one or two digits, not above `most`.
fn small(text: &str, most: u8) -> Option<(u8, usize)> {
    let digits = digits(text);
    let number = digits.parse().ok().filter(|number| (1..=most).contains(number));
    number.filter(|_| digits.len() <= 2).map(|number| (number, digits.len()))
}

fn full(year: i16, month: u8, day: u8) -> Option<Meaning> {
    let (m, d) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, m, d).map(|_| Meaning::Date(Day::Full(year, month, day)))
}

fn open(month: u8, day: u8) -> Option<Meaning> {
    // A leap year has every day.
    full(2000, month, day).map(|_| Meaning::Date(Day::Open(month, day)))
}

fn one(day: Day, bytes: usize) -> Option<Found> {
    Some((vec![Meaning::Date(day)], bytes))
}

fn any(meanings: impl IntoIterator<Item = Option<Meaning>>, bytes: usize) -> Option<Found> {
    let meanings: Vec<Meaning> = meanings.into_iter().flatten().collect();
    (!meanings.is_empty()).then_some((meanings, bytes))
}

/// `2026-11-24`, also with a time; `2026/11/24`, `2026-11`, `2026-Q4`, `2026年11月`.
fn year_first(text: &str) -> Option<Found> {
    let (year, length) = year(text)?;
    let rest = from(text, length);
    if rest.starts_with('年') {
        return chinese(from(rest, '年'.len_utf8()), Some(year), length + '年'.len_utf8());
    }
    if let Some(quarter) = rest.trim_start_matches([' ', '-', '/']).strip_prefix(['Q', 'q'])
        && rest.len() - quarter.len() <= 2
    {
        let (number, bytes) = small(quarter, 4)?;
        return one(Day::Quarter(year, number), text.len() - quarter.len() + bytes);
    }
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, bytes) = small(from(rest, 1), 12)?;
    let after = length + 1 + bytes;
    if let Some(rest) = from(text, after).strip_prefix(mark) {
        let (day, bytes) = small(rest, 31)?;
        let end = after + 1 + bytes;
        return any([full(year, month, day)], end + clock(from(text, end)));
    }
    (mark == '-' && bytes == 2).then(|| one(Day::Month(year, month), after)).flatten()
}

/// The time behind a date of a timestamp.
fn clock(text: &str) -> usize {
    let Some(rest) = text.strip_prefix('T') else { return 0 };
    let end = rest.find(|c: char| !c.is_ascii_digit() && !":.+-Z".contains(c)).unwrap_or(rest.len());
    let taken = rest.get(..end).unwrap_or_default().trim_end_matches(['.', ':', '-', '+']);
    if taken.starts_with(|c: char| c.is_ascii_digit()) { 1 + taken.len() } else { 0 }
}

/// `24.11.2026`, `11/24/2026`, `24-11-2026`, `24.11.26`.
fn numeric(text: &str) -> Option<Found> {
    let (first, length) = small(text, 31)?;
    let mark = from(text, length).chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (second, bytes) = small(from(text, length + 1), 31)?;
    let after = length + 1 + bytes;
    let rest = from(text, after).strip_prefix(mark)?;
    let short = || {
        let digits = digits(rest);
        let year: Option<i16> = digits.parse().ok();
        year.filter(|_| digits.len() == 2 && mark != '-').map(|year| (2000 + year, 2))
    };
    let (year, bytes) = year(rest).or_else(short)?;
    let end = after + 1 + bytes;
    let longer = from(text, end).strip_prefix(mark).is_some_and(|rest| !digits(rest).is_empty());
    any([full(year, second, first), full(year, first, second)], end).filter(|_| !longer)
}

/// `24.11.` and `24/11`; whoever reads it as a number may be right.
fn without_year(text: &str) -> Option<Found> {
    let (first, length) = small(text, 31)?;
    let mark = from(text, length).chars().next().filter(|c| matches!(c, '/' | '.'))?;
    let (second, bytes) = small(from(text, length + 1), 31)?;
    let end = length + 1 + bytes;
    match mark {
        '.' if !from(text, end).starts_with('.') => None,
        '.' => any([open(second, first)], end + 1),
        _ if text.starts_with("24/7") => None,
        _ => any([open(second, first), open(first, second)], end),
    }
}

/// `11/2026`, `11.2026`
fn month_year(text: &str) -> Option<Found> {
    let (month, length) = small(text, 12)?;
    let rest = from(text, length).strip_prefix(['/', '.'])?;
    let (year, bytes) = year(rest)?;
    one(Day::Month(year, month), length + 1 + bytes)
}

/// The day behind the dash of `24–26`, and where it ends.
fn until(text: &str, at: usize) -> Option<(u8, usize)> {
    let second = after_blank(after_blank(from(text, at)).strip_prefix(DASHES)?);
    let (day, bytes) = small(second, 31)?;
    Some((day, text.len() - second.len() + bytes))
}

/// `24 November 2026`, `24th of Nov`, `24. November`, `24–26 November`.
fn written(text: &str) -> Option<Found> {
    let (day, length) = small(text, 31)?;
    let mut at = length + ordinal(from(text, length));
    let last = until(text, at);
    if let Some((_, end)) = last {
        at = end + ordinal(from(text, end));
    }
    let rest = from(text, at).trim_start_matches([' ', '\u{a0}', '-']);
    let rest = ["of ", "de ", "di "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let (month, bytes) = month(rest)?;
    let at = text.len() - rest.len() + bytes;
    days(text, at, month, day, last.map(|(day, _)| day))
}

/// `November 24, 2026`, `Nov 24th`, `November 24–26`, `November 2026`.
fn month_first(text: &str) -> Option<Found> {
    let (month, length) = month(text)?;
    let rest = from(text, length).trim_start_matches([' ', '\u{a0}', '-', ',', '/']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let start = text.len() - rest.len();
    if start == length || start > length + 5 {
        return None;
    }
    if let Some((year, bytes)) = year_of(rest) {
        return one(Day::Month(year, month), start + bytes);
    }
    let (day, bytes) = small(rest, 31)?;
    let mut at = start + bytes;
    at += ordinal(from(text, at)).min(2) * usize::from(!from(text, at).starts_with('.'));
    let last = until(text, at);
    if let Some((_, end)) = last {
        at = end;
    }
    days(text, at, month, day, last.map(|(day, _)| day))
}

/// One day of the month, or two; with the year, where it follows.
fn days(text: &str, at: usize, month: u8, day: u8, last: Option<u8>) -> Option<Found> {
    let rest = from(text, at);
    let year_text = rest.strip_prefix(',').unwrap_or(rest).trim_start_matches([' ', '\u{a0}', '-']);
    let year_text = year_text.strip_prefix("de ").unwrap_or(year_text);
    let year = year(year_text).filter(|_| year_text.len() < rest.len());
    let date = |day| match year {
        Some((year, _)) => full(year, month, day),
        None => open(month, day),
    };
    let end = year.map_or(at, |(_, bytes)| text.len() - year_text.len() + bytes);
    match last {
        None => any([date(day)], end),
        Some(last) => Some((vec![Meaning::Each(vec![vec![date(day)?], vec![date(last)?]])], end)),
    }
}

/// The bytes of `st`, `nd`, `rd`, `th` or of the point of an ordinal.
pub(super) fn ordinal(text: &str) -> usize {
    let word = ["st", "nd", "rd", "th", "er", ".", "º"].iter().find(|word| text.starts_with(**word));
    word.filter(|word| !from(text, word.len()).starts_with(char::is_alphanumeric))
        .map_or(0, |word| word.len())
}

/// `Q3 2026`, `Q3/2026`, `Q3 of 2026`.
fn quarter(text: &str) -> Option<Found> {
    let (number, bytes) = small(text.strip_prefix(['Q', 'q'])?, 4)?;
    let rest = from(text, 1 + bytes).trim_start_matches([' ', '\u{a0}', '-', '/', ',']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let (year, bytes) = year_of(rest).filter(|_| text.len() - rest.len() <= 7)?;
    one(Day::Quarter(year, number), text.len() - rest.len() + bytes)
}

/// `11月24日`, behind a year or without one.
fn chinese(text: &str, year: Option<i16>, before: usize) -> Option<Found> {
    let only_year = || year.and_then(|year| one(Day::Year(year), before));
    let Some((month, bytes)) = small(text, 12) else { return only_year() };
    let Some(rest) = from(text, bytes).strip_prefix('月') else { return only_year() };
    let at = before + text.len() - rest.len();
    match small(rest, 31).filter(|(_, bytes)| from(rest, *bytes).starts_with('日')) {
        Some((day, bytes)) => {
            let date = year.map_or_else(|| open(month, day), |year| full(year, month, day));
            any([date], at + bytes + '日'.len_utf8())
        }
        None => year.and_then(|year| one(Day::Month(year, month), at)),
    }
}
