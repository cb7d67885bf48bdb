//! `tasks.search`.

use lexi_store::Order;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::outcome::counted;
use super::parts::record;
use super::schema::{limit, one_of};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Asked, filters};
use crate::tasks::TaskView;

const SORTS: &[&str] = &["due", "newest", "oldest", "updated"];

pub(super) const SEARCH: Tool = Tool {
    name: "tasks.search",
    description: "Find or count tasks, those due first first. `total` counts all that match. Several values of a filter mean any of them.",
    scope: Scope::ReadTasks,
    arguments: || filters(RecordType::Task).and(json!({ "sort": one_of(SORTS), "limit": limit() })),
    required: &[],
    call: |view, args| Box::pin(search(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let order = match args.choice("sort", SORTS)?.as_deref() {
        Some("newest") => Order::Newest,
        Some("oldest") => Order::Oldest,
        Some("updated") => Order::Updated,
        _ => Order::FirstDue,
    };
    let found = view.search_tasks(args, order, args.limit()?).await?;
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
