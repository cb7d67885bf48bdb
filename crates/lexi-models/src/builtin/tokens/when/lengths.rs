//! Lengths of time: "30 days", "older than six weeks".

use super::super::amounts::small_number;
use super::{Found, Times, singular_unit, unit};

/// Longer than anybody looks back; keeps the arithmetic within the calendar.
const NUMBER_MAX: usize = 3_650;

impl Times<'_> {
    pub(super) fn number(&self, at: usize) -> Found<usize> {
        let word = self.words.fold(at)?;
        let number =
            small_number(word).or_else(|| word.parse().ok()).filter(|n| (1..=NUMBER_MAX).contains(n))?;
        Some((number, at + 1))
    }

    /// "30 days", "for six weeks".
    pub(super) fn length(&self, at: usize) -> Found<i64> {
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
    pub(super) fn age(&self, at: usize) -> Found<i64> {
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
}
