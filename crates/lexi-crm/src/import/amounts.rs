//! Amounts of money as files write them.

use lexi_types::Money;

use super::currencies::currency;
use super::values::Parsed;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) money: Money,
    /// ISO 4217, where the value names it.
    pub(super) currency: Option<String>,
    /// Whether its only separator could be the decimal sign of another country.
    pub(super) assumed: bool,
    /// Whether it had more than two decimals.
    pub(super) rounded: bool,
}

/// Digits with any separators of thousands and cents, a currency on either side, and `k` or `M`. Three digits behind a
/// single separator are thousands, unless `point` says that a point never separates these.
pub(super) fn money(text: &str, point: bool) -> Parsed<Amount> {
    let refuse = || {
        "is not an amount: write it as 12500, 12,500.50 or 12.500,50, with a currency sign or code if you like"
            .to_owned()
    };
    let text = text.trim();
    if let Some((whole, cents)) = scientific(text) {
        let (money, rounded) = rounded(text.starts_with('-'), &whole, &cents).ok_or_else(refuse)?;
        return Ok(Amount { money, currency: None, assumed: false, rounded });
    }
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let bracketed = inner.is_some();
    let unsigned = inner.unwrap_or(text).trim();
    let mut negative = bracketed;
    let mut words = [String::new(), String::new()];
    let mut number = String::new();
    for letter in unsigned.chars() {
        let behind = !number.is_empty();
        match letter {
            '0'..='9' | '.' | ',' | '\'' | '’' if words[1].trim().is_empty() => {
                if behind && !words[1].is_empty() {
                    number.push(' ');
                    words[1].clear();
                }
                number.push(letter);
            }
            '-' | '−' if !behind && !negative => negative = true,
            _ if behind => words[1].push(letter),
            _ => words[0].push(letter),
        }
    }
    let after = words[1].trim();
    let (factor, after) = match after.split_at_checked(1) {
        Some(("k" | "K", rest)) if rest.is_empty() || rest.starts_with(' ') => (3, rest.trim()),
        Some(("m" | "M", rest)) if rest.is_empty() || rest.starts_with(' ') => (6, rest.trim()),
        _ => (0, after),
    };
    let code = match (words[0].trim(), after) {
        ("", "") => None,
        (sign, "") | ("", sign) => Some(currency(sign).map_err(|_| refuse())?),
        _ => return Err(refuse()),
    };
    let point = point && number.contains('.');
    let (whole, cents) = plain(&number, factor > 0, point).ok_or_else(refuse)?;
    let (whole, cents) = times(whole, cents, factor);
    let assumed = factor == 0 && !point && is_ambiguous(&number);
    let (money, rounded) = rounded(negative, &whole, &cents).ok_or_else(refuse)?;
    Ok(Amount { money, currency: code, assumed, rounded })
}

/// The digits before and after the decimal sign of `1.2345E7`.
fn scientific(text: &str) -> Option<(String, String)> {
    let (number, power) = text.strip_prefix('-').unwrap_or(text).split_once(['E', 'e'])?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power: usize = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
    let right = !whole.is_empty() && digits(whole) && digits(decimals) && power <= 15;
    right.then(|| times(whole.to_owned(), decimals.to_owned(), power))
}

/// To whole cents, and whether that changed anything.
fn rounded(negative: bool, whole: &str, decimals: &str) -> Option<(Money, bool)> {
    let decimals = decimals.trim_end_matches('0');
    let kept = decimals.get(..2).unwrap_or(decimals);
    let rest = decimals.get(2..).unwrap_or_default();
    let money: Money = format!("{whole}.{kept:0<2}").parse().ok()?;
    let up = i64::from(rest.starts_with(['5', '6', '7', '8', '9']));
    let minor = money.minor() + up;
    Some((Money::from_minor(if negative { -minor } else { minor }), !rest.is_empty()))
}

/// `1.234` or `1,234`: a thousand and some here, one and a quarter there.
fn is_ambiguous(number: &str) -> bool {
    let separators = number.matches(['.', ',']).count();
    let (head, tail) = number.rsplit_once(['.', ',']).unwrap_or_default();
    separators == 1
        && head.len() <= 3
        && tail.len() == 3
        && !number.contains(['\'', '’', ' '])
        && !number.starts_with('0')
}

/// The digits before and after the decimal sign.
fn plain(number: &str, scaled: bool, point: bool) -> Option<(String, String)> {
    let separators: Vec<char> = number.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(last) = separators.last().copied() else { return Some((number.to_owned(), String::new())) };
    let (head, tail) = number.rsplit_once(last)?;
    let once = separators.iter().filter(|c| **c == last).count() == 1;
    let other = separators.iter().any(|c| *c != last);
    let grouping_only = matches!(last, ' ' | '\'' | '’');
    // `0.500` has no thousands, and neither has `1.234k`.
    let sure = scaled || (point && last == '.');
    let thousands = tail.len() == 3 && !other && !sure && !head.starts_with('0') && head.len() <= 3;
    let decimal = once && !grouping_only && !thousands;
    let (whole, cents) = if decimal { (head, tail) } else { (number, "") };
    if decimal && tail.is_empty() {
        return None;
    }
    let mut groups = whole.split(|c: char| !c.is_ascii_digit());
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let mut kinds: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    kinds.dedup();
    let right = !first.is_empty()
        && kinds.len() <= 1
        && (rest.is_empty() || first.len() <= 3)
        && rest.iter().all(|group| group.len() == 3);
    right.then(|| (format!("{first}{}", rest.concat()), cents.to_owned()))
}

/// Moves the decimal sign to the right.
fn times(mut whole: String, cents: String, factor: usize) -> (String, String) {
    let mut digits = cents.chars();
    for _ in 0..factor {
        whole.push(digits.next().unwrap_or('0'));
    }
    (whole, digits.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_countries_write_them() {
        for (text, minor, code) in [
            ("1,234.50", 123_450, None),
            ("1.234,50", 123_450, None),
            ("1 234,50", 123_450, None),
            ("1\u{a0}234,50 €", 123_450, Some("EUR")),
            ("1'234.50", 123_450, None),
            ("$1.2M", 120_000_000, Some("USD")),
            ("€ 3,5k", 350_000, Some("EUR")),
            ("(500)", -50_000, None),
            ("($1,500)", -150_000, Some("USD")),
            ("1.234", 123_400, None),
            ("12,5", 1_250, None),
            ("-$5", -500, Some("USD")),
            ("CHF 300", 30_000, Some("CHF")),
            ("1.234.567", 123_456_700, None),
        ] {
            let amount = money(text, false).unwrap();
            assert_eq!(
                (amount.money, amount.currency.as_deref()),
                (Money::from_minor(minor), code),
                "{text}"
            );
        }
        for bad in ["", "-", "abc", "1,2345,6", "1,23,456", "$5€", "1.234.56", "--5", "5.", "1 2"] {
            assert!(money(bad, false).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_single_separator_before_three_digits_is_an_assumption() {
        for (text, assumed) in [
            ("1.234", true),
            ("$1,234", true),
            ("1,234.00", false),
            ("1.234.567", false),
            ("12,50", false),
            ("1234", false),
            ("0.500", false),
            ("1234.567", false),
            ("1 234", false),
            ("1.234k", false),
        ] {
            assert_eq!(money(text, false).unwrap().assumed, assumed, "{text}");
        }
    }

    #[test]
    fn parts_of_a_cent_are_rounded_and_a_point_may_be_sure() {
        for (text, point, minor, rounded) in [
            ("12.345", true, 1_235, true),
            ("12.345", false, 1_234_500, false),
            ("12,345", true, 1_234_500, false),
            ("12345.678", false, 1_234_568, true),
            ("1234.5670", true, 123_457, true),
            ("-1.2345", false, -123, true),
            ("1.2345E7", false, 1_234_500_000, false),
            ("-1E2", true, -10_000, false),
            ("1,234.50", true, 123_450, false),
        ] {
            let amount = money(text, point).unwrap();
            assert_eq!((amount.money, amount.rounded), (Money::from_minor(minor), rounded), "{text}");
        }
        for bad in ["1E", "E7", "1E99", "1.2.3E4", "1E-3"] {
            assert!(money(bad, true).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}", like in "[-0-9., '()kM$€]{0,16}") {
            let _read = (money(&text, false), money(&like, true));
        }

        #[test]
        fn a_german_amount_reads_back(minor in 0i64..1_000_000_000) {
            let text = format!("{},{:02}", minor / 100, minor % 100);
            prop_assert_eq!(money(&text, false).unwrap().money, Money::from_minor(minor));
        }
    }
}
