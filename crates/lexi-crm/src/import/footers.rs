//! Lines that reports write below their rows: totals and legal notices.

use super::amounts;
use super::values;

const TOTALS: [&str; 8] =
    ["total", "totals", "grand total", "grand totals", "sum", "subtotal", "summe", "gesamt"];

/// Why a row is no record, where that is so.
pub(super) fn reason(fields: &[String]) -> Option<&'static str> {
    let mut filled = fields.iter().map(|field| field.trim()).filter(|field| !field.is_empty());
    let first = filled.next()?.to_lowercase();
    let rest: Vec<&str> = filled.collect();
    if rest.is_empty() && is_notice(&first) {
        return Some("is the footer of a report");
    }
    if is_counted_total(&first) {
        return Some("is a line of totals");
    }
    let number = |text: &&str| amounts::money(text).is_ok() || values::percent(text).is_ok();
    let sums = !rest.is_empty() && rest.iter().all(number);
    (sums && TOTALS.contains(&first.trim_end_matches(':'))).then_some("is a line of totals")
}

fn is_notice(text: &str) -> bool {
    text == "confidential information - do not distribute"
        || (text.starts_with("copyright") && text.contains("salesforce"))
}

/// `Grand Totals (12 records)`.
fn is_counted_total(text: &str) -> bool {
    let Some((total, count)) = text.strip_suffix(')').and_then(|text| text.split_once(" (")) else {
        return false;
    };
    let count = count.strip_suffix(" records").or_else(|| count.strip_suffix(" record"));
    TOTALS.contains(&total)
        && count
            .is_some_and(|count| count.chars().all(|c| c.is_ascii_digit() || c == ',') && !count.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Option<&'static str> {
        reason(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn totals_and_legal_notices_are_no_records() {
        for row in [
            &["Grand Totals (12 records)"][..],
            &["", "Total", "", "$1,200,000.00", "45%"],
            &["Total:", "12"],
            &["Confidential Information - Do Not Distribute"],
            &["Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.", "", ""],
            &["Copyright © 2000-2026 salesforce.com, inc. All rights reserved."],
        ] {
            assert!(of(row).is_some(), "{row:?}");
        }
        for row in [
            &["Total"][..],
            &["Total", "Paris"],
            &["Total Energies", "5"],
            &["Grand Totals (all records)"],
            &["Copyright Agency"],
            &["12", "Total"],
            &[""],
        ] {
            assert_eq!(of(row), None, "{row:?}");
        }
    }
}
