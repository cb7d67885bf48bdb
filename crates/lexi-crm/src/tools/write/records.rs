//! The records that a call is about, by their ids or names.

use lexi_store::{Filter, NameMatch, Order, name_key, records, tasks};
use lexi_types::RecordId;
use lexi_types::records::{RecordType, Task};
use serde_json::Value;

use super::RECORDS_MAX;
use crate::CrmError;
use crate::change::named;
use crate::crm::{View, first};
use crate::filter::{Asked, read_scope};
use crate::names::{ambiguous, shown};

const TITLES_MAX: i64 = 50;

impl View<'_, '_> {
    /// Every record of `records` once, in the order in which they are named.
    pub(super) async fn records_named(
        &mut self,
        kind: RecordType,
        args: &Asked,
    ) -> Result<Vec<RecordId>, CrmError> {
        self.access.require(read_scope(kind))?;
        let given = match args.fields().get("records") {
            Some(Value::Array(all)) => all.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        if given.is_empty() || given.len() > RECORDS_MAX {
            return Err(CrmError::invalid(format!(
                "records must be a list of 1 to {RECORDS_MAX} ids or names of records of type {}.",
                kind.as_str()
            )));
        }
        let mut ids = Vec::with_capacity(given.len());
        for one in given {
            let text = one.as_str().map(str::trim).filter(|text| !text.is_empty());
            let Some(text) = text else {
                return Err(CrmError::invalid("records must be ids or names, each a text."));
            };
            let id = match named(kind) {
                Some(named) => self.one(named, text).await?.id,
                None => self.task_titled(text).await?,
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The task that the text names: of those that fit equally well, one that is open.
    async fn task_titled(&mut self, text: &str) -> Result<RecordId, CrmError> {
        if let Ok(id) = text.parse::<RecordId>() {
            let there = records::is_seen(self.tx, self.sight, RecordType::Task, id).await?;
            return if there { Ok(id) } else { Err(no_task(text)) };
        }
        let filter = Filter::new(self.sight, RecordType::Task).matching(text);
        let found = tasks::list(self.tx, &filter, Order::Newest, first(TITLES_MAX)).await?.rows;
        let key = name_key(text);
        let best = preferred(found, |task| name_key(&task.title) == key);
        let best = preferred(best, |task| task.status != "completed");
        match best.as_slice() {
            [] => Err(no_task(text)),
            [only] => Ok(only.id),
            _ => {
                let candidates = best.into_iter().map(|task| NameMatch {
                    id: task.id,
                    name: task.title,
                    detail: Some(task.due_date.map_or(task.status, |due| format!("due {due}"))),
                });
                Err(ambiguous("task", text, candidates.collect()))
            }
        }
    }
}

/// Those that are preferred, or all where none is.
fn preferred(tasks: Vec<Task>, is_better: impl Fn(&Task) -> bool) -> Vec<Task> {
    let (better, others): (Vec<_>, Vec<_>) = tasks.into_iter().partition(is_better);
    if better.is_empty() { others } else { better }
}

fn no_task(text: &str) -> CrmError {
    CrmError::NotFound {
        message: format!("There is no task \"{}\". Search with other words.", shown(text)),
        valid: Vec::new(),
    }
}
