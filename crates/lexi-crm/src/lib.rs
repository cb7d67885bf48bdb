//! What may be done with CRM records, and who may: operations checked by [`Access`], names understood the way people
//! write them, and the tools made of them.
//!
//! Nothing here knows of a model, a run or a wire: applications and tools see the same records through the same checks.

mod access;
mod activities;
mod briefing;
pub mod change;
mod companies;
mod contacts;
mod crm;
mod deals;
pub mod demo;
mod error;
mod filter;
mod happening;
pub mod import;
mod listing;
mod matters;
mod names;
mod notes;
mod parent;
mod pipelines;
mod tasks;
mod text_search;
mod timeline;
mod told;
mod tools;
mod users;
mod vocabulary;

pub use access::{Access, Denied};
pub use activities::ActivitySearch;
pub use briefing::{BriefingParts, ContextRecord, Mention, SampleNames};
pub use change::{Asking, Change, Verb, Version, make};
pub use contacts::ContactView;
pub use crm::{Crm, Filters, Found};
pub use deals::DealView;
pub use error::CrmError;
pub use filter::Asked;
pub use listing::{Include, Parameter, Query, Shape, Whole, parameters, sort, sort_names};
pub use matters::MatterView;
pub use tasks::TaskView;
pub use tools::{Proposal, ToolDefinition, ToolOutcome};
