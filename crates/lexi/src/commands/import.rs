use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lexi_crm::import::{ImportKind, ImportOptions, ImportReport, Progress, RowError, import_csv};
use serde_json::json;

use super::output::answer;
use crate::config::ConfigArgs;

/// So many refused rows are shown; the report has all of them.
const ERRORS_SHOWN: usize = 5;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the rows are
    #[arg(value_enum)]
    kind: Kind,
    /// A CSV file, UTF-8; commas, semicolons or tabs
    file: PathBuf,
    #[arg(long, short)]
    workspace: String,
    /// What a column fills, before any guessing: --map "Customer=full_name"; `ignore` leaves it out
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// The currency of amounts that name none
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// Say what would happen and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where rows that were left out are listed [default: FILE.errors.csv, where there are any]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    Contacts,
    Companies,
    Deals,
    Matters,
}

impl From<Kind> for ImportKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Contacts => Self::Contacts,
            Kind::Companies => Self::Companies,
            Kind::Deals => Self::Deals,
            Kind::Matters => Self::Matters,
        }
    }
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let mut options = ImportOptions::new(args.kind.into());
    for pair in &args.map {
        // A column's name may hold an equals sign, a field's does not.
        let Some((column, field)) = pair.rsplit_once('=') else {
            bail!("--map takes \"Column=field\", for example --map \"Customer=full_name\"");
        };
        options.map.push((column.to_owned(), field.to_owned()));
    }
    if args.currency.len() != 3 || !args.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        bail!("--currency takes a code of three capital letters, for example EUR");
    }
    options.default_currency.clone_from(&args.currency);
    options.dry_run = args.dry_run;
    let store = super::store(config).await?;
    let workspace = super::workspace(&store, &args.workspace).await?;
    let bar = bar()?;
    let mut progress = |at: Progress| {
        bar.set_length(at.bytes_total);
        bar.set_position(at.bytes_read);
        bar.set_message(format!("{} rows", at.rows));
    };
    let imported = import_csv(&store, workspace.id, &args.file, &options, &mut progress).await;
    bar.finish_and_clear();
    let report = imported.with_context(|| format!("{} was not imported", args.file.display()))?;
    let left_out = write_errors(&args, &report)?;
    let shown = json!({ "report": report, "report_file": left_out });
    answer(args.json, &shown, &in_words(&report, left_out.as_deref()))?;
    Ok(if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bar() -> anyhow::Result<ProgressBar> {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template("{bar:30} {percent}% {msg}, {eta} left")?;
    Ok(ProgressBar::with_draw_target(Some(0), target).with_style(style))
}

/// Lists the rows that were left out, in a file of its own that opens in a spreadsheet.
fn write_errors(args: &Args, report: &ImportReport) -> anyhow::Result<Option<PathBuf>> {
    let path = match &args.report {
        Some(path) => path.clone(),
        None if report.errors.is_empty() => return Ok(None),
        None => beside(&args.file),
    };
    let file =
        File::create(&path).with_context(|| format!("the report cannot be written to {}", path.display()))?;
    let mut out = std::io::BufWriter::new(file);
    writeln!(out, "line,column,value,reason")?;
    for RowError { line, column, value, reason } in &report.errors {
        let quoted = |text: Option<&str>| format!("\"{}\"", text.unwrap_or_default().replace('"', "\"\""));
        writeln!(
            out,
            "{line},{},{},{}",
            quoted(column.as_deref()),
            quoted(value.as_deref()),
            quoted(Some(reason))
        )?;
    }
    out.flush()?;
    Ok(Some(path))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".errors.csv");
    name.into()
}

fn in_words(report: &ImportReport, left_out: Option<&Path>) -> String {
    let mut lines = Vec::new();
    for column in &report.columns {
        let how = if column.mapped { " (as mapped)" } else { "" };
        lines.push(format!("  {} -> {}{how}", column.column, column.field));
    }
    let would = if report.dry_run { "Would import" } else { "Imported" };
    lines.push(format!(
        "{would} {} rows: {} created, {} updated, {} unchanged, {} empty, {} left out.",
        report.rows, report.created, report.updated, report.unchanged, report.skipped, report.failed
    ));
    let linked = [
        (report.created_users, "users"),
        (report.created_companies, "companies"),
        (report.created_contacts, "contacts"),
    ];
    for (count, what) in linked.into_iter().filter(|(count, _)| *count > 0) {
        lines.push(format!("  and {count} {what} that the rows name"));
    }
    for error in report.errors.iter().take(ERRORS_SHOWN) {
        let column = error.column.as_deref().map(|column| format!(", column {column}")).unwrap_or_default();
        let value = error.value.as_deref().map(|value| format!(" `{value}`")).unwrap_or_default();
        lines.push(format!("  line {}{column}{value}: {}", error.line, error.reason));
    }
    let more = report.errors.len().saturating_sub(ERRORS_SHOWN) as u64 + report.errors_more;
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    if let Some(path) = left_out {
        lines.push(format!("All of them are listed in {}.", path.display()));
    }
    lines.join("\n")
}
