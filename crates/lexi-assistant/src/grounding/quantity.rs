//! A number with what stands around it: its currency, magnitude, percent sign, unit.

use super::currency;
use super::date::{ordinal, year};
use super::figure::{Day, Hedge, Meaning, Span};
use super::number::{BLANKS, after_blank, digits, hedge, magnitude, readings, token};
use super::skip::{identifier, of_word};

const PERCENTS: [&str; 7] = ["percent", "per", "pct", "prozent", "pp", "percentage", "procent"];
const SPANS: [(&str, Span); 16] = [
    ("day", Span::Days),
    ("days", Span::Days),
    ("tag", Span::Days),
    ("tage", Span::Days),
    ("tagen", Span::Days),
    ("week", Span::Weeks),
    ("weeks", Span::Weeks),
    ("woche", Span::Weeks),
    ("wochen", Span::Weeks),
    ("month", Span::Months),
    ("months", Span::Months),
    ("monate", Span::Months),
    ("monaten", Span::Months),
    ("year", Span::Years),
    ("years", Span::Years),
    ("jahre", Span::Years),
];
/// Units that are written at the number itself.
const UNITS: [&str; 10] = ["h", "hrs", "min", "s", "d", "days", "w", "y", "yrs", "x"];
const CLOCKS: [&str; 6] = ["am", "pm", "a.m", "p.m", "uhr", "o'clock"];
/// What they number is one of several, not so many of something.
const LABELS: [&str; 10] =
    ["step", "phase", "option", "part", "level", "tier", "version", "top", "week", "weeks"];
/// So is a place in a law or a list, whose numbers are longer.
const REFERENCES: [&str; 13] = [
    "section", "sections", "page", "article", "art.", "clause", "chapter", "no.", "nr.", "§", "#", "iso",
    "rule",
];
/// "to 1.5 million", "– 20 %": a number shares the unit of the one that it reaches to.
const RANGES: [&str; 8] = ["–", "—", "-", " – ", " - ", " to ", " and ", " bis "];

pub(super) enum Quantity {
    Figure {
        start: usize,
        end: usize,
        meanings: Vec<Meaning>,
    },
    /// No figure, up to here.
    Other(usize),
}

/// What follows a number.
#[derive(Debug, Clone, Copy, Default)]
struct Tail {
    bytes: usize,
    magnitude: u32,
    percent: bool,
    currency: bool,
}

/// The number that begins at this place of the text.
pub(super) fn quantity(text: &str, at: usize, answer: bool) -> Option<Quantity> {
    let rest = text.get(at..)?;
    let mut bytes = token(rest);
    let mut found = readings(rest.get(..bytes)?);
    if found.is_empty() {
        // `10,20,30` are three numbers, `3.5.1` is a version.
        if rest.get(..bytes)?.contains('.') {
            return Some(Quantity::Other(at + bytes + identifier(rest.get(bytes..)?, answer)));
        }
        bytes = digits(rest).len();
        found = readings(rest.get(..bytes)?);
    }
    if found.is_empty() {
        return Some(Quantity::Other(at + bytes));
    }
    let written = rest.get(..bytes)?;
    let after = rest.get(bytes..)?;
    let head = text.get(..at)?;
    let (before, signed) = currency::before(head);
    let head = head.get(..at - before)?;
    let tail = tail(after, signed);
    if tail.bytes == 0
        && let Some(end) = other(written, after, head, answer)
    {
        return Some(Quantity::Other(at + bytes + end));
    }
    let hedge = hedge(head);
    let mut meanings = Vec::new();
    let tails = [Some(tail), shared(after).filter(|_| tail.bytes == 0)];
    for tail in tails.into_iter().flatten() {
        let numbers = found.iter().filter_map(|reading| reading.number(tail.magnitude, hedge));
        meanings.extend(numbers.map(|n| if tail.percent { Meaning::Percent(n) } else { Meaning::Number(n) }));
    }
    if tail.bytes == 0 && !signed {
        meanings.extend(year(written).filter(|_| bytes == 4).map(|(year, _)| Meaning::Date(Day::Year(year))));
        meanings.extend(span(written, after));
    }
    if written.contains(BLANKS) {
        // A blank may also stand between two numbers.
        meanings.push(Meaning::Each(written.split(BLANKS).map(numbers).collect()));
    }
    Some(Quantity::Figure { start: at - before, end: at + bytes + tail.bytes, meanings })
}

/// What a number by itself may mean.
pub(super) fn numbers(text: &str) -> Vec<Meaning> {
    let readings = readings(text);
    let mut meanings: Vec<Meaning> =
        readings.iter().filter_map(|reading| reading.number(0, Hedge::None)).map(Meaning::Number).collect();
    meanings.extend(year(text).filter(|_| text.len() == 4).map(|(year, _)| Meaning::Date(Day::Year(year))));
    meanings
}

fn tail(after: &str, signed: bool) -> Tail {
    let mut tail = Tail::default();
    // A letter is a magnitude at the number, or in an amount: "5 m" are metres.
    let amount = signed || after.get(2..).is_some_and(|rest| currency::after(rest).is_some());
    if let Some((magnitude, bytes)) = magnitude(after, amount) {
        (tail.magnitude, tail.bytes) = (magnitude, bytes);
    }
    let rest = after.get(tail.bytes..).unwrap_or_default();
    if let Some(bytes) = percent(rest) {
        tail.percent = true;
        tail.bytes += bytes;
    } else if let Some(bytes) = currency::after(rest).filter(|_| !signed) {
        tail.currency = true;
        tail.bytes += bytes;
    }
    tail
}

fn percent(text: &str) -> Option<usize> {
    let rest = after_blank(text);
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let blank = text.len() - rest.len();
    if rest.starts_with(['%', '٪']) {
        return rest.chars().next().map(|sign| blank + sign.len_utf8());
    }
    let word = word(rest);
    let known = word.len() <= 10 && PERCENTS.contains(&word.to_lowercase().as_str());
    let cent = if word == "per" { " cent" } else { "" };
    (known && rest.get(word.len()..)?.starts_with(cent)).then_some(blank + word.len() + cent.len())
}

/// The tail of the number up to which a range goes.
fn shared(after: &str) -> Option<Tail> {
    let rest = RANGES.iter().find_map(|word| after.strip_prefix(word))?;
    let rest = rest.get(currency_sign(rest)..)?;
    let tail = tail(rest.get(token(rest)..)?, false);
    (token(rest) > 0 && (tail.percent || tail.magnitude > 0)).then_some(tail)
}

fn currency_sign(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_digit()).filter(|at| *at <= 4).unwrap_or(0)
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn span(written: &str, after: &str) -> Option<Meaning> {
    let rest = after.strip_prefix('-').unwrap_or_else(|| after_blank(after));
    // "14 calendar days"
    let rest = ["calendar ", "business ", "working ", "more "]
        .iter()
        .find_map(|w| rest.strip_prefix(w))
        .unwrap_or(rest);
    let word = word(rest);
    let lower = if word.len() <= 8 { word.to_lowercase() } else { return None };
    let (_, span) = SPANS.iter().find(|(name, _)| *name == lower)?;
    written.parse().ok().map(|count| Meaning::Span(count, *span))
}

/// The bytes behind a number that is no figure: part of an identifier, an ordinal, a time, a label.
fn other(written: &str, after: &str, head: &str, answer: bool) -> Option<usize> {
    let word = word(after);
    if !word.is_empty() && after.starts_with(of_word) {
        // "the 2020s"
        let decade = word == "s" && year(written).is_some();
        let unit = UNITS.contains(&word) && !decade && !after.get(word.len()..)?.starts_with(of_word);
        let nth = ordinal(after);
        return if unit { None } else { Some(if nth > 0 { nth } else { identifier(after, answer) }) };
    }
    let nought = written.len() > 1 && written.starts_with('0') && written.bytes().all(|b| b.is_ascii_digit());
    if let Some(next) = after.strip_prefix(['-', '/']).filter(|next| next.starts_with(of_word)) {
        let number = digits(next);
        let more = next.get(number.len()..)?;
        let range = !number.is_empty() && !number.starts_with('0') && !joined(more) && !nought;
        let words = number.is_empty() && !nought;
        // "24/7", "50/50", "2026/27"
        let idiom = matches!((written, number), ("24", "7") | ("50", "50")) || year(written).is_some();
        let idiom = idiom && after.starts_with('/');
        if idiom || !range && !words {
            return Some(identifier(after, answer));
        }
    }
    if nought {
        return Some(0);
    }
    if written.len() <= 5 && CLOCKS.iter().any(|name| is_word(after_blank(after), name)) {
        return Some(0);
    }
    // "Section 12(3)"
    let inner = head.strip_suffix('(').is_some_and(|head| head.ends_with(|c: char| of_word(c) || c == ')'));
    // The "top 5" of a question are five in its answer.
    let named =
        written.len() <= 2 && labelled(head, &LABELS) || written.len() <= 4 && labelled(head, &REFERENCES);
    let nothing = answer && (named || inner && after.starts_with(')')) || after.starts_with(['¼', '½', '¾']);
    nothing.then_some(0)
}

fn is_word(text: &str, name: &str) -> bool {
    let head = text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    head && !text.get(name.len()..).is_some_and(|rest| rest.starts_with(of_word))
}

fn joined(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    first.is_some_and(of_word) || matches!(first, Some('-' | '/' | '_')) && chars.next().is_some_and(of_word)
}

fn labelled(head: &str, labels: &[&str]) -> bool {
    let head = head.trim_end().trim_end_matches('*');
    let start = head.ceil_char_boundary(head.len().saturating_sub(12));
    let tail = head.get(start..).unwrap_or_default().to_lowercase();
    labels
        .iter()
        .any(|label| tail.strip_suffix(label).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}
