//! Where `lexi:` stands, in either case and in the spellings that Markdown reads as the same: `lexi\:`, `lexi&#58;`.

/// An entity with more digits is no character.
const ENTITY_DIGITS_MAX: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found<T> {
    No,
    /// The text ends before it is decided.
    Partial,
    Yes(T),
}

/// Whether the text begins with the scheme, and its length in bytes.
pub(super) fn scheme(text: &str) -> Found<usize> {
    let mut length = 0;
    for wanted in ['l', 'e', 'x', 'i', ':'] {
        match character(text.get(length..).unwrap_or_default(), wanted) {
            Found::Yes(bytes) => length += bytes,
            other => return other,
        }
    }
    Found::Yes(length)
}

/// `text` begins with the beginning of `wanted`, or all of it.
pub(super) fn prefix(text: &str, wanted: &str) -> Found<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let common = text.len().min(wanted.len());
    match text.get(..common).zip(wanted.get(..common)) {
        Some((text, wanted)) if !text.eq_ignore_ascii_case(wanted) => Found::No,
        _ if common < wanted.len() => Found::Partial,
        _ => Found::Yes(common),
    }
}

fn character(text: &str, wanted: char) -> Found<usize> {
    match text.chars().next() {
        None => Found::Partial,
        Some(first) if first.eq_ignore_ascii_case(&wanted) => Found::Yes(1),
        Some('\\') if wanted == ':' => prefix(text, "\\:"),
        Some('&') => entity(text, wanted),
        Some(_) => Found::No,
    }
}

fn entity(text: &str, wanted: char) -> Found<usize> {
    if wanted == ':' {
        let named = prefix(text, "&colon;");
        if named != Found::No {
            return named;
        }
    }
    let start = prefix(text, "&#");
    let Found::Yes(start) = start else { return start };
    let number = text.get(start..).unwrap_or_default();
    let (radix, start) = if number.starts_with(['x', 'X']) { (16, start + 1) } else { (10, start) };
    let number = text.get(start..).unwrap_or_default();
    let digits = number.find(|c: char| !c.is_digit(radix)).unwrap_or(number.len());
    let (digits, after) = number.split_at(digits);
    if digits.len() > ENTITY_DIGITS_MAX {
        return Found::No;
    }
    if after.is_empty() {
        return Found::Partial;
    }
    let same = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    if !same.is_some_and(|c| c.eq_ignore_ascii_case(&wanted)) {
        return Found::No;
    }
    // Browsers read an entity without its semicolon too.
    Found::Yes(start + digits.len() + usize::from(after.starts_with(';')))
}
