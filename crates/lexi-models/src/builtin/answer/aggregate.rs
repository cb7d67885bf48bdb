//! Counts, sums, averages and weighted values of deals, alone or by group.

use serde_json::Value;

use super::super::format::{counted, money, noun, plain, thousands};
use super::super::question::{Entity, Group, Intent, Question};
use super::{filters, json};

const GROUPS_SHOWN: usize = 20;

pub(super) fn word(question: &Question, plural: &str, result: &Value) -> Option<String> {
    let total = json::count(result, "total")?;
    let intent = question.intent.unwrap_or(Intent::Count);
    let groups = json::list(result, "groups");
    if intent == Intent::Summary {
        return Some(summary(question, result, total, groups));
    }
    let head = match intent {
        Intent::Sum => valued(result, total, "sum", "total value"),
        Intent::Average => valued(result, total, "average", "average value"),
        Intent::Weighted => valued(result, total, "weighted", "probability-weighted value"),
        Intent::Median => valued(result, total, "median", "median value"),
        Intent::WinRate => win_rate(result),
        Intent::Cycle => cycle(plural, result),
        _ => {
            let verb = if total == 1 { "is" } else { "are" };
            format!(
                "There {verb} **{}** {}{}.",
                thousands(&total.to_string()),
                noun(total, plural),
                filters::behind_noun(result)
            )
        }
    };
    let head = format!("{head}{}", compared(intent, plural, result));
    if question.group.is_none() && groups.is_empty() || total == 0 {
        return Some(head);
    }
    let by = json::text(result, "group_by").map_or_else(String::new, |by| by_line(result, by));
    Some(format!("{head}{by}\n\n{}", group_lines(intent, plural, result, groups)))
}

fn by_line(result: &Value, by: &str) -> String {
    let part = if json::is_true(result, "truncated") { " (the first ones)" } else { "" };
    format!(" By {}{part}:", plain(by.trim_start_matches("custom.")).replace('_', " "))
}

/// What it was in the period before.
fn compared(intent: Intent, plural: &str, result: &Value) -> String {
    let Some(previous) = result.get("previous") else { return String::new() };
    let with = filters::behind_noun(previous);
    let count = counted(json::count(previous, "total").unwrap_or(0), plural);
    let figure = match intent {
        Intent::WinRate => rate(previous),
        Intent::Cycle => days(previous),
        _ => match amount_key(intent).and_then(|key| amounts(json::list(previous, "totals"), key)) {
            Some(amounts) => format!("**{amounts}**"),
            None => String::new(),
        },
    };
    let percent = result.get("change").and_then(|change| change.get("count_percent")).and_then(Value::as_f64);
    let change = percent.map(|percent| format!(", a change of {percent:+} %")).unwrap_or_default();
    match figure.as_str() {
        "" => format!(" Before that: **{count}**{with}{change}."),
        figure => format!(" Before that: {figure} of {count}{with}."),
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
fn rate(figures: &Value) -> String {
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
fn days(figures: &Value) -> String {
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

fn valued(result: &Value, total: u64, key: &str, what: &str) -> String {
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

/// The amounts of all currencies side by side; nothing where there is none.
fn amounts(totals: &[Value], key: &str) -> Option<String> {
    let shown: Vec<String> = totals
        .iter()
        .filter(|total| json::count(total, "count_with_value") != Some(0))
        .filter_map(|total| money(total.get(key)?, json::text(total, "currency")))
        .collect();
    (!shown.is_empty()).then(|| shown.join(" + "))
}

fn summary(question: &Question, result: &Value, total: u64, groups: &[Value]) -> String {
    let applied = filters::list(result);
    let scope = if applied.is_empty() { String::new() } else { format!(" ({applied})") };
    if total == 0 {
        return format!("There are **0** deals in the pipeline{scope}.");
    }
    let totals = json::list(result, "totals");
    let mut text = format!("The pipeline holds **{}**{scope}", counted(total, "deals"));
    if let Some(sum) = amounts(totals, "sum") {
        text.push_str(&format!(", worth **{sum}**"));
    }
    if let Some(weighted) = amounts(totals, "weighted") {
        text.push_str(&format!("; weighted by probability, {weighted}"));
    }
    let by = question.group.unwrap_or(Group::Stage).of(Entity::Deals);
    format!("{text}. By {by}:\n\n{}", group_lines(Intent::Summary, "deals", result, groups))
}

fn group_lines(intent: Intent, plural: &str, result: &Value, groups: &[Value]) -> String {
    let groups = in_order(intent, result, groups);
    let mut lines: Vec<String> =
        groups.iter().take(GROUPS_SHOWN).map(|group| group_line(intent, plural, group)).collect();
    let hidden = groups.len().saturating_sub(GROUPS_SHOWN);
    if hidden > 0 || json::is_true(result, "truncated") {
        lines.push("- … and further groups that are not shown here".to_owned());
    }
    lines.join("\n")
}

/// Groups without an order of their own, by the amount that was asked for; in the currency that most deals have.
fn in_order<'a>(intent: Intent, result: &Value, groups: &'a [Value]) -> Vec<&'a Value> {
    let mut groups: Vec<&Value> = groups.iter().collect();
    let by_amount = matches!(
        json::text(result, "group_by"),
        Some("owner" | "company" | "industry" | "country" | "pipeline" | "priority")
    );
    let Some(key) = amount_key(intent).filter(|_| by_amount) else { return groups };
    let most = json::list(result, "totals").iter().max_by_key(|total| json::count(total, "count"));
    let currency = most.and_then(|total| json::text(total, "currency"));
    let amount = |group: &Value| {
        let total =
            json::list(group, "totals").iter().find(|total| json::text(total, "currency") == currency);
        total.and_then(|total| total.get(key)).and_then(Value::as_f64).unwrap_or(f64::NEG_INFINITY)
    };
    groups.sort_by(|one, other| amount(other).total_cmp(&amount(one)));
    groups
}

const fn amount_key(intent: Intent) -> Option<&'static str> {
    match intent {
        Intent::Sum | Intent::Summary => Some("sum"),
        Intent::Average => Some("average"),
        Intent::Weighted => Some("weighted"),
        Intent::Median => Some("median"),
        _ => None,
    }
}

fn group_line(intent: Intent, plural: &str, group: &Value) -> String {
    let key = json::name(group, "key").map_or_else(|| "(none)".to_owned(), plain);
    let count = counted(json::count(group, "count").unwrap_or_default(), plural);
    let totals = json::list(group, "totals");
    let amount = |key| amounts(totals, key);
    match intent {
        Intent::Summary => {
            let value = amount("sum").unwrap_or_else(|| "no value".to_owned());
            let weighted = amount("weighted").map(|w| format!(", weighted {w}")).unwrap_or_default();
            format!("- **{key}**: {count}, {value}{weighted}")
        }
        Intent::WinRate => format!("- **{key}**: {}", rate(group)),
        Intent::Cycle => format!("- **{key}**: {}", days(group)),
        Intent::Sum | Intent::Average | Intent::Weighted | Intent::Median => {
            let shown = amount_key(intent).and_then(amount).unwrap_or_else(|| "no value".to_owned());
            format!("- **{key}**: {shown} ({count})")
        }
        _ => format!("- **{key}**: {count}"),
    }
}
