//! The commands of whoever runs the server. They act on the database itself, beside a running server or without one.

pub(crate) mod credits;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod openapi;
mod output;
mod policy;
pub(crate) mod workspace;

use anyhow::{Context, bail};
use lexi_store::workspaces::{self, Workspace};
use lexi_store::{Store, StoreError};

use crate::config::{Config, ConfigArgs};

/// The database of the configuration, which must be there: a mistyped path is not a new firm.
async fn store(config: &ConfigArgs) -> anyhow::Result<Store> {
    let config = Config::load(config)?;
    let path = config.server.database.path();
    if !path.exists() {
        bail!(
            "there is no database at {}; check --database, or make one with `lexi workspace create NAME`",
            path.display()
        );
    }
    crate::serve::open_store(&config.server).await
}

/// The workspace of this name or id.
async fn workspace(store: &Store, name: &str) -> anyhow::Result<Workspace> {
    let wanted = name.to_owned();
    let found = store.read(move |tx| Box::pin(async move { workspaces::find(tx, &wanted).await })).await?;
    if let Some(workspace) = found {
        return Ok(workspace);
    }
    let all = store.read(|tx| Box::pin(workspaces::list(tx))).await.context("cannot list the workspaces")?;
    let names: Vec<_> = all.into_iter().map(|w| w.name).collect();
    if names.is_empty() {
        bail!("there is no workspace yet; make one with `lexi workspace create {name}`");
    }
    bail!("there is no workspace `{name}`; there is {}", names.join(", "))
}

/// Turns what only a defect can cause into an error of the command.
fn internal(what: &str) -> StoreError {
    StoreError::Internal(what.to_owned())
}
