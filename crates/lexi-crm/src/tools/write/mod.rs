//! The tools that change records. They change nothing themselves: what a call comes to is a [`Proposal`], whose changes
//! somebody makes, or a person approves first.

mod arguments;
mod proposal;
mod records;
mod words;

use lexi_types::records::RecordType;
use lexi_types::{Scope, Timestamp};
use serde_json::{Map, Value, json};

use super::{ToolDefinition, schema};
use crate::change::{Naming, write_scope};
use crate::crm::View;
use crate::filter::{Arguments, Asked};
use crate::{Asking, CrmError, Verb};
pub use proposal::Proposal;

/// How many records one call may change.
const RECORDS_MAX: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Create,
    /// The given fields, in all of the given records.
    Set,
    Delete,
    /// Tasks.
    Complete,
}

/// A tool that changes records.
#[derive(Debug)]
pub(super) struct WriteTool {
    pub(super) name: &'static str,
    description: &'static str,
    kind: RecordType,
    act: Act,
    /// What a model is told that it may give; whatever else the type has is taken, too.
    offered: &'static [&'static str],
    required: &'static [&'static str],
}

const CONTACT: &[&str] = &[
    "full_name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "job_title",
    "company_name",
    "status",
    "owner",
    "priority",
    "next_follow_up_date",
    "tags",
    "custom_fields",
    "linkedin_url",
];
const DEAL: &[&str] = &[
    "name",
    "stage",
    "pipeline",
    "status",
    "estimated_value",
    "currency",
    "probability",
    "contact_name",
    "company_name",
    "matter_name",
    "owner",
    "priority",
    "matter_type",
    "tags",
    "high_level_description",
    "next_follow_up_date",
    "fee_model",
    "closed_date",
];

/// Every tool that changes records, in the order in which they are offered.
pub(super) const TOOLS: &[WriteTool] = &[
    WriteTool {
        name: "contacts.create",
        description: "Add a contact: any of full_name, first and last name, or only email.",
        kind: RecordType::Contact,
        act: Act::Create,
        offered: CONTACT,
        required: &[],
    },
    WriteTool {
        name: "contacts.update",
        description: "Set fields of contacts.",
        kind: RecordType::Contact,
        act: Act::Set,
        offered: CONTACT,
        required: &["records", "set"],
    },
    WriteTool {
        name: "contacts.delete",
        description: "Delete contacts for good. What belongs to them stays.",
        kind: RecordType::Contact,
        act: Act::Delete,
        offered: &[],
        required: &["records"],
    },
    WriteTool {
        name: "companies.create",
        description: "Add a company.",
        kind: RecordType::Company,
        act: Act::Create,
        offered: &["name", "industry", "website", "domain", "size", "city", "country", "tags"],
        required: &["name"],
    },
    WriteTool {
        name: "deals.create",
        description: "Add a deal.",
        kind: RecordType::Deal,
        act: Act::Create,
        offered: DEAL,
        required: &["name"],
    },
    WriteTool {
        name: "deals.update",
        description: "Set fields of deals: move them to a stage, win or lose them, give them to another owner.",
        kind: RecordType::Deal,
        act: Act::Set,
        offered: DEAL,
        required: &["records", "set"],
    },
    WriteTool {
        name: "notes.create",
        description: "Write a note on at least one contact, company, deal or matter.",
        kind: RecordType::Note,
        act: Act::Create,
        offered: &[
            "title",
            "content",
            "note_type",
            "is_pinned",
            "tags",
            "contact_name",
            "company_name",
            "deal_name",
            "matter_name",
        ],
        required: &["title"],
    },
    WriteTool {
        name: "tasks.create",
        description: "Add a task for somebody of the firm, on at least one contact, company, deal or matter.",
        kind: RecordType::Task,
        act: Act::Create,
        offered: &[
            "title",
            "description",
            "due_date",
            "priority",
            "assignee",
            "contact_name",
            "company_name",
            "deal_name",
            "matter_name",
        ],
        required: &["title"],
    },
    WriteTool {
        name: "tasks.complete",
        description: "Mark tasks as completed.",
        kind: RecordType::Task,
        act: Act::Complete,
        offered: &[],
        required: &["records"],
    },
    WriteTool {
        name: "activities.log",
        description: "Log something that happened, such as a call or a meeting.",
        kind: RecordType::Activity,
        act: Act::Create,
        offered: &[
            "type",
            "title",
            "description",
            "contact_name",
            "deal_name",
            "company_name",
            "matter_name",
        ],
        required: &["type", "title"],
    },
];

impl WriteTool {
    pub(super) const fn scope(&self) -> Scope {
        write_scope(self.kind)
    }

    pub(super) fn definition(&self) -> ToolDefinition {
        ToolDefinition {
            name: self.name,
            description: self.description,
            scope: self.scope(),
            parameters: schema::object(self.arguments().offered, self.required),
        }
    }

    pub(super) fn arguments(&self) -> Arguments {
        match self.act {
            Act::Create => arguments::of_create(self.kind, self.offered),
            Act::Set => arguments::of_set(self.kind),
            Act::Delete | Act::Complete => arguments::of_records(self.kind),
        }
    }

    /// What a call would change.
    pub(super) async fn plan(&self, view: &mut View<'_, '_>, args: &Asked) -> Result<Proposal, CrmError> {
        view.access.require(self.scope())?;
        let (asked, given) = match self.act {
            Act::Create => {
                let given = arguments::lenient(self.kind, args.fields());
                (vec![self.asking(Verb::Create, None, given.clone())], given)
            }
            Act::Set => {
                let set = arguments::lenient(self.kind, &arguments::set(self.kind, args)?);
                (self.on_each(view, args, Verb::Update, &set).await?, set)
            }
            Act::Delete => (self.on_each(view, args, Verb::Delete, &Map::new()).await?, Map::new()),
            Act::Complete => {
                let done = Map::from_iter([("status".to_owned(), json!("completed"))]);
                (self.on_each(view, args, Verb::Update, &done).await?, done)
            }
        };
        let changes = view.plan(asked, Naming::Plain, Timestamp::now()).await?;
        let description = words::description(view, self, &given, &changes).await?;
        Ok(Proposal { tool: self.name, description, changes })
    }

    async fn on_each(
        &self,
        view: &mut View<'_, '_>,
        args: &Asked,
        verb: Verb,
        fields: &Map<String, Value>,
    ) -> Result<Vec<Asking>, CrmError> {
        let ids = view.records_named(self.kind, args).await?;
        Ok(ids.into_iter().map(|id| self.asking(verb, Some(id), fields.clone())).collect())
    }

    fn asking(&self, verb: Verb, id: Option<lexi_types::RecordId>, fields: Map<String, Value>) -> Asking {
        Asking { kind: self.kind, verb, id, fields, seen: None }
    }
}
