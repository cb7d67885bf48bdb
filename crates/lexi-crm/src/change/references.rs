//! The records and people that are named in what is to be written.

use lexi_store::{Named, names, records};
use lexi_types::RecordId;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::draft::Draft;
use super::fields::{Field, FieldKind};
use super::values;
use crate::CrmError;
use crate::crm::View;
use crate::filter::read_scope;

/// Why a reference leads nowhere.
#[derive(Debug)]
pub(super) enum Nowhere {
    Reason(String),
    Ambiguous(CrmError),
}

type Found<T> = Result<Result<T, Nowhere>, CrmError>;

/// The type of record that has names, if it has.
pub(crate) const fn named(kind: RecordType) -> Option<Named> {
    match kind {
        RecordType::Contact => Some(Named::Contact),
        RecordType::Company => Some(Named::Company),
        RecordType::Deal => Some(Named::Deal),
        RecordType::Matter => Some(Named::Matter),
        RecordType::Note | RecordType::Task | RecordType::Activity => None,
    }
}

/// The field of a record of type `kind` that holds the id of a record of this type.
pub(super) fn linking(kind: RecordType) -> impl Iterator<Item = (&'static str, RecordType)> {
    super::fields::fields(kind).iter().filter_map(|field| match field.kind {
        FieldKind::Record(of) => Some((field.name, of)),
        _ => None,
    })
}

impl View<'_, '_> {
    /// Takes in what was given for a field that refers to something.
    pub(super) async fn refer(
        &mut self,
        draft: &mut Draft,
        field: &Field,
        name: &str,
        value: &Value,
    ) -> Result<(), CrmError> {
        let value = match values::read(field.kind, value) {
            Ok(value) => value,
            Err(reason) => {
                draft.wrong.add(name, reason);
                return Ok(());
            }
        };
        let Some(text) = value.as_str() else {
            draft.give(field, name, Value::Null);
            return Ok(());
        };
        // What stays as it is need not be there any more.
        let stays = !draft.is_new && draft.before.get(field.name) == Some(&value);
        let found = match field.kind {
            FieldKind::User | FieldKind::Record(_) | FieldKind::Entity if stays => Ok(value),
            FieldKind::User => self.user_of(text).await?,
            FieldKind::Record(kind) | FieldKind::EntityOf(kind) => {
                let chosen = draft.given_text(field.name).and_then(|id| id.parse().ok());
                self.parent_of(kind, name, text, chosen).await?.map(|id| json!(id))
            }
            FieldKind::Client => self.client_of(text).await?,
            // Looked up when the type is known.
            _ => match text.parse::<RecordId>() {
                Ok(id) => Ok(json!(id)),
                Err(_) => Err(Nowhere::Reason("must be a UUID".to_owned())),
            },
        };
        match found {
            Ok(value) => draft.give(field, name, value),
            Err(Nowhere::Reason(reason)) => draft.wrong.add(name, reason),
            Err(Nowhere::Ambiguous(error)) => {
                draft.wrong.ambiguous.get_or_insert((name.to_owned(), error));
            }
        }
        Ok(())
    }

    async fn user_of(&mut self, text: &str) -> Found<Value> {
        Ok(sorted(self.user(text).await)?.map(|user| json!(user.id)))
    }

    /// The record that is meant by a field of this name. `chosen` is the one that was given by its id: a name that it may
    /// bear means it.
    async fn parent_of(
        &mut self,
        kind: RecordType,
        name: &str,
        text: &str,
        chosen: Option<RecordId>,
    ) -> Found<RecordId> {
        self.access.require(read_scope(kind))?;
        let id = text.parse::<RecordId>();
        if name.ends_with("_id") && id.is_err() {
            let other = name.trim_end_matches("_id");
            return Ok(Err(Nowhere::Reason(match named(kind) {
                Some(_) => format!("must be a UUID; a name goes into {other}_name"),
                None => "must be a UUID".to_owned(),
            })));
        }
        if let Ok(id) = id {
            let there = self.is_there(kind, id).await?;
            return Ok(if there { Ok(id) } else { Err(Nowhere::Reason(no_such(kind))) });
        }
        let Some(named) = named(kind) else { return Ok(Err(Nowhere::Reason("must be a UUID".to_owned()))) };
        let found = sorted(self.one(named, text).await)?;
        if let (Some(chosen), Err(Nowhere::Ambiguous(_))) = (chosen, &found) {
            let all = names::look_up(self.tx, self.sight, named, text).await?;
            if all.iter().any(|candidate| candidate.id == chosen) {
                return Ok(Ok(chosen));
            }
        }
        Ok(found.map(|found| found.id))
    }

    /// The column and the id of a company, or else of a contact.
    async fn client_of(&mut self, text: &str) -> Found<Value> {
        let company = self.parent_of(RecordType::Company, "client", text, None).await?;
        let Err(Nowhere::Reason(_)) = company else {
            return Ok(company.map(|id| json!({ "client_company_id": id })));
        };
        let contact = self.parent_of(RecordType::Contact, "client", text, None).await?;
        Ok(match contact {
            Err(Nowhere::Reason(_)) => Err(Nowhere::Reason("there is no such company or contact".to_owned())),
            other => other.map(|id| json!({ "client_contact_id": id })),
        })
    }

    /// Whether a record exists that this key may see.
    pub(super) async fn is_there(&mut self, kind: RecordType, id: RecordId) -> Result<bool, CrmError> {
        Ok(records::is_seen(self.tx, self.sight, kind, id).await?)
    }
}

/// The same for records that are not there, are behind a wall, or belong to another workspace.
pub(super) fn no_such(kind: RecordType) -> String {
    format!("there is no such {}", kind.as_str())
}

fn sorted<T>(found: Result<T, CrmError>) -> Found<T> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(error @ CrmError::Ambiguous { .. }) => Ok(Err(Nowhere::Ambiguous(error))),
        Err(CrmError::NotFound { message, .. } | CrmError::Invalid { message, .. }) => {
            Ok(Err(Nowhere::Reason(message)))
        }
        Err(other) => Err(other),
    }
}
