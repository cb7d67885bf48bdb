//! The changes, made in a transaction of the writer.

use std::collections::HashSet;

use lexi_store::audit::{self, Actor, Deed};
use lexi_store::outbox::{self, Event};
use lexi_store::{StoreError, records};
use lexi_types::records::{Record, RecordType};
use lexi_types::{RecordId, Timestamp};
use serde_json::{Map, Value, json};

use super::draft::{blank, difference, held};
use super::plan::write_scope;
use super::references::linking;
use super::{Change, Verb, Version};
use crate::CrmError;
use crate::crm::View;
use crate::filter::read_scope;
use crate::names::shown;

/// Changes under way.
pub(super) struct Making<'v, 't, 'c> {
    pub(super) view: View<'t, 'c>,
    pub(super) actor: &'v Actor,
    pub(super) now: Timestamp,
    /// Records that this call has changed: they are no longer as they were planned.
    changed: HashSet<(RecordType, RecordId)>,
    /// Records that were looked for and are there.
    there: HashSet<(RecordType, RecordId)>,
}

impl<'v, 't, 'c> Making<'v, 't, 'c> {
    pub(super) fn new(view: View<'t, 'c>, actor: &'v Actor, now: Timestamp) -> Self {
        Self { view, actor, now, changed: HashSet::new(), there: HashSet::new() }
    }

    pub(super) async fn one(&mut self, change: &Change) -> Result<Record, CrmError> {
        self.view.access.require(write_scope(change.kind))?;
        match change.verb {
            Verb::Create => self.create(change).await,
            Verb::Update => self.update(change).await,
            Verb::Delete => self.delete(change).await,
        }
    }

    async fn create(&mut self, change: &Change) -> Result<Record, CrmError> {
        let mut fields = blank(change.kind);
        fields.insert("created_date".to_owned(), json!(self.now));
        fields.extend(change.after.clone());
        fields.insert("id".to_owned(), json!(change.id));
        fields.insert("updated_date".to_owned(), json!(self.now));
        let record = record(change, fields)?;
        self.check_links(change).await?;
        match records::insert(self.view.tx, self.view.workspace(), &record).await {
            Err(StoreError::Constraint(_)) => {
                return Err(CrmError::Conflict(format!("The {} has been made already.", told(change))));
            }
            other => other?,
        }
        self.changed.insert((change.kind, change.id));
        self.tell(&record, "create", None, Some(held(record.fields()))).await?;
        let event = Event::of(&record, "created");
        outbox::emit(self.view.tx, self.view.workspace(), &event, self.now).await?;
        Ok(record)
    }

    async fn update(&mut self, change: &Change) -> Result<Record, CrmError> {
        let before = self.as_planned(change).await?;
        let was = before.fields();
        let mut fields = was.clone();
        fields.extend(change.after.clone());
        let (old, new) = difference(&was, fields.clone());
        if new.is_empty() {
            return Ok(before);
        }
        if let Some(changed) = was.get("updated_date") {
            let changed: Timestamp = serde_json::from_value(changed.clone()).unwrap_or_default();
            let later = Timestamp::from_micros(changed.micros().saturating_add(1)).max(self.now);
            fields.insert("updated_date".to_owned(), json!(later));
        }
        let after = record(change, fields)?;
        self.check_links(change).await?;
        records::update(self.view.tx, self.view.workspace(), &after).await?;
        self.changed.insert((change.kind, change.id));
        let names: Vec<String> = new.keys().cloned().collect();
        self.tell(&after, "update", Some(old), Some(new)).await?;
        let mut event = Event::of(&after, "updated");
        event.data["changed"] = json!(names);
        outbox::emit(self.view.tx, self.view.workspace(), &event, self.now).await?;
        Ok(after)
    }

    async fn delete(&mut self, change: &Change) -> Result<Record, CrmError> {
        let record = self.as_planned(change).await?;
        records::delete(self.view.tx, self.view.workspace(), change.kind, change.id).await?;
        self.changed.insert((change.kind, change.id));
        self.there.remove(&(change.kind, change.id));
        self.tell(&record, "delete", Some(held(record.fields())), None).await?;
        let mut event = Event::of(&record, "deleted");
        event.data = json!({ "id": record.id(), "name": record.name() });
        outbox::emit(self.view.tx, self.view.workspace(), &event, self.now).await?;
        Ok(record)
    }

    /// The record, in the state on which the change was planned, or in the one in which this call has left it.
    async fn as_planned(&mut self, change: &Change) -> Result<Record, CrmError> {
        let found = records::seen(self.view.tx, self.view.sight, change.kind, change.id).await?;
        let record = found.ok_or_else(|| {
            CrmError::Conflict(format!("The {} is no longer there; nothing was changed.", told(change)))
        })?;
        let ours = self.changed.contains(&(change.kind, change.id));
        if !ours && change.version.as_ref() != Some(&Version::of(&record)) {
            return Err(CrmError::Conflict(format!(
                "The {} has been changed meanwhile; look at it again. Nothing was changed.",
                told(change)
            )));
        }
        Ok(record)
    }

    /// What the record will belong to must still be there, and this key must see it.
    async fn check_links(&mut self, change: &Change) -> Result<(), CrmError> {
        let after = |name: &str| change.after.get(name).and_then(Value::as_str);
        let mut links: Vec<(RecordType, &str)> =
            linking(change.kind).filter_map(|(name, kind)| Some((kind, after(name)?))).collect();
        let entity = after("entity_type").and_then(RecordType::parse);
        links.extend(entity.zip(after("entity_id")));
        for (kind, id) in links {
            self.view.access.require(read_scope(kind))?;
            let Ok(id) = id.parse::<RecordId>() else { continue };
            if self.there.contains(&(kind, id)) {
                continue;
            }
            if !self.view.is_there(kind, id).await? {
                return Err(CrmError::Conflict(format!(
                    "The {} of the {} is no longer there; nothing was changed.",
                    kind.as_str(),
                    told(change)
                )));
            }
            self.there.insert((kind, id));
        }
        Ok(())
    }

    async fn tell(
        &mut self,
        record: &Record,
        action: &'static str,
        before: Option<Map<String, Value>>,
        after: Option<Map<String, Value>>,
    ) -> Result<(), CrmError> {
        let deed = Deed {
            before: before.map(Value::Object),
            after: after.map(Value::Object),
            ..Deed::to(record, action)
        };
        Ok(audit::append(self.view.tx, self.view.workspace(), self.actor, &deed, self.now).await?)
    }
}

/// A change may have been kept for long, and by another version of this program.
fn record(change: &Change, fields: Map<String, Value>) -> Result<Record, CrmError> {
    Record::from_fields(change.kind, fields).map_err(|_| {
        CrmError::Conflict(format!(
            "The change of the {} cannot be made any more; ask for it again.",
            told(change)
        ))
    })
}

fn told(change: &Change) -> String {
    format!("{} \"{}\"", change.kind.as_str(), shown(&change.name))
}
