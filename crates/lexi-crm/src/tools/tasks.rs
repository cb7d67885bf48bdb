//! `tasks.search`.

use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::args::Args;
use super::notes::{parent_properties, parents};
use super::outcome::counted;
use super::parts::record;
use super::schema::{choice, date, flag, joined, limit, text};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::tasks::{TaskSearch, TaskView};

const STATUSES: &[&str] = &["open", "in_progress", "completed"];

pub(super) const SEARCH: Tool = Tool {
    name: "tasks.search",
    description: "Find or count tasks, those due first first. `total` counts all that match.",
    scope: Scope::ReadTasks,
    properties: || {
        joined([
            parent_properties("task"),
            json!({
                "query": text("Words of the title, or part of the description"),
                "status": choice(STATUSES, "Open, in progress or completed"),
                "overdue": flag("Only tasks that were due before today and are not completed"),
                "assignee": text("Name of the user who is to do it, or \"me\""),
                "due_after": date("First day on which it is due"),
                "due_before": date("Due before this day"),
                "limit": limit(),
            }),
        ])
    },
    call: |view, args| Box::pin(search(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let found = view
        .search_tasks(&TaskSearch {
            query: args.text("query")?,
            status: args.choice("status", STATUSES)?,
            overdue: args.flag("overdue")?,
            assignee: args.text("assignee")?,
            due_after: args.date("due_after")?,
            due_before: args.date("due_before")?,
            parents: parents(args)?,
            limit: args.limit()?,
        })
        .await?;
    let records = found.items.iter().map(|v| record(RecordType::Task, v.task.id, &v.task.title));
    let result = json!({
        "total": found.total,
        "truncated": found.truncated(),
        "tasks": found.items.iter().map(line).collect::<Vec<_>>(),
        "filters": found.filters,
    });
    let summary = format!("Found {}", counted(found.total, "task", "tasks"));
    Ok(ToolOutcome::new(summary, result, records.collect()))
}

fn line(view: &TaskView) -> Value {
    let task = &view.task;
    json!({
        "id": task.id,
        "title": task.title,
        "status": task.status,
        "priority": task.priority,
        "due_date": task.due_date,
        "assignee": view.assignee,
    })
}
