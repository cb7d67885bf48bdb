//! Runs against a real store, with a model that does what each question says.

mod ledger;
mod runs;
mod world;
