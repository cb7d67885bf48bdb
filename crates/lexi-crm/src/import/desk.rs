//! Where rows are written: the transaction, and what the import has touched so far.
//!
//! Everything that a row refers to is looked up before anything is written for it, so that a refused row leaves no trace.

use lexi_store::{StoreError, Tx, companies, notes};
use lexi_types::records::{Company, CustomFields, Note};
use lexi_types::{RecordId, Timestamp, WorkspaceId};

use super::common::Common;
use super::difference::Kept;
use super::identity::id_of;
use super::known::Known;
use super::memory::{NOTED, SharedMemory};
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

    /// Whether a record already has the foreign id that a row gives it: then nothing need be written.
    pub(super) async fn has_id<T: Kept>(&mut self, record: &T, external_id: Option<&str>) -> Done<bool> {
        match external_id {
            None => Ok(true),
            Some(_) => {
                let stored = T::external_id(self.tx, self.workspace, record.id()).await?;
                Ok(stored.as_deref() == external_id)
            }
        }
    }

    pub(super) fn notice(&mut self, field: &'static str, value: Option<&str>, reason: String) {
        self.remarks.push(Remark { field, value: value.map(str::to_owned), reason });
    }

    /// The companies that have this domain, in lower case, themselves.
    pub(super) async fn companies_of_domain(&mut self, domain: &str) -> Done<Vec<Company>> {
        let mut found = companies::find_by_domain(self.tx, self.workspace, domain).await?;
        found.retain(|company| company.domain.as_deref().is_some_and(|known| known.to_lowercase() == domain));
        Ok(found)
    }

    /// Whether a record has the note that a row gives it.
    pub(super) async fn has_note(&mut self, common: &Common, record: RecordId) -> Done<bool> {
        let Some(content) = &common.notes else { return Ok(true) };
        let id = note_id(record);
        let noted =
            notes::get(self.tx, self.workspace, id).await?.is_some_and(|note| note.content == *content);
        let further = self.further_note(id, content);
        Ok(noted || notes::get(self.tx, self.workspace, further).await?.is_some())
    }

    /// The id of another note of the record whose first note has this one.
    fn further_note(&self, first: RecordId, content: &str) -> RecordId {
        id_of(self.workspace, "further notes", None, &[Some(&first.to_string()), Some(content)])
    }

    /// Writes the text of the notes column as a note of its own and says whether that changed anything. A second import
    /// finds it by its id, which is made of the record's. Where several rows of a file have a note for one record, each
    /// stays.
    pub(super) async fn keep_note(
        &mut self,
        common: &Common,
        record: RecordId,
        attach: impl Fn(&mut Note),
    ) -> Done<bool> {
        let Some(content) = &common.notes else { return Ok(false) };
        let mut id = note_id(record);
        if let Some(mut note) = notes::get(self.tx, self.workspace, id).await? {
            let of_this_file = note.updated_date == self.now || self.has_noted(record);
            self.known.said.add(record, NOTED);
            if note.content == *content {
                return Ok(false);
            }
            let another = self.further_note(id, content);
            if notes::get(self.tx, self.workspace, another).await?.is_some() {
                return Ok(false);
            }
            if !of_this_file {
                note.content.clone_from(content);
                note.updated_date = self.now;
                notes::update(self.tx, self.workspace, &note, None).await?;
                return Ok(true);
            }
            id = another;
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
