//! The store against a real database.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod audit;
mod readers;
mod records;
mod scratch;
mod search;
mod statements;
mod upgrade;
mod usage;
mod vocabulary;

use lexi_store::{OpenOptions, Store};

async fn open(folder: &tempfile::TempDir) -> Store {
    let options = OpenOptions { readers: 1, ..OpenOptions::default() };
    Store::open_sqlite(&folder.path().join("lexi.db"), options).await.unwrap()
}
