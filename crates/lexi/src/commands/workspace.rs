use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use lexi_store::workspaces;
use lexi_types::Timestamp;
use serde_json::json;

use super::output::answer;
use super::policy;
use crate::config::{Config, ConfigArgs};

const NAME_CHARS_MAX: usize = 120;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a workspace: its records, keys and credits are apart from every other's
    Create { name: String },
    /// List the workspaces
    List,
    /// Show or set what Lexi may do by itself in a workspace, what it must ask for, and what it may not do
    Policy {
        workspace: String,
        #[command(flatten)]
        lists: policy::Lists,
    },
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Create { name } => {
            // The first workspace makes the database.
            let store = crate::serve::open_store(&Config::load(config)?.server).await?;
            let name = name.trim().to_owned();
            if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
                bail!("a workspace's name has 1 to {NAME_CHARS_MAX} characters");
            }
            let (wanted, now) = (name.clone(), Timestamp::now());
            let made =
                store.write(move |tx| Box::pin(async move { workspaces::create(tx, &wanted, now).await }));
            let Some(made) = made.await? else { bail!("there is a workspace `{name}` already") };
            let shown = json!({ "id": made.id, "name": made.name, "created_at": made.created_at });
            answer(args.json, &shown, &format!("Created the workspace {} ({}).", made.name, made.id))?;
        }
        Command::List => {
            let store = super::store(config).await?;
            let all = store.read(|tx| Box::pin(workspaces::list(tx))).await?;
            let rows: Vec<_> = all
                .iter()
                .map(|w| json!({ "id": w.id, "name": w.name, "created_at": w.created_at }))
                .collect();
            let lines: Vec<_> = all.iter().map(|w| format!("{}  {}", w.id, w.name)).collect();
            answer(args.json, &json!(rows), &lines.join("\n"))?;
        }
        Command::Policy { workspace, lists } => {
            let store = super::store(config).await?;
            let workspace = super::workspace(&store, &workspace).await?.id;
            policy::run(&store, workspace, None, &lists, args.json).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
