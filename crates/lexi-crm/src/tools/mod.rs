//! The operations as tools for a model: names, JSON Schemas, and one call that takes JSON text and gives JSON.
//!
//! A tool is offered only to a key that could make the same call itself, and the call checks that again.

mod activities;
mod companies;
mod contacts;
mod deals;
mod happenings;
mod matters;
mod notes;
mod outcome;
mod parts;
mod pipelines;
mod schema;
mod snippet;
mod tasks;
mod text;
mod totals;
mod write;

use futures_util::future::BoxFuture;
use lexi_store::StoreError;
use lexi_types::Scope;
use serde_json::Value;

use crate::crm::{Crm, View};
use crate::filter::{Arguments, Asked};
use crate::{Access, CrmError};
pub use outcome::ToolOutcome;
pub use write::Proposal;
use write::WriteTool;

/// What a model is told of a tool.
#[derive(Debug, Clone)]
pub struct ToolDefinition {
    /// `resource.action`.
    pub name: &'static str,
    pub description: &'static str,
    pub scope: Scope,
    /// A JSON Schema of the arguments.
    pub parameters: Value,
}

type Call =
    for<'v, 't, 'c> fn(&'v mut View<'t, 'c>, &'v Asked) -> BoxFuture<'v, Result<ToolOutcome, CrmError>>;

struct Tool {
    name: &'static str,
    description: &'static str,
    scope: Scope,
    arguments: fn() -> Arguments,
    /// The arguments without which it cannot be called.
    required: &'static [&'static str],
    call: Call,
}

/// Every tool that reads, in the order in which they are offered.
const TOOLS: &[&Tool] = &[
    &contacts::SEARCH,
    &contacts::GET,
    &totals::CONTACTS,
    &companies::SEARCH,
    &companies::GET,
    &totals::COMPANIES,
    &deals::SEARCH,
    &deals::GET,
    &totals::DEALS,
    &matters::SEARCH,
    &matters::GET,
    &totals::MATTERS,
    &notes::SEARCH,
    &totals::NOTES,
    &tasks::SEARCH,
    &totals::TASKS,
    &totals::ACTIVITIES,
    &activities::TIMELINE,
    &text::SEARCH,
    &pipelines::LIST,
];

impl Tool {
    fn definition(&self) -> ToolDefinition {
        ToolDefinition {
            name: self.name,
            description: self.description,
            scope: self.scope,
            parameters: schema::object((self.arguments)().offered, self.required),
        }
    }
}

/// A tool that reads, or one that writes.
#[derive(Clone, Copy)]
enum Any {
    Read(&'static Tool),
    Write(&'static WriteTool),
}

impl Any {
    fn all() -> impl Iterator<Item = Self> {
        TOOLS.iter().map(|tool| Self::Read(tool)).chain(write::TOOLS.iter().map(Self::Write))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Read(tool) => tool.name,
            Self::Write(tool) => tool.name,
        }
    }

    const fn scope(self) -> Scope {
        match self {
            Self::Read(tool) => tool.scope,
            Self::Write(tool) => tool.scope(),
        }
    }

    fn arguments(self) -> Arguments {
        match self {
            Self::Read(tool) => (tool.arguments)(),
            Self::Write(tool) => tool.arguments(),
        }
    }

    fn definition(self) -> ToolDefinition {
        match self {
            Self::Read(tool) => tool.definition(),
            Self::Write(tool) => tool.definition(),
        }
    }

    /// The tool of this name with the arguments of a call, where this key may call it so.
    fn called(access: &Access, name: &str, arguments: &str) -> Result<(Self, Asked), CrmError> {
        let Some(tool) = Self::all().find(|tool| tool.name() == name) else {
            let valid =
                Self::all().filter(|tool| access.may(tool.scope())).map(|tool| tool.name().to_owned());
            return Err(CrmError::NotFound {
                message: format!("There is no tool \"{}\".", crate::names::shown(name)),
                valid: valid.collect(),
            });
        };
        access.require(tool.scope())?;
        Ok((tool, Asked::parse(arguments, &tool.arguments())?))
    }
}

impl Crm {
    /// The tools that this key may use.
    pub fn tools(&self, access: &Access) -> Vec<ToolDefinition> {
        Any::all().filter(|tool| access.may(tool.scope())).map(Any::definition).collect()
    }

    /// Whether a tool changes records: it is planned by [`Crm::plan_tool`], and called by nothing else.
    pub fn writes(&self, name: &str) -> bool {
        write::TOOLS.iter().any(|tool| tool.name == name)
    }

    /// What a tool that writes would change. Whatever is wrong with the call is an outcome that says so; only an unreachable
    /// database is an error.
    pub async fn plan_tool(
        &self,
        access: &Access,
        name: &str,
        arguments: &str,
    ) -> Result<Result<Proposal, ToolOutcome>, StoreError> {
        let (tool, args) = match Any::called(access, name, arguments) {
            Ok((Any::Write(tool), args)) => (tool, args),
            Ok((Any::Read(_), _)) => {
                let message = format!("The tool {name} changes nothing: call it.");
                return Ok(Err(ToolOutcome::failed(CrmError::Conflict(message))));
            }
            Err(error) => return Ok(Err(ToolOutcome::failed(error))),
        };
        let planned =
            self.view(access, move |mut view| Box::pin(async move { tool.plan(&mut view, &args).await }));
        told(planned.await)
    }

    /// The tools that this key may not use, each with the scope that it lacks.
    pub fn missing_tools(&self, access: &Access) -> Vec<(&'static str, Scope)> {
        Any::all().filter(|tool| !access.may(tool.scope())).map(|tool| (tool.name(), tool.scope())).collect()
    }

    /// Every tool that exists, in the order in which they are offered.
    pub fn tool_names(&self) -> impl Iterator<Item = &'static str> {
        Any::all().map(Any::name)
    }

    /// The name of a tool that exists, whoever may use it.
    pub fn tool_name(&self, name: &str) -> Option<&'static str> {
        Any::all().map(Any::name).find(|known| *known == name)
    }

    /// Calls a tool that reads with the text of a JSON object. Whatever is wrong with the call is an outcome that says so;
    /// only an unreachable database is an error.
    pub async fn call_tool(
        &self,
        access: &Access,
        name: &str,
        arguments: &str,
    ) -> Result<ToolOutcome, StoreError> {
        let (tool, args) = match Any::called(access, name, arguments) {
            Ok((Any::Read(tool), args)) => (tool, args),
            Ok((Any::Write(_), _)) => {
                let message = format!("The tool {name} changes records: it is planned, not called.");
                return Ok(ToolOutcome::failed(CrmError::Conflict(message)));
            }
            Err(error) => return Ok(ToolOutcome::failed(error)),
        };
        let call = tool.call;
        let called = self.view(access, move |mut view| Box::pin(async move { call(&mut view, &args).await }));
        Ok(told(called.await)?.unwrap_or_else(|failed| failed).within_limit())
    }
}

/// What is wrong with a call is an outcome; a database that cannot be reached is none.
fn told<T>(result: Result<T, CrmError>) -> Result<Result<T, ToolOutcome>, StoreError> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(CrmError::Store(error)) => Err(error),
        Err(error) => Ok(Err(ToolOutcome::failed(error).within_limit())),
    }
}
