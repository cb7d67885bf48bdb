//! What survives a crash, and the only SQL. Operations are written once, against [`Tx`]; a driver runs them.
//!
//! An operation is an `async fn(&mut Tx, WorkspaceId, …)`. [`Store::write`] runs it inside a transaction that other
//! waiting writes share; [`Store::read`] runs it on a read-only connection.

pub mod activities;
pub mod approvals;
mod asked;
pub mod audit;
pub mod companies;
pub mod contacts;
pub mod conversations;
pub mod credits;
mod db;
pub mod deals;
mod dialect;
mod error;
pub mod filters;
mod indexed;
pub mod keys;
mod known;
pub mod limits;
pub mod links;
pub mod matching;
pub mod matters;
mod migrate;
pub mod names;
pub mod notes;
mod order;
pub mod outbox;
mod page;
pub mod pipelines;
pub mod policies;
pub mod records;
pub mod replays;
pub mod runs;
mod search;
mod settled;
mod sight;
mod sqlite;
mod store;
pub mod tasks;
mod totals;
pub mod truth;
pub mod usage;
pub mod users;
pub mod vocabulary;
pub mod workspaces;

pub use db::{Row, Tx, Value};
pub use dialect::TimeUnit;
pub use error::{Result, StoreError};
pub use filters::{Condition, Filter};
pub use lexi_types::name_key;
pub use links::Link;
pub use names::{NameMatch, Named};
pub use order::{Order, Way};
pub use page::{Listed, Page};
pub use records::{email_key, word_key};
pub use sight::Sight;
pub use store::{OpenOptions, ScratchStore, Store};
pub use totals::{Aggregate, Cycle, Group, GroupBy, Measures, Spread, Sums, Totals, add_totals, aggregate};

/// Every statement with a fixed text, by name. A test prepares each on every engine.
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    activities::STATEMENTS,
    approvals::STATEMENTS,
    audit::STATEMENTS,
    companies::STATEMENTS,
    contacts::STATEMENTS,
    conversations::STATEMENTS,
    credits::STATEMENTS,
    deals::STATEMENTS,
    keys::STATEMENTS,
    limits::STATEMENTS,
    matters::STATEMENTS,
    notes::STATEMENTS,
    outbox::STATEMENTS,
    pipelines::STATEMENTS,
    policies::STATEMENTS,
    replays::STATEMENTS,
    runs::STATEMENTS,
    runs::admit::STATEMENTS,
    runs::settle::STATEMENTS,
    runs::sweep::STATEMENTS,
    runs::writes::STATEMENTS,
    search::STATEMENTS,
    sight::STATEMENTS,
    tasks::STATEMENTS,
    truth::STATEMENTS,
    usage::STATEMENTS,
    users::STATEMENTS,
    vocabulary::STATEMENTS,
    workspaces::STATEMENTS,
];
