//! `notes.search`.

use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::args::Args;
use super::outcome::counted;
use super::parts::{record, snippet};
use super::schema::{choice, joined, limit, text};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::notes::NoteSearch;
use crate::parents::Parents;

const KINDS: &[&str] = &["general", "meeting", "call", "email", "other"];

pub(super) const SEARCH: Tool = Tool {
    name: "notes.search",
    description: "Find or count notes, newest first. `total` counts all that match.",
    scope: Scope::ReadNotes,
    properties: || {
        joined([
            parent_properties("note"),
            json!({
                "query": text("Words in the title or the text"),
                "note_type": choice(KINDS, "Kind of note"),
                "limit": limit(),
            }),
        ])
    },
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) fn parent_properties(noun: &str) -> Value {
    json!({
        "contact": text(&format!("Name or id of the contact that the {noun} is about")),
        "company": text(&format!("Name or id of the company that the {noun} is about")),
        "deal": text(&format!("Name or id of the deal that the {noun} is about")),
        "matter": text(&format!("Name, number or id of the matter that the {noun} is about")),
    })
}

pub(super) fn parents(args: &Args) -> Result<Parents, CrmError> {
    Ok(Parents {
        contact: args.text("contact")?,
        company: args.text("company")?,
        deal: args.text("deal")?,
        matter: args.text("matter")?,
    })
}

async fn search(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let found = view
        .search_notes(&NoteSearch {
            query: args.text("query")?,
            parents: parents(args)?,
            note_type: args.choice("note_type", KINDS)?,
            limit: args.limit()?,
        })
        .await?;
    let records = found.items.iter().map(|note| record(RecordType::Note, note.id, &note.title));
    let notes = found.items.iter().map(|note| {
        json!({
            "id": note.id,
            "title": note.title,
            "snippet": snippet(note),
            "note_type": note.note_type,
            "created_date": note.created_date,
        })
    });
    let result = json!({
        "total": found.total,
        "truncated": found.truncated(),
        "notes": notes.collect::<Vec<_>>(),
        "filters": found.filters,
    });
    let summary = format!("Found {}", counted(found.total, "note", "notes"));
    Ok(ToolOutcome::new(summary, result, records.collect()))
}
