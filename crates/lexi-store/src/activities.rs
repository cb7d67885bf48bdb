//! The SQL of activities.

use lexi_types::RecordId;
use lexi_types::name_key;
use lexi_types::records::{Activity, RecordType};

use crate::Result;
use crate::db::{Row, Value};
use crate::indexed::{Indexed, Words};
use crate::records::{json_text, record_table};
use crate::search::Texts;

record_table! {
    Activity in "activities",
    [
        "type" = 4, "title" = 5, "name_key" = 6, "description" = 7, "contact_id" = 8, "deal_id" = 9,
        "entity_type" = 10, "entity_id" = 11, "metadata" = 12, "created_by_user_id" = 13,
        "created_date" = 14
    ],
    values,
    read
}

impl Indexed for Activity {
    const KIND: RecordType = RecordType::Activity;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.title);
        texts.text(self.description.as_deref());
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.column("type", Some(&self.kind));
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Activity) -> Vec<Value> {
    vec![
        (&r.kind).into(),
        (&r.title).into(),
        name_key(&r.title).into(),
        r.description.as_deref().into(),
        r.contact_id.into(),
        r.deal_id.into(),
        r.entity_type.as_deref().into(),
        r.entity_id.into(),
        json_text(&r.metadata).into(),
        r.created_by_user_id.into(),
        r.created_date.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Activity> {
    Ok(Activity {
        id: row.parse(0)?,
        kind: row.string(1)?,
        title: row.string(2)?,
        description: row.opt_string(4)?,
        contact_id: row.opt_parse(5)?,
        deal_id: row.opt_parse(6)?,
        entity_type: row.opt_string(7)?,
        entity_id: row.opt_parse(8)?,
        metadata: row.json(9)?,
        created_by_user_id: row.opt_parse(10)?,
        created_date: row.time(11)?,
    })
}
