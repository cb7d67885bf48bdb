//! "over 50k", "between 10,000 and 1.5 million", "top 5".

use super::Reader;

const FROM: &[&str] = &[
    "more than",
    "greater than",
    "larger than",
    "bigger than",
    "higher than",
    "at least",
    "worth over",
    "or more than",
    "over",
    "above",
    "exceeding",
    "min",
    "minimum",
    ">",
];
const TO: &[&str] =
    &["less than", "smaller than", "lower than", "at most", "up to", "under", "below", "max", "maximum", "<"];
/// With these the bound itself counts.
const INCLUSIVE: &[&str] = &["at least", "at most", "up to", "min", "minimum", "max", "maximum"];
const COUNTED: &[&str] = &[
    "deals",
    "contacts",
    "companies",
    "matters",
    "tasks",
    "notes",
    "days",
    "weeks",
    "months",
    "years",
    "day",
];
const LIMITS_MAX: usize = 50;

impl Reader<'_> {
    pub(super) fn amounts(&mut self) {
        for at in 0..self.words.len() {
            if self.words.is(at, &["between"])
                && let Some((low, middle)) = self.amount(at + 1)
                && self.words.is(middle, &["and"])
                && let Some((high, end)) = self.amount(middle + 1)
            {
                self.question.filters.min = Some(low);
                self.question.filters.max = Some(high);
                self.words.mark(at..end);
            }
            self.bound(at, FROM, true);
            self.bound(at, TO, false);
        }
    }

    fn bound(&mut self, at: usize, phrases: &[&str], lower: bool) {
        let Some(start) = phrases.iter().find_map(|phrase| self.words.phrase_at(at, phrase)) else { return };
        let Some((amount, end)) = self.amount(start) else { return };
        if self.words.is(end, COUNTED) {
            return;
        }
        let filters = &mut self.question.filters;
        *(if lower { &mut filters.min } else { &mut filters.max }) = Some(amount);
        filters.beyond = !INCLUSIVE.iter().any(|phrase| self.words.phrase_at(at, phrase).is_some());
        self.words.mark(at..end);
    }

    /// The amount at a place and where it ends.
    fn amount(&self, at: usize) -> Option<(f64, usize)> {
        const CURRENCIES: &[&str] =
            &["eur", "usd", "gbp", "chf", "euro", "euros", "dollars", "dollar", "pounds"];
        let start = at + usize::from(self.words.is(at, CURRENCIES));
        let mut amount = number(self.words.open(start)?)?;
        let mut end = start + 1;
        let scale = match self.words.open(end) {
            Some("k" | "thousand") => 1e3,
            Some("m" | "mio" | "mn" | "million" | "millions") => 1e6,
            Some("billion" | "bn") => 1e9,
            _ => 1.0,
        };
        if scale > 1.0 {
            amount *= scale;
            end += 1;
        }
        end += usize::from(self.words.is(end, CURRENCIES));
        Some((amount, end))
    }

    /// "top 5", "first ten", "5 largest".
    pub(super) fn limits(&mut self) {
        for at in 0..self.words.len() {
            let leads = self.words.is(at, &["top", "first"]);
            let counted = [at + 1, at + 2].iter().any(|i| {
                self.words.is(*i, COUNTED)
                    || self.words.is(*i, &["largest", "biggest", "newest", "oldest", "latest", "most"])
            });
            let place = if leads { at + 1 } else { at };
            let Some(number) = self.words.open(place).and_then(small_number) else { continue };
            if leads || counted {
                self.question.limit = Some(number.clamp(1, LIMITS_MAX));
                self.words.mark(place..place + 1);
            }
        }
    }
}

fn small_number(word: &str) -> Option<usize> {
    const WORDS: &[&str] = &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let spelled = WORDS.iter().position(|w| *w == word).filter(|n| *n > 0).map(|n| n + 1);
    spelled.or_else(|| word.parse().ok().filter(|n| (1..=999).contains(n)))
}

/// `50k`, `1.5m`, `50,000`, `50.000`, `1,234.50`.
fn number(word: &str) -> Option<f64> {
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    let digits = word.strip_suffix(letters)?;
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let scale = match letters {
        "" | "eur" | "usd" => 1.0,
        "k" => 1e3,
        "m" | "mio" | "mn" => 1e6,
        "bn" => 1e9,
        _ => return None,
    };
    let thousands = digits.split(['.', ',']).skip(1).all(|part| part.len() == 3) && letters.is_empty();
    let plain: String = if thousands {
        digits.chars().filter(char::is_ascii_digit).collect()
    } else {
        digits.chars().filter(|c| *c != ',').collect()
    };
    plain.parse::<f64>().ok().map(|n| n * scale).filter(|n| n.is_finite() && *n <= 1e13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let read = |text| number(text).map(|n| format!("{n}"));
        for (text, value) in [
            ("50k", "50000"),
            ("1.5m", "1500000"),
            ("50,000", "50000"),
            ("50.000", "50000"),
            ("1,234.5", "1234.5"),
            ("7", "7"),
        ] {
            assert_eq!(read(text).as_deref(), Some(value), "{text}");
        }
        for text in ["k", "", "2026-01-01", "5th", "1.2.3"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
