//! Periods and lengths of time: "this quarter", "last 30 days", "in March 2025", "since 31.01.2026", "older than 6 weeks".

use lexi_types::{Date, Period, Unit};

use super::amounts::small_number;
use crate::builtin::tag::Tag;
use crate::builtin::words::Words;

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "janvier"],
    &["february", "feb", "februar", "fevrier"],
    &["march", "mar", "marz", "maerz", "mars"],
    &["april", "apr", "avril"],
    &["may", "mai"],
    &["june", "jun", "juni", "juin"],
    &["july", "jul", "juli", "juillet"],
    &["august", "aug", "aout"],
    &["september", "sep", "sept", "septembre"],
    &["october", "oct", "oktober", "okt", "octobre"],
    &["november", "nov", "novembre"],
    &["december", "dec", "dezember", "dez", "decembre"],
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const SHORT_WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const SINCE: &[&str] = &[
    "since",
    "from",
    "starting",
    "starting from",
    "beginning",
    "as of",
    "ever since",
    "on or after",
    "from the",
];
const AFTER: &[&str] = &["after", "later than"];
const BEFORE: &[&str] = &["before", "earlier than", "prior to", "older than"];
const UNTIL: &[&str] = &["until", "till", "through", "up to", "by", "no later than", "up until", "by the"];
const OF: &[&str] = &[
    "in the",
    "in",
    "during the",
    "during",
    "for the",
    "for",
    "on the",
    "on",
    "of the",
    "of",
    "within the",
    "within",
    "over the",
    "over",
    "from the",
    "throughout the",
    "throughout",
    "this past",
    "at",
    "at the",
];
const THIS: &[&str] = &["this", "current", "the current", "the running", "this current", "the present"];
const LAST: &[&str] = &[
    "last",
    "previous",
    "past",
    "the last",
    "the previous",
    "the past",
    "prior",
    "the prior",
    "this past",
    "preceding",
];
const NEXT: &[&str] =
    &["next", "coming", "upcoming", "following", "the next", "the coming", "the following", "the upcoming"];

const BEGINNING: &[&str] = &["the start of", "the beginning of", "start of", "beginning of"];

/// Longer than anybody looks back; keeps the arithmetic within the calendar.
const NUMBER_MAX: usize = 3_650;

pub(super) struct Times<'w> {
    pub words: &'w Words,
    pub today: Date,
}

/// What stands at a place, and where it ends.
type Found<T> = Option<(T, usize)>;

impl Times<'_> {
    /// The longest period or length of time that begins here.
    pub(super) fn at(&self, at: usize) -> Found<Tag> {
        let age = self.age(at).map(|(days, end)| (Tag::Older(days), end));
        let period = self.period(at).map(|(period, end)| (Tag::Period(period), end));
        let days = self.length(at).map(|(days, end)| (Tag::Days(days), end));
        [age, period, days]
            .into_iter()
            .flatten()
            .reduce(|best, other| if other.1 > best.1 { other } else { best })
    }

    fn any(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        self.words.any_at(at, phrases)
    }

    fn period(&self, at: usize) -> Found<Period> {
        self.between(at).or_else(|| self.open_ended(at)).or_else(|| {
            let start = self.any(at, OF).unwrap_or(at);
            self.point(start).or_else(|| if start > at { self.point(at) } else { None })
        })
    }

    /// "between 1 March and 31 May", "from … to …".
    fn between(&self, at: usize) -> Found<Period> {
        let led = self.any(at, &["between", "from", "from the"]);
        let (first, middle) = self.point(led.unwrap_or(at))?;
        // "01.04.2026 to 30.06.2026" needs no more to be a period; "March and May" does.
        let days = first.unit == Some(Unit::Day) && self.any(middle, &["to", "until", "till"]).is_some();
        if led.is_none() && !days {
            return None;
        }
        let second =
            self.any(middle, &["and", "to", "until", "till", "through", "up to", "and the", "to the"])?;
        let (last, end) = self.point(second)?;
        // "between March and May 2026": the year is said once.
        let first = match (first.from, last.from, last.to) {
            (Some(from), Some(_), Some(to)) if from >= to => Period { from: earlier_year(from, to), ..first },
            _ => first,
        };
        (first.from < last.to).then_some((Period { from: first.from, to: last.to, unit: None }, end))
    }

    /// "since March", "before 2026", "by Friday", "after the 3rd".
    fn open_ended(&self, at: usize) -> Found<Period> {
        if let Some(start) = self.any(at, SINCE) {
            if let Some(begins) = self.any(start, BEGINNING) {
                let unit_at = self.any(begins, &["the", "this"]).unwrap_or(begins);
                let unit = self.words.fold(unit_at).and_then(singular_unit);
                if let Some(period) = unit.and_then(|unit| self.read(&format!("this_{unit}"))) {
                    return Some((Period { from: period.from, to: None, unit: None }, unit_at + 1));
                }
            }
            let start = self.any(start, BEGINNING).unwrap_or(start);
            if let Some((period, end)) = self.point(start)
                && !(self.words.is(at, &["from"]) && self.words.is(end, &["to", "until", "till"]))
            {
                // "contacts from 2025" are those of 2025.
                let bare =
                    self.words.is(at, &["from"]) && self.any(end, &["on", "onwards", "onward"]).is_none();
                if bare && matches!(period.unit, Some(Unit::Year | Unit::Month | Unit::Quarter | Unit::Week))
                {
                    return Some((period, end));
                }
                let end = self.any(end, &["on", "onwards", "onward"]).unwrap_or(end);
                return Some((Period { from: period.from, to: None, unit: None }, end));
            }
        }
        if let Some(start) = self.any(at, AFTER)
            && let Some((period, end)) = self.point(start)
        {
            return Some((Period { from: period.to, to: None, unit: None }, end));
        }
        if let Some(start) = self.any(at, BEFORE)
            && let Some((period, end)) = self.point(start)
        {
            return Some((Period { from: None, to: period.from, unit: None }, end));
        }
        if let Some(start) = self.any(at, UNTIL) {
            let start = self.any(start, &["the end of", "end of", "the"]).unwrap_or(start);
            if let Some((period, end)) = self.point(start) {
                return Some((Period { from: None, to: period.to, unit: None }, end));
            }
        }
        None
    }

    /// A whole unit, a number of them, or a day.
    fn point(&self, at: usize) -> Found<Period> {
        let day = self.day(at).map(|(day, end)| {
            (Period { from: Some(day), to: Some(day.plus_days(1)), unit: Some(Unit::Day) }, end)
        });
        // "March 31st" is more than March.
        let longest =
            |best: (Period, usize), other: (Period, usize)| if other.1 > best.1 { other } else { best };
        [self.relative(at), self.calendar(at), day].into_iter().flatten().reduce(longest)
    }

    fn read(&self, text: &str) -> Option<Period> {
        Period::parse(text, self.today)
    }

    fn relative(&self, at: usize) -> Found<Period> {
        for (phrase, text) in [
            ("today", "today"),
            ("tonight", "today"),
            ("this morning", "today"),
            ("yesterday", "yesterday"),
            ("tomorrow", "tomorrow"),
            ("ytd", "year_to_date"),
            ("year to date", "year_to_date"),
            ("this year so far", "this_year"),
            ("so far this year", "this_year"),
            ("this year to date", "this_year"),
            ("month to date", "month_to_date"),
            ("mtd", "month_to_date"),
            ("this month so far", "this_month"),
            ("so far this month", "this_month"),
            ("so far this quarter", "this_quarter"),
            ("this quarter so far", "this_quarter"),
            ("so far this week", "this_week"),
            ("this week so far", "this_week"),
            ("quarter to date", "quarter_to_date"),
            ("qtd", "quarter_to_date"),
        ] {
            if let Some(end) = self.words.phrase_at(at, phrase) {
                return Some((self.read(text)?, end));
            }
        }
        let (side, start) = [("this", THIS), ("last", LAST), ("next", NEXT)]
            .into_iter()
            .find_map(|(side, phrases)| self.any(at, phrases).map(|end| (side, end)))
            .or_else(|| self.words.is(at, &["the"]).then_some(("this", at + 1)))?;
        let bare = self.words.is(at, &["the"]) && start == at + 1;
        if let Some((number, unit_at)) = self.number(start).filter(|_| side != "this") {
            let unit = unit(self.words.fold(unit_at)?)?;
            return Some((self.read(&format!("{side}_{number}_{unit}s"))?, unit_at + 1));
        }
        let word = self.words.fold(start)?;
        if let Some(unit) = singular_unit(word).filter(|_| !bare) {
            return Some((self.read(&format!("{side}_{unit}"))?, start + 1));
        }
        if bare {
            return None;
        }
        // "last March", "next Friday"
        if let Some(month) = month(word) {
            let today = self.today.civil();
            let this_year = i32::from(today.year());
            let begun = i32::from(today.month()) >= month;
            let before = i32::from(today.month()) > month;
            let year = match side {
                "last" => this_year - i32::from(!before),
                "next" => this_year + i32::from(begun),
                _ => this_year,
            };
            return Some((self.read(&format!("{year}-{month:02}"))?, start + 1));
        }
        let weekday = weekday(word)?;
        Some((self.weekday(weekday, side)?, start + 1))
    }

    /// The last or the next of a day of the week, today not counted; "this" one lies in this week.
    fn weekday(&self, weekday: i32, side: &str) -> Option<Period> {
        let today = i32::from(self.today.civil().weekday().to_monday_zero_offset());
        let shift = match side {
            "last" => -((today - weekday + 6).rem_euclid(7) + 1),
            "next" => (weekday - today + 6).rem_euclid(7) + 1,
            _ => weekday - today,
        };
        let day = self.today.plus_days(shift);
        Some(Period { from: Some(day), to: Some(day.plus_days(1)), unit: Some(Unit::Day) })
    }

    fn number(&self, at: usize) -> Found<usize> {
        let word = self.words.fold(at)?;
        let number =
            small_number(word).or_else(|| word.parse().ok()).filter(|n| (1..=NUMBER_MAX).contains(n))?;
        Some((number, at + 1))
    }

    /// "30 days", "for six weeks".
    fn length(&self, at: usize) -> Found<i64> {
        let start = self
            .any(
                at,
                &[
                    "for the last",
                    "for the past",
                    "in the last",
                    "in the past",
                    "for",
                    "in",
                    "over",
                    "for at least",
                    "at least",
                    "since",
                    "within",
                ],
            )
            .unwrap_or(at);
        let (number, unit_at) = self.number(start).or_else(|| {
            let article = self.words.is(start, &["a", "one"])
                && self.words.fold(start + 1).and_then(singular_unit).is_some();
            article.then_some((1, start + 1))
        })?;
        let scale = match unit(self.words.fold(unit_at)?)? {
            "day" => 1,
            "week" => 7,
            "month" => 30,
            "quarter" => 91,
            _ => 365,
        };
        let days = i64::try_from(number).ok()?.checked_mul(scale)?;
        let end = self
            .any(unit_at + 1, &["or more", "or longer", "and more", "and longer", "plus"])
            .unwrap_or(unit_at + 1);
        Some((days, end))
    }

    /// "older than 30 days", "for more than 6 weeks", "over 90 days old".
    fn age(&self, at: usize) -> Found<i64> {
        let lead = self.any(
            at,
            &[
                "older than",
                "more than",
                "longer than",
                "for more than",
                "for over",
                "for longer than",
                "over",
                "in more than",
                "in over",
                "created more than",
                "open for more than",
                "open for over",
                "open longer than",
                "since more than",
                "for at least",
            ],
        )?;
        let (days, end) = self.length(lead)?;
        let end = self.any(end, &["ago", "old", "already", "now"]).unwrap_or(end);
        Some((days, end))
    }

    /// "2025", "March", "March 2025", "Q3", "Q3 2025", "the second half of 2025".
    fn calendar(&self, at: usize) -> Found<Period> {
        let at = self
            .any(at, &["the month of", "the year", "calendar year", "year", "month of", "the"])
            .unwrap_or(at);
        let year_at = |i: usize| {
            let i = self.any(i, &["of the year", "of"]).unwrap_or(i);
            let word = self.words.get(i).filter(|w| w.sign.is_none() && !w.percent && !w.plus)?;
            let year = word.fold.parse::<i32>().ok().filter(|year| (1990..=2100).contains(year))?;
            let money =
                !word.pause && self.words.is(i + 1, &["eur", "euro", "euros", "usd", "chf", "k", "m"]);
            (!money && word.fold.len() == 4).then_some((year, i + 1))
        };
        let relative_year = |i: usize| {
            let i = self.any(i, &["of"]).unwrap_or(i);
            let this_year = i32::from(self.today.civil().year());
            [("last year", -1), ("this year", 0), ("next year", 1)].into_iter().find_map(|(phrase, shift)| {
                self.words.phrase_at(i, phrase).map(|end| (this_year + shift, end))
            })
        };
        if let Some((year, end)) = year_at(at) {
            // "2026 Q3"
            if let Some((quarter, end)) = self.quarter(end) {
                return Some((self.read(&format!("{year}-Q{quarter}"))?, end));
            }
            return Some((self.read(&year.to_string())?, end));
        }
        let word = self.words.fold(at)?;
        let this_year = i32::from(self.today.civil().year());
        let this_month = i32::from(self.today.civil().month());
        // What has not begun this year is last year's.
        let year_of = |first_month: i32, end: usize| {
            year_at(end)
                .or_else(|| relative_year(end))
                .unwrap_or((this_year - i32::from(first_month > this_month), end))
        };
        if let Some((quarter, end)) = self.quarter(at) {
            let (year, end) = year_of(quarter * 3 - 2, end);
            return Some((self.read(&format!("{year}-Q{quarter}"))?, end));
        }
        if let Some(half) = self.half(at) {
            let (half, end) = half;
            let (year, end) = year_of(half * 6 - 5, end);
            let (from, to) = if half == 1 { ("01", "06") } else { ("07", "12") };
            return Some((self.read(&format!("{year}-{from}..{year}-{to}"))?, end));
        }
        if let Some(text) =
            word.get(..).filter(|w| w.len() >= 6 && w.as_bytes().get(4) == Some(&b'-') && !w.contains('/'))
        {
            // "2026-03", "2026-Q1"; four digits behind the dash are the number of a matter.
            let short = text.len() <= 8 && text.split('-').count() == 2;
            return self.read(text).filter(|_| short).map(|period| (period, at + 1));
        }
        let month = month(word)?;
        let end = at + 1;
        let alone = year_at(end).is_none() && relative_year(end).is_none();
        // "may" is a month where something says so.
        let led = at > 0
            && self.words.is(
                at - 1,
                &[
                    "in", "since", "during", "of", "from", "until", "before", "after", "by", "last", "this",
                    "for", "and", "vs", "versus", "to", "than",
                ],
            );
        if matches!(word, "may" | "mar" | "mars" | "dec" | "jun" | "sep") && alone && !led {
            return None;
        }
        let (year, end) = year_of(month, end);
        Some((self.read(&format!("{year}-{month:02}"))?, end))
    }

    fn quarter(&self, at: usize) -> Found<i32> {
        let word = self.words.fold(at)?;
        if let Some(quarter) = ["q1", "q2", "q3", "q4"].iter().position(|q| *q == word) {
            return Some((i32::try_from(quarter).ok()? + 1, at + 1));
        }
        let names: [&[&str]; 4] = [
            &["first quarter", "1st quarter", "quarter 1", "quarter one"],
            &["second quarter", "2nd quarter", "quarter 2", "quarter two"],
            &["third quarter", "3rd quarter", "quarter 3", "quarter three"],
            &["fourth quarter", "4th quarter", "quarter 4", "quarter four", "final quarter"],
        ];
        names.iter().zip(1..).find_map(|(phrases, quarter)| self.any(at, phrases).map(|end| (quarter, end)))
    }

    fn half(&self, at: usize) -> Found<i32> {
        let names: [&[&str]; 2] = [
            &["h1", "first half", "1st half", "first six months"],
            &["h2", "second half", "2nd half", "last six months of"],
        ];
        names.iter().zip(1..).find_map(|(phrases, half)| self.any(at, phrases).map(|end| (half, end)))
    }

    /// A day and where it ends: "2026-01-31", "31.01.2026", "31 January 2026", "January 31st", "31. Januar 2026", "1er
    /// février 2026", "Friday".
    fn day(&self, at: usize) -> Found<Date> {
        let at = self.any(at, &["the"]).unwrap_or(at);
        let word = self.words.fold(at)?;
        if let Ok(day) = word.parse::<Date>() {
            return Some((day, at + 1));
        }
        if let Some(day) = written(word) {
            return Some((day, at + 1));
        }
        let this_year = self.today.civil().year();
        let year_at = |i: usize| {
            let year = self.words.fold(i).and_then(|word| word.parse::<i16>().ok());
            year.filter(|year| (1900..=2200).contains(year))
        };
        let (day, month, end) = match (day_of_month(word), month(word)) {
            (Some(day), _) => {
                let next = self.any(at + 1, &["of"]).unwrap_or(at + 1);
                (day, month(self.words.fold(next)?)?, next + 1)
            }
            (None, Some(month)) => {
                let next = self.any(at + 1, &["the"]).unwrap_or(at + 1);
                let day = day_of_month(self.words.fold(next)?)?;
                (day, month, next + 1)
            }
            (None, None) => {
                let named = weekday(word).filter(|_| {
                    WEEKDAYS.contains(&word)
                        || self.words.is(at.saturating_sub(1), &["on", "by", "since", "until"])
                })?;
                // The day just past for what has been, the one to come for what is due.
                let since = at > 0 && self.words.is(at - 1, &["since", "from", "after", "last"]);
                let period = self.weekday(named, if since { "last" } else { "coming" });
                let today = i32::from(self.today.civil().weekday().to_monday_zero_offset());
                let day =
                    if since { period?.from? } else { self.today.plus_days((named - today).rem_euclid(7)) };
                return Some((day, at + 1));
            }
        };
        let year = year_at(end);
        let end = end + usize::from(year.is_some());
        Some((Date::new(year.unwrap_or(this_year), i8::try_from(month).ok()?, day)?, end))
    }
}

fn earlier_year(from: Date, to: Date) -> Option<Date> {
    let civil = from.civil();
    (0..3i16).map(|years| to.civil().year() - years).find_map(|year| {
        let day = Date::new(year, civil.month(), civil.day())?;
        (day < to).then_some(day)
    })
}

/// With dots, or with slashes where only one order of day and month is possible.
fn written(word: &str) -> Option<Date> {
    let year = |text: &str| -> Option<i16> {
        let year: i16 = text.parse().ok()?;
        match text.len() {
            2 => Some(2000 + year),
            4 => Some(year).filter(|year| (1900..=2200).contains(year)),
            _ => None,
        }
    };
    if let [day, month, last] = word.split('.').collect::<Vec<_>>()[..] {
        return Date::new(year(last)?, month.parse().ok()?, day.parse().ok()?);
    }
    if let [first, second, last] = word.split('/').collect::<Vec<_>>()[..] {
        let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
        return match (first > 12, second > 12) {
            (true, false) => Date::new(year(last)?, second, first),
            (false, true) => Date::new(year(last)?, first, second),
            _ if first == second => Date::new(year(last)?, first, second),
            _ => None,
        };
    }
    None
}

fn day_of_month(word: &str) -> Option<i8> {
    let number =
        ["st", "nd", "rd", "th", "er"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    number.trim_end_matches('.').parse().ok().filter(|day| (1..=31).contains(day))
}

fn month(word: &str) -> Option<i32> {
    MONTHS.iter().zip(1..).find(|(names, _)| names.contains(&word)).map(|(_, month)| month)
}

fn weekday(word: &str) -> Option<i32> {
    let place = WEEKDAYS
        .iter()
        .position(|day| *day == word)
        .or_else(|| SHORT_WEEKDAYS.iter().position(|day| *day == word))?;
    i32::try_from(place).ok()
}

fn singular_unit(word: &str) -> Option<&'static str> {
    ["day", "week", "month", "quarter", "year"].into_iter().find(|unit| *unit == word)
}

fn unit(word: &str) -> Option<&'static str> {
    singular_unit(word.strip_suffix('s').unwrap_or(word))
}

/// Whether a word may be a part of a time.
pub(super) fn is_word(word: &str) -> bool {
    month(word).is_some()
        || weekday(word).is_some()
        || unit(word).is_some()
        || [
            "since",
            "until",
            "till",
            "before",
            "after",
            "between",
            "during",
            "today",
            "yesterday",
            "tomorrow",
            "tonight",
            "older",
            "longer",
            "later",
            "earlier",
            "previous",
            "prior",
            "coming",
            "upcoming",
            "following",
            "half",
            "first",
            "second",
            "third",
            "fourth",
            "onwards",
            "within",
            "throughout",
        ]
        .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        // A Tuesday.
        let today = Date::new(2026, 11, 24).unwrap();
        let words = Words::new(text);
        match (Times { words: &words, today }).at(0) {
            Some((Tag::Period(period), end)) if end == words.len() => period.text(),
            Some((Tag::Days(days), end)) if end == words.len() => format!("{days} days"),
            Some((Tag::Older(days), end)) if end == words.len() => format!("older than {days}"),
            other => format!("{other:?} of {}", words.len()),
        }
    }

    #[test]
    fn periods_as_people_write_them() {
        for (text, period) in [
            ("today", "2026-11-24..2026-11-24"),
            ("this week", "2026-11-23..2026-11-29"),
            ("in the last 30 days", "2026-10-26..2026-11-24"),
            ("over the past two weeks", "2026-11-11..2026-11-24"),
            ("next 14 days", "2026-11-25..2026-12-08"),
            ("in March", "2026-03-01..2026-03-31"),
            ("in December", "2025-12-01..2025-12-31"),
            ("March 2025", "2025-03-01..2025-03-31"),
            ("in May", "2026-05-01..2026-05-31"),
            ("last october", "2026-10-01..2026-10-31"),
            ("Q3", "2026-07-01..2026-09-30"),
            ("Q4 2025", "2025-10-01..2025-12-31"),
            ("third quarter of 2026", "2026-07-01..2026-09-30"),
            ("the first half of 2026", "2026-01-01..2026-06-30"),
            ("2026-Q1", "2026-01-01..2026-03-31"),
            ("in 2025", "2025-01-01..2025-12-31"),
            ("since 1 October 2026", "2026-10-01.."),
            ("since 01.11.2026", "2026-11-01.."),
            ("since 1er octobre 2026", "2026-10-01.."),
            ("since the start of the year", "2026-01-01.."),
            ("since Monday", "2026-11-23.."),
            ("since friday", "2026-11-20.."),
            ("after 31.10.2026", "2026-11-01.."),
            ("before 2026", "..2025-12-31"),
            ("until the end of March 2026", "..2026-03-31"),
            ("by Friday", "..2026-11-27"),
            ("from 2025", "2025-01-01..2025-12-31"),
            ("between March and May 2026", "2026-03-01..2026-05-31"),
            ("between 1. März 2026 and 31. Mai 2026", "2026-03-01..2026-05-31"),
            ("01.04.2026 to 30.06.2026", "2026-04-01..2026-06-30"),
            ("13/03/2026", "2026-03-13..2026-03-13"),
            ("March 31st, 2026", "2026-03-31..2026-03-31"),
            ("year to date", "2026-01-01..2026-11-24"),
        ] {
            assert_eq!(read(text), period, "{text}");
        }
    }

    #[test]
    fn lengths_and_ages() {
        for (text, expected) in [
            ("for 60 days", "60 days"),
            ("for six weeks or more", "42 days"),
            ("3 months", "90 days"),
            ("older than 30 days", "older than 30"),
            ("for more than 6 weeks", "older than 42"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for text in ["03/04/2026", "30.02.2026", "may", "2025-0002", "in the 1990s"] {
            assert!(read(text).contains(" of "), "{text}: {}", read(text));
        }
    }
}
