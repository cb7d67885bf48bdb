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

use futures_util::future::BoxFuture;
use lexi_store::StoreError;
use lexi_types::records::Record;
use lexi_types::{LexiTaskId, Scope};
use serde_json::Value;

use crate::crm::{Crm, View};
use crate::filter::{Arguments, Asked};
use crate::{Access, Change, CrmError, Denied};
pub use outcome::ToolOutcome;

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

/// What a call of a tool that writes comes to: nothing is changed until somebody makes the changes.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub tool: &'static str,
    /// One line in plain words: "Set the stage of Windmere renewal to Negotiation".
    pub description: String,
    pub changes: Vec<Change>,
}

impl Proposal {
    /// What the model is told when the changes wait for a person: proposed, and not done.
    pub fn waits(&self, task: LexiTaskId) -> ToolOutcome {
        let result = serde_json::json!({ "task_id": task, "changes": self.changes });
        ToolOutcome::new(self.description.clone(), result, Vec::new())
    }

    /// What the model is told when the changes are made.
    pub fn made(&self, records: &[Record]) -> ToolOutcome {
        let result = serde_json::json!({ "changed": records.len() });
        ToolOutcome::new(self.description.clone(), result, Vec::new())
    }
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

/// Every tool there is, in the order in which they are offered.
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

impl Crm {
    /// The tools that this key may use.
    pub fn tools(&self, access: &Access) -> Vec<ToolDefinition> {
        TOOLS.iter().filter(|tool| access.may(tool.scope)).map(|tool| tool.definition()).collect()
    }

    /// Whether a tool changes records: it is planned by [`Crm::plan_tool`], and called by nothing else.
    pub fn writes(&self, name: &str) -> bool {
        let _none_yet = name;
        false
    }

    /// What a tool that writes would change. Whatever is wrong with the call is an outcome that says so; only an unreachable
    /// database is an error.
    pub async fn plan_tool(
        &self,
        access: &Access,
        name: &str,
        arguments: &str,
    ) -> Result<Result<Proposal, ToolOutcome>, StoreError> {
        let _planned = (access, name, arguments);
        Ok(Err(ToolOutcome::failed(CrmError::Conflict("Writing is not possible yet.".to_owned()))))
    }

    /// The tools that this key may not use, each with the scope that it lacks.
    pub fn missing_tools(&self, access: &Access) -> Vec<(&'static str, Scope)> {
        TOOLS.iter().filter(|tool| !access.may(tool.scope)).map(|tool| (tool.name, tool.scope)).collect()
    }

    /// Every tool that exists, in the order in which they are offered.
    pub fn tool_names(&self) -> impl Iterator<Item = &'static str> {
        TOOLS.iter().map(|tool| tool.name)
    }

    /// The name of a tool that exists, whoever may use it.
    pub fn tool_name(&self, name: &str) -> Option<&'static str> {
        TOOLS.iter().map(|tool| tool.name).find(|known| *known == name)
    }

    /// Calls a tool with the text of a JSON object. Whatever is wrong with the call is an outcome that says so; only an
    /// unreachable database is an error.
    pub async fn call_tool(
        &self,
        access: &Access,
        name: &str,
        arguments: &str,
    ) -> Result<ToolOutcome, StoreError> {
        let Some(tool) = TOOLS.iter().find(|tool| tool.name == name) else {
            let valid = TOOLS.iter().filter(|tool| access.may(tool.scope)).map(|tool| tool.name.to_owned());
            return Ok(ToolOutcome::failed(CrmError::NotFound {
                message: format!("There is no tool \"{}\".", crate::names::shown(name)),
                valid: valid.collect(),
            }));
        };
        if !access.may(tool.scope) {
            return Ok(ToolOutcome::failed(Denied(tool.scope).into()));
        }
        let args = match Asked::parse(arguments, &(tool.arguments)()) {
            Ok(args) => args,
            Err(error) => return Ok(ToolOutcome::failed(error)),
        };
        let call = tool.call;
        let called =
            self.view(access, move |mut view| Box::pin(async move { call(&mut view, &args).await })).await;
        match called {
            Ok(outcome) => Ok(outcome.within_limit()),
            Err(CrmError::Store(error)) => Err(error),
            Err(error) => Ok(ToolOutcome::failed(error).within_limit()),
        }
    }
}
