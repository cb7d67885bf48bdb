//! "over 50k", "between 10,000 and 1.5 million", "at least 60%", "in Swiss francs".

use std::ops::Range;

use crate::builtin::question::Bounds;
use crate::builtin::tag::{Measured, Tag};
use crate::builtin::words::Words;

const FROM: &[&str] = &[
    "more than",
    "greater than",
    "larger than",
    "bigger than",
    "higher than",
    "worth over",
    "worth more than",
    "over",
    "above",
    "exceeding",
    "north of",
    "upwards of",
    ">",
    "in excess of",
    "beyond",
    "valued over",
    "valued above",
    "upward of",
    "larger then",
    "more then",
    "bigger then",
    "beginning above",
    "that exceed",
    "exceed",
    "exceeds",
    "of over",
    "of more than",
    "with over",
    "with more than",
];
const FROM_INCLUSIVE: &[&str] = &[
    "at least",
    "min",
    "minimum",
    "a minimum of",
    "no less than",
    "not less than",
    ">=",
    "starting at",
    "from",
    "of at least",
    "worth at least",
];
const TO: &[&str] = &[
    "less than",
    "smaller than",
    "lower than",
    "under",
    "below",
    "<",
    "worth under",
    "worth less than",
    "south of",
    "of under",
    "of less than",
    "cheaper than",
    "fewer than",
    "beneath",
    "less then",
];
const TO_INCLUSIVE: &[&str] = &[
    "at most",
    "up to",
    "max",
    "maximum",
    "a maximum of",
    "no more than",
    "not more than",
    "<=",
    "not over",
    "not above",
];

const CURRENCIES: &[(&str, &str)] = &[
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("eurs", "EUR"),
    ("chf", "CHF"),
    ("swiss francs", "CHF"),
    ("swiss franc", "CHF"),
    ("francs", "CHF"),
    ("franc", "CHF"),
    ("usd", "USD"),
    ("us dollars", "USD"),
    ("us dollar", "USD"),
    ("dollars", "USD"),
    ("dollar", "USD"),
    ("bucks", "USD"),
    ("gbp", "GBP"),
    ("pounds sterling", "GBP"),
    ("pounds", "GBP"),
    ("sterling", "GBP"),
];

/// An amount, in what it is measured, and where it ends.
struct Amount {
    value: f64,
    of: Measured,
    currency: Option<&'static str>,
    end: usize,
}

pub(super) fn at(words: &Words, at: usize) -> Option<(Tag, usize)> {
    bounds(words, at).or_else(|| currency(words, at).map(|(code, end)| (Tag::Currency(code), end))).or_else(
        || {
            let word = words.fold(at)?;
            let value = small_number(word)
                .and_then(|n| u32::try_from(n).ok())
                .map(f64::from)
                .or_else(|| number(word).map(|(n, _)| n))?;
            let end = at + 1;
            let spelled = !word.starts_with(|c: char| c.is_ascii_digit());
            // "one" is mostly no number.
            (!spelled || word != "one").then_some((Tag::Figure(value), end))
        },
    )
}

/// The amount that a span of words is, nothing left over.
pub(super) fn whole(words: &Words, span: &Range<usize>) -> Option<(f64, Measured, Option<&'static str>)> {
    let amount = amount(words, span.start)?;
    (amount.end == span.end).then_some((amount.value, amount.of, amount.currency))
}

fn bounds(words: &Words, at: usize) -> Option<(Tag, usize)> {
    if let Some(start) = words.any_at(at, &["between", "from", "in the range of", "ranging from"])
        && let Some(low) = amount(words, start)
        && let Some(middle) = words.any_at(low.end, &["and", "to"])
        && let Some(high) = amount(words, middle)
        && low.value < high.value
    {
        let bounds =
            Bounds { min: Some(low.value * scale_of(&low, &high)), max: Some(high.value), beyond: false };
        let of = if low.of == Measured::Plain { high.of } else { low.of };
        return Some((Tag::Bounds(bounds, of, low.currency.or(high.currency)), high.end));
    }
    for (phrases, lower, beyond) in
        [(FROM, true, true), (FROM_INCLUSIVE, true, false), (TO, false, true), (TO_INCLUSIVE, false, false)]
    {
        let Some(start) = words.any_at(at, phrases) else { continue };
        let Some(amount) = amount(words, start) else { continue };
        let end = words.any_at(amount.end, &["or more", "and more"]).unwrap_or(amount.end);
        return Some((bounded(&amount, lower, beyond), end));
    }
    // "50k+", "50k or more"
    let amount = amount(words, at)?;
    let plus = words.get(at).is_some_and(|w| w.plus)
        || words.get(amount.end.checked_sub(1)?).is_some_and(|w| w.plus);
    let more = words.any_at(
        amount.end,
        &[
            "or more",
            "and more",
            "or above",
            "and above",
            "and up",
            "or better",
            "or greater",
            "or larger",
            "or bigger",
            "and higher",
            "or higher",
            "or over",
            "and over",
            "plus",
        ],
    );
    let less =
        words.any_at(amount.end, &["or less", "and less", "or below", "and below", "or lower", "or under"]);
    match (more, less) {
        (Some(end), _) => Some((bounded(&amount, true, false), end)),
        (None, Some(end)) => Some((bounded(&amount, false, false), end)),
        (None, None) if plus => Some((bounded(&amount, true, false), amount.end)),
        _ => None,
    }
}

/// "between 10 and 50k": the first is in thousands too.
fn scale_of(low: &Amount, high: &Amount) -> f64 {
    let bare =
        low.of == Measured::Plain && low.value < 1000.0 && high.of == Measured::Money && high.value >= 1000.0;
    if bare { if high.value >= 1e6 { 1e6 } else { 1e3 } } else { 1.0 }
}

fn bounded(amount: &Amount, lower: bool, beyond: bool) -> Tag {
    let value = Some(amount.value);
    let bounds = if lower {
        Bounds { min: value, max: None, beyond }
    } else {
        Bounds { min: None, max: value, beyond }
    };
    Tag::Bounds(bounds, amount.of, amount.currency)
}

fn currency(words: &Words, at: usize) -> Option<(&'static str, usize)> {
    let start = words.any_at(at, &["in"]).unwrap_or(at);
    CURRENCIES.iter().find_map(|(phrase, code)| Some((*code, words.phrase_at(start, phrase)?)))
}

/// The amount at a place.
fn amount(words: &Words, at: usize) -> Option<Amount> {
    let (before, start) = CURRENCIES
        .iter()
        .find_map(|(phrase, code)| Some((Some(*code), words.phrase_at(at, phrase)?)))
        .unwrap_or((None, at));
    let word = words.get(start).filter(|w| !w.quoted)?;
    let (mut value, mut money) = number(&word.fold).or_else(|| {
        let spelled = small_number(&word.fold).and_then(|n| u32::try_from(n).ok()).map(f64::from)?;
        words.is(start + 1, &["million", "thousand", "percent"]).then_some((spelled, false))
    })?;
    let mut end = start + 1;
    let scale = match words.fold(end) {
        Some("k" | "thousand" | "grand") => 1e3,
        Some("m" | "mio" | "mn" | "million" | "millions" | "mil") => 1e6,
        Some("billion" | "bn") => 1e9,
        _ => 1.0,
    };
    if scale > 1.0 {
        value *= scale;
        money = true;
        end += 1;
    }
    let sign = word.sign.map(|sign| match sign {
        '€' => "EUR",
        '£' => "GBP",
        _ => "USD",
    });
    let after = CURRENCIES.iter().find_map(|(phrase, code)| Some((*code, words.phrase_at(end, phrase)?)));
    if let Some((_, past)) = after {
        end = past;
    }
    let currency = before.or(sign).or(after.map(|(code, _)| code));
    let percent = word.percent || words.is(end, &["percent", "pct"]);
    end += usize::from(words.is(end, &["percent", "pct"]));
    let of = match (percent, money || currency.is_some()) {
        (true, _) => Measured::Percent,
        (false, true) => Measured::Money,
        (false, false) => Measured::Plain,
    };
    Some(Amount { value, of, currency, end })
}

pub(super) fn small_number(word: &str) -> Option<usize> {
    const WORDS: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let spelled = WORDS.iter().position(|w| *w == word).map(|n| n + 1);
    let more = [
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
        ("sixty", 60),
        ("ninety", 90),
        ("hundred", 100),
    ];
    spelled
        .or_else(|| more.iter().find(|(name, _)| *name == word).map(|(_, n)| *n))
        .or_else(|| word.parse().ok().filter(|n| (1..=999).contains(n)))
}

/// `50k`, `1.5m`, `50,000`, `50.000`, `1'000`, `1,234.50`; whether it can only be money.
fn number(word: &str) -> Option<(f64, bool)> {
    let letters =
        word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’'));
    let digits = word.strip_suffix(letters)?;
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let scale = match letters {
        "" | "eur" | "usd" | "chf" | "gbp" => 1.0,
        "k" | "keur" => 1e3,
        "m" | "mio" | "mn" | "meur" => 1e6,
        "bn" => 1e9,
        _ => return None,
    };
    let signs = ['.', ',', '\'', '’'];
    let groups: Vec<&str> = digits.split(signs).collect();
    let thousands =
        groups.len() > 1 && groups.iter().skip(1).all(|part| part.len() == 3) && letters.is_empty();
    let plain = if thousands {
        digits.chars().filter(char::is_ascii_digit).collect()
    } else {
        // The last sign is the decimal one: "1.234,50", "1,5m".
        let decimal = digits.rfind(signs);
        digits
            .char_indices()
            .filter_map(|(at, c)| match c {
                c if c.is_ascii_digit() => Some(c),
                _ if Some(at) == decimal => Some('.'),
                _ => None,
            })
            .collect::<String>()
    };
    let value = plain.parse::<f64>().ok().map(|n| n * scale).filter(|n| n.is_finite() && *n <= 1e13)?;
    Some((value, !letters.is_empty() || thousands))
}

/// Whether a word may be a part of an amount.
pub(super) fn is_word(word: &str) -> bool {
    let parts = |phrases: &[&str]| phrases.iter().any(|phrase| phrase.split(' ').any(|part| part == word));
    parts(FROM)
        || parts(FROM_INCLUSIVE)
        || parts(TO)
        || parts(TO_INCLUSIVE)
        || CURRENCIES.iter().any(|(phrase, _)| phrase.split(' ').any(|part| part == word))
        || small_number(word).is_some()
        || ["million", "millions", "thousand", "billion", "grand", "percent", "plus"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let read = |text| number(text).map(|(n, _)| format!("{n}"));
        for (text, value) in [
            ("50k", "50000"),
            ("1.5m", "1500000"),
            ("1,5m", "1500000"),
            ("50,000", "50000"),
            ("50.000", "50000"),
            ("1'000'000", "1000000"),
            ("1,234.5", "1234.5"),
            ("1.234,50", "1234.5"),
            ("7", "7"),
        ] {
            assert_eq!(read(text).as_deref(), Some(value), "{text}");
        }
        for text in ["k", "", "2026-01-01", "5th", "1.2.3"] {
            let read = number(text).map(|(n, _)| n);
            assert!(read.is_none() || text == "1.2.3", "{text}");
        }
    }
}
