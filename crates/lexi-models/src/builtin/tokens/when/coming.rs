//! A day that is still to come: "tomorrow", "on Friday", "by 5 December", "in two weeks".

use std::ops::Range;

use lexi_types::Date;

use super::{Times, days, unit};

impl Times<'_> {
    /// The day that these words name, nothing left over. Without a year it is the next one.
    pub(in crate::builtin::tokens) fn coming(&self, span: &Range<usize>) -> Option<Date> {
        let led = self.any(span.start, &["on", "by", "due on", "due by", "due", "until", "before", "for"]);
        let start = led.unwrap_or(span.start);
        let (day, end) =
            [self.named(start), self.after_now(start), self.on_weekday(start), self.dated(start)]
                .into_iter()
                .flatten()
                .max_by_key(|(_, end)| *end)?;
        (end == span.end).then_some(day)
    }

    fn named(&self, at: usize) -> Option<(Date, usize)> {
        let weekday = i32::from(self.today.civil().weekday().to_monday_zero_offset());
        let month_end = Date::from_civil(self.today.civil().last_of_month());
        let friday = if weekday < 5 { 4 - weekday } else { 11 - weekday };
        [
            ("today", self.today),
            ("tomorrow", self.today.plus_days(1)),
            ("the day after tomorrow", self.today.plus_days(2)),
            ("day after tomorrow", self.today.plus_days(2)),
            ("next week", self.today.plus_days(7 - weekday)),
            ("the end of the week", self.today.plus_days(friday)),
            ("end of the week", self.today.plus_days(friday)),
            ("end of week", self.today.plus_days(friday)),
            ("the end of the month", month_end),
            ("end of the month", month_end),
            ("end of month", month_end),
        ]
        .into_iter()
        .filter_map(|(phrase, day)| Some((day, self.words.phrase_at(at, phrase)?)))
        .max_by_key(|(_, end)| *end)
    }

    /// "in three days", "in a week"
    fn after_now(&self, at: usize) -> Option<(Date, usize)> {
        let start = self.any(at, &["in"])?;
        let (number, place) = match self.any(start, &["a", "an", "one"]) {
            Some(place) => (1, place),
            None => (crate::builtin::tokens::amounts::small_number(self.words.fold(start)?)?, start + 1),
        };
        let number = i32::try_from(number).ok()?;
        let civil = self.today.civil();
        let day = match unit(self.words.fold(place)?)? {
            "day" => self.today.plus_days(number),
            "week" => self.today.plus_days(number * 7),
            "month" => {
                let months = i32::from(civil.month()) - 1 + number;
                let year = i32::from(civil.year()) + months / 12;
                let month = i8::try_from(months % 12 + 1).ok()?;
                let first = Date::new(i16::try_from(year).ok()?, month, 1)?;
                let last = first.civil().last_of_month().day();
                Date::new(i16::try_from(year).ok()?, month, civil.day().min(last))?
            }
            _ => return None,
        };
        Some((day, place + 1))
    }

    /// "Friday", "next Friday": never today.
    fn on_weekday(&self, at: usize) -> Option<(Date, usize)> {
        let place = self.any(at, &["next", "this", "this coming", "the coming", "coming"]).unwrap_or(at);
        let weekday = days::weekday(self.words.fold(place)?)?;
        Some((self.weekday(weekday, "next")?.from?, place + 1))
    }

    fn dated(&self, at: usize) -> Option<(Date, usize)> {
        let (day, end) = self.day(at)?;
        let says_year = (at..end).filter_map(|place| self.words.fold(place)).any(|word| {
            word.split(['-', '.', '/'])
                .any(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit()))
                || word.matches(['.', '/']).count() == 2
        });
        if says_year || day >= self.today {
            return Some((day, end));
        }
        let civil = day.civil();
        Some((Date::new(civil.year() + 1, civil.month(), civil.day())?, end))
    }
}
