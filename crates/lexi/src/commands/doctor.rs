use std::process::ExitCode;

use lexi_store::credits::{self, Audit};
use lexi_store::workspaces;
use serde_json::json;

use super::output::answer;
use crate::config::{Config, ConfigArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Every check says what it found; the exit code is 1 when something is wrong.
pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let store = super::store(config).await?;
    let config = Config::load(config)?;
    let mut lines = vec![
        "ok   the configuration is valid".to_owned(),
        format!("ok   the database opens: {}", config.server.database.path().display()),
        format!("ok   the model is {}", config.model.name()),
    ];
    let mut sound = true;
    let damage = store.check().await?;
    sound &= damage.is_empty();
    match damage.first() {
        None => lines.push("ok   the database file is whole".to_owned()),
        Some(first) => {
            lines.push(format!("BAD  the database file is damaged: {first}; restore it from a backup"))
        }
    }
    let mut books = Vec::new();
    for workspace in store.read(|tx| Box::pin(workspaces::list(tx))).await? {
        let id = workspace.id;
        let audit: Audit = store.read(move |tx| Box::pin(credits::audit(tx, id))).await?;
        sound &= audit.is_sound();
        let verdict = if audit.is_sound() { "ok  " } else { "BAD " };
        lines.push(format!(
            "{verdict} {}: balance {} (ledger {}), held {} (open runs {})",
            workspace.name, audit.account.balance, audit.ledger_sum, audit.account.held, audit.open_holds
        ));
        books.push(json!({
            "workspace": workspace.name, "balance": audit.account.balance, "ledger_sum": audit.ledger_sum,
            "held": audit.account.held, "open_holds": audit.open_holds, "sound": audit.is_sound(),
        }));
    }
    answer(args.json, &json!({ "sound": sound, "damage": damage, "workspaces": books }), &lines.join("\n"))?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
