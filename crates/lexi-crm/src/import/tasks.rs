//! Rows that are tasks.

use lexi_store::{name_key, tasks};
use lexi_types::records::Task;
use lexi_types::{Date, Timestamp};

use super::cells::Cells;
use super::desk::{Change, Desk, Done};
use super::identity::id_of;
use super::parents::{ParentsRow, title_of};
use super::persons::Person;
use super::values::Parsed;

#[derive(Debug)]
pub(super) struct TaskRow {
    external_id: Option<String>,
    title: String,
    description: Option<String>,
    status: Option<&'static str>,
    priority: Option<&'static str>,
    due: Option<Date>,
    assignee: Person,
    created: Option<Timestamp>,
    parents: ParentsRow,
}

impl TaskRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let title = cells.text("title");
        if title.is_none() && cells.errors.is_empty() {
            cells.refuse("title", "the row has no title".to_owned());
        }
        let common = cells.common_and_created();
        Self {
            title: title.unwrap_or_default(),
            description: cells.long_text("description"),
            status: cells.parse("status", status),
            priority: cells.parse("priority", priority),
            due: cells.main_date("due_date"),
            assignee: cells.person("assignee", "assignee_email", "assignee_external_id"),
            created: common.created,
            external_id: common.external_id,
            parents: ParentsRow::read(cells),
        }
    }

    /// A row of a file of activities that is still to be done.
    pub(super) fn planned(cells: &mut Cells<'_>) -> Self {
        let description = cells.long_text("description");
        let title =
            cells.text("title").or_else(|| description.as_deref().map(title_of)).or(cells.text("type"));
        if title.is_none() && cells.errors.is_empty() {
            cells.refuse("title", "the row has no title, no description and no type".to_owned());
        }
        let common = cells.common();
        Self {
            title: title.unwrap_or_default(),
            description,
            status: Some("open"),
            priority: cells.parse("priority", priority),
            due: cells.main_date("due_date"),
            assignee: cells.person("user", "user_email", "user_external_id"),
            created: cells.moment("entered_date"),
            external_id: common.external_id,
            parents: ParentsRow::read(cells),
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let parents = self.parents.find(desk).await?;
        let assignee = desk.find_user("assignee", &self.assignee).await?;
        let (created, due) = (self.created.map(|t| t.to_string()), self.due.map(|d| d.to_string()));
        let mut words =
            vec![Some(self.title.as_str()), self.description.as_deref(), created.as_deref(), due.as_deref()];
        words.extend(self.parents.words());
        words.extend(self.assignee.words());
        let id = id_of(desk.workspace, "tasks", self.external_id.as_deref(), &words);
        let existing = tasks::get(desk.tx, desk.workspace, id).await?;
        let assignee = desk.keep_user(assignee).await?;
        let earlier = existing.as_ref();
        let kept = |text: fn(&Task) -> Option<&String>| earlier.and_then(text).cloned();
        let task = Task {
            id,
            title: self.title.clone(),
            description: self.description.clone().or_else(|| kept(|t| t.description.as_ref())),
            status: self.status.or(earlier.map(|t| t.status.as_str())).unwrap_or("open").to_owned(),
            priority: self.priority.map(str::to_owned).or_else(|| kept(|t| t.priority.as_ref())),
            due_date: self.due.or(earlier.and_then(|t| t.due_date)),
            assigned_to_user_id: assignee.or(earlier.and_then(|t| t.assigned_to_user_id)),
            contact_id: parents.contact.or(earlier.and_then(|t| t.contact_id)),
            related_company_id: parents.company.or(earlier.and_then(|t| t.related_company_id)),
            deal_id: parents.deal.or(earlier.and_then(|t| t.deal_id)),
            matter_id: parents.matter.or(earlier.and_then(|t| t.matter_id)),
            created_date: self.created.or(earlier.map(|t| t.created_date)).unwrap_or(desk.now),
            updated_date: earlier.map_or(self.created.unwrap_or(desk.now), |t| t.updated_date),
        };
        let external_id = self.external_id.as_deref();
        match existing {
            None => tasks::insert(desk.tx, desk.workspace, &task, external_id).await?,
            Some(existing) if existing == task => return Ok(Change::Unchanged),
            Some(_) => {
                let task = Task { updated_date: desk.now, ..task };
                tasks::update(desk.tx, desk.workspace, &task, external_id).await?;
                return Ok(Change::Updated);
            }
        }
        Ok(Change::Created)
    }
}

/// Marks the task as done that a row of a file of activities was before.
pub(super) async fn complete(desk: &mut Desk<'_, '_>, external_id: &str) -> Done<()> {
    let id = id_of(desk.workspace, "tasks", Some(external_id), &[]);
    let Some(mut task) = tasks::get(desk.tx, desk.workspace, id).await? else { return Ok(()) };
    if task.status != "completed" {
        "completed".clone_into(&mut task.status);
        task.updated_date = desk.now;
        tasks::update(desk.tx, desk.workspace, &task, None).await?;
    }
    Ok(())
}

pub(super) fn status(text: &str) -> Parsed<&'static str> {
    match name_key(text).as_str() {
        "open"
        | "not started"
        | "todo"
        | "to do"
        | "new"
        | "draft"
        | "undone"
        | "pending"
        | "deferred"
        | "waiting"
        | "waiting on someone else"
        | "false"
        | "0"
        | "no" => Ok("open"),
        "in progress" | "in review" | "started" | "active" => Ok("in_progress"),
        "completed" | "complete" | "done" | "closed" | "finished" | "true" | "1" | "yes" => Ok("completed"),
        _ => Err("is not a status: write open, in progress or completed".to_owned()),
    }
}

fn priority(text: &str) -> Parsed<&'static str> {
    match name_key(text).as_str() {
        "low" | "3" => Ok("low"),
        "medium" | "normal" | "2" | "none" => Ok("medium"),
        "high" | "urgent" | "1" => Ok("high"),
        _ => Err("is not a priority: write high, medium or low".to_owned()),
    }
}
