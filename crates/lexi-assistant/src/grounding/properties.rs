//! What holds whatever the text.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::evidence;
use super::*;

fn grouped(digits: &str, mark: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push_str(mark);
        }
        out.push(digit);
    }
    out
}

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,9}",
        "\\PC{1,3}",
        proptest::sample::select(vec![
            " ",
            "\n",
            ".",
            ",",
            "-",
            "/",
            ":",
            "+",
            "(",
            ")",
            "%",
            " %",
            "€",
            "EUR ",
            "k",
            " million",
            "th",
            "November ",
            " Nov",
            "Q3 ",
            "2026",
            "2026-11-24",
            "24.11.",
            "`",
            "```\n",
            "| ",
            "1. ",
            "@",
            "https://",
            "'",
            "\u{a0}",
            "年",
            "月",
            "日",
            "–",
            " to ",
            "T",
            "Z",
            "&#",
            ";",
            "about ",
            "_",
            "#",
            "days",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_text_is_too_strange(known in texts(), question in ".{0,40}", answer in texts()) {
        let mut evidence = evidence();
        evidence.add_json(&json!([known]));
        evidence.add_text(&question);
        let grounding = evidence.check(&answer);
        prop_assert!(grounding.unsupported.len() as u64 <= grounding.figures);
        prop_assert!(grounding.unsupported.iter().all(|text| answer.contains(text.as_str())));
    }

    #[test]
    fn what_is_copied_is_supported(text in texts(), number in any::<i64>(), float in -1e9..1e9f64) {
        let mut evidence = Evidence::default();
        evidence.add_json(&json!({ "note": text, "n": number, "f": float }));
        for answer in [text.clone(), format!("They wrote: \"{text}\"."), format!("- {text}\n\n{number}, {float}")] {
            prop_assert_eq!(evidence.check(&answer).unsupported, Vec::<String>::new(), "{}", answer);
        }
    }

    #[test]
    fn an_integer_is_known_in_any_form(
        number in 0u64..10_000_000_000_000,
        mark in proptest::sample::select(vec!["", ",", ".", "'", "’", " ", "\u{a0}", "\u{202f}", "\u{2009}"]),
        around in proptest::sample::select(vec![
            ("", ""), ("EUR ", ""), ("$", ""), ("€ ", ""), ("", " €"), ("", " CHF"), ("USD", ""), ("(", ")"), ("-", ""),
            ("**", "**"), ("", "."), ("about ", " deals"), ("US$", ".00"), ("", ",00 Euro"),
        ]),
    ) {
        // A point for the cents cannot separate thousands too, nor can a comma.
        let mark = if around.1.starts_with(&format!("{mark}0")) { "" } else { mark };
        let mut evidence = Evidence::default();
        evidence.add_json(&json!(number));
        let answer = format!("worth {}{}{} now", around.0, grouped(&number.to_string(), mark), around.1);
        let grounding = evidence.check(&answer);
        prop_assert_eq!(grounding, Grounding { figures: 1, unsupported: Vec::new() }, "{}", answer);
    }

    #[test]
    fn another_digit_is_another_number(
        number in 100_000u64..10_000_000_000_000,
        place in 0usize..13,
        add in 1u8..10,
        mark in proptest::sample::select(vec!["", ",", ".", "'", " "]),
    ) {
        let mut digits = number.to_string().into_bytes();
        let place = place % digits.len();
        digits[place] = b'0' + (digits[place] - b'0' + add) % 10;
        prop_assume!(digits[0] != b'0');
        let mut evidence = Evidence::default();
        evidence.add_json(&Value::from(number));
        let changed = grouped(&String::from_utf8(digits).unwrap(), mark);
        prop_assert_eq!(evidence.check(&format!("EUR {changed}")).unsupported, [format!("EUR {changed}")]);
    }
}
