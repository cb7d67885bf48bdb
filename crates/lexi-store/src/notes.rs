//! The SQL of notes.

use lexi_types::RecordId;
use lexi_types::name_key;
use lexi_types::records::{Note, RecordType};

use crate::Result;
use crate::db::{Row, Value};
use crate::indexed::{Indexed, Words};
use crate::records::{json_text, record_table};
use crate::search::Texts;

record_table! {
    Note in "notes",
    [
        "title" = 4, "content" = 5, "name_key" = 6, "note_type" = 7, "is_pinned" = 8, "tags" = 9,
        "contact_id" = 10, "related_company_id" = 11, "deal_id" = 12, "matter_id" = 13,
        "created_date" = 14, "updated_date" = 15
    ],
    values,
    read
}

impl Indexed for Note {
    const KIND: RecordType = RecordType::Note;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.title);
        texts.text(Some(&self.content));
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.tags(&self.tags);
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Note) -> Vec<Value> {
    vec![
        (&r.title).into(),
        (&r.content).into(),
        name_key(&format!("{} {}", r.title, r.content)).into(),
        (&r.note_type).into(),
        r.is_pinned.into(),
        json_text(&r.tags).into(),
        r.contact_id.into(),
        r.related_company_id.into(),
        r.deal_id.into(),
        r.matter_id.into(),
        r.created_date.into(),
        r.updated_date.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Note> {
    Ok(Note {
        id: row.parse(0)?,
        title: row.string(1)?,
        content: row.string(2)?,
        note_type: row.string(4)?,
        is_pinned: row.flag(5)?,
        tags: row.json(6)?,
        contact_id: row.opt_parse(7)?,
        related_company_id: row.opt_parse(8)?,
        deal_id: row.opt_parse(9)?,
        matter_id: row.opt_parse(10)?,
        created_date: row.time(11)?,
        updated_date: row.time(12)?,
    })
}
