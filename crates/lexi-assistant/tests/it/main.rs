//! Runs against a real store, with a model that does what each question says.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod history;
mod ledger;
mod races;
mod runs;
mod world;
mod writes;
