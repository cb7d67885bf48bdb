//! Phone numbers: at least seven digits, in groups.

use super::number::digits;

const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 20;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phone<'a> {
    pub(super) bytes: usize,
    pub(super) digits: String,
    pub(super) groups: Vec<&'a str>,
    pub(super) country: bool,
}

const fn separates(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '-' | '\u{2011}' | '.' | '/')
}

/// The phone number that the text begins with, with `+`, `(` or a digit.
pub(super) fn phone(text: &str) -> Option<Phone<'_>> {
    let country = text.starts_with('+');
    let mut groups = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    while let Some(next) = group_start(rest, groups.is_empty()) {
        let group = digits(next);
        count += group.len();
        if count > DIGITS_MAX {
            return None;
        }
        groups.push(group);
        rest = next.get(group.len()..).unwrap_or_default();
        bytes = text.len() - rest.len();
    }
    if count < DIGITS_MIN || rest.starts_with(|c: char| c.is_alphanumeric() && c < '\u{2e80}') {
        return None;
    }
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    // "(2026-11-24)" is in parentheses, "(030) 1234" has them.
    let area = text
        .strip_prefix('(')
        .is_some_and(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(')'));
    if text.starts_with('(') && (!area || groups.len() < 2) {
        return None;
    }
    let marked = area || text.starts_with(['+', '0']);
    if !marked && groups.len() < 3 && lengths != [3, 4] {
        return None;
    }
    Some(Phone { bytes, digits: groups.concat(), groups, country })
}

/// Where the next group of digits begins, beyond one separator and the parentheses of an area.
fn group_start(text: &str, first: bool) -> Option<&str> {
    let rest = if first { text } else { text.strip_prefix(')').unwrap_or(text) };
    let rest = if first { rest } else { rest.strip_prefix(separates).unwrap_or(rest) };
    let rest = rest.strip_prefix('(').unwrap_or(rest);
    (rest.starts_with(|c: char| c.is_ascii_digit()) && (first || rest.len() < text.len())).then_some(rest)
}

/// The digits of every run of a text that could hold a phone number.
pub(super) fn runs(text: &str) -> impl Iterator<Item = String> + '_ {
    let of_run = |c: char| c.is_ascii_digit() || separates(c) || matches!(c, '+' | '(' | ')');
    text.split(move |c| !of_run(c))
        .map(|run| run.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|digits| digits.len() >= DIGITS_MIN)
}

/// What the number may be written as elsewhere: without the noughts or the country it begins with.
pub(super) fn spellings(digits: &str, country: bool) -> impl Iterator<Item = &str> {
    let skipped = if country { 3 } else { digits.len() - digits.trim_start_matches('0').len() };
    (0..=skipped).filter_map(move |skip| digits.get(skip..)).filter(|rest| rest.len() >= DIGITS_MIN)
}
