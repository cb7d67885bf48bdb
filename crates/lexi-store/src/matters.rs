//! The SQL of matters.

use lexi_types::name_key;
use lexi_types::records::{Matter, RecordType};
use lexi_types::{RecordId, WorkspaceId};

use crate::Result;
use crate::db::{Row, Tx, Value};
use crate::indexed::{Indexed, Words};
use crate::records::{json_text, record_table};
use crate::search::Texts;

record_table! {
    Matter in "matters",
    [
        "number" = 4, "name" = 5, "name_key" = 6, "status" = 7, "practice_area" = 8,
        "client_company_id" = 9, "client_contact_id" = 10, "responsible_user_id" = 11,
        "description" = 12, "open_date" = 13, "close_date" = 14, "tags" = 15, "custom_fields" = 16,
        "created_date" = 17, "updated_date" = 18
    ],
    values,
    read,
    FIND_BY_NUMBER by "number"
}

/// The matters with exactly this number, at most eleven.
pub async fn find_by_number(tx: &mut Tx<'_>, workspace: WorkspaceId, number: &str) -> Result<Vec<Matter>> {
    tx.rows(FIND_BY_NUMBER, &[workspace.into(), number.into()]).await?.iter().map(read).collect()
}

impl Indexed for Matter {
    const KIND: RecordType = RecordType::Matter;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.name);
        texts.also(self.number.as_deref());
        texts.text(self.description.as_deref());
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.column("status", Some(&self.status));
        words.column("practice_area", self.practice_area.as_deref());
        words.tags(&self.tags);
        words.custom(&self.custom_fields);
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Matter) -> Vec<Value> {
    vec![
        r.number.as_deref().into(),
        (&r.name).into(),
        name_key(&r.name).into(),
        (&r.status).into(),
        r.practice_area.as_deref().into(),
        r.client_company_id.into(),
        r.client_contact_id.into(),
        r.responsible_user_id.into(),
        r.description.as_deref().into(),
        r.open_date.into(),
        r.close_date.into(),
        json_text(&r.tags).into(),
        json_text(&r.custom_fields).into(),
        r.created_date.into(),
        r.updated_date.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Matter> {
    Ok(Matter {
        id: row.parse(0)?,
        number: row.opt_string(1)?,
        name: row.string(2)?,
        status: row.string(4)?,
        practice_area: row.opt_string(5)?,
        client_company_id: row.opt_parse(6)?,
        client_contact_id: row.opt_parse(7)?,
        responsible_user_id: row.opt_parse(8)?,
        description: row.opt_string(9)?,
        open_date: row.opt_parse(10)?,
        close_date: row.opt_parse(11)?,
        tags: row.json(12)?,
        custom_fields: row.json(13)?,
        created_date: row.time(14)?,
        updated_date: row.time(15)?,
    })
}
