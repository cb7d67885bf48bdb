//! What is known, kept so that each meaning of a figure is looked up quickly.

use std::collections::{BTreeSet, HashSet};

use lexi_types::Date;

use super::figure::{Day, Hedge, Meaning, Number, ONE, Span};
use super::number::readings;
use super::phone::{runs, spellings};
use super::share::{PAIRED_MAX, is_share, ratio};

/// Answers are compared, not searched: so many phone numbers are looked for, and so many shares.
const LOOKED_FOR_MAX: usize = 500;

/// Longer than any record goes back.
const SPAN_DAYS_MAX: i128 = 100_000;

#[derive(Debug, Default)]
pub(super) struct Facts {
    numbers: Vec<i128>,
    /// Those that percentages are made of: numbers of the records themselves, not those of a text.
    paired: HashSet<i128>,
    days: HashSet<Day>,
    dates: BTreeSet<Date>,
    /// Runs of digits, each on a line.
    phones: String,
    today: Option<Date>,
}

impl Facts {
    pub(super) fn add(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Number(number) | Meaning::Percent(number) => self.numbers.push(number.value),
            Meaning::Date(day) => self.add_day(day),
            Meaning::Each(parts) => parts.into_iter().flatten().for_each(|part| self.add(part)),
            Meaning::Span(..) | Meaning::Phone(..) => {}
        }
    }

    pub(super) fn add_digits(&mut self, text: &str) {
        for run in runs(text) {
            self.phones.push_str(&run);
            self.phones.push('\n');
        }
    }

    pub(super) fn add_number(&mut self, number: &serde_json::Number) {
        let text = match number.as_f64() {
            // Without an exponent.
            Some(float) if number.is_f64() => format!("{:.9}", float.abs()),
            _ => number.to_string(),
        };
        let text = text.trim_start_matches('-');
        // A point of JSON is a decimal point.
        let reading = readings(text).into_iter().next_back();
        let Some(number) = reading.and_then(|reading| reading.number(0, Hedge::None)) else { return };
        self.numbers.push(number.value);
        self.pair(number.value);
        self.add_digits(text);
    }

    /// How many there are.
    pub(super) fn add_count(&mut self, count: u64) {
        let count = i128::from(count) * ONE;
        self.numbers.push(count);
        self.pair(count);
    }

    pub(super) fn today(&mut self, today: Date) {
        self.today = Some(today);
        [-1, 0, 1].into_iter().for_each(|days| self.add_date(today.plus_days(days)));
    }

    fn pair(&mut self, value: i128) {
        if value > 0 && self.paired.len() < PAIRED_MAX {
            self.paired.insert(value);
        }
    }

    fn add_day(&mut self, day: Day) {
        match day {
            Day::Full(year, month, day) => {
                let (month, day) = (i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0));
                if let Some(date) = Date::new(year, month, day) {
                    self.add_date(date);
                }
            }
            Day::Month(year, month) => self.days.extend([day, quarter(year, month), Day::Year(year)]),
            Day::Quarter(year, _) => self.days.extend([day, Day::Year(year)]),
            Day::Open(..) | Day::Year(_) => self.days.extend([day]),
        }
    }

    fn add_date(&mut self, date: Date) {
        if !self.dates.insert(date) {
            return;
        }
        let civil = date.civil();
        let (month, day) = (civil.month().unsigned_abs(), civil.day().unsigned_abs());
        let year = civil.year();
        self.days.extend([Day::Month(year, month), quarter(year, month), Day::Year(year)]);
        self.days.insert(Day::Full(year, month, day));
    }
}

const fn quarter(year: i16, month: u8) -> Day {
    Day::Quarter(year, month.div_ceil(3))
}

/// The facts, ready to be looked up.
#[derive(Debug)]
pub(super) struct Known<'a> {
    facts: &'a Facts,
    numbers: Vec<i128>,
    paired: Vec<f64>,
    /// The days of dates, without their years.
    days: HashSet<(u8, u8)>,
    looked_for: usize,
}

impl<'a> Known<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut numbers = facts.numbers.clone();
        numbers.sort_unstable();
        numbers.dedup();
        let mut paired: Vec<f64> = facts.paired.iter().map(|value| ratio(*value)).collect();
        paired.sort_unstable_by(f64::total_cmp);
        let days = facts.dates.iter().map(|date| {
            let civil = date.civil();
            (civil.month().unsigned_abs(), civil.day().unsigned_abs())
        });
        Self { facts, numbers, paired, days: days.collect(), looked_for: 0 }
    }

    pub(super) fn supports(&mut self, meaning: &Meaning) -> bool {
        match meaning {
            Meaning::Number(number) => self.has(number.range()),
            Meaning::Percent(number) => self.has_percent(*number),
            Meaning::Date(day) => self.has_day(*day),
            Meaning::Span(count, span) => self.has_span(*count, *span),
            Meaning::Phone(digits, country) => self.has_phone(digits, *country),
            Meaning::Each(parts) => {
                parts.iter().all(|meanings| meanings.iter().any(|meaning| self.supports(meaning)))
            }
        }
    }

    fn has(&self, (low, high): (i128, i128)) -> bool {
        let at = self.numbers.partition_point(|value| *value < low);
        self.numbers.get(at).is_some_and(|value| *value <= high)
    }

    /// `61.5 %` is 61.5, or 0.615, or a share.
    fn has_percent(&mut self, number: Number) -> bool {
        let (low, high) = number.range();
        // Rounded outwards: a fraction has two decimals more than its percentage.
        if self.has((low, high)) || self.has((low.div_euclid(100), high.div_euclid(100) + 1)) {
            return true;
        }
        self.may_look() && is_share(&self.paired, number)
    }

    fn has_day(&self, day: Day) -> bool {
        let known = |day: Day| self.facts.days.contains(&day);
        match day {
            Day::Full(_, month, day_of) => known(day) || known(Day::Open(month, day_of)),
            Day::Open(month, day_of) => known(day) || self.days.contains(&(month, day_of)),
            Day::Month(..) | Day::Quarter(..) | Day::Year(_) => known(day),
        }
    }

    /// Some date is so long ago, or so far away.
    fn has_span(&self, count: i128, span: Span) -> bool {
        let Some(today) = self.facts.today else { return false };
        let (least, most) = match span {
            Span::Days => (count, count),
            Span::Weeks => (count * 7 - 3, count * 7 + 6),
            Span::Months => (count * 28, count * 31 + 30),
            Span::Years => (count * 365, count * 366 + 365),
        };
        if most > SPAN_DAYS_MAX {
            return false;
        }
        let (Ok(least), Ok(most)) = (i32::try_from(least), i32::try_from(most)) else { return false };
        let between = |from, to| from <= to && self.facts.dates.range(from..=to).next().is_some();
        between(today.plus_days(least), today.plus_days(most))
            || between(today.plus_days(-most), today.plus_days(-least))
    }

    fn has_phone(&mut self, digits: &str, country: bool) -> bool {
        self.may_look() && spellings(digits, country).any(|digits| self.facts.phones.contains(digits))
    }

    const fn may_look(&mut self) -> bool {
        self.looked_for += 1;
        self.looked_for <= LOOKED_FOR_MAX
    }
}
