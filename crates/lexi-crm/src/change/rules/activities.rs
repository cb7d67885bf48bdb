//! What an activity is about, and who did it.

use lexi_types::RecordId;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::super::draft::Draft;
use super::super::plan::Planner;
use super::super::references::no_such;
use crate::CrmError;
use crate::filter::read_scope;

impl Planner<'_, '_, '_> {
    pub(super) async fn entity_of_activity(&mut self, draft: &mut Draft) -> Result<(), CrmError> {
        if draft.is_new {
            draft.set("created_by_user_id", json!(self.view.access.user_id));
        }
        self.given_entity(draft).await?;
        let (fields, mut chosen) = ([("company_id", "company"), ("matter_id", "matter")], None);
        for (field, kind) in fields {
            let Some(id) = draft.given_text(field).map(str::to_owned) else { continue };
            let given = draft.given_text("entity_id").map(|id| (draft.given_text("entity_type"), id));
            let contradicts = given.is_some_and(|given| given != (Some(kind), id.as_str()));
            if contradicts || chosen.is_some() {
                draft.refuse(
                    field,
                    "an activity is about one of a company, a matter and an entity; give one of them",
                );
                return Ok(());
            }
            chosen = Some((kind, id));
        }
        if let Some((kind, id)) = chosen {
            draft.set("entity_type", kind);
            draft.set("entity_id", id);
        }
        // Both, or neither: the one is nothing without the other.
        for (field, other) in [("entity_type", "entity_id"), ("entity_id", "entity_type")] {
            let is_set = |draft: &Draft, name: &str| draft.text(name).is_some();
            if is_set(draft, field) && !is_set(draft, other) {
                if draft.emptied(other) && draft.given_text(field).is_none() {
                    draft.set(field, Value::Null);
                } else {
                    draft.refuse(other, format!("must be given together with {field}"));
                }
            }
        }
        Ok(())
    }

    /// The record that `entity_type` and `entity_id` name, where one of them was given.
    async fn given_entity(&mut self, draft: &mut Draft) -> Result<(), CrmError> {
        let given = draft.given_text("entity_id").is_some() || draft.given_text("entity_type").is_some();
        let kind = draft.text("entity_type").and_then(RecordType::parse);
        let id: Option<RecordId> = draft.text("entity_id").and_then(|id| id.parse().ok());
        let (true, Some(kind), Some(id)) = (given, kind, id) else { return Ok(()) };
        self.view.access.require(read_scope(kind))?;
        if !self.view.is_there(kind, id).await? {
            draft.refuse("entity_id", no_such(kind));
        }
        Ok(())
    }
}
