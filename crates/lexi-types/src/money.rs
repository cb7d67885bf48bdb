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
