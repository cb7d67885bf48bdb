//! Text made fit for a terminal.

use std::borrow::Cow;

/// Without the characters that steer a terminal or reverse the reading order: record text is anybody's.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(steers) { text.chars().filter(|c| !steers(*c)).collect() } else { text.into() }
}

fn steers(c: char) -> bool {
    let direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n' && c != '\t') || direction
}

/// A whole number with a comma at every thousand.
pub(super) fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn credits(number: i64) -> String {
    format!("{} credit{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// Whether a thought begins a line of its own. Some models think in sentences, others in pieces of words.
pub(super) fn begins_thought(before: &str, next: &str) -> bool {
    let ended = before.trim_end().ends_with(['.', '!', '?', '…', ':']);
    ended && before.trim_end() == before && next.starts_with(char::is_uppercase)
}

/// Names of records without the links behind them: on a terminal there is nothing to follow. The server sends each link
/// whole.
pub(super) fn without_links(text: &str) -> Cow<'_, str> {
    const TARGET: &str = "](lexi://";
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(TARGET)
        && let (before, link) = rest.split_at(at)
        && let (Some(open), Some(close)) = (before.rfind('['), link.find(')'))
    {
        out.push_str(&before[..open]);
        out.push_str(&before[open + 1..]);
        rest = &link[close + 1..];
    }
    if out.is_empty() && rest.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(out + rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_record_can_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\r\u{9b}31m\u{202e}c\td\ne"), "a[2Jb31mc\td\ne");
        assert!(matches!(clean("plain, naïve – 😀"), Cow::Borrowed(_)));
    }

    #[test]
    fn numbers_are_easy_to_read() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!((credits(1), credits(0)), ("1 credit".to_owned(), "0 credits".to_owned()));
    }

    #[test]
    fn sentences_are_told_from_pieces_of_words() {
        assert!(begins_thought("Looking up the contact...", "Counting deals"));
        assert!(!begins_thought("Looking up", "Counting") && !begins_thought("e.g.", " X"));
    }

    #[test]
    fn a_record_is_named_without_its_link() {
        for (text, shown) in [
            ("See [A deal](lexi://deals/01a2) and [B](lexi://deals/2).", "See A deal and B."),
            ("[web](https://x.example) stays", "[web](https://x.example) stays"),
            ("](lexi://deals/1)", "](lexi://deals/1)"),
            ("[open](lexi://deals/1", "[open](lexi://deals/1"),
            ("", ""),
        ] {
            assert_eq!(without_links(text), shown);
        }
    }
}
