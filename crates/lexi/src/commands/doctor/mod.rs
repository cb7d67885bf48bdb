//! `lexi doctor`: looks at everything that a server needs, and says in plain words what is wrong and what to do.

mod audit;
mod database;
mod machine;
mod models;
mod report;

use std::process::ExitCode;

use crate::config::{Config, ConfigArgs};
use report::Report;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Do not send anything to the models
    #[arg(long)]
    offline: bool,
    /// Read the whole audit log and compute every hash again
    #[arg(long)]
    audit: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Every check says what it found; the exit code is 1 when something is wrong.
pub(crate) async fn run(args: &ConfigArgs, asked: Args) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    match Config::load(args) {
        Ok(config) => {
            report.fine("configuration", "the configuration is valid".to_owned());
            database::check(&config, asked.audit, &mut report).await;
            machine::disk(config.server.database.path(), &mut report);
            models::check(&config.model, asked.offline, &mut report).await;
        }
        Err(error) => report.wrong("configuration", format!("{error:#}")),
    }
    report.print(asked.json)
}
