//! HTTP and nothing else: a handler reads input, calls one operation, writes output. No SQL here, and no rule about money
//! or permission.

mod app;
mod auth;
mod body;
mod errors;
mod idempotency;
mod metrics;
mod observe;
mod once;
pub mod openapi;
mod query;
mod router;
mod routes;
mod stream;

pub use app::{Api, ApiSettings};
pub use router::{ROUTES, Route, router};
pub use routes::UsageReport;
