//! What waits for the user's consent: shown from what to what, and decided on with a word.

use std::io;

use lexi_client::{LexiTask, TaskChange};
use lexi_types::LexiTaskId;
use serde_json::{Map, Value};

use super::advice::advice;
use super::session::{Outcome, Session};

const FIELDS_SHOWN_MAX: usize = 20;
const VALUE_CHARS_MAX: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Approve,
    Dismiss,
}

/// `/approve` and `/dismiss`, with the id of a task behind it or none.
pub(super) fn decision(line: &str) -> Option<(Decision, &str)> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let decision = match word {
        "/approve" => Decision::Approve,
        "/dismiss" => Decision::Dismiss,
        _ => return None,
    };
    Some((decision, rest.trim()))
}

impl Session {
    /// What the answer has proposed.
    pub(super) async fn show_proposals(&mut self) -> io::Result<()> {
        for id in self.proposed.clone() {
            // A key that may not read tasks may still be told which to approve elsewhere.
            if let Ok(task) = self.client.task(id).await {
                for line in lines(&task) {
                    self.screen.note(&line)?;
                }
            }
            let how = match self.single {
                true => format!("waits for approval: POST /v1/lexi/tasks/{id}/approve"),
                false => format!("waits for approval: /approve or /dismiss (task {id})"),
            };
            self.screen.note(&how)?;
        }
        Ok(())
    }

    /// Decides on the task that is named, or on all that the last answer has proposed.
    pub(super) async fn decide(&mut self, decision: Decision, named: &str) -> io::Result<Outcome> {
        let ids: Vec<LexiTaskId> = match named {
            "" => self.proposed.clone(),
            named => named.parse().into_iter().collect(),
        };
        if ids.is_empty() {
            self.screen.note("nothing waits here; name a task: /approve ID")?;
            return Ok(Outcome::Failed);
        }
        let mut outcome = Outcome::Answered;
        for id in ids {
            let decided = match decision {
                Decision::Approve => self.client.approve(id).await,
                Decision::Dismiss => self.client.dismiss(id).await,
            };
            match decided {
                Ok(task) => {
                    self.proposed.retain(|waiting| *waiting != id);
                    self.screen.note(&format!("{}: {}", task.status, task.description))?;
                }
                Err(error) => {
                    self.screen.error(&advice(&error))?;
                    outcome = Outcome::Failed;
                }
            }
        }
        Ok(outcome)
    }
}

fn lines(task: &LexiTask) -> Vec<String> {
    let mut lines = vec![task.description.clone()];
    for change in &task.metadata.changes {
        lines.push(format!("  {} {} \"{}\"", change.verb, change.kind, change.name));
        lines.extend(fields(change));
    }
    lines
}

fn fields(change: &TaskChange) -> Vec<String> {
    let none = Map::new();
    let (before, after) = (change.before.as_ref().unwrap_or(&none), change.after.as_ref().unwrap_or(&none));
    let names = if after.is_empty() { before } else { after };
    let line = |name: &String| match (before.get(name), after.get(name)) {
        (None, Some(after)) => format!("    {name}: {}", shown(after)),
        (before, after) => format!("    {name}: {} → {}", shown_or_nothing(before), shown_or_nothing(after)),
    };
    let mut lines: Vec<String> = names.keys().take(FIELDS_SHOWN_MAX).map(line).collect();
    if names.len() > FIELDS_SHOWN_MAX {
        lines.push(format!("    and {} more fields", names.len() - FIELDS_SHOWN_MAX));
    }
    lines
}

fn shown_or_nothing(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), shown)
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.replace('\n', " "),
        other => other.to_string(),
    };
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_decides() {
        assert_eq!(decision("/approve"), Some((Decision::Approve, "")));
        assert_eq!(decision("/dismiss  0198"), Some((Decision::Dismiss, "0198")));
        assert_eq!(decision("/approved"), None);
        assert_eq!(decision("approve it"), None);
    }

    #[test]
    fn a_change_is_shown_from_what_to_what() {
        let change = |verb: &str, before: Value, after: Value| {
            let change = json!({"type": "deal", "verb": verb, "name": "X", "before": before, "after": after});
            fields(&serde_json::from_value(change).unwrap())
        };
        let both =
            change("update", json!({"stage": "Lead", "tags": null}), json!({"stage": "Won", "tags": ["a"]}));
        assert_eq!(both, ["    stage: Lead → Won", "    tags: nothing → [\"a\"]"]);
        assert_eq!(change("create", Value::Null, json!({"name": "a\nb"})), ["    name: a b"]);
        assert_eq!(change("delete", json!({"name": "X"}), Value::Null), ["    name: X → nothing"]);
        let long = change("create", Value::Null, json!({"text": "ä".repeat(300)}));
        assert_eq!(long[0].chars().count(), "    text: ".len() + VALUE_CHARS_MAX + 1);
    }
}
