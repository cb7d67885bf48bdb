//! Periods and lengths of time: "this quarter", "last 30 days", "in March 2025", "since 31.01.2026", "older than 6 weeks".

mod calendar;
mod coming;
mod days;
mod lengths;
#[cfg(test)]
mod tests;

use lexi_types::{Date, Period, Unit};

use crate::builtin::tag::Tag;
use crate::builtin::words::Words;

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
            self.before_last(start)
                .or_else(|| self.point(start))
                .or_else(|| if start > at { self.point(at) } else { None })
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

    /// "the week before last"
    fn before_last(&self, at: usize) -> Found<Period> {
        let at = self.any(at, &["the"]).unwrap_or(at);
        let unit = singular_unit(self.words.fold(at)?)?;
        let end = self.words.phrase_at(at + 1, "before last")?;
        Some((self.read(&format!("last_{unit}"))?.previous()?, end))
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
            if let Some(ends) = self.any(start, &["the end of", "end of"])
                && let Some((Period { to: Some(to), .. }, end)) = self.point(ends)
            {
                return Some((Period { from: Some(to.plus_days(-1)), to: None, unit: None }, end));
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
            ("the year so far", "this_year"),
            ("the month so far", "this_month"),
            ("the quarter so far", "this_quarter"),
            ("the week so far", "this_week"),
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
        if let Some(month) = days::month(word) {
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
        let weekday = days::weekday(word)?;
        Some((self.weekday(weekday, side)?, start + 1))
    }
}

fn earlier_year(from: Date, to: Date) -> Option<Date> {
    let civil = from.civil();
    (0..3i16).map(|years| to.civil().year() - years).find_map(|year| {
        let day = Date::new(year, civil.month(), civil.day())?;
        (day < to).then_some(day)
    })
}

fn singular_unit(word: &str) -> Option<&'static str> {
    ["day", "week", "month", "quarter", "year"].into_iter().find(|unit| *unit == word)
}

fn unit(word: &str) -> Option<&'static str> {
    singular_unit(word.strip_suffix('s').unwrap_or(word))
}

/// Whether a word may be a part of a time.
pub(super) fn is_word(word: &str) -> bool {
    days::month(word).is_some()
        || days::weekday(word).is_some()
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
