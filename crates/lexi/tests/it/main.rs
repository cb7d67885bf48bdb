//! The whole program over a real socket, as clients and operators meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod approvals;
mod auth;
mod bad_input;
mod chat;
mod cli;
mod conversations;
mod crash;
mod credits;
mod database;
mod doctor;
mod eval;
mod faults;
mod idempotency;
mod import;
mod limits;
mod metrics;
mod shutdown;
mod slow_clients;
mod trust;
mod usage;
mod wire;
mod world;
