//! Numbers, amounts and record text as an answer shows them.

use serde_json::Value;

const TEXT_CHARS_MAX: usize = 300;

/// `1234567` as `1,234,567`.
pub(super) fn thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut out = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A JSON number with thousands separators and two decimals where it has any; `None` for anything else.
pub(super) fn number(value: &Value) -> Option<String> {
    let number = value.as_number()?;
    if let Some(whole) = number.as_i64() {
        return Some(thousands(&whole.to_string()));
    }
    if let Some(whole) = number.as_u64() {
        return Some(thousands(&whole.to_string()));
    }
    let text = format!("{:.2}", number.as_f64().filter(|n| n.is_finite())?);
    let (major, cents) = text.split_once('.')?;
    let major = thousands(major);
    Some(if cents == "00" { major } else { format!("{major}.{cents}") })
}

/// `EUR 1,234,500.50`.
pub(super) fn money(value: &Value, currency: Option<&str>) -> Option<String> {
    let amount = number(value)?;
    Some(match currency.map(plain).filter(|c| !c.is_empty()) {
        Some(currency) => format!("{currency} {amount}"),
        None => amount,
    })
}

/// Record text made harmless in Markdown and in a terminal: one line, no control or direction characters, no markup.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for c in text.chars().take(TEXT_CHARS_MAX) {
        if c.is_whitespace() {
            if !blank {
                out.push(' ');
            }
            blank = true;
            continue;
        }
        if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        {
            continue;
        }
        if matches!(c, '*' | '`' | '[' | ']' | '<' | '>' | '\\' | '|' | '~') || c == '_' && blank {
            out.push('\\');
        }
        out.push(c);
        blank = false;
    }
    let cut = text.chars().nth(TEXT_CHARS_MAX).is_some();
    out.truncate(out.trim_end().len());
    if cut { out + "…" } else { out }
}

/// "1 deal", "214 deals", "1,200 companies".
pub(super) fn counted(count: u64, plural: &str) -> String {
    format!("{} {}", thousands(&count.to_string()), noun(count, plural))
}

pub(super) fn noun(count: u64, plural: &str) -> &str {
    match (count, plural) {
        (1, "companies") => "company",
        (1, "activities") => "activity",
        (1, plural) => plural.strip_suffix('s').unwrap_or(plural),
        _ => plural,
    }
}

/// "a, b and c".
pub(super) fn joined(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_carry_currency_and_separators() {
        for (value, text) in [
            (json!(0), "EUR 0"),
            (json!(999), "EUR 999"),
            (json!(1_234_500), "EUR 1,234,500"),
            (json!(12300.5), "EUR 12,300.50"),
            (json!(-1234.0), "EUR -1,234"),
            (json!(0.1), "EUR 0.10"),
        ] {
            assert_eq!(money(&value, Some("EUR")).as_deref(), Some(text));
        }
        assert_eq!(money(&json!("12"), Some("EUR")), None);
        assert_eq!(money(&json!(12), None).as_deref(), Some("12"));
    }

    #[test]
    fn record_text_cannot_bring_markup_or_control_characters() {
        assert_eq!(
            plain("a\u{1b}[31m\n\n# **b** \u{202e}[x](http://y)"),
            "a\\[31m # \\*\\*b\\*\\* \\[x\\](http://y)"
        );
        assert_eq!(plain(&"x".repeat(400)).chars().count(), TEXT_CHARS_MAX + 1);
    }
}
