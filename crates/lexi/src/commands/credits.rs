use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use lexi_api::UsageReport;
use lexi_store::Store;
use lexi_store::credits::{self, GRANT_MAX, LedgerKind};
use lexi_store::usage::{self, Days, UsageDay, UsageSums};
use lexi_types::{Date, MicroUsd, Timestamp};
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
    /// Show what models have used, by day and model
    Usage {
        /// Without it, of all workspaces together
        #[arg(long, short)]
        workspace: Option<String>,
        /// The first day, YYYY-MM-DD (UTC); 30 days before the last
        #[arg(long)]
        from: Option<Date>,
        /// The last day; today
        #[arg(long)]
        to: Option<Date>,
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
        Command::Usage { workspace, from, to } => {
            let days = Days::new(*from, *to, Timestamp::now().date())
                .map_err(|invalid| anyhow::anyhow!("--from {invalid}"))?;
            return show_usage(&store, workspace.as_deref(), days, args.json).await;
        }
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

async fn show_usage(
    store: &Store,
    workspace: Option<&str>,
    Days { from, to }: Days,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let used = match workspace {
        Some(name) => {
            let id = super::workspace(store, name).await?.id;
            store.read(move |tx| Box::pin(usage::by_day(tx, id, from, to))).await?
        }
        None => store.read(move |tx| Box::pin(usage::all_by_day(tx, from, to))).await?,
    };
    answer(as_json, &UsageReport::new(&used), &table(&used))?;
    Ok(ExitCode::SUCCESS)
}

const HEAD: [&str; 8] = ["day", "model", "runs", "input", "cached", "output", "USD", "runs without a price"];

/// Lines with columns of one width: words to the left, numbers to the right.
fn table(used: &[UsageDay]) -> String {
    if used.is_empty() {
        return "No model was used on these days.".to_owned();
    }
    let mut lines = vec![HEAD.map(str::to_owned)];
    lines.extend(used.iter().map(|day| line(&day.day.to_string(), &day.model, usage::sums([day]))));
    lines.push(line("total", "", usage::sums(used)));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; HEAD.len()] = std::array::from_fn(width);
    let written = lines.iter().map(|line| {
        let cells = line.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if column < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ")
    });
    written.collect::<Vec<_>>().join("\n")
}

fn line(day: &str, model: &str, sums: UsageSums) -> [String; HEAD.len()] {
    let cost = sums.cost_micros.map_or("-".to_owned(), |cost| MicroUsd::from_micros(cost).to_string());
    [
        day.to_owned(),
        model.to_owned(),
        sums.runs.to_string(),
        sums.input_tokens.to_string(),
        sums.cached_tokens.to_string(),
        sums.output_tokens.to_string(),
        cost,
        sums.unpriced_runs.to_string(),
    ]
}
