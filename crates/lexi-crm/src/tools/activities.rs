//! `activities.timeline`.

use lexi_types::Scope;
use serde_json::{Value, json};

use super::happenings::{parents, result};
use super::outcome::counted;
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Arguments, Asked, choices, period, text, texts};
use crate::happening::{Happening, LinkNames, TELLING};

const LIMIT: i64 = 20;
const LIMIT_MAX: i64 = 100;

pub(super) const TIMELINE: Tool = Tool {
    name: "activities.timeline",
    description: "What happened, newest first: activities such as calls and meetings, and the notes, tasks, deals and \
                  matters that were created. Of one contact, company (with its contacts, deals and matters), deal or \
                  matter, or of the whole workspace: \"what changed since Monday\". `total` counts all.",
    scope: Scope::ReadActivities,
    arguments,
    required: &[],
    call: |view, args| Box::pin(timeline(view, args)),
};

fn arguments() -> Arguments {
    let own = json!({
        "types": choices(&TELLING.map(|kind| kind.as_str()), "Only these types; all unless said"),
        "kind": texts("Only activities of any of these kinds, such as call"),
        "user": text("Name of the user who did it or is responsible, or \"me\""),
        "created": period("Happened or created"),
        "limit": { "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT },
    });
    parents().and(own)
}

async fn timeline(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let told = view.timeline(args, args.limit_up_to(LIMIT, LIMIT_MAX)?).await?;
    let summary = format!("Found {}", counted(told.total(), "entry", "entries"));
    Ok(result(&told, "items", summary, item))
}

fn item(item: &Happening, names: &LinkNames, about: Value) -> Value {
    json!({
        "type": item.kind,
        "kind": item.word,
        "id": item.id,
        "title": item.title,
        "snippet": super::snippet::around(&item.text, &[]),
        "date": item.date,
        "about": about,
        "user": item.user(names),
    })
}
