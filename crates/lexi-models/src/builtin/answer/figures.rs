//! Figures as an answer shows them: counts, amounts of each currency, rates, days.

use serde_json::Value;

use super::super::format::{counted, money, noun, thousands};
use super::super::question::Measure;
use super::{filters, json};

/// The sentence that says a figure of everything that was asked for.
pub(super) fn sentence(measure: Measure, plural: &str, result: &Value, total: u64) -> String {
    match measure {
        Measure::Count => {
            let verb = if total == 1 { "is" } else { "are" };
            let (count, noun) = (thousands(&total.to_string()), noun(total, plural));
            format!("There {verb} **{count}** {noun}{}.", filters::behind_noun(result))
        }
        Measure::WinRate => win_rate(result),
        Measure::Cycle => cycle(plural, result),
        money => valued(result, total, money),
    }
}

/// What an amount is called.
const fn called(measure: Measure) -> &'static str {
    match measure {
        Measure::Average => "average value",
        Measure::Median => "median value",
        Measure::Smallest => "smallest value",
        Measure::Largest => "largest value",
        Measure::Weighted => "probability-weighted value",
        _ => "total value",
    }
}

/// The figure of one group, or of the period before; without what it is a figure of.
pub(super) fn figure(measure: Measure, plural: &str, figures: &Value, count: u64) -> String {
    match measure {
        Measure::Count => counted(count, plural),
        Measure::WinRate => rate(figures),
        Measure::Cycle => days(figures),
        money => {
            let shown = amounts(json::list(figures, "totals"), money.as_str());
            format!("{} ({})", shown.unwrap_or_else(|| "no value".to_owned()), counted(count, plural))
        }
    }
}

fn win_rate(result: &Value) -> String {
    let ended = json::count(result, "won").unwrap_or(0) + json::count(result, "lost").unwrap_or(0);
    let with = filters::behind_noun(result);
    if ended == 0 {
        return format!("No deal{with} is won or lost yet, so there is no win rate.");
    }
    format!("The win rate of {}{with} is {}.", counted(ended, "closed deals"), rate(result))
}

/// "**43.2 %** (12 won, 16 lost)".
pub(super) fn rate(figures: &Value) -> String {
    let of = |key| thousands(&json::count(figures, key).unwrap_or(0).to_string());
    match figures.get("win_rate").and_then(Value::as_f64) {
        Some(rate) => format!("**{rate} %** ({} won, {} lost)", of("won"), of("lost")),
        None => "none is won or lost yet".to_owned(),
    }
}

fn cycle(plural: &str, result: &Value) -> String {
    let (from, to) = if plural == "matters" { ("opening", "closing") } else { ("creation", "close") };
    let with = filters::behind_noun(result);
    let ended = result.get("cycle_days").and_then(|cycle| json::count(cycle, "count")).unwrap_or(0);
    if ended == 0 {
        return format!("None of the {plural}{with} has ended yet, so I cannot say how long they take.");
    }
    format!("From {from} to {to}, {}{with} took {}.", counted(ended, plural), days(result))
}

/// "**45.3 days** on average (median 41, from 2 to 190)".
pub(super) fn days(figures: &Value) -> String {
    let cycle = figures.get("cycle_days").cloned().unwrap_or_default();
    let of = |key: &str| cycle.get(key).filter(|value| value.is_number()).map(ToString::to_string);
    let short = |number: String| number.strip_suffix(".0").map(str::to_owned).unwrap_or(number);
    match (of("average"), of("median"), of("min"), of("max")) {
        (Some(average), Some(median), Some(min), Some(max)) => {
            format!("**{} days** on average (median {}, from {min} to {max})", short(average), short(median))
        }
        (Some(average), ..) => format!("**{} days** on average", short(average)),
        _ => "none has ended yet".to_owned(),
    }
}

fn valued(result: &Value, total: u64, measure: Measure) -> String {
    let (key, what) = (measure.as_str(), called(measure));
    let with = filters::behind_noun(result);
    if total == 0 {
        return format!("There are **0** deals{with}, so there is no {what}.");
    }
    let totals = json::list(result, "totals");
    let Some(amounts) = amounts(totals, key) else {
        return format!("Of {}{with}, none carries a value, so there is no {what}.", counted(total, "deals"));
    };
    let valued: u64 =
        totals.iter().filter_map(|t| json::count(t, "count_with_value")).fold(0, u64::saturating_add);
    let of = if key == "average" || key == "median" || valued != total {
        format!(
            " ({} of them {} a value)",
            thousands(&valued.to_string()),
            if valued == 1 { "carries" } else { "carry" }
        )
    } else {
        String::new()
    };
    format!("The {what} of {}{with} is **{amounts}**{of}.", counted(total, "deals"))
}

/// The amounts of all currencies side by side, for nothing is converted; nothing where there is none.
pub(super) fn amounts(totals: &[Value], key: &str) -> Option<String> {
    let shown: Vec<String> = totals
        .iter()
        .filter(|total| json::count(total, "count_with_value") != Some(0))
        .filter_map(|total| money(total.get(key)?, json::text(total, "currency")))
        .collect();
    // Sums of several currencies add up to what there is, averages do not.
    let joint = if matches!(key, "sum" | "weighted") { " + " } else { " and " };
    (!shown.is_empty()).then(|| shown.join(joint))
}
