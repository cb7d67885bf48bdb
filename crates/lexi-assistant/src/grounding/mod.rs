//! Whether the figures of an answer stand in what the run has read. A model that adds up a list, rounds a sum the wrong
//! way or makes up a phone number is found out by comparing; nothing here understands the answer, so a right figure in
//! the wrong place goes unnoticed.
//!
//! `prose` finds the figures of a text, with every meaning that each may have; `date`, `number` and `phone` read them.
//! What is known is read the same way and kept in `known`; a figure is supported when one of its meanings is known.

mod currency;
mod date;
mod figure;
mod known;
mod month;
mod number;
mod phone;
#[cfg(test)]
mod properties;
mod prose;
mod quantity;
mod share;
mod skip;
mod subtotal;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use lexi_types::{Date, Grounding};
use serde_json::Value;

use self::figure::{Figure, Meaning};
use self::known::{Facts, Known};

/// More would be read by nobody.
const UNSUPPORTED_MAX: usize = 20;
/// A figure with more around it is shown cut.
const SHOWN_CHARS_MAX: usize = 60;

/// What the figures of an answer may come from.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    facts: Facts,
}

impl Evidence {
    /// The result of a tool, or a record of the page.
    pub(crate) fn add_json(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => self.facts.add_number(number),
            Value::String(text) => self.add_text(text),
            Value::Array(items) => {
                self.facts.add_count(items.len() as u64);
                items.iter().for_each(|item| self.add_json(item));
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    // Groups are named by their months and years.
                    self.add_text(name);
                    self.add_json(value);
                }
                subtotal::subtotals(fields).into_iter().for_each(|sum| self.facts.add_count(sum));
            }
        }
    }

    /// The question, or any other text that may be quoted.
    pub(crate) fn add_text(&mut self, text: &str) {
        // Most strings are names and ids.
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let figures = prose::all(text).into_iter();
        // An answer that quotes it reads on behind what it passes over: code, addresses, the numbers of lists.
        let quoted = text.contains(['`', '~', '@', ':', '|', '_', '.', ')']).then(|| prose::stated(text));
        for figure in figures.chain(quoted.into_iter().flatten()) {
            figure.meanings.into_iter().for_each(|meaning| self.facts.add(meaning));
        }
        self.facts.add_digits(text);
    }

    pub(crate) fn today(&mut self, today: Date) {
        self.facts.today(today);
    }

    /// The figures of the answer, and which of them nothing supports.
    pub(crate) fn check(&self, answer: &str) -> Grounding {
        let mut known = Known::new(&self.facts);
        let mut seen: HashMap<Vec<Meaning>, bool> = HashMap::new();
        let mut grounding = Grounding::default();
        let mut listed = HashSet::new();
        for Figure { text, meanings } in prose::stated(answer) {
            grounding.figures += 1;
            let supported = match seen.get(&meanings) {
                Some(supported) => *supported,
                None => {
                    let supported = meanings.iter().any(|meaning| known.supports(meaning));
                    seen.insert(meanings, supported);
                    supported
                }
            };
            let text: String = text.trim().chars().take(SHOWN_CHARS_MAX).collect();
            if !supported && grounding.unsupported.len() < UNSUPPORTED_MAX && listed.insert(text.clone()) {
                grounding.unsupported.push(text);
            }
        }
        grounding
    }
}
