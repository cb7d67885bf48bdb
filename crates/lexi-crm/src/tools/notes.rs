//! `notes.search`.

use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::json;

use super::outcome::counted;
use super::parts::{record, snippet};
use super::schema::limit;
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Asked, filters};

pub(super) const SEARCH: Tool = Tool {
    name: "notes.search",
    description: "Find or count notes, newest first. `total` counts all that match. Several values of a filter mean any of them.",
    scope: Scope::ReadNotes,
    arguments: || filters(RecordType::Note).and(json!({ "limit": limit() })),
    required: &[],
    call: |view, args| Box::pin(search(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let found = view.search_notes(args, args.limit()?).await?;
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
