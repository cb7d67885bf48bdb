//! Notes that systems export as HTML, as plain text.

use std::borrow::Cow;

use html2text::render::TrivialDecorator;

/// Elements by which HTML is told from text with angle brackets in it.
const INLINE: [&str; 13] =
    ["a", "b", "i", "u", "em", "strong", "span", "font", "code", "img", "sup", "sub", "small"];
const BLOCKS: [&str; 16] = [
    "p",
    "br",
    "div",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "pre",
    "hr",
];
const ENTITIES: [&str; 8] = ["&nbsp;", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&rsquo;", "&#x27;"];
/// Lines are not wrapped: one of this width is a paragraph.
const WIDTH: usize = 100_000;

/// The text of a value that is HTML; any other value as it is.
pub(super) fn plain_text(text: &str) -> Cow<'_, str> {
    let tags = Tags::of(text);
    if !tags.blocks && !tags.inline && !ENTITIES.iter().any(|entity| text.contains(entity)) {
        return Cow::Borrowed(text);
    }
    // Without blocks, the line ends of the text are those that it was written with.
    let source = if tags.blocks { Cow::Borrowed(text) } else { Cow::Owned(text.replace('\n', "<br>")) };
    let config =
        html2text::config::with_decorator(TrivialDecorator::new()).no_link_wrapping().no_table_borders();
    match config.string_from_read(source.as_bytes(), WIDTH) {
        Ok(plain) => Cow::Owned(tidy(&plain)),
        Err(_) => Cow::Borrowed(text),
    }
}

#[derive(Debug, Default)]
struct Tags {
    inline: bool,
    blocks: bool,
}

impl Tags {
    fn of(text: &str) -> Self {
        let mut tags = Self::default();
        for rest in text.split('<').skip(1) {
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let ended = after.starts_with(['>', '/']) || (after.starts_with(' ') && after.contains('>'));
            let name = name.to_ascii_lowercase();
            tags.blocks |= ended && BLOCKS.contains(&name.as_str());
            tags.inline |= ended && INLINE.contains(&name.as_str());
        }
        tags
    }
}

/// Without blanks at the ends of lines, and with one empty line at most between two others.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(|line| line.replace('\u{a0}', " ")) {
        let line = line.trim_end();
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_becomes_text() {
        for (html, text) in [
            (
                "<p>Called &amp; left a message.</p><p>Back&nbsp;on <b>Monday</b></p>",
                "Called & left a message.\n\nBack on Monday",
            ),
            ("<div>One</div><div>Two<br/>Three</div>", "One\nTwo\nThree"),
            ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
            ("See <a href=\"https://x.example\">here</a>\nand there", "See here\nand there"),
            ("Tom &amp; Co", "Tom & Co"),
            ("<script>alert(1)</script><p>x</p>", "x"),
        ] {
            assert_eq!(plain_text(html), text, "{html}");
        }
        for text in ["a < b and c > d", "<jane@acme.example> wrote", "x <y>", "5 <10\nlines stay", ""] {
            assert_eq!(plain_text(text), text);
        }
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = format!("{}x{}", "<div>".repeat(5_000), "</div>".repeat(5_000));
        assert_eq!(plain_text(&deep), "x");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}", like in "[<>/a-z&; p\n\"=]{0,40}") {
            let _plain = (plain_text(&text).into_owned(), plain_text(&like).into_owned());
        }
    }
}
