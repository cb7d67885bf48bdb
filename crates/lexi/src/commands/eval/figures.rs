//! Numbers in a text, as a reader sees them: `1,234.50`, `1.234,50`, `EUR 7,381,000`, `43.2 %`, `7.4 million`.

/// A number of the text: what it may mean, and how far the truth may lie from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    value: f64,
    tolerance: f64,
    /// It is a whole number as it is written, so it stands for no other whole number.
    whole: bool,
}

impl Figure {
    fn is(self, wanted: f64) -> bool {
        let off = (self.value - wanted).abs();
        let exact = 1e-6;
        if self.whole && wanted.fract().abs() < exact { off < exact } else { off <= self.tolerance + exact }
    }
}

/// Every number of the text, each reading of an ambiguous one. Parts of dates, of ids, of ranges and the numbers of list
/// items are none.
pub(super) fn figures(text: &str) -> Vec<Figure> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if !c.is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while chars.get(at).is_some_and(char::is_ascii_digit)
            || (chars.get(at).is_some_and(|c| separates(*c))
                && chars.get(at + 1).is_some_and(char::is_ascii_digit))
        {
            at += 1;
        }
        let token: String = chars.get(start..at).unwrap_or_default().iter().collect();
        if !stands_alone(&chars, start, at) {
            continue;
        }
        let after: String = chars.get(at..(at + 10).min(chars.len())).unwrap_or_default().iter().collect();
        let factor = factor(&after);
        let readings = readings(&token);
        found.extend(readings.into_iter().map(|(value, decimals)| Figure {
            value: value * factor,
            tolerance: 0.5 * 10f64.powi(-decimals) * factor,
            whole: decimals == 0 && (factor - 1.0).abs() < f64::EPSILON,
        }));
    }
    found
}

/// Whether the number occurs in the text, as a figure or, where it is small, as a word.
pub(super) fn states(text: &str, wanted: f64) -> bool {
    if figures(text).into_iter().any(|figure| figure.is(wanted.abs())) {
        return true;
    }
    const WORDS: &[&[&str]] = &[
        &["no", "none", "nothing", "zero", "nobody"],
        &["one", "once"],
        &["two", "twice"],
        &["three"],
        &["four"],
        &["five"],
        &["six"],
        &["seven"],
        &["eight"],
        &["nine"],
        &["ten"],
    ];
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    let small = WORDS.iter().zip(0u8..).find(|(_, number)| (f64::from(*number) - wanted).abs() < 1e-6);
    small.is_some_and(|(names, _)| words.any(|word| names.contains(&word)))
}

const fn separates(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn stands_alone(chars: &[char], start: usize, end: usize) -> bool {
    let at = |index: Option<usize>| index.and_then(|index| chars.get(index)).copied();
    let (before, after) = (at(start.checked_sub(1)), at(Some(end)));
    if before.is_some_and(|c| c.is_alphabetic() || c == '_') {
        return false;
    }
    // 2026-11-24, 11-50, 2026-0001, 1/2/2026, 10:30, a-7
    let joins = |c: Option<char>| matches!(c, Some('-' | '–' | '/' | ':'));
    if joins(before) && at(start.checked_sub(2)).is_some_and(char::is_alphanumeric) {
        return false;
    }
    if joins(after) && at(Some(end + 1)).is_some_and(char::is_alphanumeric) {
        return false;
    }
    // The number of a list item.
    let line_start = chars
        .get(..start)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|c| **c != '\n')
        .all(|c| c.is_whitespace());
    !(line_start
        && matches!(after, Some('.' | ')'))
        && at(Some(end + 1)).is_none_or(char::is_whitespace)
        && at(Some(end + 1)).is_some())
}

fn factor(after: &str) -> f64 {
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    match word.as_str() {
        "k" | "K" | "thousand" => 1e3,
        "m" | "M" | "mn" | "Mio" | "million" => 1e6,
        _ => 1.0,
    }
}

/// The values that a run of digits and separators may have, with the decimals it shows.
fn readings(token: &str) -> Vec<(f64, i32)> {
    let plain: String = token.chars().filter(|c| matches!(c, '0'..='9' | '.' | ',')).collect();
    let groups: Vec<&str> = plain.split([',', '.']).collect();
    let grouped = groups.first().is_some_and(|first| (1..=3).contains(&first.len()))
        && groups.iter().skip(1).all(|group| group.len() == 3);
    let marks: Vec<char> = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    let last = marks.last().copied();
    let repeats = last.is_some_and(|last| marks.iter().filter(|mark| **mark == last).count() > 1);
    let mut readings = Vec::new();
    if grouped && marks.iter().all(|mark| Some(*mark) == last) {
        readings.extend(number(&plain.replace([',', '.'], ""), 0));
    }
    if let Some(mark) = last
        && !repeats
        && let Some((whole, decimals)) = plain.rsplit_once(mark)
        && i32::try_from(decimals.len()).is_ok()
    {
        let whole = whole.replace([',', '.'], "");
        let places = i32::try_from(decimals.len()).unwrap_or_default();
        readings.extend(number(&format!("{whole}.{decimals}"), places));
    }
    if marks.is_empty() {
        readings = number(&plain, 0).into_iter().collect();
    }
    readings
}

fn number(text: &str, decimals: i32) -> Option<(f64, i32)> {
    text.parse().ok().map(|value| (value, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_every_usual_form() {
        for (text, value) in [
            ("worth EUR 1,234.50", 1234.5),
            ("Wert: 1.234,50 €", 1234.5),
            ("EUR 7,381,000", 7_381_000.0),
            ("7.381.000 EUR", 7_381_000.0),
            ("CHF 87'500", 87_500.0),
            ("87\u{202f}500", 87_500.0),
            ("the win rate is 43.2%", 43.2),
            ("43,2 %", 43.2),
            ("There are **375 deals**.", 375.0),
            ("375.", 375.0),
            ("(375)", 375.0),
            ("about 7.4 million", 7_381_000.0),
            ("€1,234", 1234.0),
            ("an average of EUR 19,683", 19_682.67),
            ("Nothing is overdue", 0.0),
            ("Only one is left", 1.0),
        ] {
            assert!(states(text, value), "{text} has {value}: {:?}", figures(text));
        }
    }

    #[test]
    fn a_number_inside_another_is_not_that_number() {
        for (text, value) in [
            ("1,234 deals", 234.0),
            ("1,234 deals", 1.0),
            ("EUR 7,381,000", 381.0),
            ("12 deals", 1.0),
            ("2026-11-24", 11.0),
            ("2026-11-24", 2026.0),
            ("24/11/2026", 24.0),
            ("size 11-50", 50.0),
            ("matter 2026-0012", 12.0),
            ("Q3", 3.0),
            ("at 10:30", 30.0),
            ("1. Anna\n2. Bruno", 2.0),
            ("1. Anna", 1.0),
            ("43.2%", 43.0),
            ("376", 375.0),
            ("7.3 million", 7_381_000.0),
            ("EUR 19,684", 19_682.67),
        ] {
            assert!(!states(text, value), "{text} has no {value}");
        }
    }
}
