//! The audit log: whether a row is missing or was altered since it was written.

use lexi_store::audit::{self, Damage, Verified};
use lexi_store::{Store, StoreError, workspaces};
use serde_json::{Value, json};

use super::report::Report;

/// More places than this help nobody.
const TOLD_MAX: usize = 10;

pub(super) async fn check(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    let mut logs: Vec<Value> = Vec::new();
    for workspace in store.read(|tx| Box::pin(workspaces::list(tx))).await? {
        let id = workspace.id;
        let found = store.read(move |tx| Box::pin(audit::verify(tx, id))).await?;
        let told: Vec<String> = found.damage.iter().map(words).collect();
        match found.damage.is_empty() {
            true => report.fine("audit", whole(&workspace.name, &found)),
            false => report.wrong(
                "audit",
                format!(
                    "the audit log of {} is not as it was written: {}; compare it with a backup",
                    workspace.name,
                    told.iter().take(TOLD_MAX).cloned().collect::<Vec<_>>().join(", ")
                ),
            ),
        }
        logs.push(json!({
            "workspace": workspace.name, "rows": found.rows, "head": found.head, "damage": told,
        }));
    }
    report.more.insert("audit".to_owned(), Value::Array(logs));
    Ok(())
}

fn whole(workspace: &str, found: &Verified) -> String {
    match &found.head {
        None => format!("the audit log of {workspace} is empty"),
        // Whoever notes the hash down elsewhere can tell later that the log still begins with the same rows.
        Some(head) => {
            format!("the audit log of {workspace} is whole: {} rows, the newest with hash {head}", found.rows)
        }
    }
}

fn words(damage: &Damage) -> String {
    match damage {
        Damage::Missing { from, to } if from == to => format!("row {from} is missing"),
        Damage::Missing { from, to } => format!("rows {from} to {to} are missing"),
        Damage::Altered { seq } => format!("row {seq} was altered"),
    }
}
