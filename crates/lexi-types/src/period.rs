//! Periods as people and models write them: `this_quarter`, `last_30_days`, `2026-Q1`, `2026-01-01..2026-03-31`.

use jiff::ToSpan;
use jiff::civil;
use serde_json::{Value, json};

use crate::Date;

/// More than anybody asks for; keeps the arithmetic within the calendar.
const NUMBER_MAX: i32 = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// `from` is included, `to` is not; without one the period is open at that end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// What the period is one of, or a part of: what came before a quarter is a quarter.
    pub unit: Option<Unit>,
}

impl Period {
    /// What [`Period::parse`] takes.
    pub const FORMS: &str = "today, yesterday, this_week, last_month, next_quarter, this_year, last_30_days, \
                             next_2_weeks, year_to_date, past, until_today, future, 2026, 2026-03, 2026-Q1, \
                             2026-W09, 2026-03-05, 2026-01-01..2026-03-31";

    /// The same as a regular expression. It knows nothing of leap days, nor that a range must not end before it begins.
    pub const PATTERN: &str = "^(today|yesterday|tomorrow|past|overdue|until_today|future\
        |(day|week|month|quarter|year)_to_date\
        |(this|last|next)_(day|week|month|quarter|year)\
        |(last|next)_[1-9][0-9]{0,2}_(days|weeks|months|quarters|years)\
        |(19[0-9]{2}|20[0-9]{2}|21[0-9]{2})(-Q[1-4]|-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-2])\
        |-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|-(0[13-9]|1[0-2])-(29|30)|-(0[13578]|1[02])-31)?)$";

    /// `None` when the text is no period.
    pub fn parse(text: &str, today: Date) -> Option<Self> {
        let text = text.trim().to_lowercase().replace([' ', '-'], "_");
        relative(&text, today).or_else(|| range(&text.replace('_', "-")))
    }

    pub const fn since(day: Date) -> Self {
        Self { from: Some(day), to: None, unit: None }
    }

    pub const fn until(day: Date) -> Self {
        Self { from: None, to: Some(day), unit: None }
    }

    /// The period of the same length before this one; `None` for one that is open at an end.
    pub fn previous(self) -> Option<Self> {
        let (from, to) = (self.from?, self.to?);
        let whole = self.unit.filter(|unit| start_of(*unit, from) == Some(from));
        match whole {
            Some(unit) => {
                let before = shift(from, unit, -1)?;
                let end = match shift(from, unit, 1)? == to {
                    true => from,
                    // Part of a unit, from its beginning: the same number of days of the one before.
                    false => before.plus_days(days(from, to)).min(from),
                };
                Some(Self { from: Some(before), to: Some(end), unit: self.unit })
            }
            None => {
                let length = days(from, to);
                Some(Self { from: Some(from.plus_days(-length)), to: Some(from), unit: self.unit })
            }
        }
    }

    /// The same days a year earlier.
    pub fn previous_year(self) -> Option<Self> {
        let (from, to) = (self.from?, self.to?);
        if self.unit == Some(Unit::Week) {
            return Some(Self { from: Some(from.plus_days(-364)), to: Some(to.plus_days(-364)), ..self });
        }
        Some(Self { from: shift(from, Unit::Year, -1), to: shift(to, Unit::Year, -1), ..self })
    }

    /// The same days a year later.
    pub fn next_year(self) -> Option<Self> {
        let (from, to) = (self.from?, self.to?);
        Some(Self { from: shift(from, Unit::Year, 1), to: shift(to, Unit::Year, 1), ..self })
    }

    /// In a form that can be read again.
    pub fn text(self) -> String {
        let end = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        format!("{}..{}", end(self.from), end(self.to.map(|day| day.plus_days(-1))))
    }

    /// Both ends included, as it is shown.
    pub fn shown(self) -> Value {
        json!({ "from": self.from, "to": self.to.map(|day| day.plus_days(-1)) })
    }
}

fn days(from: Date, to: Date) -> i32 {
    from.civil().until(to.civil()).map_or(0, |span| span.get_days())
}

fn start_of(unit: Unit, day: Date) -> Option<Date> {
    let civil = day.civil();
    let start = match unit {
        Unit::Day => civil,
        Unit::Week => civil.checked_sub(i32::from(civil.weekday().to_monday_zero_offset()).days()).ok()?,
        Unit::Month => civil.first_of_month(),
        Unit::Quarter => {
            let month = (civil.month() - 1) / 3 * 3 + 1;
            civil::Date::new(civil.year(), month, 1).ok()?
        }
        Unit::Year => civil.first_of_year(),
    };
    Some(Date::from_civil(start))
}

fn shift(day: Date, unit: Unit, by: i32) -> Option<Date> {
    let span = match unit {
        Unit::Day => by.days(),
        Unit::Week => by.weeks(),
        Unit::Month => by.months(),
        Unit::Quarter => (3 * by).months(),
        Unit::Year => by.years(),
    };
    day.civil().checked_add(span).ok().map(Date::from_civil)
}

fn whole(unit: Unit, from: Date) -> Option<Period> {
    Some(Period { from: Some(from), to: Some(shift(from, unit, 1)?), unit: Some(unit) })
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => return None,
    })
}

fn relative(text: &str, today: Date) -> Option<Period> {
    let tomorrow = today.plus_days(1);
    let open = |from, to| Some(Period { from, to, unit: None });
    match text {
        "today" => return whole(Unit::Day, today),
        "yesterday" => return whole(Unit::Day, today.plus_days(-1)),
        "tomorrow" => return whole(Unit::Day, tomorrow),
        "past" | "overdue" | "before_today" => return open(None, Some(today)),
        "until_today" => return open(None, Some(tomorrow)),
        "future" | "after_today" => return open(Some(tomorrow), None),
        _ => {}
    }
    if let Some(unit_word) = text.strip_suffix("_to_date") {
        let unit = unit(unit_word)?;
        return Some(Period { from: Some(start_of(unit, today)?), to: Some(tomorrow), unit: Some(unit) });
    }
    let (side, rest) = text.split_once('_')?;
    let by = match side {
        "this" | "current" => 0,
        "last" | "previous" | "past" => -1,
        "next" | "coming" => 1,
        _ => return None,
    };
    match rest.split_once('_') {
        None => {
            let unit = unit(rest)?;
            whole(unit, shift(start_of(unit, today)?, unit, by)?)
        }
        Some((number, word)) => {
            let number: i32 = number.parse().ok().filter(|n| (1..=NUMBER_MAX).contains(n))?;
            let unit = unit(word)?;
            // The last seven days end with today, the next seven begin tomorrow.
            let far = shift(tomorrow, unit, by * number)?;
            match by {
                -1 => open(Some(far), Some(tomorrow)),
                1 => open(Some(tomorrow), Some(far)),
                _ => None,
            }
        }
    }
}

fn range(text: &str) -> Option<Period> {
    let Some((from, to)) = text.split_once("..") else { return point(text) };
    let (from, to) = (from.trim_matches('-'), to.trim_matches('-'));
    let end = |text: &str| if text.is_empty() { Some(None) } else { point(text).map(Some) };
    let (first, last) = (end(from)?, end(to)?);
    if first.is_none() && last.is_none() {
        return None;
    }
    let (from, to) = (first.and_then(|p| p.from), last.and_then(|p| p.to));
    // Written out or not, a quarter is a quarter.
    let unit = from.zip(to).and_then(|(from, to)| {
        let units = [Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
        units.into_iter().find(|u| start_of(*u, from) == Some(from) && shift(from, *u, 1) == Some(to))
    });
    let period = Period { from, to, unit };
    match (period.from, period.to) {
        (Some(from), Some(to)) if from >= to => None,
        _ => Some(period),
    }
}

/// A year, a quarter, a month, a week or a day.
fn point(text: &str) -> Option<Period> {
    let year: i16 = text.get(..4)?.parse().ok().filter(|year| (1900..=2200).contains(year))?;
    let rest = text.get(4..)?;
    if rest.is_empty() {
        return whole(Unit::Year, Date::new(year, 1, 1)?);
    }
    let rest = rest.strip_prefix('-')?;
    if let Some(quarter) = rest.strip_prefix('q') {
        let quarter: i8 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
        return whole(Unit::Quarter, Date::new(year, quarter * 3 - 2, 1)?);
    }
    if let Some(week) = rest.strip_prefix('w') {
        let week: i8 = week.parse().ok()?;
        let monday = civil::ISOWeekDate::new(year, week, civil::Weekday::Monday).ok()?;
        return whole(Unit::Week, Date::from_civil(monday.date()));
    }
    match rest.split_once('-') {
        None => whole(Unit::Month, Date::new(year, rest.parse().ok()?, 1)?),
        Some((month, day)) => whole(Unit::Day, Date::new(year, month.parse().ok()?, day.parse().ok()?)?),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A Tuesday.
    fn today() -> Date {
        Date::new(2026, 11, 24).unwrap()
    }

    fn of(text: &str) -> String {
        let end = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        Period::parse(text, today())
            .map_or_else(|| "?".to_owned(), |p| format!("{}..{}", end(p.from), end(p.to)))
    }

    #[test]
    fn periods_are_read() {
        for (text, expected) in [
            ("today", "2026-11-24..2026-11-25"),
            ("this_week", "2026-11-23..2026-11-30"),
            ("Last Quarter", "2026-07-01..2026-10-01"),
            ("next_month", "2026-12-01..2027-01-01"),
            ("last_7_days", "2026-11-18..2026-11-25"),
            ("next-2-weeks", "2026-11-25..2026-12-09"),
            ("year_to_date", "2026-01-01..2026-11-25"),
            ("past", "..2026-11-24"),
            ("2026", "2026-01-01..2027-01-01"),
            ("2026-Q1", "2026-01-01..2026-04-01"),
            ("2026-W01", "2025-12-29..2026-01-05"),
            ("2026-02", "2026-02-01..2026-03-01"),
            ("2026-01-01..2026-03-31", "2026-01-01..2026-04-01"),
            ("2026-06..", "2026-06-01.."),
            ("..2026-03-31", "..2026-04-01"),
            ("2026-02-30", "?"),
            ("soon", "?"),
            ("2026-05..2026-03", "?"),
            ("last_0_days", "?"),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_came_before_is_of_the_same_kind() {
        for (text, previous, year) in [
            ("this_quarter", "2026-07-01..2026-10-01", "2025-10-01..2026-01-01"),
            ("last_month", "2026-09-01..2026-10-01", "2025-10-01..2025-11-01"),
            ("month_to_date", "2026-10-01..2026-10-25", "2025-11-01..2025-11-25"),
            ("last_7_days", "2026-11-11..2026-11-18", "2025-11-18..2025-11-25"),
            ("2026-01-01..2026-03-31", "2025-10-01..2026-01-01", "2025-01-01..2025-04-01"),
        ] {
            let period = Period::parse(text, today()).unwrap();
            let shown = |p: Option<Period>| p.map(|p| format!("{}..{}", p.from.unwrap(), p.to.unwrap()));
            assert_eq!(shown(period.previous()).as_deref(), Some(previous), "{text}");
            assert_eq!(shown(period.previous_year()).as_deref(), Some(year), "{text}");
        }
        assert!(Period::parse("past", today()).unwrap().previous().is_none());
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,30}|[0-9qw.-]{0,24}|(last|next)_[0-9]{1,9}_(day|week|month|year)s") {
            if let Some(period) = Period::parse(&text, today()) {
                let _ = (period.previous(), period.previous_year(), period.shown());
            }
        }
    }
}
