//! What is read as what, by examples.

use lexi_types::Date;
use serde_json::json;

use super::*;

pub(super) fn evidence() -> Evidence {
    let mut evidence = Evidence::default();
    evidence.add_json(&json!({
        "total": 375,
        "groups": [
            { "stage": "Lead", "deals": 113, "value": 1_234_567, "currency": "EUR" },
            { "stage": "Won", "deals": 61, "value": 48_250.5, "share": 0.615 },
        ],
        "contacts": [
            {
                "id": "0198c5f0-0000-7000-8000-000000987654", "phone": "+49 (0)30 901820-45", "size": "11-50",
                "next_follow_up_date": "2026-12-03", "created_date": "2025-07-14T09:30:00Z",
            },
            { "matter": "M-2024-0012", "note": "Paid CHF 87'500.– on 5 March, see https://x.example/77777." },
            { "mobile": "0171 5550199", "us": "+1 (415) 555-0132", "2026-05": -42 },
        ],
    }));
    evidence.add_text("Which top 7 deals are over 50,000, and what is due on 1 February?");
    evidence.today(Date::new(2026, 11, 24).unwrap());
    evidence
}

fn unsupported(answer: &str) -> Vec<String> {
    evidence().check(answer).unsupported
}

#[test]
fn figures_of_the_tools_are_supported_in_any_form() {
    for answer in [
        "375 deals, 113 of them in Lead; 3 contacts in 2 groups; here are 7 deals",
        "EUR 1,234,567 and 1.234.567 € and €1'234'567 and 1 234 567 EUR and 12,34,567",
        "1\u{a0}234\u{202f}567? no, 1\u{202f}234\u{202f}567 and 1\u{2009}234\u{2009}567",
        "about 1.2 million, EUR 1.23m, 1,235k, 1.2 Mio. Euro, 0.001 billion, 12.3 lakh, ~1,200,000, over 1.2M",
        "EUR 48k, 48,250.50, 48.250,50, 48,251, $48.3k, nearly 50,000, (48,250.50), -48.250,5",
        "61.5%, 61,5 %, 62 percent, share 0.615, 61 Prozent",
        "113 of 375 are 30.1% or 30 %; without them 69.9%; from 61 to 113 it grew by 85%",
        "between 30 and 31%, 30–31 %, size 11–50 or 11-50, a 42-day delay",
        "CHF 87'500, paid 5 March, 5. März, Mar 5th, March 5, 2026",
    ] {
        assert_eq!(unsupported(answer), [""; 0], "{answer}");
    }
}

#[test]
fn dates_of_the_tools_are_supported_in_any_form() {
    for answer in [
        "2026-12-03, 3 December 2026, December 3, 2026, 3rd of December, Dec 3, 3. Dezember 2026",
        "03.12.2026, 12/03/2026, 3/12/2026, 3.12., 3.12.26, 2026/12/03, 2026-12, 12/2026",
        "December 2026, Dec '26, Q4'26, Q4 2026, 3 de diciembre de 2026, 2026-Q4, Q3/2025, July 2025, 14 Jul 2025, 2025-07-14T09:30:00Z, in 2025",
        "2026年12月3日, 12月3日, 2026年12月",
        "today is 24 November 2026, yesterday 23–24 November, tomorrow Nov 25, this month November 2026",
        "due in 9 days, in a 1 week, 16 months ago, 1 February, May 2026",
    ] {
        assert_eq!(unsupported(answer), [""; 0], "{answer}");
    }
}

#[test]
fn made_up_figures_are_found_as_they_stand() {
    for (answer, expected) in [
        ("There are **376 deals**.", &["376"][..]),
        ("EUR 1,234,568 or 1.3 million or $49k", &["EUR 1,234,568", "1.3 million", "$49k"]),
        ("worth 1,200,000 and about 1,500,000", &["1,200,000", "1,500,000"]),
        ("12 % and 63.33%; 17.31 percent", &["12 %", "63.33%", "17.31 percent"]),
        ("-€ 17.50, (99.90 CHF)", &["-€ 17.50", "99.90 CHF"]),
        (
            "on 4 December 2026, 2026-12-04, Dec 5th, 04.12.2026",
            &["4 December 2026", "2026-12-04", "Dec 5th", "04.12.2026"],
        ),
        ("in March 2024, Q1 2024, 2024, 1999-05", &["March 2024", "Q1 2024", "2024", "1999-05"]),
        ("23–26 November 2026", &["23–26 November 2026"]),
        (
            "call +49 30 901820-46 or 0171 5550198 or (555) 123-4567",
            &["+49 30 901820-46", "0171 5550198", "(555) 123-4567"],
        ),
        ("call 0301234567", &["0301234567"]),
        ("987654 and 98,765", &["987654", "98,765"]),
        ("overdue by 77 days, 76-day, 78h", &["77", "76", "78"]),
        ("376, 376 and 376", &["376"]),
        ("共376笔交易, 1.3亿", &["376", "1.3亿"]),
    ] {
        assert_eq!(unsupported(answer), expected, "{answer}");
    }
}

#[test]
fn phone_numbers_are_compared_by_their_digits() {
    for answer in [
        "+49 30 90182045",
        "+49 (0)30 901820-45",
        "030 901820-45",
        "+49.30.901820.45",
        "+49 171 555 0199",
        "01715550199",
        "0171.555.0199",
        "415.555.0132",
    ] {
        let grounding = evidence().check(answer);
        assert_eq!(grounding, Grounding { figures: 1, unsupported: Vec::new() }, "{answer}");
    }
}

#[test]
fn what_is_no_figure_is_not_counted() {
    for text in [
        "1. Anna\n2. Bruno\n  3) Clara\n- 4. Dora\n**5.** Emil\n## 6. Friends",
        "| # | Name |\n|---|---|\n| 1 | Anna |\n| 2 | Bruno |\n| 3 | Clara |",
        "M-2031-0099, v1.2, 3.5.1, A4, H100, B2B, 10.1.2.3, 2031-0099, COVID-19, 3D, FY2031, the 2020s, Art. 6, §433, Section 12(3), ISO 9001, 3½, 50/50",
        "[x](https://a.example/123/456?n=789) www.b.example/99 <lexi://deals/0198c5f0-0000-7000-8000-00000000000d>",
        "0198c5f0-1234-7000-8000-00000000000d, a.b99@c77.example, it&#39;s",
        "`SELECT 99`, ``a ` 98``\n```\n97\n```\n~~~\n96",
        "at 14:30, 9:05 am, 9 am, 17 Uhr, 5pm, 24/7",
        "the 19th deal, 1st, step 17, § 98, no. 77, the top 99, #88, page 76, two, three and twelve",
        "",
    ] {
        assert_eq!(evidence().check(text), Grounding::default(), "{text}");
    }
}

#[test]
fn figures_are_counted_and_few_are_listed() {
    let answer: String = (500..600).map(|n| format!("{n}999 deals, ")).collect();
    let grounding = evidence().check(&format!("375 deals. {answer}"));
    assert_eq!((grounding.figures, grounding.unsupported.len()), (101, UNSUPPORTED_MAX));
    assert_eq!(grounding.unsupported[0], "500999");
}

#[test]
fn counts_of_an_aggregate_may_be_added_up_and_nothing_else() {
    let aggregate = |truncated: bool| {
        let group =
            |keys: [&str; 2], count: u64| json!({ "keys": keys, "count": count, "sum": count * 1000 });
        json!({
            "won": 320, "lost": 205, "truncated": truncated,
            "totals": [{ "currency": "CHF", "count_with_value": 2 }, { "currency": "EUR", "count_with_value": 299 }],
            "groups": [group(["Tax", "open"], 55), group(["Tax", "closed"], 13), group(["Family", "open"], 23)],
        })
    };
    let found = |truncated, answer: &str| {
        let mut evidence = Evidence::default();
        evidence.add_json(&aggregate(truncated));
        evidence.check(answer).unsupported
    };
    assert_eq!(
        found(false, "525 closed, 301 with a value, Tax 68, open 78, not 91 or 36; 68,000.00"),
        ["91", "36", "68,000.00"]
    );
    assert_eq!(found(true, "525 closed, Tax 68"), ["68"]);
}

#[test]
fn nothing_is_known_of_nothing() {
    let empty = Evidence::default();
    assert_eq!(empty.check("5 deals, 10%, 2026-11-24, +49 30 901820").unsupported.len(), 4);
}
