//! What may be done with tasks.

use lexi_store::{Named, Order, tasks};
use lexi_types::records::{RecordType, Task};
use lexi_types::{RecordId, Scope};

use crate::contacts::gone;
use crate::crm::{Crm, Found, View, first};
use crate::filter::Asked;
use crate::{Access, CrmError};

#[derive(Debug, Clone)]
pub struct TaskView {
    pub task: Task,
    pub assignee: Option<String>,
}

impl Crm {
    pub async fn search_tasks(
        &self,
        access: &Access,
        asked: Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<TaskView>, CrmError> {
        self.view(access, move |mut view| {
            Box::pin(async move { view.search_tasks(&asked, order, limit).await })
        })
        .await
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
    pub(crate) async fn search_tasks(
        &mut self,
        asked: &Asked,
        order: Order,
        limit: i64,
    ) -> Result<Found<TaskView>, CrmError> {
        self.access.require(Scope::ReadTasks)?;
        let (filter, filters) = self.filter(RecordType::Task, asked).await?;
        let listed = tasks::list(self.tx, &filter, order, first(limit)).await?;
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
}
