//! The operations and tools against a real database.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod briefing;
mod errors;
mod filters;
mod offers;
mod office;
mod records;
mod scopes;
mod search;
mod tenants;
mod texts;
mod timeline;
mod tools;
mod totals;
mod write_tools;
mod writes;
