//! A file of questions: TOML, one `[[question]]` for each.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
}

/// A question and what is known about its answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Question {
    pub(super) id: Option<String>,
    /// What is asked.
    pub(super) ask: String,
    /// Asked before it in the same conversation; their answers are not judged.
    pub(super) turns: Vec<String>,
    /// The id of an earlier question whose conversation goes on.
    pub(super) after: Option<String>,
    /// A SELECT that says what is right; `$1` is the workspace, `$2` is today.
    pub(super) sql: Option<String>,
    pub(super) figures: Vec<f64>,
    pub(super) records: Vec<String>,
    pub(super) not_records: Vec<String>,
    /// No other record of `kind` may be named.
    pub(super) only: bool,
    pub(super) kind: Option<String>,
    /// So many of the records are enough.
    pub(super) at_least: Option<usize>,
    /// Nothing of the kind can be known: an answer is wrong.
    pub(super) refusal: bool,
    /// The question is ambiguous: the answer asks back.
    pub(super) ask_back: bool,
}

pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Question>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file: File =
        toml::from_str(&text).with_context(|| format!("{} is not a question file", path.display()))?;
    let mut ids = HashSet::new();
    for question in &file.question {
        check(question, &ids).with_context(|| format!("{}: `{}`", path.display(), question.ask))?;
        if let Some(id) = &question.id
            && !ids.insert(id.as_str())
        {
            bail!("{}: two questions have the id `{id}`", path.display());
        }
    }
    Ok(file.question)
}

fn check(question: &Question, ids: &HashSet<&str>) -> anyhow::Result<()> {
    if question.ask.trim().is_empty() {
        bail!("a question needs `ask`");
    }
    let expects = question.sql.is_some() || !question.figures.is_empty() || !question.records.is_empty();
    if !expects && !question.refusal && !question.ask_back {
        bail!("say what is right: sql, figures, records, refusal or ask_back");
    }
    if question.only && question.kind.is_none() {
        bail!("`only` needs `kind`: contact, company, deal, matter or task");
    }
    if let Some(id) = question.after.as_deref().filter(|id| !ids.contains(id)) {
        bail!("`after` names `{id}`, which no question before it has");
    }
    Ok(())
}
