//! Delivers what is in the outbox: `worker.rs` takes what is due and keeps the order, `attempt.rs` sends it once,
//! `target.rs` says which addresses may be sent to, `signing.rs` signs, `schedule.rs` says when to try again.

mod attempt;
mod failure;
mod metrics;
mod schedule;
mod signing;
mod target;
mod worker;

pub(crate) use metrics::Metrics;
pub(crate) use worker::{Worker, sweeping};
