//! Signs, codes and names of currencies beside a number. They make it an amount; which one is not compared.

use super::number::BLANKS;

const SIGNS: [char; 12] = ['$', '€', '£', '¥', '₹', '₽', '₺', '₩', '₪', '฿', '₫', '₴'];
const CODES: [&str; 32] = [
    "EUR", "USD", "GBP", "CHF", "INR", "JPY", "CNY", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "TRY", "BRL", "MXN", "ZAR", "SGD", "HKD", "AED", "SAR", "ILS", "KRW", "THB", "RON", "RUB", "UAH",
    "Rs", "Fr",
];
const NAMES: [&str; 14] = [
    "euro", "euros", "dollar", "dollars", "pound", "pounds", "franc", "francs", "franken", "rupee", "rupees",
    "yen", "kr", "zł",
];
const MINUS: [char; 3] = ['-', '−', '+'];

pub(super) fn is_code(word: &str) -> bool {
    CODES.contains(&word)
}

/// What stands before a number: how many bytes of it are its sign and currency, and whether there is a currency.
pub(super) fn before(text: &str) -> (usize, bool) {
    let head = minus(text);
    let near = head.strip_suffix(BLANKS).unwrap_or(head);
    let named = near.strip_suffix('.').unwrap_or(near);
    let without = near.strip_suffix(SIGNS).or_else(|| {
        let code = CODES.iter().find_map(|code| named.strip_suffix(code));
        code.filter(|rest| !rest.ends_with(char::is_alphanumeric))
    });
    match without {
        Some(rest) => (text.len() - minus(rest).len(), true),
        None => (text.len() - head.len(), false),
    }
}

/// Without a sign at the end, unless it joins two numbers.
fn minus(text: &str) -> &str {
    text.strip_suffix(MINUS).filter(|rest| !rest.ends_with(char::is_alphanumeric)).unwrap_or(text)
}

/// The bytes of the currency that the text begins with, with the blank before it.
pub(super) fn after(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(BLANKS).unwrap_or(text);
    let blank = text.len() - rest.len();
    let sign = rest.chars().next().filter(|c| SIGNS.contains(c)).map(char::len_utf8);
    let end = sign.or_else(|| rest.find(|c: char| !c.is_alphanumeric())).unwrap_or(rest.len());
    let word = rest.get(..end)?;
    let known = sign.is_some() || is_code(word) || end <= 8 && NAMES.contains(&word.to_lowercase().as_str());
    // "2026 EUR 500": it is of the next number.
    let next = rest.get(end..)?;
    let of_next = next.strip_prefix(BLANKS).unwrap_or(next).starts_with(|c: char| c.is_ascii_digit());
    (known && !of_next).then_some(blank + end)
}
