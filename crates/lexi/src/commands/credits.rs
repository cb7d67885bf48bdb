use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use lexi_store::credits::{self, GRANT_MAX, LedgerKind};
use lexi_types::Timestamp;
use serde_json::json;

use super::output::answer;
use crate::config::ConfigArgs;

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
    /// Add credits to a workspace
    Grant {
        #[arg(long, short)]
        workspace: String,
        amount: i64,
    },
    /// Correct a balance; a negative amount takes credits away
    Adjust {
        #[arg(long, short)]
        workspace: String,
        #[arg(allow_hyphen_values = true)]
        amount: i64,
    },
    /// Show the balance
    Show {
        #[arg(long, short)]
        workspace: String,
    },
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let store = super::store(config).await?;
    let (name, change) = match &args.command {
        Command::Grant { workspace, amount } if (1..=GRANT_MAX).contains(amount) => {
            (workspace, Some((LedgerKind::Grant, *amount)))
        }
        Command::Grant { .. } => bail!("a grant is a whole number from 1 to {GRANT_MAX}"),
        Command::Adjust { workspace, amount }
            if *amount != 0 && amount.unsigned_abs() <= GRANT_MAX.unsigned_abs() =>
        {
            (workspace, Some((LedgerKind::Adjustment, *amount)))
        }
        Command::Adjust { .. } => bail!("an adjustment is a whole number, not 0, of at most {GRANT_MAX}"),
        Command::Show { workspace } => (workspace, None),
    };
    let workspace = super::workspace(&store, name).await?;
    let id = workspace.id;
    if let Some((kind, amount)) = change {
        let now = Timestamp::now();
        let row = store.write(move |tx| Box::pin(credits::adjust(tx, id, kind, amount, now))).await?;
        let Some(row) = row else {
            bail!("the balance would fall below what running answers hold; nothing was changed")
        };
        let shown =
            json!({ "id": row.id, "kind": row.kind, "amount": amount, "balance_after": row.balance_after });
        let line = format!("{}: {amount:+} credits, balance {}.", workspace.name, row.balance_after);
        answer(args.json, &shown, &line)?;
    } else {
        let account = store.read(move |tx| Box::pin(credits::account(tx, id))).await?;
        let shown =
            json!({ "balance": account.balance, "held": account.held, "available": account.available() });
        let line = format!(
            "{}: balance {}, held {}, available {}.",
            workspace.name,
            account.balance,
            account.held,
            account.available()
        );
        answer(args.json, &shown, &line)?;
    }
    Ok(ExitCode::SUCCESS)
}
