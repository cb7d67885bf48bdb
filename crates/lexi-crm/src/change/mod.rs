//! Writing records, for applications and tools alike. What is asked for ([`Asking`]) is checked and its names resolved
//! against one state of the database ([`Change`]); the changes are made in one transaction of the writer, which looks again
//! at everything that may have changed meanwhile.

mod draft;
pub mod fields;
mod making;
mod plan;
mod references;
mod rules;
mod values;

use lexi_store::Tx;
use lexi_store::audit::Actor;
use lexi_types::records::{Record, RecordType};
use lexi_types::{RecordId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::crm::View;
use crate::{Access, Crm, CrmError};
use making::Making;
pub(crate) use plan::{Naming, write_scope};
pub(crate) use references::named;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    Create,
    Update,
    Delete,
}

/// What somebody wants done to one record, in the words of the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    pub kind: RecordType,
    pub verb: Verb,
    /// The record to be changed or removed.
    pub id: Option<RecordId>,
    /// By field name; `null` empties a field. Fields that do not exist are ignored.
    pub fields: Map<String, Value>,
    /// The version that the caller has seen, where it says so.
    pub seen: Option<Version>,
}

/// One change, checked and with its names resolved: it can be kept, shown to a person, and made later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    #[serde(rename = "type")]
    pub kind: RecordType,
    pub verb: Verb,
    /// Of a record that is to be made, the id that it will have.
    pub id: RecordId,
    /// What people call the record.
    pub name: String,
    /// The fields that change, as they are and as they will be. A record that is to be made has no `before`, one that is to
    /// be removed no `after`.
    pub before: Map<String, Value>,
    pub after: Map<String, Value>,
    /// The state on which this was planned; none of a record that is to be made.
    pub version: Option<Version>,
}

impl Change {
    /// Nothing would be different: it is made by doing nothing.
    pub fn is_nothing(&self) -> bool {
        self.verb == Verb::Update && self.after.is_empty()
    }
}

impl Crm {
    /// Checks what is asked for and resolves its names, all against one state of the database. Nothing is written, and one
    /// thing that cannot be done refuses all.
    pub async fn plan(&self, access: &Access, asked: Vec<Asking>) -> Result<Vec<Change>, CrmError> {
        let now = Timestamp::now();
        self.view(access, move |mut view| {
            Box::pin(async move { view.plan(asked, Naming::ByPlace, now).await })
        })
        .await
    }
}

/// Makes changes inside of a transaction of the writer, with their rows of the audit log and their events: all of them, or,
/// when it refuses, none once the transaction is undone. A record that is no longer in the state on which its change was
/// planned is a [`CrmError::Conflict`]. Gives the records as they are now, those that were removed as they were.
pub async fn make(
    tx: &mut Tx<'_>,
    access: &Access,
    actor: &Actor,
    changes: &[Change],
    now: Timestamp,
) -> Result<Vec<Record>, CrmError> {
    let mut making = Making::new(View::new(tx, *access).await?, actor, now);
    let mut records = Vec::with_capacity(changes.len());
    for change in changes {
        records.push(making.one(change).await?);
    }
    Ok(records)
}

/// Names one state of a record, as an entity tag does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// Of the record as the wire shows it.
    pub fn of(record: &Record) -> Self {
        let shown = Value::Object(record.fields()).to_string();
        let digest = Sha256::digest(shown.as_bytes());
        Self(digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect())
    }

    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 24 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
