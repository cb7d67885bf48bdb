//! How a write is known again: a run that is made afresh under the same key of the client asks for the same things again, and
//! they are not done twice. It may ask for one in the same words, or in others that come to the same changes.

use std::collections::HashMap;

use lexi_crm::{Change, Proposal, Verb};
use lexi_models::ToolCall;
use lexi_types::{LexiTaskId, RecordRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What came of a write, as it is kept for a run that asks for it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) summary: String,
    pub(crate) result: Value,
    pub(crate) records: Vec<RecordRef>,
    pub(crate) task_id: Option<LexiTaskId>,
}

/// The writes of one run so far. A run may want the same thing twice, and the second is not the first.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    counts: HashMap<Vec<u8>, u64>,
}

impl Repeats {
    /// What the next write with this digest is known by.
    pub(crate) fn numbered(&self, digest: &[u8]) -> Vec<u8> {
        let number = self.counts.get(digest).copied().unwrap_or(0);
        let mut hash = Sha256::new();
        hash.update(digest);
        hash.update(number.to_be_bytes());
        hash.finalize().to_vec()
    }

    pub(crate) fn done(&mut self, digest: Vec<u8>) {
        *self.counts.entry(digest).or_default() += 1;
    }
}

/// Of a call as the model words it. JSON that is equal is the same.
pub(crate) fn of_call(call: &ToolCall) -> Vec<u8> {
    let canonical = serde_json::from_str::<Value>(&call.arguments).map(|arguments| arguments.to_string());
    digest("call", &call.name, canonical.as_deref().unwrap_or(&call.arguments))
}

/// Of what a call comes to. An id that was made for it, and what depends on the moment or on the state before, is left out.
pub(crate) fn of_changes(proposal: &Proposal) -> Vec<u8> {
    let made: HashMap<String, usize> = proposal
        .changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.verb == Verb::Create)
        .map(|(number, change)| (change.id.to_string(), number))
        .collect();
    let changes: Vec<Value> = proposal.changes.iter().map(|change| canonical(change, &made)).collect();
    digest("changes", proposal.tool, &Value::Array(changes).to_string())
}

fn canonical(change: &Change, made: &HashMap<String, usize>) -> Value {
    let mut after: Map<String, Value> = change.after.clone();
    for of_the_moment in ["id", "created_date", "updated_date"] {
        after.remove(of_the_moment);
    }
    for value in after.values_mut() {
        if let Some(number) = value.as_str().and_then(|id| made.get(id)) {
            *value = json!({ "made": number });
        }
    }
    let id = Some(change.id).filter(|_| change.verb != Verb::Create);
    json!({ "type": change.kind, "verb": change.verb, "id": id, "after": after })
}

fn digest(of: &str, tool: &str, canonical: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [of, tool, canonical] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use lexi_types::RecordId;
    use lexi_types::records::RecordType;

    use super::*;

    fn note(content: &str, contact: RecordId) -> Change {
        let id = RecordId::new();
        let after =
            json!({ "id": id, "content": content, "contact_id": contact, "created_date": id.to_string() });
        Change {
            kind: RecordType::Note,
            verb: Verb::Create,
            id,
            name: content.to_owned(),
            before: Map::new(),
            after: after.as_object().unwrap().clone(),
            version: None,
        }
    }

    fn proposal(changes: Vec<Change>) -> Vec<u8> {
        of_changes(&Proposal { tool: "notes.create", description: String::new(), changes })
    }

    #[test]
    fn the_same_changes_are_known_by_other_ids_of_what_is_new() {
        let jane = RecordId::new();
        assert_eq!(proposal(vec![note("a", jane)]), proposal(vec![note("a", jane)]));
        assert_ne!(proposal(vec![note("a", jane)]), proposal(vec![note("b", jane)]));
        assert_ne!(proposal(vec![note("a", jane)]), proposal(vec![note("a", RecordId::new())]));
        let both = || {
            let first = note("a", jane);
            let second = note("b", first.id);
            proposal(vec![first, second])
        };
        assert_eq!(both(), both(), "a link to what is made beside it");
    }

    #[test]
    fn the_state_before_makes_no_difference() {
        let mut change = note("a", RecordId::new());
        change.verb = Verb::Update;
        change.after.remove("id");
        let mut later = change.clone();
        later.before.insert("content".to_owned(), json!("something else"));
        assert_eq!(proposal(vec![change.clone()]), proposal(vec![later]));
        let other = Change { id: RecordId::new(), ..change.clone() };
        assert_ne!(proposal(vec![change]), proposal(vec![other]));
    }

    #[test]
    fn equal_json_is_one_call_and_a_second_of_a_run_is_another() {
        let call = |arguments: &str| {
            of_call(&ToolCall {
                name: "notes.create".to_owned(),
                arguments: arguments.to_owned(),
                ..ToolCall::default()
            })
        };
        assert_eq!(call(r#"{"a":1,"b":2}"#), call(r#"{ "b": 2, "a": 1 }"#));
        assert_ne!(call(r#"{"a":1}"#), call(r#"{"a":2}"#));
        assert_eq!(call("{broken"), call("{broken"));
        let (mut repeats, digest) = (Repeats::default(), call("{}"));
        let first = repeats.numbered(&digest);
        assert_eq!(first, Repeats::default().numbered(&digest));
        repeats.done(digest.clone());
        assert_ne!(first, repeats.numbered(&digest));
    }
}
