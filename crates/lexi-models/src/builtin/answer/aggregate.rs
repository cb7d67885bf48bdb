//! Figures alone, by group, by two groups, side by side with the period before.

use serde_json::Value;

use super::super::format::{counted, joined, plain, thousands};
use super::super::question::{Condition, Grouping, Intent, Leader, Measure, Question};
use super::super::words::fold;
use super::figures::{amounts, figure, sentence};
use super::{filters, json};

const GROUPS_SHOWN: usize = 60;

pub(super) fn word(question: &Question, plural: &str, result: &Value) -> Option<String> {
    let total = json::count(result, "total")?;
    let groups = json::list(result, "groups");
    let measures = match question.measures.as_slice() {
        [] => vec![Measure::Count],
        several => several.to_vec(),
    };
    if question.intent == Some(Intent::Summary) {
        return Some(summary(result, total, groups));
    }
    let heads: Vec<String> =
        measures.iter().map(|measure| sentence(*measure, plural, result, total)).collect();
    let head = format!("{}{}", heads.join(" "), compared(&measures, plural, result));
    if groups.is_empty() || total == 0 {
        return Some(head);
    }
    if let Some(condition) = &question.share {
        return Some(share(condition, plural, result, total, groups));
    }
    if !question.having.is_empty() {
        return Some(with_so_many(question, plural, result, groups));
    }
    // Counts come along with everything else.
    let measure =
        measures.iter().copied().find(|measure| *measure != Measure::Count).unwrap_or(Measure::Count);
    let leader = question.leader.and_then(|leader| first_of(leader, measure, plural, result));
    let leader = leader.map(|sentence| format!("{sentence}\n\n")).unwrap_or_default();
    let by = by_line(result);
    let lines = if json::list(result, "group_by").len() > 1 {
        pivot(measure, plural, groups)
    } else {
        lines(question, measure, plural, result, groups)
    };
    Some(format!("{leader}{head}{by}\n\n{lines}"))
}

/// "By owner and quarter:"
fn by_line(result: &Value) -> String {
    let name = |value: &Value| {
        value.as_str().map(|by| plain(by.trim_start_matches("custom.")).replace("\\_", " ").replace('_', " "))
    };
    let names: Vec<String> = match result.get("group_by") {
        Some(Value::Array(several)) => several.iter().filter_map(name).collect(),
        Some(one) => name(one).into_iter().collect(),
        None => Vec::new(),
    };
    let part = if json::is_true(result, "truncated") { " (the first ones)" } else { "" };
    if names.is_empty() { String::new() } else { format!(" By {}{part}:", joined(&names, "and")) }
}

/// "Of 1,500 contacts, 289 have the status Client: 19.3 %."
fn share(condition: &Condition, plural: &str, result: &Value, total: u64, groups: &[Value]) -> String {
    let asked = condition.values.first().map(|value| fold(value)).unwrap_or_default();
    let group = groups.iter().find(|group| json::name(group, "key").is_some_and(|key| fold(key) == asked));
    let count = group.and_then(|group| json::count(group, "count")).unwrap_or(0);
    let tenths = (2000 * count + total) / (2 * total);
    let name = group.map_or_else(|| condition.values.first().map(|v| plain(v)).unwrap_or_default(), key);
    let have = if count == 1 { "has" } else { "have" };
    format!(
        "Of {}{}, **{}** {have} the {} {name}: **{}.{} %**.",
        counted(total, plural),
        filters::behind_noun(result),
        thousands(&count.to_string()),
        condition.field.noun(),
        tenths / 10,
        tenths % 10
    )
}

/// The groups that are as large as was asked for.
fn with_so_many(question: &Question, plural: &str, result: &Value, groups: &[Value]) -> String {
    let having = question.having;
    let fits = |group: &&Value| {
        let count =
            json::count(group, "count").and_then(|count| u32::try_from(count).ok()).map_or(0.0, f64::from);
        let least = having.min.is_none_or(|min| count > min || !having.beyond && count >= min);
        let most = having.max.is_none_or(|max| count < max || !having.beyond && count <= max);
        least && most && json::name(group, "key").is_some_and(|key| key != "(none)")
    };
    let fitting: Vec<Value> = groups.iter().filter(fits).cloned().collect();
    let bound = match (having.min, having.max, having.beyond) {
        (Some(min), Some(max), _) => format!("{min} to {max}"),
        (Some(min), None, true) => format!("more than {min}"),
        (Some(min), None, false) => format!("at least {min}"),
        (None, Some(max), true) => format!("fewer than {max}"),
        (None, Some(max), false) => format!("at most {max}"),
        (None, None, _) => String::new(),
    };
    let number = thousands(&fitting.len().to_string());
    let with = filters::behind_noun_but(result, "present");
    let have = if fitting.len() == 1 { "has" } else { "have" };
    // They come with the largest first: once one is too small, all that follow are.
    let more = json::is_true(result, "truncated") && groups.last().as_ref().is_some_and(fits);
    let whole =
        if more { " There may be more: only the groups with the most records were looked at." } else { "" };
    let whose = match question.groups.first() {
        Some(Grouping::Field(field)) => several(&field.noun(), fitting.len()),
        _ => "groups".to_owned(),
    };
    let head = format!("**{number}** {whose} {have} {bound} {plural}{with}.{whole}{}", by_line(result));
    if fitting.is_empty() {
        return head.trim_end_matches(|c| c != '.').to_owned();
    }
    format!("{head}\n\n{}", lines(question, Measure::Count, plural, &Value::Null, &fitting))
}

/// "1 company", "3 companies" without the number.
fn several(noun: &str, count: usize) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => noun.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    }
}

/// Whoever has the most or the least; several, where they have the same.
fn first_of(leader: Leader, measure: Measure, plural: &str, result: &Value) -> Option<String> {
    let groups = json::list(result, "groups");
    let named = |group: &&Value| json::name(group, "key").is_some_and(|key| key != "(none)");
    let shown =
        |group: &Value| figure(measure, plural, group, json::count(group, "count").unwrap_or_default());
    let known: Vec<&Value> = groups.iter().filter(named).collect();
    let first = shown(known.first()?);
    let same: Vec<String> = known
        .iter()
        .take_while(|group| shown(group) == first)
        .filter_map(|group| json::name(group, "key"))
        .map(|key| format!("**{}**", plain(key)))
        .collect();
    let place = match leader {
        Leader::Most => "first",
        Leader::Least => "last",
    };
    let come = if same.len() == 1 { "comes" } else { "come" };
    // Amounts of several currencies have no order but that in one of them.
    let currency = json::text(result, "ranked_in").map(|code| format!(" in {code}")).unwrap_or_default();
    Some(format!("{} {come} {place}{currency}, with {first}.", joined(&same, "and")))
}

/// What it was in the period before.
fn compared(measures: &[Measure], plural: &str, result: &Value) -> String {
    let Some(previous) = result.get("previous") else { return String::new() };
    let with = filters::behind_noun(previous);
    let count = json::count(previous, "total").unwrap_or(0);
    let mut text = String::from(" Before that: ");
    let figures: Vec<String> = measures
        .iter()
        .filter(|measure| **measure != Measure::Count || measures.len() == 1)
        .map(|measure| match measure {
            Measure::Count => format!("**{}**", counted(count, plural)),
            measure => {
                let shown = figure(*measure, plural, previous, count);
                if shown.contains("**") { shown } else { format!("**{shown}**") }
            }
        })
        .collect();
    text.push_str(&figures.join(", "));
    text.push_str(&with);
    text.push_str(&change(measures, result));
    text.push('.');
    text
}

/// By how much it has changed; of amounts for each currency.
fn change(measures: &[Measure], result: &Value) -> String {
    let Some(change) = result.get("change") else { return String::new() };
    let percent =
        |value: Option<&Value>| value.and_then(Value::as_f64).map(|percent| format!("{percent:+} %"));
    if measures.contains(&Measure::Sum) {
        let changes: Vec<String> = json::list(change, "totals")
            .iter()
            .filter_map(|total| {
                Some(format!(
                    "{} {}",
                    plain(json::text(total, "currency")?),
                    percent(total.get("sum_percent"))?
                ))
            })
            .collect();
        return if changes.is_empty() {
            String::new()
        } else {
            format!(", a change of {}", changes.join(" and "))
        };
    }
    if !measures.contains(&Measure::Count) {
        return String::new();
    }
    percent(change.get("count_percent")).map(|percent| format!(", a change of {percent}")).unwrap_or_default()
}

fn summary(result: &Value, total: u64, groups: &[Value]) -> String {
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
    let lines: Vec<String> = groups.iter().take(GROUPS_SHOWN).map(summary_line).collect();
    format!("{text}.{}\n\n{}{}", by_line(result), lines.join("\n"), hidden(result, groups))
}

fn summary_line(group: &Value) -> String {
    let totals = json::list(group, "totals");
    let value = amounts(totals, "sum").unwrap_or_else(|| "no value".to_owned());
    let weighted = amounts(totals, "weighted").map(|w| format!(", weighted {w}")).unwrap_or_default();
    let count = counted(json::count(group, "count").unwrap_or_default(), "deals");
    format!("- **{}**: {count}, {value}{weighted}", key(group))
}

fn key(group: &Value) -> String {
    json::name(group, "key").map_or_else(|| "(none)".to_owned(), plain)
}

/// Where only the first are wanted, those without the field come after them.
fn first(limit: Option<usize>, groups: &[Value]) -> (Vec<&Value>, bool) {
    let Some(limit) = limit else { return (groups.iter().collect(), false) };
    let none = |group: &&Value| json::name(group, "key") == Some("(none)");
    let named: Vec<&Value> = groups.iter().filter(|group| !none(group)).collect();
    let cut = named.len() > limit;
    (named.into_iter().take(limit).chain(groups.iter().filter(none)).collect(), cut)
}

fn lines(question: &Question, measure: Measure, plural: &str, result: &Value, groups: &[Value]) -> String {
    let line = |group: &&Value| {
        let count = json::count(group, "count").unwrap_or_default();
        format!("- **{}**: {}", key(group), figure(measure, plural, group, count))
    };
    let (shown, cut) = first(question.limit, groups);
    let lines: Vec<String> = shown.iter().take(GROUPS_SHOWN).map(line).collect();
    if cut {
        return format!("{}\n- … and others", lines.join("\n"));
    }
    let other = result.get("other").and_then(|other| {
        let (count, number) = (json::count(other, "count")?, json::count(other, "groups")?);
        let noun = if number == 1 { "other" } else { "others" };
        Some(format!(
            "\n- {} {noun}: {}",
            thousands(&number.to_string()),
            figure(measure, plural, other, count)
        ))
    });
    format!("{}{}", lines.join("\n"), other.unwrap_or_else(|| hidden(result, groups)))
}

fn hidden(result: &Value, groups: &[Value]) -> String {
    let cut = groups.len() > GROUPS_SHOWN || json::is_true(result, "truncated");
    if cut { "\n- … and further groups that are not shown here".to_owned() } else { String::new() }
}

/// Two groupings: a line for each value of the first, with the figures of the second.
fn pivot(measure: Measure, plural: &str, groups: &[Value]) -> String {
    let mut rows: Vec<(String, Vec<String>, u64)> = Vec::new();
    for group in groups {
        let keys = json::list(group, "keys");
        let name =
            |place: usize| keys.get(place).and_then(Value::as_str).map_or_else(|| "(none)".to_owned(), plain);
        let count = json::count(group, "count").unwrap_or_default();
        let shown = match measure {
            Measure::Count => thousands(&count.to_string()),
            measure => figure(measure, plural, group, count),
        };
        let cell = format!("{} {shown}", name(1));
        match rows.iter_mut().find(|(row, ..)| *row == name(0)) {
            Some((_, cells, total)) => {
                cells.push(cell);
                *total += count;
            }
            None => rows.push((name(0), vec![cell], count)),
        }
    }
    let all = rows.len();
    let line = |(row, cells, total): (String, Vec<String>, u64)| {
        format!("- **{row}** ({}): {}", counted(total, plural), cells.join(" · "))
    };
    let mut lines: Vec<String> = rows.into_iter().take(GROUPS_SHOWN).map(line).collect();
    if all > GROUPS_SHOWN {
        lines.push("- … and further groups that are not shown here".to_owned());
    }
    lines.join("\n")
}
