//! What commands print: a line for people, or with `--json` one JSON value for programs.

use std::io::Write;

use serde::Serialize;

/// Prints `json` when asked for, else `text`.
pub(super) fn answer(as_json: bool, json: &impl Serialize, text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(out, "{}", serde_json::to_string(json)?)?;
    } else if !text.is_empty() {
        writeln!(out, "{text}")?;
    }
    Ok(())
}
