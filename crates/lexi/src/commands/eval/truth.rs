//! What is right, from the words of the file and from the answers of its SQL.

use anyhow::Context;
use lexi_store::{Store, Value, truth};
use lexi_types::{Date, WorkspaceId};

use super::judge::Expected;
use super::question::Question;

/// A row of numbers gives figures, a column of words gives records, a word with numbers gives a row; no row at all, or
/// nothing but nulls, means that there is nothing.
pub(super) async fn expected(
    store: &Store,
    workspace: WorkspaceId,
    today: Date,
    question: &Question,
) -> anyhow::Result<Expected> {
    let mut expected = Expected {
        figures: question.figures.clone(),
        records: question.records.clone(),
        not_records: question.not_records.clone(),
        at_least: question.at_least,
        refusal: question.refusal,
        ask_back: question.ask_back,
        ..Expected::default()
    };
    let Some(sql) = question.sql.clone() else { return Ok(expected) };
    let rows = store
        .read(move |tx| Box::pin(async move { truth::rows(tx, &sql, workspace, today).await }))
        .await
        .with_context(|| format!("the SQL of `{}`", question.ask))?;
    let mut any = false;
    for row in &rows {
        let (mut words, mut numbers) = (Vec::new(), Vec::new());
        for value in row.values() {
            match value {
                Value::Int(number) => numbers.push(*number as f64),
                Value::Text(text) => match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => numbers.push(number),
                    _ => words.push(text.clone()),
                },
                Value::Null | Value::Blob(_) => {}
            }
        }
        any |= !words.is_empty() || !numbers.is_empty();
        match (words.pop(), numbers.is_empty()) {
            (None, _) => expected.figures.extend(numbers),
            (Some(last), true) => {
                expected.records.extend(words);
                expected.records.push(last);
            }
            (Some(last), false) => {
                expected.records.extend(words);
                expected.rows.push((last, numbers));
            }
        }
    }
    expected.nothing = !any;
    Ok(expected)
}
