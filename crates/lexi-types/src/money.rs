//! Exact money: integer minor units (cents), never a float.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid amount: expected a number with at most two decimals, below ten trillion")]
pub struct InvalidMoney;

/// An amount in hundredths of the currency's major unit. On the wire it is a JSON number in major units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct Money(i64);

impl Money {
    /// Ten trillion major units: below this every amount survives a client that reads JSON numbers as doubles.
    pub const MINOR_MAX: i64 = 1_000_000_000_000_000;

    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    pub const fn minor(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Money {
    /// Plain digits with two decimals only where there are cents: `1234`, `1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (major, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if cents == 0 { write!(f, "{sign}{major}") } else { write!(f, "{sign}{major}.{cents:02}") }
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;

    /// Reads `1234`, `-1234.5`, `1234.50`; no thousands separators.
    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (major, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if major.is_empty() || !plain(major) || !plain(fraction) {
            return Err(InvalidMoney);
        }
        let fraction = fraction.trim_end_matches('0');
        let cents = match fraction.len() {
            0 => 0,
            1 => fraction.parse::<i64>().map_err(|_| InvalidMoney)? * 10,
            2 => fraction.parse::<i64>().map_err(|_| InvalidMoney)?,
            _ => return Err(InvalidMoney),
        };
        let major: i64 = major.parse().map_err(|_| InvalidMoney)?;
        let minor = major.checked_mul(100).and_then(|m| m.checked_add(cents)).ok_or(InvalidMoney)?;
        if minor >= Self::MINOR_MAX {
            return Err(InvalidMoney);
        }
        Ok(Self(if negative { -minor } else { minor }))
    }
}

impl Serialize for Money {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact below MINOR_MAX: the shortest decimal of the double is the amount"
    )]
    fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            output.serialize_i64(self.0 / 100)
        } else {
            output.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        // A number's own decimal text decides; multiplying a double by 100 would not be exact.
        let number = serde_json::Number::deserialize(input)?;
        number.to_string().trim_end_matches(".0").parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in millionths of a US dollar, as the prices of models need it. On the wire it is a JSON number in dollars,
/// written digit by digit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct MicroUsd(i64);

impl MicroUsd {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
}

impl fmt::Display for MicroUsd {
    /// No more decimals than there are: `12`, `0.5`, `0.000001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (dollars, micros) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        let text = format!("{sign}{dollars}.{micros:06}");
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for MicroUsd {
    fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let number = serde_json::value::RawValue::from_string(self.to_string());
        number.map_err(serde::ser::Error::custom)?.serialize(output)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn json_keeps_every_amount(minor in -(Money::MINOR_MAX - 1)..Money::MINOR_MAX) {
            let money = Money::from_minor(minor);
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
            prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        }

        #[test]
        fn micro_dollars_are_written_digit_by_digit(micros in any::<i64>()) {
            let json = serde_json::to_string(&MicroUsd::from_micros(micros)).unwrap();
            let (dollars, decimals) = json.split_once('.').unwrap_or((&json, ""));
            prop_assert!(decimals.len() <= 6 && !decimals.ends_with('0'), "{}", json);
            let all: i128 = format!("{dollars}{decimals:0<6}").parse().unwrap();
            prop_assert_eq!(all, i128::from(micros));
            prop_assert!(serde_json::from_str::<f64>(&json).is_ok());
        }
    }

    #[test]
    fn micro_dollars_have_the_decimals_that_they_need() {
        for (micros, expected) in [(0, "0"), (1, "0.000001"), (-1_500_000, "-1.5"), (10_000_000, "10")] {
            assert_eq!(MicroUsd::from_micros(micros).to_string(), expected);
        }
    }

    #[test]
    fn refuses_what_is_not_an_amount() {
        for bad in ["", "-", ".5", "1.234", "1,000", "1e3", "10000000000000", "1.2.3", "NaN"] {
            assert_eq!(bad.parse::<Money>(), Err(InvalidMoney), "{bad}");
        }
        assert_eq!("1234.50".parse(), Ok(Money::from_minor(123_450)));
        assert_eq!("1234.5000".parse(), Ok(Money::from_minor(123_450)));
    }
}
