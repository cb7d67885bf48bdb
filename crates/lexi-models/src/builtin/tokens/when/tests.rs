//! What times are read as.

use super::*;

fn read(text: &str) -> String {
    // A Tuesday.
    let today = Date::new(2026, 11, 24).unwrap();
    let words = Words::new(text);
    match (Times { words: &words, today }).at(0) {
        Some((Tag::Period(period), end)) if end == words.len() => period.text(),
        Some((Tag::Days(days), end)) if end == words.len() => format!("{days} days"),
        Some((Tag::Older(days), end)) if end == words.len() => format!("older than {days}"),
        other => format!("{other:?} of {}", words.len()),
    }
}

#[test]
fn periods_as_people_write_them() {
    for (text, period) in [
        ("today", "2026-11-24..2026-11-24"),
        ("this week", "2026-11-23..2026-11-29"),
        ("in the last 30 days", "2026-10-26..2026-11-24"),
        ("over the past two weeks", "2026-11-11..2026-11-24"),
        ("next 14 days", "2026-11-25..2026-12-08"),
        ("in March", "2026-03-01..2026-03-31"),
        ("in December", "2025-12-01..2025-12-31"),
        ("March 2025", "2025-03-01..2025-03-31"),
        ("in May", "2026-05-01..2026-05-31"),
        ("last october", "2026-10-01..2026-10-31"),
        ("Q3", "2026-07-01..2026-09-30"),
        ("Q4 2025", "2025-10-01..2025-12-31"),
        ("third quarter of 2026", "2026-07-01..2026-09-30"),
        ("the first half of 2026", "2026-01-01..2026-06-30"),
        ("2026-Q1", "2026-01-01..2026-03-31"),
        ("in 2025", "2025-01-01..2025-12-31"),
        ("since 1 October 2026", "2026-10-01.."),
        ("since 01.11.2026", "2026-11-01.."),
        ("since 1er octobre 2026", "2026-10-01.."),
        ("since the start of the year", "2026-01-01.."),
        ("since Monday", "2026-11-23.."),
        ("since friday", "2026-11-20.."),
        ("after 31.10.2026", "2026-11-01.."),
        ("before 2026", "..2025-12-31"),
        ("until the end of March 2026", "..2026-03-31"),
        ("by Friday", "..2026-11-27"),
        ("from 2025", "2025-01-01..2025-12-31"),
        ("between March and May 2026", "2026-03-01..2026-05-31"),
        ("between 1. März 2026 and 31. Mai 2026", "2026-03-01..2026-05-31"),
        ("01.04.2026 to 30.06.2026", "2026-04-01..2026-06-30"),
        ("13/03/2026", "2026-03-13..2026-03-13"),
        ("March 31st, 2026", "2026-03-31..2026-03-31"),
        ("year to date", "2026-01-01..2026-11-24"),
    ] {
        assert_eq!(read(text), period, "{text}");
    }
}

#[test]
fn lengths_and_ages() {
    for (text, expected) in [
        ("for 60 days", "60 days"),
        ("for six weeks or more", "42 days"),
        ("3 months", "90 days"),
        ("older than 30 days", "older than 30"),
        ("for more than 6 weeks", "older than 42"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_not_read() {
    for text in ["03/04/2026", "30.02.2026", "may", "2025-0002", "in the 1990s"] {
        assert!(read(text).contains(" of "), "{text}: {}", read(text));
    }
}
