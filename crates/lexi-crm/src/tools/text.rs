//! `search.text`.

use lexi_types::Scope;
use serde_json::json;

use super::happenings::{parents, plurals, result};
use super::outcome::counted;
use super::schema::limit;
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Arguments, Asked, choices, period, text};
use crate::happening::TELLING;
use crate::text_search::asked_words;

pub(super) const SEARCH: Tool = Tool {
    name: "search.text",
    description: "Full-text search in notes, activities, tasks, deals and matters: titles, contents, descriptions. All \
                  words must occur; the last may be the beginning of one. The best come first, each with the text \
                  around the words. `total` counts all hits.",
    scope: Scope::ReadNotes,
    arguments,
    required: &["query"],
    call: |view, args| Box::pin(search(view, args)),
};

fn arguments() -> Arguments {
    let own = json!({
        "query": text("The words that must all occur"),
        "types": choices(&plurals(&TELLING), "Only these types; all unless said"),
        "created": period("Created"),
        "limit": limit(),
    });
    parents().and(own)
}

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let told = view.search_text(args, args.limit()?).await?;
    let words = asked_words(&args.text("query")?.unwrap_or_default())?;
    let summary = format!("Found {}", counted(told.total(), "text", "texts"));
    Ok(result(&told, "hits", summary, |item, _, about| {
        let mut hit = json!({
            "type": item.kind,
            "id": item.id,
            "name": item.title,
            "snippet": super::snippet::around(&item.text, &words),
            "date": item.date,
        });
        if !about.is_null() {
            hit["about"] = about;
        }
        hit
    }))
}
