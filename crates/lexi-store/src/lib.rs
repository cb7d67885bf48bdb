//! What survives a crash, and the only SQL. Operations are written once, against [`Tx`]; a driver runs them.
//!
//! An operation is an `async fn(&mut Tx, WorkspaceId, …)`. [`Store::write`] runs it inside a transaction that other
//! waiting writes share; [`Store::read`] runs it on a read-only connection.

mod db;
mod error;
mod migrate;
mod sqlite;
mod store;

pub use db::{Row, Tx, Value};
pub use error::{Result, StoreError};
pub use store::{OpenOptions, Store};

/// Every statement with a fixed text, by name. A test prepares each on every engine.
pub const STATEMENTS: &[&[(&str, &str)]] = &[];
