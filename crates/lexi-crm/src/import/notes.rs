//! Rows that are notes.

use lexi_store::{name_key, notes};
use lexi_types::Timestamp;
use lexi_types::records::Note;

use super::cells::Cells;
use super::desk::{Change, Desk, Done};
use super::identity::id_of;
use super::parents::{ParentsRow, title_of};
use super::values::{self, Parsed};

#[derive(Debug)]
pub(super) struct NoteRow {
    external_id: Option<String>,
    title: Option<String>,
    content: String,
    note_type: Option<&'static str>,
    pinned: Option<bool>,
    tags: Vec<String>,
    created: Option<Timestamp>,
    parents: ParentsRow,
}

impl NoteRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let title = cells.text("title");
        let content = cells.long_text("content");
        if title.is_none() && content.is_none() && cells.errors.is_empty() {
            cells.refuse("content", "the row has neither a text nor a title".to_owned());
        }
        let common = cells.common_and_created();
        Self {
            content: content.or_else(|| title.clone()).unwrap_or_default(),
            title,
            note_type: cells.parse("note_type", note_type),
            pinned: cells.parse("is_pinned", values::yes_or_no),
            tags: common.tags,
            created: common.created,
            external_id: common.external_id,
            parents: ParentsRow::read(cells),
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let parents = self.parents.find(desk).await?;
        let created = self.created.map(|time| time.to_string());
        let mut words = vec![self.title.as_deref(), Some(&self.content), created.as_deref()];
        words.extend(self.parents.words());
        let id = id_of(desk.workspace, "notes", self.external_id.as_deref(), &words);
        let existing = notes::get(desk.tx, desk.workspace, id).await?;
        let earlier = existing.as_ref();
        let note = Note {
            id,
            title: self.title.clone().unwrap_or_else(|| title_of(&self.content)),
            content: self.content.clone(),
            note_type: self
                .note_type
                .or(earlier.map(|n| n.note_type.as_str()))
                .unwrap_or("general")
                .to_owned(),
            is_pinned: self.pinned.or(earlier.map(|n| n.is_pinned)).unwrap_or_default(),
            tags: if self.tags.is_empty() {
                earlier.map(|n| n.tags.clone()).unwrap_or_default()
            } else {
                self.tags.clone()
            },
            contact_id: parents.contact.or(earlier.and_then(|n| n.contact_id)),
            related_company_id: parents.company.or(earlier.and_then(|n| n.related_company_id)),
            deal_id: parents.deal.or(earlier.and_then(|n| n.deal_id)),
            matter_id: parents.matter.or(earlier.and_then(|n| n.matter_id)),
            created_date: self.created.or(earlier.map(|n| n.created_date)).unwrap_or(desk.now),
            updated_date: earlier.map_or(self.created.unwrap_or(desk.now), |n| n.updated_date),
        };
        let external_id = self.external_id.as_deref();
        match existing {
            None => notes::insert(desk.tx, desk.workspace, &note, external_id).await?,
            Some(existing) if existing == note => return Ok(Change::Unchanged),
            Some(_) => {
                let note = Note { updated_date: desk.now, ..note };
                notes::update(desk.tx, desk.workspace, &note, external_id).await?;
                return Ok(Change::Updated);
            }
        }
        Ok(Change::Created)
    }
}

fn note_type(text: &str) -> Parsed<&'static str> {
    Ok(match name_key(text).as_str() {
        "general" | "note" => "general",
        "meeting" | "meetings" => "meeting",
        "call" | "phone" | "phone call" => "call",
        "email" | "e mail" | "mail" => "email",
        _ => "other",
    })
}
