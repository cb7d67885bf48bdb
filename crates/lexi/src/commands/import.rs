use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lexi_crm::import::{
    DateOrder, ImportKind, ImportOptions, ImportReport, MatchBy, Progress, RowError, System, import_csv,
    read_folder,
};
use lexi_store::Store;
use lexi_types::WorkspaceId;
use serde_json::json;

use super::output::answer;
use crate::config::ConfigArgs;

/// So many refused rows are shown; the report has all of them.
const ERRORS_SHOWN: usize = 5;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the rows are: contacts, companies, deals, matters, users, notes, tasks or activities
    #[arg(value_name = "KIND", required_unless_present = "from")]
    kind: Option<String>,
    /// A CSV file; commas, semicolons or tabs
    #[arg(required_unless_present = "from")]
    file: Option<PathBuf>,
    /// Import a whole folder of exports: --from hubspot DIR; also salesforce, pipedrive and clio
    #[arg(long, num_args = 2, value_names = ["SYSTEM", "DIR"], conflicts_with_all = ["kind", "map"])]
    from: Option<Vec<String>>,
    #[arg(long, short)]
    workspace: String,
    /// What a column fills, before any guessing: --map "Customer=full_name"; `ignore` leaves it out
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// The currency of amounts that name none
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// How days with slashes are written: iso, us or european
    #[arg(long)]
    dates: Option<DateOrder>,
    /// By what alone rows find existing records: email, name or external-id
    #[arg(long = "match", value_name = "BY", value_parser = match_by)]
    match_by: Option<MatchBy>,
    /// Whether users, companies, contacts and stages that rows name are made where they are unknown
    #[arg(long, default_value_t = true, num_args = 0..=1, default_missing_value = "true",
          action = clap::ArgAction::Set)]
    create_missing: bool,
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

fn match_by(text: &str) -> Result<MatchBy, String> {
    text.replace('-', "_").parse()
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    if args.currency.len() != 3 || !args.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        bail!("--currency takes a code of three capital letters, for example EUR");
    }
    if let Some([system, folder]) = args.from.as_deref() {
        let system = system.parse().map_err(anyhow::Error::msg)?;
        return from_folder(config, &args, system, Path::new(folder)).await;
    }
    let (Some(kind), Some(file)) = (&args.kind, &args.file) else {
        bail!("name what the rows are and the file, or --from SYSTEM DIR");
    };
    let mut options = options(&args, kind.parse().map_err(anyhow::Error::msg)?);
    for pair in &args.map {
        // A column's name may hold an equals sign, a field's does not.
        let Some((column, field)) = pair.rsplit_once('=') else {
            bail!("--map takes \"Column=field\", for example --map \"Customer=full_name\"");
        };
        options.map.push((column.to_owned(), field.to_owned()));
    }
    let store = super::store(config).await?;
    let workspace = super::workspace(&store, &args.workspace).await?;
    let report = import(&store, workspace.id, file, &options).await?;
    let target = args.report.clone().or_else(|| (!report.errors.is_empty()).then(|| beside(file)));
    if let Some(path) = &target {
        write_errors(path, &report)?;
    }
    let shown = json!({ "report": report, "report_file": target });
    answer(args.json, &shown, &in_words(&report, target.as_deref()))?;
    Ok(if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn options(args: &Args, kind: ImportKind) -> ImportOptions {
    let mut options = ImportOptions::new(kind);
    options.default_currency.clone_from(&args.currency);
    options.dry_run = args.dry_run;
    options.dates = args.dates;
    options.match_by = args.match_by;
    options.create_missing = args.create_missing;
    options
}

/// Imports every file of a folder that is understood; one that is refused does not stop the others.
async fn from_folder(
    config: &ConfigArgs,
    args: &Args,
    system: System,
    folder: &Path,
) -> anyhow::Result<ExitCode> {
    if args.report.is_some() {
        bail!("--report takes the rows of one file; a folder's are listed beside each file");
    }
    let found = read_folder(system, folder)
        .with_context(|| format!("the folder {} cannot be read", folder.display()))?;
    if found.files.is_empty() {
        bail!("no file in {} is an export that can be imported", folder.display());
    }
    let store = super::store(config).await?;
    let workspace = super::workspace(&store, &args.workspace).await?;
    let (mut lines, mut files, mut unused) = (Vec::new(), Vec::new(), Vec::new());
    let mut sums = [0; 4];
    let mut failed = false;
    for file in found.files {
        let mut options = options(args, file.kind);
        options.dates = options.dates.or(system.dates());
        options.map.clone_from(&file.map);
        let (path, kind) = (file.path.display(), file.kind.plural());
        match import(&store, workspace.id, &file.path, &options).await {
            Ok(report) => {
                let counts = [report.rows, report.created, report.updated, report.failed];
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                lines.push(format!("{path}: {kind}, {}", counted(counts)));
                let listed = (!report.errors.is_empty()).then(|| beside(&file.path));
                if let Some(listed) = &listed {
                    write_errors(listed, &report)?;
                    lines.push(format!("  left out: {}", listed.display()));
                }
                failed |= report.failed > 0;
                files.push(
                    json!({ "file": file.path, "kind": kind, "report": report, "report_file": listed }),
                );
            }
            Err(error) => {
                failed = true;
                lines.push(format!("{error:#}"));
                files.push(json!({ "file": file.path, "kind": kind, "error": format!("{error:#}") }));
            }
        }
    }
    for file in found.unused {
        lines.push(format!("{}: not used, {}", file.path.display(), file.reason));
        unused.push(json!({ "file": file.path, "reason": file.reason }));
    }
    let whole = if args.dry_run { "Would import" } else { "Imported" };
    lines.push(format!("{whole} {}", counted(sums)));
    let shown = json!({ "dry_run": args.dry_run, "files": files, "unused": unused });
    answer(args.json, &shown, &lines.join("\n"))?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn counted([rows, created, updated, failed]: [u64; 4]) -> String {
    format!("{rows} rows: {created} created, {updated} updated, {failed} left out.")
}

async fn import(
    store: &Store,
    workspace: WorkspaceId,
    file: &Path,
    options: &ImportOptions,
) -> anyhow::Result<ImportReport> {
    let bar = bar()?;
    let mut progress = |at: Progress| {
        bar.set_length(at.bytes_total);
        bar.set_position(at.bytes_read);
        let seconds = bar.elapsed().as_secs().max(1);
        bar.set_message(format!("{} rows, {} a second", at.rows, at.rows / seconds));
    };
    let imported = import_csv(store, workspace, file, options, &mut progress).await;
    bar.finish_and_clear();
    imported.with_context(|| format!("{} was not imported", file.display()))
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
fn write_errors(path: &Path, report: &ImportReport) -> anyhow::Result<()> {
    let file =
        File::create(path).with_context(|| format!("the report cannot be written to {}", path.display()))?;
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
    Ok(())
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
