//! Reading single values. A refusal says what would be right.

use super::markup;

pub(crate) type Parsed<T> = Result<T, String>;

/// An address is only checked for one `@` with something on both sides: exports hold stranger ones than any rule.
pub(crate) fn email(text: &str) -> Parsed<String> {
    let text = text.trim_matches(['<', '>']);
    let text = if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:")) {
        text.get(7..).unwrap_or_default()
    } else {
        text
    };
    match text.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !text.chars().any(char::is_whitespace) =>
        {
            Ok(lexi_store::email_key(text))
        }
        _ => Err("is not an e-mail address: there must be one @ with something on both sides".to_owned()),
    }
}

/// The addresses in a cell.
#[derive(Debug)]
pub(super) struct Addresses {
    pub(super) first: String,
    pub(super) others: Vec<String>,
    /// Whether there is something else in the cell.
    pub(super) more: bool,
}

pub(super) fn emails(text: &str) -> Parsed<Addresses> {
    let separator = |c: char| matches!(c, ',' | ';') || c.is_whitespace();
    let parts: Vec<_> = text.split(separator).filter(|part| !part.is_empty()).map(email).collect();
    let more = parts.iter().any(Result::is_err);
    let mut found = parts.into_iter().flatten();
    let first = match found.next() {
        Some(first) => first,
        None => email(text)?,
    };
    let mut others: Vec<String> = found.collect();
    others.retain(|other| *other != first);
    Ok(Addresses { first, others, more })
}

/// What stands behind the name of a user who left.
const GONE: [&str; 2] = ["(deactivated user)", "(deactivated)"];

/// `Ann Bo`, `ann@x.example`, `Ann Bo (ann@x.example)`, `Ann Bo <ann@x.example>` or `Ann Bo (Deactivated User)`.
pub(super) fn name_and_address(text: &str) -> (Option<String>, Option<String>) {
    let mut text = text.trim();
    for gone in GONE {
        let at = text.len().saturating_sub(gone.len());
        if text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(gone)) {
            text = text.get(..at).unwrap_or_default().trim_end();
        }
    }
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let bracketed = text.strip_suffix([')', '>']).and_then(|text| text.rsplit_once(['(', '<']));
    if let Some((name, inner)) = bracketed
        && let Ok(address) = email(inner.trim())
    {
        return (some(name), Some(address));
    }
    match email(text) {
        Ok(address) => (None, Some(address)),
        Err(_) => (some(text), None),
    }
}

/// `Raj Patel` from `raj.patel@atlas.com`.
pub(super) fn name_from_email(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let words = local.split(['.', '_', '-', '+']).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// `60`, `60%` or `60.5 %`, and whether it had to be rounded.
pub(super) fn percent(text: &str) -> Parsed<(i64, bool)> {
    let number = text.trim_end_matches('%').trim_end();
    // `0.6` could be sixty percent as well.
    let part = number.strip_prefix("0.").or_else(|| number.strip_prefix("0,"));
    let share = number.len() == text.len() && part.is_some_and(|part| part.bytes().any(|byte| byte != b'0'));
    rounded(number, 0)
        .filter(|_| !share)
        .ok_or_else(|| "is not a probability: write a number from 0 to 100".to_owned())
}

/// `0.6` for sixty percent.
pub(super) fn share(text: &str) -> Parsed<(i64, bool)> {
    rounded(text, 2).ok_or_else(|| "is not a probability: write a number from 0 to 1".to_owned())
}

/// A number from 0 to 100 after its decimal sign was moved to the right; halves are rounded up.
fn rounded(number: &str, moved: usize) -> Option<(i64, bool)> {
    let (whole, cents) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !digits(whole) || !digits(cents) {
        return None;
    }
    let cents = format!("{cents:0<moved$}");
    let (up, rest) = cents.split_at(moved);
    let value: i64 = format!("{whole}{up}").parse().ok()?;
    let value = value + i64::from(rest.starts_with(['5', '6', '7', '8', '9']));
    (0..=100).contains(&value).then_some((value, rest.bytes().any(|byte| byte != b'0')))
}

/// Exports put an apostrophe before what a spreadsheet would take for a formula: `'+41 44 200 00 00`.
pub(super) fn without_guard(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['+', '-', '=', '@'])).unwrap_or(text)
}

pub(super) fn yes_or_no(text: &str) -> Parsed<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "y" | "x" => Ok(true),
        "no" | "false" | "0" | "n" => Ok(false),
        _ => Err("is neither yes nor no".to_owned()),
    }
}

pub(super) const NOTE_CHARS_MAX: usize = 50_000;

/// Text of at most 50,000 characters; HTML becomes plain text.
pub(super) fn long_text(text: &str) -> Parsed<String> {
    let plain = markup::plain_text(text);
    if plain.chars().count() > NOTE_CHARS_MAX {
        return Err(format!("is longer than {NOTE_CHARS_MAX} characters"));
    }
    Ok(plain.into_owned())
}

/// `1.02346E+11`, as spreadsheets write long numbers.
pub(super) fn is_shortened_number(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, rest) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    digits(whole) && digits(rest) && power.strip_prefix('+').is_some_and(digits)
}

/// The same, cut off where it is too long, and whether it was.
pub(super) fn cut_text(text: &str) -> (String, bool) {
    let plain = markup::plain_text(text);
    let end = plain.char_indices().nth(NOTE_CHARS_MAX).map(|(at, _)| at);
    let cut = end.and_then(|end| plain.get(..end)).map(str::to_owned);
    let was_cut = cut.is_some();
    (cut.unwrap_or_else(|| plain.into_owned()), was_cut)
}

/// The number that contacts have for a priority.
pub(super) fn contact_priority(text: &str) -> Parsed<i64> {
    match text.to_lowercase().as_str() {
        "1" | "high" => Ok(1),
        "2" | "medium" | "normal" => Ok(2),
        "3" | "low" => Ok(3),
        _ => Err("is not a priority: write high, medium or low".to_owned()),
    }
}

pub(super) fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', ';', '|']).map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// What stands behind a comma and is no first name.
const BEHIND_NAMES: &[&str] =
    &["jr", "sr", "ii", "iii", "iv", "esq", "esquire", "phd", "md", "jd", "llm", "mba", "cpa", "qc", "kc"];

/// First and last name of `Last, First` or of `First Middle Last`.
pub(super) fn split_name(full: &str) -> (Option<String>, Option<String>) {
    let part = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some((last, first)) = full.rsplit_once(',') {
        let behind = first.trim().replace('.', "").to_lowercase();
        if BEHIND_NAMES.contains(&behind.as_str()) {
            // "John Smith, Jr."
            let (given, family) = split_name(last);
            return (given, family.map(|family| format!("{family}, {}", first.trim())));
        }
    }
    if let Some((last, first)) = full.split_once(',') {
        return (part(first), part(last));
    }
    match full.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (part(first), part(last)),
        None => (part(full), None),
    }
}

#[cfg(test)]
mod tests {
    use lexi_types::Money;
    use proptest::prelude::*;

    use super::super::amounts::money;
    use super::*;

    #[test]
    fn amounts_may_have_thousands_commas_and_a_currency() {
        for (text, minor, code) in [
            ("12500", 1_250_000, None),
            ("12,500", 1_250_000, None),
            ("€12,500.50", 1_250_050, Some("EUR")),
            ("1,234,567.8 usd", 123_456_780, Some("USD")),
            ("CHF 300", 30_000, Some("CHF")),
            ("-$5", -500, Some("USD")),
        ] {
            let amount = money(text, false).unwrap();
            assert_eq!(
                (amount.money, amount.currency.as_deref()),
                (Money::from_minor(minor), code),
                "{text}"
            );
        }
        for bad in ["", "-", "abc", "1,23,456", "$5€", "5 dollars", "--5", "$-,5"] {
            assert!(money(bad, false).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_guard_against_formulas_is_no_part_of_a_value() {
        assert_eq!(without_guard("'+41 44 200 00 00"), "+41 44 200 00 00");
        assert_eq!(without_guard("'s Graveland"), "'s Graveland");
        assert_eq!(without_guard("'"), "'");
    }

    #[test]
    fn names_split_and_come_from_addresses() {
        assert_eq!(split_name("Doe, Jane"), (Some("Jane".into()), Some("Doe".into())));
        assert_eq!(split_name("Ana María López"), (Some("Ana María".into()), Some("López".into())));
        assert_eq!(split_name("Cher"), (Some("Cher".into()), None));
        assert_eq!(split_name("John Smith, Jr."), (Some("John".into()), Some("Smith, Jr.".into())));
        assert_eq!(split_name("Smith, John, Jr."), (Some("John".into()), Some("Smith, Jr.".into())));
        assert_eq!(name_from_email("raj.patel@atlas.com"), "Raj Patel");
        assert_eq!(name_from_email("élodie_roux+crm@x"), "Élodie Roux Crm");
    }

    #[test]
    fn addresses_need_one_at_sign_between_something() {
        assert_eq!(email("Raj.Patel@Atlas").unwrap(), "raj.patel@atlas");
        for bad in ["raj", "@x", "x@", "a@b@c", "a b@c"] {
            assert!(email(bad).is_err(), "{bad}");
        }
        assert_eq!(email("MailTo:ann@x.example").unwrap(), "ann@x.example");
        for (text, first, others, more) in [
            ("Ann@x.example; info@x.example, ann@x.example", "ann@x.example", &["info@x.example"][..], false),
            ("Carl <c@x.example>", "c@x.example", &[], true),
            ("b@x.example / n/a", "b@x.example", &[], true),
        ] {
            let found = emails(text).unwrap();
            assert_eq!((found.first.as_str(), found.more), (first, more), "{text}");
            assert_eq!(found.others, others);
        }
        assert!(emails("n/a").is_err());
        for (text, name, address) in [
            ("Ann Bo (ann@x.example)", Some("Ann Bo"), Some("ann@x.example")),
            ("Ann Bo <Ann@x.example>", Some("Ann Bo"), Some("ann@x.example")),
            ("ann@x.example", None, Some("ann@x.example")),
            ("Carla Diaz (Deactivated User)", Some("Carla Diaz"), None),
            ("Acme (Ulm)", Some("Acme (Ulm)"), None),
        ] {
            let found = name_and_address(text);
            assert_eq!((found.0.as_deref(), found.1.as_deref()), (name, address), "{text}");
        }
    }

    #[test]
    fn percents_and_priorities_have_bounds() {
        for (text, value) in [
            ("60", (60, false)),
            ("60%", (60, false)),
            ("60.00", (60, false)),
            ("60.5%", (61, true)),
            ("60,4 %", (60, true)),
            ("100", (100, false)),
            ("0.6%", (1, true)),
        ] {
            assert_eq!(percent(text), Ok(value), "{text}");
        }
        for text in ["0.6", "0.60", "0,25", "101", ""] {
            assert!(percent(text).is_err(), "{text}");
        }
        for (text, value) in
            [("0.6", (60, false)), ("1", (100, false)), ("0.605", (61, true)), ("0", (0, false))]
        {
            assert_eq!(share(text), Ok(value), "{text}");
        }
        for bad in ["101", "-1", "100.5", "0.6", "", "%", "1.2.3", "half"] {
            assert!(percent(bad).is_err(), "{bad}");
        }
        assert!(share("60").is_err());
        assert_eq!(contact_priority("HIGH"), Ok(1));
        assert!(contact_priority("urgent").is_err());
        assert_eq!(tags("a; b,a"), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn an_amount_reads_back_with_commas(minor in 0i64..Money::MINOR_MAX) {
            let plain = Money::from_minor(minor).to_string();
            let (major, cents) = plain.split_once('.').map_or((plain.as_str(), String::new()), |(m, c)| (m, format!(".{c}")));
            let digits: Vec<char> = major.chars().rev().collect();
            let grouped: String = digits.chunks(3).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(",").chars().rev().collect();
            prop_assert_eq!(money(&format!("{grouped}{cents}"), false).unwrap().money, Money::from_minor(minor));
        }

        #[test]
        fn no_text_makes_a_value_panic(text in "\\PC{0,20}") {
            let _results = (money(&text, false), percent(&text), email(&text), split_name(&text));
        }
    }
}
