//! What may be done with tasks.

use lexi_store::{Filter, Named, Order, tasks};
use lexi_types::records::{RecordType, Task};
use lexi_types::{Date, RecordId, Scope, Timestamp};
use serde_json::json;

use crate::contacts::gone;
use crate::crm::{Crm, Filters, Found, View, first};
use crate::parents::Parents;
use crate::{Access, CrmError};

#[derive(Debug, Clone, Default)]
pub struct TaskSearch {
    pub query: Option<String>,
    /// `open`, `in_progress` or `completed`; with `overdue`, `open` means everything that is not completed.
    pub status: Option<String>,
    /// Due before today (UTC) and not completed.
    pub overdue: bool,
    pub assignee: Option<String>,
    pub due_after: Option<Date>,
    pub due_before: Option<Date>,
    pub parents: Parents,
    pub limit: i64,
}

#[derive(Debug, Clone)]
pub struct TaskView {
    pub task: Task,
    pub assignee: Option<String>,
}

impl Crm {
    pub async fn search_tasks(
        &self,
        access: &Access,
        search: TaskSearch,
    ) -> Result<Found<TaskView>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.search_tasks(&search).await })).await
    }

    pub async fn task(&self, access: &Access, id: RecordId) -> Result<Task, CrmError> {
        access.require(Scope::ReadTasks)?;
        self.view(access, move |view| {
            Box::pin(async move {
                tasks::get(view.tx, view.access.workspace, id).await?.ok_or_else(|| gone("task"))
            })
        })
        .await
    }
}

impl View<'_, '_> {
    pub(crate) async fn search_tasks(&mut self, search: &TaskSearch) -> Result<Found<TaskView>, CrmError> {
        self.access.require(Scope::ReadTasks)?;
        let (filter, filters) = self.task_filter(search).await?;
        let listed = tasks::list(self.tx, &filter, Order::FirstDue, first(search.limit)).await?;
        let users =
            self.names(Named::User, listed.rows.iter().map(|t| t.assigned_to_user_id).collect()).await?;
        let items = listed
            .rows
            .into_iter()
            .map(|task| {
                let assignee = task.assigned_to_user_id.and_then(|id| users.get(&id).cloned());
                TaskView { task, assignee }
            })
            .collect();
        Ok(Found { items, total: listed.total, filters })
    }

    async fn task_filter(&mut self, search: &TaskSearch) -> Result<(Filter, Filters), CrmError> {
        let mut filter = Filter::new(self.workspace(), RecordType::Task);
        let mut filters = Filters::new();
        if let Some(query) = &search.query {
            filter = filter.matching(query);
            filters.insert("query".to_owned(), json!(query));
        }
        if search.overdue {
            filter.below("due_date", Timestamp::now().date());
            filter.not_equal("status", "completed");
            filters.insert("overdue".to_owned(), json!(true));
        }
        if let Some(status) = &search.status {
            if !(search.overdue && status == "open") {
                filter.equal("status", status);
            }
            filters.insert("status".to_owned(), json!(status));
        }
        if let Some(assignee) = &search.assignee {
            let user = self.user(assignee).await?;
            filter.equal("assigned_to_user_id", user.id);
            filters.insert("assignee".to_owned(), json!(user.name));
        }
        if let Some(day) = search.due_after {
            filter.at_least("due_date", day);
            filters.insert("due_after".to_owned(), json!(day));
        }
        if let Some(day) = search.due_before {
            filter.below("due_date", day);
            filters.insert("due_before".to_owned(), json!(day));
        }
        self.under(&search.parents, &mut filter, &mut filters).await?;
        Ok((filter, filters))
    }
}
