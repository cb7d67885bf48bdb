//! The report: tables of medians, as Markdown for people and as JSON for programs.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::stats::Spread;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) about: Vec<(&'static str, String)>,
    pub(crate) sections: Vec<Section>,
    pub(crate) seconds: f64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Section {
    pub(crate) title: String,
    /// What must be known to read the numbers.
    pub(crate) notes: Vec<String>,
    /// With their units.
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// One for each column; none where it has no meaning.
    pub(crate) values: Vec<Option<Spread>>,
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Lexi bench\n")?;
        for (name, value) in &self.about {
            writeln!(f, "- {name}: {value}")?;
        }
        writeln!(f, "- took: {:.0} s\n", self.seconds)?;
        writeln!(f, "Median of the repetitions (lowest–highest).")?;
        self.sections.iter().try_for_each(|section| write!(f, "\n{section}"))
    }
}

impl Display for Section {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.title)?;
        for note in &self.notes {
            writeln!(f, "{note}\n")?;
        }
        writeln!(f, "| | {} |", self.columns.join(" | "))?;
        writeln!(f, "|---|{}", "---:|".repeat(self.columns.len()))?;
        for row in &self.rows {
            write!(f, "| {} |", row.name)?;
            for value in &row.values {
                match value {
                    Some(value) => write!(f, " {} |", spread(*value))?,
                    None => write!(f, " – |")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn spread(value: Spread) -> String {
    let (median, min, max) = (number(value.median), number(value.min), number(value.max));
    if min == max { median } else { format!("{median} ({min}–{max})") }
}

/// About three digits that mean something, thousands parted.
fn number(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 0.1 => format!("{value:.3}"),
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => thousands(&format!("{value:.0}")),
    }
}

fn thousands(digits: &str) -> String {
    let mut parted = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !parted.ends_with('-') {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_readable() {
        let shown: Vec<_> =
            [0.0123, 0.1234, 12.34, 123.4, 1234.5, 1_234_567.0, -123_456.0].map(number).to_vec();
        assert_eq!(shown, ["0.012", "0.12", "12.3", "123", "1,234", "1,234,567", "-123,456"]);
    }

    #[test]
    fn a_table_has_a_cell_for_every_column() {
        let section = Section {
            title: "T".to_owned(),
            notes: vec!["A note.".to_owned()],
            columns: vec!["rows/s", "ratio"],
            rows: vec![Row { name: "a".to_owned(), values: vec![Spread::of(&[1.0, 3.0]), None] }],
        };
        assert_eq!(
            section.to_string(),
            "## T\n\nA note.\n\n| | rows/s | ratio |\n|---|---:|---:|\n| a | 2.00 (1.00–3.00) | – |\n"
        );
    }
}
