//! In which order day and month stand in the dates of a file.
//!
//! A column proves its own order, or the other columns of the file prove it, which is noted, or the system that wrote the
//! file has its habits. What cannot be known is asked, not guessed: half a file in the wrong order is worse than none.

use std::collections::HashMap;
use std::path::Path;

use super::columns::Columns;
use super::dates::{self, Proof};
use super::error::ImportError;
use super::options::{DateOrder, ImportOptions};
use super::reader::{self, RawRow};
use super::report::{RowError, Tally};

/// A value and the line on which it stands.
type Example = (u64, String);

/// What the values of a column prove.
#[derive(Debug, Default)]
struct Proofs {
    us: u64,
    european: u64,
    us_example: Option<Example>,
    european_example: Option<Example>,
    ambiguous: Option<Example>,
}

impl Proofs {
    fn add(&mut self, line: u64, value: &str) {
        let example = match dates::proof(value) {
            Proof::Nothing | Proof::Order(DateOrder::Iso) => return,
            Proof::Order(DateOrder::Us) => {
                self.us += 1;
                &mut self.us_example
            }
            Proof::Order(DateOrder::European) => {
                self.european += 1;
                &mut self.european_example
            }
            Proof::Ambiguous => &mut self.ambiguous,
        };
        example.get_or_insert_with(|| (line, value.trim().to_owned()));
    }

    /// The order in which all values stand that prove one.
    const fn order(&self) -> Option<DateOrder> {
        match (self.us, self.european) {
            (0, 0) => None,
            (_, 0) => Some(DateOrder::Us),
            (0, _) => Some(DateOrder::European),
            _ => None,
        }
    }

    const fn is_mixed(&self) -> bool {
        self.us > 0 && self.european > 0
    }

    /// How many values stand in an order and how many in the other one, of which one is shown.
    const fn for_and_against(&self, order: DateOrder) -> (u64, u64, Option<&Example>) {
        match order {
            DateOrder::Us => (self.us, self.european, self.european_example.as_ref()),
            _ => (self.european, self.us, self.us_example.as_ref()),
        }
    }
}

/// Learns from the whole file in which order its dates stand.
pub(super) async fn settle(
    path: &Path,
    options: &ImportOptions,
    columns: &mut Columns,
    tally: &mut Tally,
) -> Result<(), ImportError> {
    let fields = columns.dates();
    if let Some(order) = options.dates {
        fields.into_iter().flatten().for_each(|index| columns.set_date_order(index, order));
        return Ok(());
    }
    if fields.is_empty() {
        return Ok(());
    }
    let proofs = read(path, &fields).await?;
    let mut indices: Vec<usize> = proofs.keys().copied().collect();
    indices.sort_unstable();
    let habit = options.system.and_then(super::profiles::System::dates);
    for (index, proofs) in indices.iter().filter_map(|index| Some((*index, proofs.get(index)?))) {
        match habit {
            Some(habit @ (DateOrder::Us | DateOrder::European)) => {
                keep_to(habit, index, proofs, columns)?;
            }
            Some(DateOrder::Iso) | None => {
                let Some(order) = proofs.order() else { continue };
                columns.set_date_order(index, order);
                if habit.is_some() {
                    let example = proofs.us_example.as_ref().or(proofs.european_example.as_ref());
                    note(tally, columns, index, example, order, "as its values prove");
                }
            }
        }
    }
    settle_the_rest(&indices, &proofs, columns, tally)
}

async fn read(path: &Path, fields: &[Vec<usize>]) -> Result<HashMap<usize, Proofs>, ImportError> {
    let mut proofs: HashMap<usize, Proofs> = HashMap::new();
    let mut batches = reader::open(path).await?.batches;
    loop {
        let rows = batches.recv().await.ok_or(ImportError::Interrupted)??.rows;
        if rows.is_empty() {
            return Ok(proofs);
        }
        for row in &rows {
            for (index, value) in fields.iter().filter_map(|columns| filled(row, columns)) {
                proofs.entry(index).or_default().add(row.line, value);
            }
        }
    }
}

/// The first of these columns that is filled.
fn filled<'r>(row: &'r RawRow, columns: &[usize]) -> Option<(usize, &'r str)> {
    let value =
        |index: usize| Some((index, row.fields.get(index)?.trim())).filter(|(_, value)| !value.is_empty());
    columns.iter().copied().find_map(value)
}

/// A column stands in the order that its system has, apart from strays, or is asked about.
fn keep_to(
    habit: DateOrder,
    index: usize,
    proofs: &Proofs,
    columns: &mut Columns,
) -> Result<(), ImportError> {
    let (with, against, example) = proofs.for_and_against(habit);
    if let (Some((line, example)), true) = (example, against > with) {
        let (line, example) = (*line, example.clone());
        let column = columns.header(index).unwrap_or_default().to_owned();
        return Err(ImportError::OtherDates { column, example, line });
    }
    columns.set_date_order(index, habit);
    Ok(())
}

/// Columns that prove nothing stand in the order of the others, where these agree.
fn settle_the_rest(
    indices: &[usize],
    proofs: &HashMap<usize, Proofs>,
    columns: &mut Columns,
    tally: &mut Tally,
) -> Result<(), ImportError> {
    let orders: Vec<DateOrder> = indices.iter().filter_map(|index| columns.order_of(*index)).collect();
    let agree = !proofs.values().any(Proofs::is_mixed);
    let common = orders.first().copied().filter(|first| agree && orders.iter().all(|order| order == first));
    for index in indices.iter().copied() {
        if columns.order_of(index).is_some() {
            continue;
        }
        let Some(proofs) = proofs.get(&index).filter(|proofs| !proofs.is_mixed()) else { continue };
        let Some((_, example)) = &proofs.ambiguous else { continue };
        let Some(order) = common else {
            let column = columns.header(index).unwrap_or_default().to_owned();
            return Err(ImportError::AmbiguousDates { column, example: example.clone() });
        };
        columns.set_date_order(index, order);
        note(tally, columns, index, proofs.ambiguous.as_ref(), order, "as another column of the file proves");
    }
    Ok(())
}

fn note(
    tally: &mut Tally,
    columns: &Columns,
    index: usize,
    example: Option<&Example>,
    order: DateOrder,
    why: &str,
) {
    let first = if order == DateOrder::Us { "month" } else { "day" };
    let Some((line, value)) = example.cloned() else { return };
    tally.note(RowError {
        line,
        column: columns.header(index).map(str::to_owned),
        value: Some(value),
        reason: format!("is read {first} first, {why}"),
    });
}
