//! Days and times as files write them.

use std::time::Duration;

use lexi_types::{Date, Timestamp};

use super::options::DateOrder;
use super::values::Parsed;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a value proves about the order of day and month in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Nothing,
    Order(DateOrder),
    /// It can be read both ways.
    Ambiguous,
}

pub(super) fn proof(text: &str) -> Proof {
    let (day, _) = halves(text.trim());
    match numbers(day) {
        Some(([first, second, year], '/' | '-')) if year > 31 => match (first > 12, second > 12) {
            (true, false) => Proof::Order(DateOrder::European),
            (false, true) => Proof::Order(DateOrder::Us),
            (false, false) if first != second => Proof::Ambiguous,
            _ => Proof::Nothing,
        },
        _ => Proof::Nothing,
    }
}

pub(super) fn date(text: &str, order: Option<DateOrder>) -> Parsed<Date> {
    read(text, order).map(|(day, _)| day)
}

/// A day counts from its start in UTC, and so does a time without a zone.
pub(super) fn moment(text: &str, order: Option<DateOrder>) -> Parsed<Timestamp> {
    read(text, order).map(|(_, time)| time)
}

fn read(text: &str, order: Option<DateOrder>) -> Parsed<(Date, Timestamp)> {
    let text = text.trim();
    let refuse = || match (order, proof(text)) {
        (Some(DateOrder::Us), Proof::Order(DateOrder::European)) => wrong_order("month"),
        (Some(DateOrder::European), Proof::Order(DateOrder::Us)) => wrong_order("day"),
        (Some(DateOrder::Iso), Proof::Order(_) | Proof::Ambiguous) => {
            "has its year last: say with --dates us or --dates european how it is to be read".to_owned()
        }
        _ => not_a_date(text),
    };
    if is_range(text) {
        return Err("is from one hour to another: write the first one".to_owned());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        let day = text.get(..10).and_then(|day| day.parse().ok()).unwrap_or_else(|| time.date());
        return Ok((day, time));
    }
    if text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit()) {
        let millis: i64 = text.parse().map_err(|_| refuse())?;
        let time = Timestamp::from_micros(millis.checked_mul(1_000).ok_or_else(refuse)?);
        return Ok((time.date(), time));
    }
    let (day, time) = match named_month(text) {
        Some((day, rest)) => (day, rest),
        None => {
            let (day, rest) = halves(text);
            if order.is_none() && proof(day) == Proof::Ambiguous {
                return Err("can be read as day/month and as month/day: use --dates us or --dates european"
                    .to_owned());
            }
            (civil(day, order).ok_or_else(refuse)?, rest.to_owned())
        }
    };
    let (seconds, offset) = clock(&time).ok_or_else(refuse)?;
    let moment = day.start().plus(Duration::from_secs(seconds));
    Ok((day, Timestamp::from_micros(moment.micros().saturating_sub(offset * 1_000_000))))
}

fn not_a_date(text: &str) -> String {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, _) = halves(text);
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let short = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let last = text.rsplit(' ').next().unwrap_or_default();
    let named_zone = (2..=5).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_uppercase());
    let named_zone = named_zone && !matches!(last, "AM" | "PM" | "UTC" | "GMT");
    let cause = match text.len() {
        _ if named_zone && text.contains(':') => {
            return "has a time zone that stands for several: write it as +01:00".to_owned();
        }
        8 | 12 | 14 if is_number => "has no signs between year, month and day",
        5 if is_number => "is the number by which a spreadsheet counts days",
        _ if parts.len() == 3 && parts.iter().all(short) => "has a year of two digits",
        _ => "is not a date",
    };
    format!("{cause}: write dates as 2026-11-23")
}

fn wrong_order(first: &str) -> String {
    format!("is no date with the {first} first, as the other dates are: correct it, or use --dates")
}

/// "10:00-11:00", which also looks like a time with a zone.
fn is_range(text: &str) -> bool {
    let Some((before, after)) = text.rsplit_once('-') else { return false };
    let clock = before.rsplit(' ').next().unwrap_or_default();
    let time = |text: &str| {
        text.split_once(':').is_some_and(|(hour, minute)| {
            (1..=2).contains(&hour.len())
                && minute.len() == 2
                && [hour, minute].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    before.contains(' ') && time(clock) && time(after)
}

/// The day of a text that says a day at midnight: what stands there for want of a time.
pub(super) fn day_at_midnight(text: &str, order: Option<DateOrder>) -> Option<&str> {
    let (day, time) = moment(text, order).ok().map(|time| (halves(text).0, time))?;
    (time.date().start() == time).then_some(day)
}

/// The day and the time behind it.
fn halves(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | 'T')).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    (day, rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | 'T')))
}

fn numbers(day: &str) -> Option<([i16; 3], char)> {
    let separator = day.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = day.split(separator);
    let mut number = || {
        let part = parts.next()?;
        let plain = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if plain { part.parse::<i16>().ok() } else { None }
    };
    let found = [number()?, number()?, number()?];
    parts.next().is_none().then_some((found, separator))
}

fn civil(day: &str, order: Option<DateOrder>) -> Option<Date> {
    let ([first, second, third], separator) = numbers(day)?;
    let year_first = day.find(separator)? == 4;
    let (year, month, day) = match separator {
        '-' | '/' | '.' if year_first => (first, second, third),
        '.' => (third, second, first),
        '-' | '/' => match order {
            Some(DateOrder::Us) => (third, first, second),
            Some(DateOrder::European) => (third, second, first),
            Some(DateOrder::Iso) => return None,
            None if second > 12 => (third, first, second),
            None => (third, second, first),
        },
        _ => return None,
    };
    if year < 1_000 {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

/// `5 March 2024`, `Mar 5, 2024`, `05-Mar-2024`, and what follows it.
fn named_month(text: &str) -> Option<(Date, String)> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let split = |c: char| c.is_whitespace() || matches!(c, ',' | '-' | '/');
    let mut words = text.split(split).filter(|word| !word.is_empty());
    let (one, two, three) = (words.next()?, words.next()?, words.next()?);
    let month = |word: &str| {
        let word = word.trim_end_matches('.').to_lowercase();
        let at = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(&word))?;
        i8::try_from(at + 1).ok()
    };
    let day = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
        digits.parse::<i8>().ok()
    };
    let (month, day) = match month(one) {
        Some(month) => (month, day(two)?),
        None => (month(two)?, day(one)?),
    };
    let year = if three.len() == 4 { three.parse().ok()? } else { return None };
    Some((Date::new(year, month, day)?, words.collect::<Vec<_>>().join(" ")))
}

/// Seconds since midnight and the offset of the zone: `14:22`, `2:22:05 PM`, `14:22 +01:00`.
fn clock(text: &str) -> Option<(u64, i64)> {
    let mut text = text.trim().to_uppercase();
    if text.is_empty() {
        return Some((0, 0));
    }
    let mut offset = 0;
    if let Some(at) = text.rfind(['+', '-']) {
        let digits: String = text.get(at + 1..)?.chars().filter(|c| *c != ':').collect();
        if !matches!(digits.len(), 2 | 4) {
            return None;
        }
        let hours: i64 = digits.get(..2)?.parse().ok()?;
        let minutes: i64 = digits.get(2..).filter(|m| !m.is_empty()).map_or(Some(0), |m| m.parse().ok())?;
        if hours > 14 || minutes > 59 {
            return None;
        }
        offset = (hours * 60 + minutes) * if text.get(at..=at)? == "-" { -60 } else { 60 };
        text.truncate(at);
    }
    for zone in ["UTC", "GMT", "Z"] {
        if let Some(rest) = text.trim_end().strip_suffix(zone) {
            text = rest.to_owned();
        }
    }
    let mut half = None;
    for (word, hours) in [("AM", 0), ("PM", 12)] {
        if let Some(rest) = text.trim_end().strip_suffix(word) {
            half = Some(hours);
            text = rest.to_owned();
            break;
        }
    }
    let mut parts = text.trim().split(':');
    let mut hour: u64 = parts.next()?.parse().ok()?;
    let minute: u64 = parts.next().map_or(half.map(|_| 0), |part| part.parse().ok())?;
    let second: u64 = parts.next().map_or(Some(0), |part| part.split('.').next()?.parse().ok())?;
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + half;
    }
    let right = hour < 24 && minute < 60 && second < 60 && parts.next().is_none();
    right.then_some((hour * 3_600 + minute * 60 + second, offset))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_in_many_forms() {
        for text in [
            "2024-03-05",
            "2024/03/05",
            "05.03.2024",
            "5.3.2024",
            "5 March 2024",
            "Mar 5, 2024",
            "05-Mar-2024",
            "March 5th, 2024 2:22 PM",
            "2024-03-05 14:22",
            "2024-03-05T14:22:00+01:00",
            "1709648520000",
        ] {
            assert_eq!(date(text, None).unwrap().to_string(), "2024-03-05", "{text}");
        }
        assert_eq!(date("3/5/2024", Some(DateOrder::Us)).unwrap().to_string(), "2024-03-05");
        assert_eq!(date("3/5/2024", Some(DateOrder::European)).unwrap().to_string(), "2024-05-03");
        assert_eq!(date("23/5/2024", None).unwrap().to_string(), "2024-05-23");
        assert!(date("3/5/2024", None).unwrap_err().contains("--dates"));
        assert!(date("23/5/2024", Some(DateOrder::Us)).unwrap_err().contains("the month first"));
        assert!(date("5/23/2024", Some(DateOrder::European)).unwrap_err().contains("the day first"));
        for (text, cause) in [
            ("20260314", "no signs"),
            ("45631", "counts days"),
            ("14.03.26", "two digits"),
            ("2026-03-14 9:22 PST", "time zone"),
            ("3/14/26 9:22", "two digits"),
        ] {
            assert!(date(text, None).unwrap_err().contains(cause), "{text}");
        }
        assert!(date("3/14/2026", Some(DateOrder::Iso)).unwrap_err().contains("--dates"));
        for bad in
            ["2024-13-01", "30.02.2024", "soon", "", "5/6", "1/2/24", "2024-03-05 25:00", "May", "5.3.2024 x"]
        {
            assert!(date(bad, Some(DateOrder::Us)).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_halves_and_zones() {
        let at = |text: &str| moment(text, Some(DateOrder::Us)).unwrap().to_string();
        assert_eq!(at("3/5/2024 2:22 PM"), "2024-03-05T14:22:00Z");
        assert_eq!(at("2024-03-05 12:01 am"), "2024-03-05T00:01:00Z");
        assert_eq!(at("2024-03-05 14:22:09 +01:00"), "2024-03-05T13:22:09Z");
        assert_eq!(at("1709648520000"), "2024-03-05T14:22:00Z");
        for no_time in ["2024-03-05 10:00-11:00", "2024-03-05 10:00 -99:00", "20240305142200", "202403051422"]
        {
            assert!(moment(no_time, None).is_err(), "{no_time}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,24}", like in "[0-9T:/. +-]{0,20}") {
            let _read = (date(&text, None), moment(&like, None), proof(&text), proof(&like));
        }

        #[test]
        fn a_day_reads_back(year in 1_900i16..2_200, month in 1i8..=12, day in 1i8..=28) {
            let expected = Date::new(year, month, day).unwrap();
            prop_assert_eq!(date(&format!("{month}/{day}/{year}"), Some(DateOrder::Us)), Ok(expected));
            prop_assert_eq!(date(&format!("{day:02}/{month:02}/{year}"), Some(DateOrder::European)), Ok(expected));
            prop_assert_eq!(date(&format!("{day}.{month}.{year} 10:00"), None), Ok(expected));
        }
    }
}
