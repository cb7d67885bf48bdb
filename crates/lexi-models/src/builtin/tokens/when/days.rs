//! Days and the names of months: "31.01.2026", "31 January", "1er février 2026", "Friday".

use lexi_types::{Date, Period, Unit};

use super::{Found, Times};

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

impl Times<'_> {
    /// A day and where it ends: "2026-01-31", "31.01.2026", "31 January 2026", "January 31st", "31. Januar 2026", "1er
    /// février 2026", "Friday".
    pub(super) fn day(&self, at: usize) -> Found<Date> {
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

    /// The last or the next of a day of the week, today not counted; "this" one lies in this week.
    pub(super) fn weekday(&self, weekday: i32, side: &str) -> Option<Period> {
        let today = i32::from(self.today.civil().weekday().to_monday_zero_offset());
        let shift = match side {
            "last" => -((today - weekday + 6).rem_euclid(7) + 1),
            "next" => (weekday - today + 6).rem_euclid(7) + 1,
            _ => weekday - today,
        };
        let day = self.today.plus_days(shift);
        Some(Period { from: Some(day), to: Some(day.plus_days(1)), unit: Some(Unit::Day) })
    }
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

pub(super) fn month(word: &str) -> Option<i32> {
    MONTHS.iter().zip(1..).find(|(names, _)| names.contains(&word)).map(|(_, month)| month)
}

pub(super) fn weekday(word: &str) -> Option<i32> {
    let place = WEEKDAYS
        .iter()
        .position(|day| *day == word)
        .or_else(|| SHORT_WEEKDAYS.iter().position(|day| *day == word))?;
    i32::try_from(place).ok()
}
