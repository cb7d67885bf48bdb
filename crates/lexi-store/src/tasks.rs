//! The SQL of tasks.

use lexi_types::RecordId;
use lexi_types::name_key;
use lexi_types::records::{RecordType, Task};

use crate::Result;
use crate::db::{Row, Value};
use crate::indexed::{Indexed, Words};
use crate::records::record_table;
use crate::search::Texts;

record_table! {
    Task in "tasks",
    [
        "title" = 4, "name_key" = 5, "description" = 6, "status" = 7, "priority" = 8, "due_date" = 9,
        "assigned_to_user_id" = 10, "contact_id" = 11, "related_company_id" = 12, "deal_id" = 13,
        "matter_id" = 14, "created_date" = 15, "updated_date" = 16
    ],
    values,
    read
}

impl Indexed for Task {
    const KIND: RecordType = RecordType::Task;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.title);
        texts.text(self.description.as_deref());
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.column("priority", self.priority.as_deref());
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Task) -> Vec<Value> {
    vec![
        (&r.title).into(),
        name_key(&r.title).into(),
        r.description.as_deref().into(),
        (&r.status).into(),
        r.priority.as_deref().into(),
        r.due_date.into(),
        r.assigned_to_user_id.into(),
        r.contact_id.into(),
        r.related_company_id.into(),
        r.deal_id.into(),
        r.matter_id.into(),
        r.created_date.into(),
        r.updated_date.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Task> {
    Ok(Task {
        id: row.parse(0)?,
        title: row.string(1)?,
        description: row.opt_string(3)?,
        status: row.string(4)?,
        priority: row.opt_string(5)?,
        due_date: row.opt_parse(6)?,
        assigned_to_user_id: row.opt_parse(7)?,
        contact_id: row.opt_parse(8)?,
        related_company_id: row.opt_parse(9)?,
        deal_id: row.opt_parse(10)?,
        matter_id: row.opt_parse(11)?,
        created_date: row.time(12)?,
        updated_date: row.time(13)?,
    })
}
