//! "this quarter", "last 30 days", "in March 2025", "since 2026-01-31".

use lexi_types::Date;

use super::Reader;
use crate::builtin::question::{DateField, Period};

const MONTHS: &[&str] = &[
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

/// Without accents, as words are compared.
const GERMAN_MONTHS: &[&str] = &[
    "januar",
    "februar",
    "marz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
];
const FRENCH_MONTHS: &[&str] = &[
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

impl Reader<'_> {
    pub(super) fn periods(&mut self) {
        for at in 0..self.words.len() {
            if self.question.filters.period.is_some() {
                break;
            }
            let found = self.named_period(at).or_else(|| self.counted_days(at)).or_else(|| self.dated(at));
            if let Some((period, end)) = found.or_else(|| self.calendar(at)) {
                self.question.filters.period = Some(period);
                self.words.mark(at..end);
                if let Some(before) = at.checked_sub(1)
                    && self.words.is(before, &["in", "during", "for", "from", "on", "within", "of", "over"])
                {
                    self.words.mark(before..at);
                }
            }
        }
        self.date_field();
    }

    /// "this quarter against last", "compare … this year with last year": one of a kind with the one before it.
    pub(super) fn comparison(&mut self) {
        const AGAINST: &[&str] =
            &["compared with", "compared to", "against", "versus", "vs", "than", "with", "to", "and"];
        const UNITS: &[&str] = &["week", "month", "quarter", "year"];
        let asked = self.words.take_any(&["compare", "compared"]).is_some();
        for at in 0..self.words.len() {
            let this = self.words.is(at, &["this"]).then(|| self.words.open(at + 1)).flatten();
            let Some(unit) = this.filter(|unit| UNITS.contains(unit)).map(str::to_owned) else { continue };
            let Some(start) = AGAINST.iter().find_map(|phrase| self.words.phrase_at(at + 2, phrase)) else {
                continue;
            };
            let weak = self.words.is(at + 2, &["with", "to", "and"]);
            let start = start + usize::from(self.words.is(start, &["the"]));
            if !self.words.is(start, &["last", "previous"]) || weak && !asked {
                continue;
            }
            let end = start + 1 + usize::from(self.words.is(start + 1, &[unit.as_str()]));
            self.words.mark(at + 2..end);
            self.question.filters.compare = true;
        }
        if asked && !self.question.filters.compare {
            self.question.unplaced.push("compare".to_owned());
        }
    }

    fn date_field(&mut self) {
        let fields: [(&[&str], DateField); 3] = [
            (&["created", "added", "opened", "started", "new"], DateField::Created),
            (&["closed", "close", "closing", "signed"], DateField::Closed),
            (&["due"], DateField::Due),
        ];
        let dated = self.question.filters.period.is_some();
        for (words, field) in fields {
            if (dated || field == DateField::Due) && self.words.take_any(words).is_some() {
                self.question.filters.date_field = Some(field);
                return;
            }
        }
    }

    /// "today", "this month", "last quarter", "year to date".
    fn named_period(&self, at: usize) -> Option<(Period, usize)> {
        let today = self.briefing.today;
        match self.words.open(at)? {
            "today" => return Some((days(today, 0, 1), at + 1)),
            "yesterday" => return Some((days(today, -1, 1), at + 1)),
            "tomorrow" => return Some((days(today, 1, 1), at + 1)),
            "ytd" => {
                return Some((
                    Period { from: month_start(today, 1, 0), to: Some(today.plus_days(1)) },
                    at + 1,
                ));
            }
            _ => {}
        }
        let shift = match self.words.open(at)? {
            "this" | "current" => 0,
            "last" | "previous" | "past" => -1,
            "next" | "coming" => 1,
            _ => return None,
        };
        let month = i32::from(today.civil().month());
        let quarter = (month - 1) / 3 * 3 + 1;
        let (from, to) = match self.words.open(at + 1)? {
            "week" => {
                let monday =
                    today.plus_days(7 * shift - i32::from(today.civil().weekday().to_monday_zero_offset()));
                (Some(monday), Some(monday.plus_days(7)))
            }
            "month" => (month_start(today, month + shift, 0), month_start(today, month + shift + 1, 0)),
            "quarter" => {
                (month_start(today, quarter + 3 * shift, 0), month_start(today, quarter + 3 * (shift + 1), 0))
            }
            "year" => (month_start(today, 1, shift), month_start(today, 1, shift + 1)),
            _ => return None,
        };
        Some((Period { from, to }, at + 2))
    }

    /// "last 30 days", "next two weeks".
    fn counted_days(&self, at: usize) -> Option<(Period, usize)> {
        let forward = self.words.is(at, &["next", "coming"]);
        if !forward && !self.words.is(at, &["last", "past", "previous"]) {
            return None;
        }
        let count: i32 = self.words.open(at + 1)?.parse().ok().filter(|n| (1..=3650).contains(n))?;
        let length = match self.words.open(at + 2)? {
            "day" | "days" => count,
            "week" | "weeks" => count.saturating_mul(7),
            "month" | "months" => count.saturating_mul(30),
            _ => return None,
        };
        let today = self.briefing.today;
        Some((if forward { days(today, 0, length + 1) } else { days(today, -length, length + 1) }, at + 3))
    }

    /// "since 2026-01-31", "before 2026-01-31", "on 2026-01-31", "from … to …".
    fn dated(&self, at: usize) -> Option<(Period, usize)> {
        let (first, end) = self.day(at + 1)?;
        let period = match self.words.open(at)? {
            "since" | "after" | "from" | "between" => {
                let joined = self.words.is(end, &["to", "until", "and", "till", "-"]);
                let last = if joined { self.day(end + 1) } else { None };
                if let Some((last, end)) = last {
                    return Some((Period { from: Some(first), to: Some(last.plus_days(1)) }, end));
                }
                Period { from: Some(first), to: None }
            }
            "before" | "until" => Period { from: None, to: Some(first) },
            "on" | "for" | "of" => days(first, 0, 1),
            _ => return None,
        };
        Some((period, end))
    }

    /// A day and where it ends: "2026-01-31", "31.01.2026", "31 January 2026", "31. Januar 2026", "1er février 2026".
    fn day(&self, at: usize) -> Option<(Date, usize)> {
        let word = self.words.open(at)?;
        if let Ok(day) = word.parse::<Date>() {
            return Some((day, at + 1));
        }
        if let [day, month, year] = word.split('.').collect::<Vec<_>>()[..] {
            // Dots are written where the day comes first.
            let year = year.parse().ok().filter(|year| (1900..=2200).contains(year))?;
            return Some((Date::new(year, month.parse().ok()?, day.parse().ok()?)?, at + 1));
        }
        let number = word.trim_end_matches("er").trim_end_matches('.').trim_end_matches("th");
        let day: i8 = number.parse().ok().filter(|day| (1..=31).contains(day))?;
        let name = self.words.open(at + 1)?;
        let month = [MONTHS, GERMAN_MONTHS, FRENCH_MONTHS]
            .iter()
            .find_map(|months| months.iter().position(|month| *month == name))?;
        let year = self.words.open(at + 2).and_then(|word| word.parse().ok());
        let year = year.filter(|year| (1900..=2200).contains(year));
        let end = at + 2 + usize::from(year.is_some());
        let year = year.unwrap_or(self.briefing.today.civil().year());
        Some((Date::new(year, i8::try_from(month + 1).ok()?, day)?, end))
    }

    /// "2025", "March", "March 2025", "Q3", "Q3 2025", after "in", "since", "during" …
    fn calendar(&self, at: usize) -> Option<(Period, usize)> {
        let since = self.words.is(at, &["since"]);
        if !since && !self.words.is(at, &["in", "during", "for", "of", "from", "last"]) {
            return None;
        }
        let today = self.briefing.today;
        let year_at = |i: usize| {
            self.words.open(i).and_then(|w| w.parse::<i32>().ok()).filter(|y| (1990..=2100).contains(y))
        };
        let this_year = i32::from(today.civil().year());
        let word = self.words.open(at + 1)?;
        let (first, length, end) = if year_at(at + 1).is_some() {
            (1, 12, at + 1)
        } else if let Some(month) = MONTHS.iter().position(|m| *m == word) {
            (i32::try_from(month).ok()? + 1, 1, at + 2)
        } else {
            let quarter = ["q1", "q2", "q3", "q4"].iter().position(|q| *q == word)?;
            (i32::try_from(quarter).ok()? * 3 + 1, 3, at + 2)
        };
        let said = year_at(end);
        // A month that has not begun this year is last year's.
        let begun = first <= i32::from(today.civil().month());
        let shift = said.unwrap_or(if begun { this_year } else { this_year - 1 }) - this_year;
        let to = if since { None } else { month_start(today, first + length, shift) };
        Some((Period { from: month_start(today, first, shift), to }, end + usize::from(said.is_some())))
    }
}

fn days(today: Date, from: i32, length: i32) -> Period {
    let from = today.plus_days(from);
    Period { from: Some(from), to: Some(from.plus_days(length)) }
}

/// The first day of a month counted from January of this year; months beyond a year's end run on.
fn month_start(today: Date, month: i32, years: i32) -> Option<Date> {
    let months = (i32::from(today.civil().year()) + years) * 12 + month - 1;
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    Date::new(year, i8::try_from(months.rem_euclid(12) + 1).ok()?, 1)
}
