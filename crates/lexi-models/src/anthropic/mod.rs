//! Anthropic's messages.

mod assembly;
mod request;

pub(crate) use assembly::Assembly;
pub(crate) use request::body;

/// Of the protocol, as its header names it.
pub(crate) const VERSION: &str = "2023-06-01";
