//! `lexi import`: one file, or a folder of them as a system exports it.

mod report_file;
mod words;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lexi_crm::import::{
    DateOrder, ImportError, ImportKind, ImportOptions, ImportReport, MatchBy, Progress, RowError, System,
    UnusedFile, Watch, import_csv, is_currency, read_folder,
};
use lexi_store::Store;
use lexi_types::WorkspaceId;
use serde_json::{Value, json};

use super::output::answer;
use crate::config::{Config, ConfigArgs};
use report_file::ReportFile;

/// What a shell expects of a program that was interrupted.
const INTERRUPTED: u8 = 130;
const INTERRUPTION: &str =
    "Interrupted. What is written stays; the same command again goes on and doubles nothing.";

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
    #[arg(long = "match", value_name = "BY")]
    match_by: Option<MatchBy>,
    /// Whether users, companies, contacts and stages that rows name are made where they are unknown
    #[arg(long, default_value_t = true, num_args = 0..=1, default_missing_value = "true",
          action = clap::ArgAction::Set)]
    create_missing: bool,
    /// Say what would happen and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where rows that are left out and what was assumed are listed [default: import-TIME.csv beside the database]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

type Job = (PathBuf, ImportOptions);

/// A file and what became of it.
#[derive(Debug)]
struct Done {
    path: PathBuf,
    kind: ImportKind,
    outcome: Result<ImportReport, String>,
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let (jobs, unused) = jobs(&args)?;
    let database = Config::load(config)?.server.database.path().to_owned();
    let store = super::store(config).await?;
    let workspace = super::workspace(&store, &args.workspace).await?.id;
    let mut report_file = match &args.report {
        Some(path) => report_at(path, &jobs)?,
        None => ReportFile::beside(&database),
    };
    let importing = import_all(&store, workspace, &args, jobs, &mut report_file);
    let done = tokio::select! {
        done = importing => done?,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            report_file.finish()?;
            writeln!(std::io::stderr(), "{INTERRUPTION}")?;
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    report_file.finish()?;
    let listed = report_file.path();
    let shown = if args.from.is_some() {
        folder_as_json(&args, &done, &unused, listed)
    } else {
        let report = match done.first().map(|done| &done.outcome) {
            Some(Ok(report)) => report,
            Some(Err(error)) => bail!("{error}"),
            None => bail!("there is nothing to import"),
        };
        json!({ "report": report, "report_file": listed })
    };
    let text = if args.from.is_some() {
        words::of_folder(&done, &unused, args.dry_run, listed)
    } else {
        words::of_file(&done, args.dry_run, listed)
    };
    answer(args.json, &shown, &text)?;
    let left_out = |done: &Done| done.outcome.as_ref().map_or(true, |report| report.failed > 0);
    Ok(if done.iter().any(left_out) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The list may replace one of an earlier import, but none of the files that are read.
fn report_at(path: &Path, jobs: &[Job]) -> anyhow::Result<ReportFile> {
    if let Ok(target) = path.canonicalize()
        && jobs.iter().any(|(input, _)| input.canonicalize().is_ok_and(|input| input == target))
    {
        bail!("--report names {}, which is to be imported: name another file", path.display());
    }
    ReportFile::at(path)
}

/// The files to import, in their order, and those that are not.
fn jobs(args: &Args) -> anyhow::Result<(Vec<Job>, Vec<UnusedFile>)> {
    if !is_currency(&args.currency) {
        bail!("--currency takes a code of ISO 4217 in three capital letters, for example EUR");
    }
    if let Some([system, folder]) = args.from.as_deref() {
        let system: System = system.parse().map_err(anyhow::Error::msg)?;
        let found = read_folder(system, Path::new(folder))
            .with_context(|| format!("the folder {folder} cannot be read"))?;
        if found.files.is_empty() {
            let reasons =
                found.unused.iter().map(|file| format!("\n  {}: {}", file.path.display(), file.reason));
            bail!("no file in {folder} is an export that can be imported{}", reasons.collect::<String>());
        }
        let options = |file: &lexi_crm::import::FolderFile| file.options(options(args, file.kind));
        let jobs = found.files.iter().map(|file| (file.path.clone(), options(file))).collect();
        return Ok((jobs, found.unused));
    }
    let (Some(kind), Some(file)) = (&args.kind, &args.file) else {
        bail!("name what the rows are and the file, or --from SYSTEM DIR");
    };
    let mut options = options(args, kind.parse().map_err(anyhow::Error::msg)?);
    for pair in &args.map {
        // A column's name may hold an equals sign, a field's does not.
        let Some((column, field)) = pair.rsplit_once('=') else {
            bail!("--map takes \"Column=field\", for example --map \"Customer=full_name\"");
        };
        options.map.push((column.to_owned(), field.to_owned()));
    }
    Ok((vec![(file.clone(), options)], Vec::new()))
}

fn options(args: &Args, kind: ImportKind) -> ImportOptions {
    let mut options = ImportOptions::new(kind);
    options.default_currency.clone_from(&args.currency);
    options.dates = args.dates;
    options.match_by = args.match_by;
    options.create_missing = args.create_missing;
    options
}

/// Imports the files one after another; one that is refused does not stop the others. A dry run does so in a copy of
/// the database, so that a file finds what the files before it would have brought.
async fn import_all(
    store: &Store,
    workspace: WorkspaceId,
    args: &Args,
    jobs: Vec<Job>,
    report_file: &mut ReportFile,
) -> anyhow::Result<Vec<Done>> {
    let scratch = if args.dry_run { Some(store.scratch_copy().await?) } else { None };
    let store = scratch.as_ref().map_or(store, |scratch| scratch.store());
    let mut done = Vec::new();
    for (path, options) in jobs {
        let bar = bar()?;
        let mut watcher = Watcher { bar: &bar, file: &path, report_file };
        let imported = import_csv(store, workspace, &path, &options, &mut watcher).await;
        bar.finish_and_clear();
        let outcome = match imported {
            Ok(report) => {
                for notice in &report.notices {
                    report_file.notice(&path, notice)?;
                }
                Ok(ImportReport { dry_run: args.dry_run, ..report })
            }
            // Nothing that a following file could do better.
            Err(error @ (ImportError::Store { .. } | ImportError::Report(_))) => {
                return Err(error).with_context(|| not_imported(&path));
            }
            Err(error) => {
                report_file.refused(&path, &error.to_string())?;
                Err(format!("{}: {error}", not_imported(&path)))
            }
        };
        done.push(Done { path, kind: options.kind, outcome });
    }
    Ok(done)
}

fn not_imported(path: &Path) -> String {
    format!("{} was not imported", path.display())
}

struct Watcher<'a> {
    bar: &'a ProgressBar,
    file: &'a Path,
    report_file: &'a mut ReportFile,
}

impl Watch for Watcher<'_> {
    fn progress(&mut self, at: Progress) {
        self.bar.set_length(at.bytes_total);
        self.bar.set_position(at.bytes_read);
        let seconds = self.bar.elapsed().as_secs().max(1);
        self.bar.set_message(format!("{} rows, {} a second", at.rows, at.rows / seconds));
    }

    fn left_out(&mut self, row: &RowError) -> std::io::Result<()> {
        self.report_file.left_out(self.file, row)
    }
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

fn folder_as_json(args: &Args, done: &[Done], unused: &[UnusedFile], listed: Option<&Path>) -> Value {
    let files = done.iter().map(|done| match &done.outcome {
        Ok(report) => json!({ "file": done.path, "kind": done.kind.plural(), "report": report }),
        Err(error) => json!({ "file": done.path, "kind": done.kind.plural(), "error": error }),
    });
    let unused = unused.iter().map(|file| json!({ "file": file.path, "reason": file.reason }));
    json!({
        "dry_run": args.dry_run,
        "files": files.collect::<Vec<_>>(),
        "unused": unused.collect::<Vec<_>>(),
        "report_file": listed,
    })
}
