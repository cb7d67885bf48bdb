//! Links to records in an answer: `[Acme renewal](lexi://deals/0190…)`. A model can write any id it likes, and text of
//! a record can tell it to. So only records that this run's tools gave stay linked; of any other link its text is left.
//!
//! Two passes, because text that is taken out joins what stood around it. `markdown` knows what a link looks like and
//! keeps its text. `target` comes after it, knows nothing but the scheme, and lets no other target through.

mod markdown;
mod scheme;
mod target;

use std::collections::HashSet;

use lexi_types::RecordId;
use lexi_types::records::RecordType;

use self::markdown::Links;
use self::target::Targets;

const TYPES: [RecordType; 7] = [
    RecordType::Contact,
    RecordType::Company,
    RecordType::Deal,
    RecordType::Matter,
    RecordType::Note,
    RecordType::Task,
    RecordType::Activity,
];

/// Text is looked at in pieces of this size, so that one large delta costs no more than many small ones.
const PIECE_BYTES: usize = 1024;

/// The records that may be linked.
#[derive(Debug, Default)]
struct Allowed(HashSet<(&'static str, RecordId)>);

/// An answer passes through this as it streams. However it is cut into deltas, the same text comes out.
#[derive(Debug, Default)]
pub(crate) struct LinkFilter {
    allowed: Allowed,
    links: Links,
    targets: Targets,
}

impl LinkFilter {
    /// Lets links to this record stay; `kind` as in `RecordRef`. Kinds that have no links are ignored.
    pub(crate) fn allow(&mut self, kind: &str, id: RecordId) {
        if let Some(record) = TYPES.into_iter().find(|record| record.as_str() == kind) {
            self.allowed.0.insert((record.plural(), id));
        }
    }

    /// What may be shown now. Held back is what could still become a link: about 200 characters after a bracket that
    /// nothing closes, 400 of a link to a record.
    pub(crate) fn push(&mut self, delta: &str) -> String {
        let mut out = String::with_capacity(delta.len());
        let mut rest = delta;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
            let text = self.links.push(piece, &self.allowed, false);
            out.push_str(&self.targets.push(&text, &self.allowed, false));
            rest = after;
        }
        out
    }

    /// What is left when the answer has ended.
    pub(crate) fn finish(&mut self) -> String {
        let text = self.links.push("", &self.allowed, true);
        self.targets.push(&text, &self.allowed, true)
    }

    /// How many links were taken out.
    pub(crate) fn removed(&self) -> u64 {
        self.links.removed + self.targets.removed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEAL: &str = "0198c5f0-0000-7000-8000-00000000000d";
    const OTHER: &str = "0198c5f0-0000-7000-8000-00000000000e";

    fn filter() -> LinkFilter {
        let mut filter = LinkFilter::default();
        filter.allow("deal", DEAL.parse().unwrap());
        filter.allow("nothing of the kind", OTHER.parse().unwrap());
        filter
    }

    fn whole(text: &str) -> (String, u64) {
        let mut filter = filter();
        let mut out = filter.push(text);
        out.push_str(&filter.finish());
        (out, filter.removed())
    }

    fn by_char(text: &str) -> String {
        let mut filter = filter();
        let mut out: String = text.chars().map(|c| filter.push(c.encode_utf8(&mut [0; 4]))).collect();
        out.push_str(&filter.finish());
        out
    }

    /// `OK` and `NO` stand for the two ids.
    fn check(text: &str, expected: &str, removed: u64) {
        let fill = |text: &str| text.replace("OK", DEAL).replace("NO", OTHER);
        let text = fill(text);
        assert_eq!(whole(&text), (fill(expected), removed), "{text}");
        assert_eq!(by_char(&text), fill(expected), "{text}");
    }

    #[test]
    fn links_to_records_of_this_run_stay() {
        for text in [
            "See [Acme renewal](lexi://deals/OK), please.",
            "[a](lexi://deals/OK \"t\")",
            "[a]( lexi://deals/OK )",
            "[a](<lexi://deals/OK>)",
            "[a [b]](lexi://deals/OK)",
            "<lexi://deals/OK>",
            "lexi://deals/OK.",
            "**lexi://deals/OK** and `lexi://deals/OK`",
            "| [a](lexi://deals/OK) |lexi://deals/OK|",
            "[1]: lexi://deals/OK",
            "lexi://deals/OK",
        ] {
            check(text, text, 0);
        }
    }

    #[test]
    fn other_spellings_of_an_allowed_link_become_the_usual_one() {
        let upper = DEAL.to_uppercase();
        check(&format!("[a](LEXI://Deals/{upper})"), "[a](lexi://deals/OK)", 0);
        check(&format!("<Lexi://deals/{}>", DEAL.replace('-', "%2D")), "<lexi://deals/OK>", 0);
        check("[a](lexi&#58;//deals/OK)", "[a](lexi://deals/OK)", 0);
    }

    #[test]
    fn of_other_links_the_text_is_left() {
        for (text, expected) in [
            ("See [Acme](lexi://deals/NO), please.", "See Acme, please."),
            ("[a](LEXI://deals/NO)", "a"),
            ("[a](lExI:deals/NO)", "a"),
            ("[a](lexi://deals/NO \"t\")", "a"),
            ("[a](lexi://deals/NO 't)')", "a"),
            ("[a]( lexi://deals/NO )", "a"),
            ("[a](\nlexi://deals/NO\n)", "a"),
            ("[a](<lexi://deals/NO>)", "a"),
            ("[a](<lexi://deals/N O> \"t\")b", "ab"),
            ("[a](lexi://contacts/OK)", "a"),
            ("[a](lexi://deal/OK)", "a"),
            ("[a](lexi://deals/OK/../NO?y)", "a"),
            ("[a](lexi://deals/OK/)", "a"),
            ("[a](lexi://deals/OK#x)", "a"),
            ("[a](lexi://deals/OK'x)", "a"),
            ("[a](lexi://deals/OK%2e)", "a"),
            ("[a](lexi://deals/(NO))", "a"),
            ("[a](lexi\\://deals/NO)", "a"),
            ("[a](&#x6C;exi&colon;//deals/NO)", "a"),
            ("[a [b]](lexi://deals/NO)", "a [b]"),
            ("[a \\] b](lexi://deals/NO)", "a \\] b"),
            ("![a](lexi://deals/NO)", "!a"),
            ("[](lexi://deals/NO)", ""),
            ("`[a](lexi://deals/NO)`", "`a`"),
            ("x <lexi://deals/NO> y", "x  y"),
            ("[1]: lexi://deals/NO \"t\"", "[1]:  \"t\""),
            ("Did you mean lexi://deals/NO?", "Did you mean ?"),
            ("lexi://deals/NO, then", ", then"),
            ("<a href=\"lexi://deals/NO\">a</a>", "<a href=\"\">a</a>"),
        ] {
            check(text, expected, 1);
        }
        check("[[b](lexi://deals/NO)](lexi://deals/NO)", "b", 2);
        check("[lexi://deals/NO](lexi://deals/OK)", "[](lexi://deals/OK)", 1);
        check("[a](lexi://deals/OK \"lexi://deals/NO\")", "[a](lexi://deals/OK \"\")", 1);
    }

    #[test]
    fn what_is_taken_out_joins_nothing() {
        check("le<lexi://deals/NO>xi://deals/NO b", " b", 2);
        check("le[xi](lexi://deals/NO)://deals/NO b", " b", 2);
        check("lexi<lexi://deals/NO>://deals/NO", "", 2);
        check("[a](le<lexi://x>xi://deals/NO)", "[a]()", 2);
        check("<le<lexi://x>xi://deals/NO>", "<>", 2);
        check("lelexi://x xi://deals/NO", "le xi://deals/NO", 1);
    }

    #[test]
    fn an_unfinished_link_is_no_link() {
        check("a [b](lexi://deals/NO", "a b", 1);
        check("a [b](lexi://deals/OK", "a [b](lexi://deals/OK", 0);
        check("a [b](lexi://deals/0198c5f0-0000", "a b", 1);
        check("a <lexi://deals/NO", "a ", 1);
        for text in ["a [b](lexi", "a [b](", "a [b", "a <le", "lex", "&#10", "lexi:"] {
            check(text, text, 0);
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in [
            "**Lexi:** hello. \"Lexi:\" said (Lexi: me)",
            "[a](https://example.com/x) and [b](javascript:alert(1)) <b> a < b",
            "- [ ] one\n- [x] two [1] [2][3] lexicon &amp; l&#108;",
        ] {
            check(text, text, 0);
        }
    }

    #[test]
    fn little_is_held_back() {
        let mut filter = filter();
        for (delta, shown) in [
            ("Hello! ", "Hello! "),
            ("fil", "fi"),
            ("m [", "lm "),
            ("a", ""),
            ("] b", "[a] b"),
            ("[a](", ""),
            ("h", "[a](h"),
            ("<", ""),
            ("b", "<b"),
        ] {
            assert_eq!(filter.push(delta), shown, "{delta}");
        }
        assert_eq!(filter.push("> 0, in [0, 5) "), "> 0, in ");
        assert_eq!(filter.push(&"a".repeat(195)), "");
        assert_eq!(filter.push("a"), format!("[0, 5) {}", "a".repeat(196)));
        let name = "n".repeat(200);
        assert_eq!(filter.push(&format!("[{name}](lexi://deals/{OTHER}).")), format!("{name}."));
        let long = format!("[{}", "a".repeat(1000));
        assert_eq!(filter.push(&long).len(), 1001);
        let link = format!("[{}](lexi://deals/{OTHER}).", "b".repeat(1000));
        assert_eq!(filter.push(&link), format!("[{}]().", "b".repeat(1000)));
        assert_eq!(filter.removed(), 2);
    }

    /// Every `lexi:` that could be a target is the usual form of the allowed link, and ends where it should.
    fn sound(text: &str) -> bool {
        let plain = text
            .replace("&#58;", ":")
            .replace("&colon;", ":")
            .replace("\\:", ":")
            .replace("&#108;", "l")
            .replace("&#x6C;", "l")
            .to_lowercase();
        plain.match_indices("lexi:").all(|(at, _)| {
            let rest = &plain[at..];
            let after = rest[5..].chars().next();
            if !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/') {
                return true;
            }
            let Some(tail) = rest.strip_prefix(&format!("lexi://deals/{DEAL}")) else { return false };
            let tail = tail.trim_start_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
            !tail.starts_with(|c: char| c.is_alphanumeric() || "/\\%#&-".contains(c))
        })
    }

    fn pieces() -> impl Strategy<Value = String> {
        let words = [
            "lexi:",
            "lexi://",
            "LEXI:",
            "le",
            "xi",
            "l",
            "exi",
            ":",
            "//",
            "/",
            "deals/",
            "contacts/",
            "deals",
            "[",
            "]",
            "(",
            ")",
            "](",
            "<",
            ">",
            "![",
            "[a](",
            "[1]: ",
            " ",
            "\n",
            "\n\n",
            "\"",
            "'",
            "`",
            "*",
            ".",
            "?",
            "#",
            "..",
            "\\",
            "\\:",
            "&#58;",
            "&colon;",
            "&#108;",
            "&#x6C;",
            "&",
            ";",
            "%2D",
            "a",
            "é",
            "中",
            "|",
        ];
        let piece = prop_oneof![
            8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
            2 => proptest::sample::select(vec![
                DEAL.to_owned(),
                OTHER.to_owned(),
                format!("lexi://deals/{DEAL}"),
                format!("lexi://deals/{OTHER}"),
                format!("[a](lexi://deals/{DEAL})"),
                format!("[b](lexi://deals/{OTHER})"),
                format!("<lexi://deals/{OTHER}>"),
            ]),
        ];
        proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn no_other_target_comes_out(text in pieces()) {
            let (out, _) = whole(&text);
            prop_assert!(sound(&out), "{} -> {}", text, out);
        }

        #[test]
        fn it_does_not_matter_how_the_text_is_cut(
            text in pieces(),
            long in proptest::sample::select(vec![0_usize, 150, 350]),
            cuts in proptest::collection::vec(1usize..40, 1..8),
        ) {
            let text = match long {
                0 => text,
                long => format!("[{}{text}{}{text}", "x".repeat(long), "é".repeat(40)),
            };
            let mut filter = filter();
            let (mut out, mut rest) = (String::new(), text.as_str());
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at(rest.ceil_char_boundary(*cut));
                out.push_str(&filter.push(piece));
                rest = after;
            }
            out.push_str(&filter.finish());
            prop_assert_eq!((out, filter.removed()), whole(&text));
        }

        #[test]
        fn text_without_the_scheme_comes_through(text in "([\\[\\]()<>lexi/! \n\"]|\\PC){0,80}") {
            let text = text.replace([':', '&'], ";");
            prop_assert_eq!(whole(&text), (text, 0));
        }
    }
}
