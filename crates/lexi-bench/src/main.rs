//! `lexi-bench`: how fast is Lexi on this machine, beside what the machine can do at all? Everything is made in a folder
//! of its own and removed; traffic goes to this machine only.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;

mod admissions;
mod chats;
mod commits;
mod connection;
mod crowd;
mod disk;
mod frames;
mod machine;
mod memory;
mod options;
mod parts;
mod records;
mod report;
mod server;
mod stats;

use disk::Disk;
use options::{Options, Part};
use report::Report;

/// Far longer than a whole run takes.
const LONGEST: Duration = Duration::from_mins(10);
const LONGEST_WITH_RECORDS: Duration = Duration::from_hours(2);

/// The server's own, so that the store is measured with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let longest = if options.wants(Part::Records) { LONGEST_WITH_RECORDS } else { LONGEST };
        let bounded = tokio::time::timeout(longest, Box::pin(measure(&options))).await;
        bounded.context("the measurement hangs and was given up")?
    })?;
    let text = if options.json { serde_json::to_string_pretty(&report)? } else { report.to_string() };
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}

async fn measure(options: &Options) -> anyhow::Result<Report> {
    let started = Instant::now();
    let effort = options.effort();
    let (writers, connections) = (usize::from(options.writers), usize::from(options.connections));
    // Found before the first minute is spent.
    let needs_server =
        options.wants(Part::Http) || options.wants(Part::Memory) || options.wants(Part::Records);
    let binary = needs_server.then(|| server::binary(options.lexi.as_deref())).transpose()?;
    let disk = Disk::new(options.dir.as_deref())?;
    let mut report = Report { about: machine::about(&disk, effort.repetitions), ..Report::default() };
    if options.wants(Part::Store) {
        progress("the store");
        report.sections.extend(Box::pin(parts::store(&disk, effort, writers)).await?);
    }
    if let Some(binary) = binary.as_deref().filter(|_| options.wants(Part::Http)) {
        progress("chats over HTTP");
        report.sections.extend(Box::pin(parts::http(binary, &disk, effort, writers, connections)).await?);
    }
    if options.wants(Part::Sse) {
        progress("frames");
        report.sections.push(parts::sse(effort));
    }
    if let Some(binary) = binary.as_deref().filter(|_| options.wants(Part::Memory)) {
        progress("memory");
        report.sections.push(Box::pin(parts::memory(binary, &disk, effort)).await?);
    }
    if let Some(binary) = binary.as_deref().filter(|_| options.wants(Part::Records)) {
        progress("many records");
        report.sections.extend(Box::pin(records::measure(binary, &disk, options.sizes())).await?);
    }
    report.about.push(("load after", machine::load()));
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// A minute of silence looks like a hang.
fn progress(part: &str) {
    let _nobody_looks = writeln!(std::io::stderr().lock(), "measuring {part} …");
}
