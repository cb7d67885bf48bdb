//! The database: whether it opens, is whole, and its books balance; and whether the clock can be right.

use std::time::Duration;

use lexi_store::credits::{self, Audit};
use lexi_store::{Store, StoreError, workspaces};
use lexi_types::Timestamp;
use serde_json::{Value, json};

use super::audit;
use super::report::Report;
use crate::config::Config;

/// Clocks of two machines may differ by so much.
const CLOCKS_MAY_DIFFER: Duration = Duration::from_secs(300);

pub(super) async fn check(config: &Config, audit_too: bool, report: &mut Report) {
    let path = config.server.database.path();
    if !path.exists() {
        let says = format!(
            "there is no database at {} yet; `lexi workspace create NAME` makes one, or check --database",
            path.display()
        );
        return report.wrong("database", says);
    }
    let store = match crate::serve::open_store(&config.server).await {
        Ok(store) => store,
        Err(error) => return report.wrong("database", format!("{error:#}")),
    };
    report.fine("database", format!("the database opens: {}", path.display()));
    if let Err(error) = look(&store, report).await {
        report.wrong("database", error.to_string());
    }
    if audit_too && let Err(error) = audit::check(&store, report).await {
        report.wrong("audit", error.to_string());
    }
}

async fn look(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    let damage = store.check().await?;
    match damage.first() {
        None => report.fine("database", "the database file is whole".to_owned()),
        Some(first) => {
            let says = format!("the database file is damaged: {first}; restore it from a backup");
            report.wrong("database", says);
        }
    }
    report.more.insert("damage".to_owned(), json!(damage));
    clock(store, report).await?;
    let mut books: Vec<Value> = Vec::new();
    for workspace in store.read(|tx| Box::pin(workspaces::list(tx))).await? {
        let id = workspace.id;
        let audit: Audit = store.read(move |tx| Box::pin(credits::audit(tx, id))).await?;
        let says = format!(
            "{}: balance {} (ledger {}), held {} (open runs {})",
            workspace.name, audit.account.balance, audit.ledger_sum, audit.account.held, audit.open_holds
        );
        if audit.is_sound() {
            report.fine("books", says)
        } else {
            report.wrong("books", says)
        }
        books.push(json!({
            "workspace": workspace.name, "balance": audit.account.balance, "ledger_sum": audit.ledger_sum,
            "held": audit.account.held, "open_holds": audit.open_holds, "sound": audit.is_sound(),
        }));
    }
    report.more.insert("workspaces".to_owned(), Value::Array(books));
    Ok(())
}

/// What has been written down is past.
async fn clock(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    let latest = store.read(|tx| Box::pin(workspaces::latest(tx))).await?;
    let now = Timestamp::now();
    match latest.filter(|latest| *latest > now.plus(CLOCKS_MAY_DIFFER)) {
        None => report.fine("clock", format!("the clock says {now}")),
        Some(latest) => report.wrong(
            "clock",
            format!("the clock says {now}, and the database has something of {latest}: set the clock, or days and rate windows are wrong"),
        ),
    }
    Ok(())
}
