//! Reading the values that are given, each as its kind of field says. What comes out is as the record will show it; a
//! refusal says what the field takes.

use lexi_types::{Date, Money, Timestamp};
use serde_json::{Map, Value, json};

use super::fields::{EMAIL_CHARS_MAX, FieldKind, OBJECT_BYTES_MAX, TAG_CHARS_MAX, TAGS_MAX, URL_CHARS_MAX};
use crate::filter::choose;
use crate::import;

pub(super) type Read = Result<Value, String>;

/// The value as it will be stored; `null` where it says nothing. References are not looked up here.
pub(super) fn read(kind: FieldKind, value: &Value) -> Read {
    if has_nul(value) {
        return Err("must not contain NUL characters".to_owned());
    }
    if value.is_null() {
        return Ok(Value::Null);
    }
    match kind {
        FieldKind::Line { chars_max } => line(value, chars_max),
        FieldKind::Text { chars_max } => long_text(value, chars_max),
        FieldKind::Email => email(value),
        FieldKind::Url => url(value),
        FieldKind::Domain => domain(value),
        FieldKind::Choice(choices) => choice(value, choices),
        FieldKind::Level => level(value),
        FieldKind::Date => date(value),
        FieldKind::Created => moment(value),
        FieldKind::Money => money(value),
        FieldKind::Percent => percent(value),
        FieldKind::Currency => currency(value),
        FieldKind::Tags => tags(value),
        FieldKind::CustomFields | FieldKind::Metadata => object(value).map(|fields| json!(fields)),
        FieldKind::Flag => flag(value),
        FieldKind::User
        | FieldKind::Record(_)
        | FieldKind::Client
        | FieldKind::Entity
        | FieldKind::EntityOf(_) => line(value, super::fields::LINE_CHARS_MAX),
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be text".to_owned())
}

fn at_most(text: &str, chars_max: usize) -> Result<(), String> {
    match text.chars().nth(chars_max) {
        Some(_) => Err(format!("must have at most {chars_max} characters")),
        None => Ok(()),
    }
}

/// Blanks around it do not count; blank text is none.
fn line(value: &Value, chars_max: usize) -> Read {
    let line = text(value)?.trim();
    at_most(line, chars_max)?;
    if line.chars().any(char::is_control) {
        return Err("must be text on one line".to_owned());
    }
    Ok(if line.is_empty() { Value::Null } else { json!(line) })
}

fn long_text(value: &Value, chars_max: usize) -> Read {
    let text = text(value)?;
    at_most(text, chars_max)?;
    Ok(if text.trim().is_empty() { Value::Null } else { json!(text) })
}

fn email(value: &Value) -> Read {
    let Value::String(address) = line(value, EMAIL_CHARS_MAX)? else { return Ok(Value::Null) };
    let address = import::email(&address);
    address
        .map(Value::String)
        .map_err(|_| "must be an e-mail address, for example ann@firm.example".to_owned())
}

fn url(value: &Value) -> Read {
    let Value::String(url) = line(value, URL_CHARS_MAX)? else { return Ok(Value::Null) };
    let rest = url
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"));
    let host = rest.map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if host.is_none_or(str::is_empty) || url.chars().any(char::is_whitespace) {
        return Err("must be an address that begins with https:// or http://".to_owned());
    }
    Ok(json!(url))
}

fn domain(value: &Value) -> Read {
    let Value::String(domain) = line(value, EMAIL_CHARS_MAX)? else { return Ok(Value::Null) };
    if domain.contains(['/', '@', ':', '?', '#']) || domain.chars().any(char::is_whitespace) {
        return Err("must be the name of a host, for example firm.example".to_owned());
    }
    Ok(json!(domain.to_lowercase()))
}

fn choice(value: &Value, choices: &[&str]) -> Read {
    let Value::String(chosen) = line(value, URL_CHARS_MAX)? else { return Ok(Value::Null) };
    let chosen = choose("", &chosen, choices);
    chosen.map(|chosen| json!(chosen)).map_err(|_| format!("must be one of {}", choices.join(", ")))
}

fn level(value: &Value) -> Read {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "" => return Ok(Value::Null),
            "high" | "1" => Some(1),
            "medium" | "2" => Some(2),
            "low" | "3" => Some(3),
            _ => None,
        },
        _ => None,
    };
    let known = number.filter(|number| (1..=3).contains(number));
    known.map(|number| json!(number)).ok_or_else(|| "must be high, medium or low, or 1, 2 or 3".to_owned())
}

/// A day as it is written, of a time its day as it is written.
fn date(value: &Value) -> Read {
    let wrong = || "must be a day that exists, as 2026-11-23".to_owned();
    let Value::String(text) = line(value, URL_CHARS_MAX).map_err(|_| wrong())? else {
        return Ok(Value::Null);
    };
    let day = match text.len() {
        10 => Some(text.as_str()),
        _ => text.get(..10).filter(|_| text.parse::<Timestamp>().is_ok()),
    };
    let date: Option<Date> = day.filter(|day| is_day(day)).and_then(|day| day.parse().ok());
    date.map(|date| json!(date)).ok_or_else(wrong)
}

fn is_day(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

fn moment(value: &Value) -> Read {
    let wrong = || "must be a time, as 2026-11-23T09:30:00Z".to_owned();
    let Value::String(text) = line(value, URL_CHARS_MAX).map_err(|_| wrong())? else {
        return Ok(Value::Null);
    };
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let day: Option<Date> = Some(&text).filter(|text| text.len() == 10 && is_day(text))?.parse().ok();
        day.map(Date::start)
    });
    time.map(|time| json!(time)).ok_or_else(wrong)
}

fn money(value: &Value) -> Read {
    let text = match value {
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        Value::String(text) if text.trim().is_empty() => return Ok(Value::Null),
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let amount: Option<Money> = text.parse().ok();
    let amount = amount.filter(|amount| amount.minor() >= 0);
    amount.map(|amount| json!(amount)).ok_or_else(|| {
        "must be an amount such as 1250.50: at most two decimals, not negative, below ten trillion".to_owned()
    })
}

fn percent(value: &Value) -> Read {
    let number = match value {
        Value::Number(number) => number.to_string().trim_end_matches(".0").parse().ok(),
        Value::String(text) if text.trim().is_empty() => return Ok(Value::Null),
        Value::String(text) => text.trim().trim_end_matches('%').trim_end().parse::<i64>().ok(),
        _ => None,
    };
    let known = number.filter(|number| (0..=100).contains(number));
    known.map(|number| json!(number)).ok_or_else(|| "must be a whole number from 0 to 100".to_owned())
}

fn currency(value: &Value) -> Read {
    let Value::String(text) = line(value, URL_CHARS_MAX)? else { return Ok(Value::Null) };
    let code = import::currency(&text);
    code.map(Value::String)
        .map_err(|_| "must be a currency of ISO 4217, three letters such as EUR".to_owned())
}

fn tags(value: &Value) -> Read {
    let wrong =
        || format!("must be a list of at most {TAGS_MAX} texts of at most {TAG_CHARS_MAX} characters");
    let Value::Array(given) = value else { return Err(wrong()) };
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        match line(tag, TAG_CHARS_MAX) {
            Ok(Value::String(tag)) if !tags.contains(&tag) => tags.push(tag),
            Ok(Value::String(_)) => {}
            Ok(_) | Err(_) => return Err(wrong()),
        }
        if tags.len() > TAGS_MAX {
            return Err(wrong());
        }
    }
    Ok(json!(tags))
}

fn object(value: &Value) -> Result<&Map<String, Value>, String> {
    let Value::Object(fields) = value else { return Err("must be a JSON object".to_owned()) };
    if !fits(fields) {
        return Err(TOO_LARGE.to_owned());
    }
    Ok(fields)
}

pub(super) const TOO_LARGE: &str = "must have at most 8 KiB, written as JSON";

/// Whether an object is small enough to be kept.
pub(super) fn fits(fields: &Map<String, Value>) -> bool {
    serde_json::to_string(fields).is_ok_and(|text| text.len() <= OBJECT_BYTES_MAX)
}

fn flag(value: &Value) -> Read {
    match value {
        Value::Bool(flag) => Ok(json!(flag)),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Ok(json!(true)),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Ok(json!(false)),
        _ => Err("must be true or false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_in_the_forms_in_which_they_are_written() {
        for (kind, given, stored) in [
            (FieldKind::Line { chars_max: 5 }, json!("  Berg\t"), json!("Berg")),
            (FieldKind::Line { chars_max: 5 }, json!("Größe"), json!("Größe")),
            (FieldKind::Line { chars_max: 5 }, json!("   "), json!(null)),
            (FieldKind::Text { chars_max: 9 }, json!(" a\r\nb\t"), json!(" a\r\nb\t")),
            (FieldKind::Text { chars_max: 9 }, json!("\n"), json!(null)),
            (FieldKind::Email, json!("Ann@Firm"), json!("ann@firm")),
            (FieldKind::Url, json!("HTTPS://firm.example/a?b#c"), json!("HTTPS://firm.example/a?b#c")),
            (FieldKind::Domain, json!("Firm.Example"), json!("firm.example")),
            (FieldKind::Choice(&["in_progress"]), json!("In progress"), json!("in_progress")),
            (FieldKind::Level, json!("High"), json!(1)),
            (FieldKind::Level, json!(3), json!(3)),
            (FieldKind::Date, json!("2028-02-29"), json!("2028-02-29")),
            (FieldKind::Date, json!("2026-11-23T23:30:00-05:00"), json!("2026-11-23")),
            (FieldKind::Created, json!("2026-11-23"), json!("2026-11-23T00:00:00Z")),
            (FieldKind::Created, json!("2026-11-23T10:00:00+02:00"), json!("2026-11-23T08:00:00Z")),
            (FieldKind::Money, json!(1250.5), json!(1250.5)),
            (FieldKind::Money, json!(" 1250.50 "), json!(1250.5)),
            (FieldKind::Money, json!(7.0), json!(7)),
            (FieldKind::Money, json!("9999999999999.99"), json!(9_999_999_999_999.99)),
            (FieldKind::Percent, json!("60 %"), json!(60)),
            (FieldKind::Percent, json!(60.0), json!(60)),
            (FieldKind::Currency, json!("chf"), json!("CHF")),
            (FieldKind::Tags, json!(["b", " a ", "b"]), json!(["b", "a"])),
            (FieldKind::Flag, json!("True"), json!(true)),
        ] {
            assert_eq!(read(kind, &given), Ok(stored), "{kind:?} {given}");
        }
    }

    #[test]
    fn nothing_is_nothing_for_every_kind() {
        for kind in [FieldKind::Email, FieldKind::Tags, FieldKind::Money, FieldKind::Flag, FieldKind::User] {
            assert_eq!(read(kind, &Value::Null), Ok(Value::Null));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_value_panic(text in "\\PC{0,24}") {
            for kind in [
                FieldKind::Line { chars_max: 9 }, FieldKind::Text { chars_max: 9 }, FieldKind::Email, FieldKind::Url,
                FieldKind::Domain, FieldKind::Level, FieldKind::Date, FieldKind::Created, FieldKind::Money,
                FieldKind::Percent, FieldKind::Currency, FieldKind::Flag,
            ] {
                let _read = read(kind, &json!(text));
            }
        }
    }
}
