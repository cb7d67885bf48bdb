//! The SQL of deals.

use lexi_types::Money;
use lexi_types::RecordId;
use lexi_types::name_key;
use lexi_types::records::{Deal, RecordType};

use crate::Result;
use crate::db::{Row, Value};
use crate::indexed::{Indexed, Words};
use crate::records::{json_text, record_table};
use crate::search::Texts;

record_table! {
    Deal in "deals",
    [
        "name" = 4, "name_key" = 5, "stage" = 6, "status" = 7, "pipeline" = 8, "estimated_value" = 9,
        "currency" = 10, "probability" = 11, "main_contact_id" = 12, "owner_user_id" = 13,
        "priority" = 14, "matter_type" = 15, "related_company_id" = 16, "matter_id" = 17, "tags" = 18,
        "custom_fields" = 19, "high_level_description" = 20, "next_follow_up_date" = 21,
        "fee_model" = 22, "closed_date" = 23, "created_date" = 24, "updated_date" = 25
    ],
    values,
    read
}

impl Indexed for Deal {
    const KIND: RecordType = RecordType::Deal;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.name);
        texts.text(self.high_level_description.as_deref());
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.column("stage", self.stage.as_deref());
        words.column("status", Some(&self.status));
        words.column("pipeline", self.pipeline.as_deref());
        words.column("priority", self.priority.as_deref());
        words.column("matter_type", self.matter_type.as_deref());
        words.column("fee_model", self.fee_model.as_deref());
        words.tags(&self.tags);
        words.custom(&self.custom_fields);
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Deal) -> Vec<Value> {
    vec![
        (&r.name).into(),
        name_key(&r.name).into(),
        r.stage.as_deref().into(),
        (&r.status).into(),
        r.pipeline.as_deref().into(),
        r.estimated_value.into(),
        (&r.currency).into(),
        r.probability.into(),
        r.main_contact_id.into(),
        r.owner_user_id.into(),
        r.priority.as_deref().into(),
        r.matter_type.as_deref().into(),
        r.related_company_id.into(),
        r.matter_id.into(),
        json_text(&r.tags).into(),
        json_text(&r.custom_fields).into(),
        r.high_level_description.as_deref().into(),
        r.next_follow_up_date.into(),
        r.fee_model.as_deref().into(),
        r.closed_date.into(),
        r.created_date.into(),
        r.updated_date.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Deal> {
    Ok(Deal {
        id: row.parse(0)?,
        name: row.string(1)?,
        stage: row.opt_string(3)?,
        status: row.string(4)?,
        pipeline: row.opt_string(5)?,
        estimated_value: row.opt_int(6)?.map(Money::from_minor),
        currency: row.string(7)?,
        probability: row.opt_int(8)?,
        main_contact_id: row.opt_parse(9)?,
        owner_user_id: row.opt_parse(10)?,
        priority: row.opt_string(11)?,
        matter_type: row.opt_string(12)?,
        related_company_id: row.opt_parse(13)?,
        matter_id: row.opt_parse(14)?,
        tags: row.json(15)?,
        custom_fields: row.json(16)?,
        high_level_description: row.opt_string(17)?,
        next_follow_up_date: row.opt_parse(18)?,
        fee_model: row.opt_string(19)?,
        closed_date: row.opt_parse(20)?,
        created_date: row.time(21)?,
        updated_date: row.time(22)?,
    })
}
