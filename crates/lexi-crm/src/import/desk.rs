//! Where rows are written: the transaction, and what the import has touched so far.
//!
//! Everything that a row refers to is looked up before anything is written for it, so that a refused row leaves no trace.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lexi_store::{StoreError, Tx, companies, contacts, deals, matters, notes};
use lexi_types::records::{CustomFields, Note};
use lexi_types::{RecordId, Timestamp, WorkspaceId};

use super::cells::Common;
use super::fields::ImportKind;
use super::known::Known;
use super::options::MatchBy;

const NOTE_TITLE: &str = "Imported notes";

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Created,
    Updated,
    Unchanged,
}

/// Why a row is not written.
#[derive(Debug)]
pub(super) enum Refusal {
    Row { field: &'static str, value: Option<String>, reason: String },
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub(super) type Done<T> = Result<T, Refusal>;

/// How many records a row or a batch brought along.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Brought {
    pub(super) users: u64,
    pub(super) companies: u64,
    pub(super) contacts: u64,
}

/// Something to be said about a row that is written.
#[derive(Debug)]
pub(super) struct Remark {
    pub(super) field: &'static str,
    pub(super) value: Option<String>,
    pub(super) reason: String,
}

/// What an import remembers from row to row.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Which record got which foreign id, as digests: two rows with different ids are two records, even where they share
    /// a name or an address.
    external_ids: HashMap<u64, u32>,
    /// Some were not remembered any more.
    full: bool,
}

impl Memory {
    /// Enough for files of a million rows, in some 30 MB. Tests are to forget, too.
    const MAX: usize = if cfg!(test) { 3 } else { 1 << 20 };

    /// The chance in an id tells it from all others.
    fn key(id: RecordId) -> u64 {
        id.uuid().as_u64_pair().1
    }

    fn digest(external_id: &str) -> u32 {
        let mut hasher = DefaultHasher::new();
        external_id.hash(&mut hasher);
        u32::try_from(hasher.finish() >> 32).unwrap_or_default()
    }
}

pub(super) type SharedMemory = Arc<Mutex<Memory>>;

pub(super) struct Desk<'a, 'c> {
    pub(super) tx: &'a mut Tx<'c>,
    pub(super) workspace: WorkspaceId,
    pub(super) now: Timestamp,
    pub(super) default_currency: &'a str,
    pub(super) create_missing: bool,
    pub(super) match_by: Option<MatchBy>,
    pub(super) brought: Brought,
    pub(super) remarks: Vec<Remark>,
    pub(super) memory: SharedMemory,
    pub(super) known: &'a mut Known,
}

impl Desk<'_, '_> {
    /// Whether existing records may be found this way.
    pub(super) fn matches_by(&self, way: MatchBy) -> bool {
        self.match_by.is_none_or(|chosen| chosen == way)
    }

    /// Those of the records found by something else that may belong to a row with this foreign id.
    pub(super) async fn possible<T>(
        &mut self,
        kind: ImportKind,
        found: Vec<T>,
        id: impl Fn(&T) -> RecordId,
        external_id: Option<&str>,
    ) -> Done<Vec<T>> {
        let Some(external_id) = external_id else { return Ok(found) };
        let mut kept = Vec::with_capacity(found.len());
        for record in found {
            if self.may_be(kind, id(&record), external_id).await? {
                kept.push(record);
            }
        }
        Ok(kept)
    }

    async fn may_be(&mut self, kind: ImportKind, id: RecordId, external_id: &str) -> Done<bool> {
        let (earlier, full) = {
            let memory = self.memory();
            (memory.external_ids.get(&Memory::key(id)).copied(), memory.full)
        };
        if let Some(earlier) = earlier {
            return Ok(earlier == Memory::digest(external_id));
        }
        if !full {
            return Ok(true);
        }
        // Forgotten: whoever has an id may have it from this file.
        let stored = self.stored_id(kind, id).await?;
        Ok(stored.is_none_or(|stored| stored == external_id))
    }

    async fn stored_id(&mut self, kind: ImportKind, id: RecordId) -> Done<Option<String>> {
        let (tx, workspace) = (&mut *self.tx, self.workspace);
        Ok(match kind {
            ImportKind::Contacts => contacts::external_id(tx, workspace, id).await?,
            ImportKind::Companies => companies::external_id(tx, workspace, id).await?,
            ImportKind::Deals => deals::external_id(tx, workspace, id).await?,
            ImportKind::Matters => matters::external_id(tx, workspace, id).await?,
            _ => None,
        })
    }

    /// Whether a record already has the foreign id that a row gives it: then nothing need be written.
    pub(super) async fn has_id(
        &mut self,
        kind: ImportKind,
        id: RecordId,
        external_id: Option<&str>,
    ) -> Done<bool> {
        match external_id {
            None => Ok(true),
            Some(_) => Ok(self.stored_id(kind, id).await?.as_deref() == external_id),
        }
    }

    pub(super) fn remember(&mut self, id: RecordId, external_id: Option<&str>) {
        let Some(external_id) = external_id else { return };
        let mut memory = self.memory();
        let key = Memory::key(id);
        if memory.external_ids.len() < Memory::MAX || memory.external_ids.contains_key(&key) {
            memory.external_ids.insert(key, Memory::digest(external_id));
        } else {
            memory.full = true;
        }
    }

    pub(super) fn notice(&mut self, field: &'static str, value: Option<&str>, reason: String) {
        self.remarks.push(Remark { field, value: value.map(str::to_owned), reason });
    }

    pub(super) async fn companies_of_domain(&mut self, domain: &str) -> Done<Vec<RecordId>> {
        let found = companies::find_by_domain(self.tx, self.workspace, domain).await?;
        Ok(found.into_iter().map(|company| company.id).collect())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the text of the notes column as a note of its own and says whether that changed anything. A second import
    /// finds it by its id, which is made of the record's.
    pub(super) async fn keep_note(
        &mut self,
        common: &Common,
        record: RecordId,
        attach: impl Fn(&mut Note),
    ) -> Done<bool> {
        let Some(content) = &common.notes else { return Ok(false) };
        let id = note_id(record);
        if let Some(mut note) = notes::get(self.tx, self.workspace, id).await? {
            if note.content == *content {
                return Ok(false);
            }
            note.content.clone_from(content);
            note.updated_date = self.now;
            notes::update(self.tx, self.workspace, &note, None).await?;
            return Ok(true);
        }
        let mut note = Note {
            id,
            title: NOTE_TITLE.to_owned(),
            content: content.clone(),
            note_type: "general".to_owned(),
            is_pinned: false,
            tags: Vec::new(),
            contact_id: None,
            related_company_id: None,
            deal_id: None,
            matter_id: None,
            created_date: self.now,
            updated_date: self.now,
        };
        attach(&mut note);
        notes::insert(self.tx, self.workspace, &note, None).await?;
        Ok(true)
    }
}

/// The id of the note that belongs to an imported record: the record's own with other chance in its last eight bytes.
/// It stays a version 7 id of the same moment.
pub(super) fn note_id(record: RecordId) -> RecordId {
    const OTHER_CHANCE: u128 = 0x2c1b_3c6d_5a91_e7f3;
    RecordId::from_uuid(uuid::Uuid::from_u128(record.uuid().as_u128() ^ OTHER_CHANCE))
}

pub(super) fn refused(field: &'static str, value: Option<String>, reason: &str) -> Refusal {
    Refusal::Row { field, value, reason: reason.to_owned() }
}

/// Takes over a value that the row gives; an empty one changes nothing.
pub(super) fn set<T: Clone>(slot: &mut Option<T>, given: &Option<T>) {
    if given.is_some() {
        slot.clone_from(given);
    }
}

/// Adds tags and custom fields; what the file does not name stays.
pub(super) fn merge(tags: &mut Vec<String>, custom_fields: &mut CustomFields, common: &Common) {
    for tag in &common.tags {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    for (key, value) in &common.custom_fields {
        custom_fields.insert(key.clone(), value.clone());
    }
}
