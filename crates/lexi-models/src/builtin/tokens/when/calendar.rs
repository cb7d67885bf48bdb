//! Parts of the calendar: "2025", "March 2025", "Q3", "the first half of 2026".

use lexi_types::Period;

use super::days::month;
use super::{Found, Times};

impl Times<'_> {
    /// "2025", "March", "March 2025", "Q3", "Q3 2025", "the second half of 2025".
    pub(super) fn calendar(&self, at: usize) -> Found<Period> {
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
}
