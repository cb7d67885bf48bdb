//! From what is asked for to what will be changed.

use std::collections::{BTreeMap, HashMap};

use lexi_store::{StoreError, pipelines, records};
use lexi_types::records::{Pipeline, Record, RecordType};
use lexi_types::{RecordId, Scope, Timestamp};
use serde_json::Map;

use super::draft::{Draft, Wrong, held};
use super::fields::{FieldKind, fields};
use super::{Asking, Change, Verb, Version, values};
use crate::CrmError;
use crate::crm::View;
use crate::names::shown;

pub(crate) const fn write_scope(kind: RecordType) -> Scope {
    match kind {
        RecordType::Contact => Scope::WriteContacts,
        RecordType::Company => Scope::WriteCompanies,
        RecordType::Deal => Scope::WriteDeals,
        RecordType::Matter => Scope::WriteMatters,
        RecordType::Note => Scope::WriteNotes,
        RecordType::Task => Scope::WriteTasks,
        RecordType::Activity => Scope::WriteActivities,
    }
}

/// How what is wrong with one of several askings is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `[3].email`, where there are several.
    ByPlace,
    /// `email`: all askings are about the same fields.
    Plain,
}

/// Planning under way, with what it has learnt.
pub(super) struct Planner<'v, 't, 'c> {
    pub(super) view: &'v mut View<'t, 'c>,
    pub(super) now: Timestamp,
    pub(super) pipelines: Option<Vec<Pipeline>>,
    pub(super) currency: Option<String>,
    /// What the records that were planned for will be, and the version that each has now; none will be left of those that
    /// are removed.
    planned: HashMap<(RecordType, RecordId), (Option<Record>, Version)>,
}

/// Why one asking cannot be done.
enum Refusal {
    Wrong(Wrong),
    Whole(CrmError),
}

impl<E: Into<CrmError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Whole(error.into())
    }
}

impl View<'_, '_> {
    pub(crate) async fn plan(
        &mut self,
        asked: Vec<Asking>,
        naming: Naming,
        now: Timestamp,
    ) -> Result<Vec<Change>, CrmError> {
        let several = asked.len() > 1 && naming == Naming::ByPlace;
        let mut planner =
            Planner { view: self, now, pipelines: None, currency: None, planned: HashMap::new() };
        let (mut changes, mut fields, mut ambiguous) = (Vec::new(), BTreeMap::new(), None);
        for (at, asking) in asked.iter().enumerate() {
            let named = |name: &str| if several { format!("[{at}].{name}") } else { name.to_owned() };
            match planner.one(asking).await {
                Ok(change) => changes.push(change),
                Err(Refusal::Whole(error)) => return Err(error),
                Err(Refusal::Wrong(wrong)) => {
                    fields.extend(wrong.fields.into_iter().map(|(name, reason)| (named(&name), reason)));
                    if let Some((name, error)) = wrong.ambiguous {
                        ambiguous.get_or_insert((named(&name), error));
                    }
                }
            }
        }
        match ambiguous {
            None if fields.is_empty() => Ok(changes),
            Some((_, error)) if fields.is_empty() => Err(error),
            Some((name, error)) => {
                fields.insert(name, error.to_string());
                Err(CrmError::fields(fields))
            }
            None => Err(CrmError::fields(fields)),
        }
    }
}

impl Planner<'_, '_, '_> {
    async fn one(&mut self, asking: &Asking) -> Result<Change, Refusal> {
        self.view.access.require(write_scope(asking.kind))?;
        if asking.verb == Verb::Create {
            return self.create(asking).await;
        }
        let (record, version) = self.asked_for(asking).await?;
        if asking.seen.as_ref().is_some_and(|seen| *seen != version) {
            return Err(stale(&record).into());
        }
        match asking.verb {
            Verb::Delete => {
                self.planned.insert((asking.kind, record.id()), (None, version.clone()));
                Ok(Change {
                    kind: asking.kind,
                    verb: Verb::Delete,
                    id: record.id(),
                    name: record.name().to_owned(),
                    before: held(record.fields()),
                    after: Map::new(),
                    version: Some(version),
                })
            }
            Verb::Create | Verb::Update => self.update(asking, &record, version).await,
        }
    }

    async fn create(&mut self, asking: &Asking) -> Result<Change, Refusal> {
        let mut draft = Draft::of_new(asking.kind, self.now);
        let record = self.fill(&mut draft, asking).await?;
        let (before, after) = draft.changes(&record);
        let name = record.name().to_owned();
        Ok(Change {
            kind: asking.kind,
            verb: Verb::Create,
            id: record.id(),
            name,
            before,
            after,
            version: None,
        })
    }

    async fn update(
        &mut self,
        asking: &Asking,
        record: &Record,
        version: Version,
    ) -> Result<Change, Refusal> {
        let mut draft = Draft::of(record, self.now);
        let will_be = self.fill(&mut draft, asking).await?;
        let (before, after) = draft.changes(&will_be);
        self.planned.insert((asking.kind, record.id()), (Some(will_be), version.clone()));
        Ok(Change {
            kind: asking.kind,
            verb: Verb::Update,
            id: record.id(),
            name: record.name().to_owned(),
            before,
            after,
            version: Some(version),
        })
    }

    /// The record that is to be changed, as earlier askings leave it, and the version that it has now.
    async fn asked_for(&mut self, asking: &Asking) -> Result<(Record, Version), CrmError> {
        let Some(id) = asking.id else {
            return Err(CrmError::field("id", "must be given"));
        };
        if let Some((record, version)) = self.planned.get(&(asking.kind, id)) {
            let record = record.clone().ok_or_else(|| missing(asking.kind, id))?;
            return Ok((record, version.clone()));
        }
        let found = records::seen(self.view.tx, self.view.sight, asking.kind, id).await?;
        let record = found.ok_or_else(|| missing(asking.kind, id))?;
        let version = Version::of(&record);
        Ok((record, version))
    }

    /// Reads what was given, in the order of the table, and what follows from it.
    async fn fill(&mut self, draft: &mut Draft, asking: &Asking) -> Result<Record, Refusal> {
        for field in fields(asking.kind) {
            for name in field.names() {
                let Some(value) = asking.fields.get(name) else { continue };
                match field.kind {
                    FieldKind::Created if !draft.is_new => {}
                    FieldKind::User
                    | FieldKind::Record(_)
                    | FieldKind::Client
                    | FieldKind::Entity
                    | FieldKind::EntityOf(_) => self.view.refer(draft, field, name, value).await?,
                    kind => match values::read(kind, value) {
                        Ok(value) => draft.give(field, name, value),
                        Err(reason) => draft.wrong.add(name, reason),
                    },
                }
            }
        }
        draft.apply();
        self.follow(draft).await?;
        if !draft.wrong.fields.is_empty() || draft.wrong.ambiguous.is_some() {
            return Err(Refusal::Wrong(std::mem::take(&mut draft.wrong)));
        }
        let record = Record::from_fields(asking.kind, draft.fields.clone());
        record.map_err(|error| {
            StoreError::Internal(format!("a record that was planned is none: {error}")).into()
        })
    }

    pub(super) async fn pipelines(&mut self) -> Result<&[Pipeline], CrmError> {
        if self.pipelines.is_none() {
            self.pipelines = Some(pipelines::list(self.view.tx, self.view.workspace()).await?);
        }
        Ok(self.pipelines.as_deref().unwrap_or_default())
    }
}

/// The same whether there is no such record, it is behind a wall, or it belongs to another workspace.
fn missing(kind: RecordType, id: RecordId) -> CrmError {
    CrmError::NotFound { message: format!("There is no {} {id}.", kind.as_str()), valid: Vec::new() }
}

fn stale(record: &Record) -> CrmError {
    CrmError::Stale(format!(
        "The {} \"{}\" has been changed since it was read; read it again.",
        record.kind().as_str(),
        shown(record.name())
    ))
}
