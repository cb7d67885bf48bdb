//! What a call of a tool that writes comes to, and what is said of it.

use lexi_types::records::Record;
use lexi_types::{LexiTaskId, RecordRef};
use serde_json::{Value, json};

use super::super::ToolOutcome;
use super::super::parts::record;
use crate::{Change, Verb};

const CHANGES_SHOWN_MAX: usize = 20;

/// What a call of a tool that writes comes to: nothing is changed until somebody makes the changes.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub tool: &'static str,
    /// One line in plain words: "Set the stage of Windmere renewal to Negotiation".
    pub description: String,
    pub changes: Vec<Change>,
}

impl Proposal {
    /// What the model is told when the changes wait for a person: proposed, and not done.
    pub fn waits(&self, task: LexiTaskId) -> ToolOutcome {
        let shown: Vec<Value> = self.changes.iter().take(CHANGES_SHOWN_MAX).map(shown).collect();
        let result = json!({
            "status": "proposed",
            "done": false,
            "task_id": task,
            "requires_approval": true,
            "message": format!(
                "{}: this is proposed, and nothing has been changed; a person must approve it.",
                self.description
            ),
            "changes": shown,
            "total": self.changes.len(),
        });
        // What is to be made is no record yet.
        let there = self.changes.iter().filter(|change| change.verb != Verb::Create);
        let records: Vec<RecordRef> =
            there.map(|change| record(change.kind, change.id, &change.name)).collect();
        ToolOutcome::new(format!("Proposed: {}", self.description), result, records).within_limit()
    }

    /// What the model is told when the changes are made.
    pub fn made(&self, records: &[Record]) -> ToolOutcome {
        let changed = self.changes.iter().filter(|change| !change.is_nothing()).count();
        let summary = match changed {
            0 => format!("Nothing to change: {}", self.description),
            _ => self.description.clone(),
        };
        let fields: Vec<Value> =
            records.iter().take(CHANGES_SHOWN_MAX).map(|record| Value::Object(record.fields())).collect();
        let result = json!({ "status": "done", "done": true, "changed": changed, "records": fields });
        let refs = records.iter().map(|made| record(made.kind(), made.id(), made.name()));
        ToolOutcome::new(summary, result, refs.collect()).within_limit()
    }
}

fn shown(change: &Change) -> Value {
    let mut shown = json!({
        "type": change.kind, "name": change.name, "before": change.before, "after": change.after,
    });
    if change.verb != Verb::Create {
        shown["id"] = json!(change.id);
    }
    shown
}
