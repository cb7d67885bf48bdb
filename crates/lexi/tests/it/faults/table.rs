//! The table as operators read it.

use std::time::Duration;

use super::case::{Adapter, Case, Facts, When};
use super::cell::Outcome;

const HEAD: &str = "| Fault | When | Model | The client sees | Charged | Stored | Calls of the model | Ends after | Took (s) |\n|---|---|---|---|---|---|---|---|---|\n";
const BEFORE_TABLE: &str =
    "<!-- The table is written by the test: LEXI_WRITE_TABLE=1 cargo test -p lexi --test it faults -->\n";

type Cells<'a> = &'a [(usize, Adapter, Outcome)];

/// The lines of the table, in the order of the cases.
pub(super) fn written(cases: &[Case], cells: Cells<'_>) -> String {
    let lines = cases.iter().enumerate().map(|(at, case)| {
        let has = |when: When| cases.iter().any(|other| other.fault == case.fault && other.when == when);
        let when = match case.when {
            When::Before if !has(When::After) => "before; after –",
            When::After if !has(When::Before) => "before –; after",
            when => when.word(),
        };
        lines(case, when, at, cells)
    });
    format!("{HEAD}{}", lines.collect::<String>())
}

fn lines(case: &Case, when: &str, at: usize, cells: Cells<'_>) -> String {
    let of = |adapter| {
        cells.iter().find(|(cell, by, _)| *cell == at && *by == adapter).map(|(_, _, outcome)| outcome)
    };
    let (Some(openai), Some(anthropic)) = (of(Adapter::OpenAi), of(Adapter::Anthropic)) else {
        return String::new();
    };
    if openai.facts == anthropic.facts {
        let took = format!("{} / {}", seconds(openai.took), seconds(anthropic.took));
        return line(case, when, "both", &openai.facts, &took);
    }
    let each = [(Adapter::OpenAi, openai), (Adapter::Anthropic, anthropic)];
    each.map(|(adapter, outcome)| line(case, when, adapter.word(), &outcome.facts, &seconds(outcome.took)))
        .concat()
}

fn line(case: &Case, when: &str, model: &str, facts: &Facts, took: &str) -> String {
    let Facts { sees, charged, stored, attempts } = facts;
    let attempts = if attempts.is_empty() { "–" } else { attempts };
    let (fault, ends) = (&case.fault, case.ends.words());
    format!("| {fault} | {when} | {model} | {sees} | {charged} | {stored} | {attempts} | {ends} | {took} |\n")
}

fn seconds(took: Duration) -> String {
    format!("{:.1}", took.as_secs_f64())
}

/// Writes the table where that is asked for; else says in what it differs from the one that is kept. The time that a run
/// took is of that run.
pub(super) fn differs(table: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/model-failures.md");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let (before, old) = kept.split_once(BEFORE_TABLE).unwrap_or((kept.as_str(), ""));
    if std::env::var_os("LEXI_WRITE_TABLE").is_some() {
        std::fs::write(path, format!("{before}{BEFORE_TABLE}\n{table}")).unwrap();
        return Vec::new();
    }
    let (old, new) = (facts(old), facts(table));
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("only in docs/model-failures.md: {line}"));
    let more = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("not in docs/model-failures.md: {line}"));
    let mut wrong: Vec<String> = gone.chain(more).collect();
    if wrong.is_empty() && old != new {
        wrong.push("docs/model-failures.md has another order".to_owned());
    }
    wrong
}

/// The lines without their last column.
fn facts(table: &str) -> Vec<&str> {
    let lines = table.lines().filter(|line| line.starts_with('|'));
    lines
        .map(|line| line.trim_end_matches(" |").rsplit_once(" | ").map_or(line, |(facts, _)| facts))
        .collect()
}

#[test]
fn the_limits_in_the_document_are_the_defaults() {
    let (document, example) = (
        include_str!("../../../../../docs/model-failures.md"),
        include_str!("../../../../../lexi.example.toml"),
    );
    let limits = document.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (default, _) = rest.split_once(" | ")?;
        default.parse::<u64>().ok().map(|default| format!("# {name} = {default}"))
    });
    let limits: Vec<String> = limits.collect();
    assert_eq!(limits.len(), 9);
    for limit in limits {
        assert!(example.lines().any(|line| line == limit), "{limit}");
    }
}
