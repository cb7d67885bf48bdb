//! `lexi import` as an operator runs it: a process of its own, watched from outside.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::office::Export;

const LOOK: Duration = Duration::from_millis(50);

/// How one file went in.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) kind: &'static str,
    pub(crate) rows: u32,
    pub(crate) seconds: f64,
    /// The most memory that was resident.
    pub(crate) peak_bytes: f64,
    /// Of the database and its log, afterwards.
    pub(crate) disk_bytes: f64,
}

pub(crate) fn import(
    binary: &Path,
    database: &Path,
    workspace: &str,
    export: &Export,
) -> anyhow::Result<Loaded> {
    let started = Instant::now();
    let mut command = Command::new(binary);
    command.env_clear().args(["import", export.kind]).arg(&export.file);
    command
        .args(["--workspace", workspace, "--json", "--database"])
        .arg(format!("sqlite:{}", database.display()));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
    let mut peak_bytes = 0.0_f64;
    // The report is short: it fits into the pipe, so the process never waits for us.
    while process.try_wait()?.is_none() {
        peak_bytes = peak_bytes.max(high_water(process.id()).unwrap_or_default());
        std::thread::sleep(LOOK);
    }
    let seconds = started.elapsed().as_secs_f64();
    let output = process.wait_with_output()?;
    let answer: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("the import gave no report")?;
    let created = answer.pointer("/report/created").and_then(serde_json::Value::as_u64);
    if created != Some(u64::from(export.rows)) {
        bail!("{} rows of {} were given, and this came of them: {answer}", export.rows, export.kind);
    }
    let size = |path: &Path| std::fs::metadata(path).map_or(0.0, |found| found.len() as f64);
    let disk_bytes = size(database) + size(&database.with_extension("db-wal"));
    Ok(Loaded { kind: export.kind, rows: export.rows, seconds, peak_bytes, disk_bytes })
}

/// Linux keeps the peak itself, so that no moment is missed between two looks.
fn high_water(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
}
