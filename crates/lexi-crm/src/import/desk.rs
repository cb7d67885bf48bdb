//! Where rows are written: the transaction, what the import has touched so far, and finding or making what a row names.
//!
//! Everything that a row refers to is looked up before anything is written for it, so that a refused row leaves no trace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lexi_store::{StoreError, Tx, companies, contacts, name_key, notes, users};
use lexi_types::records::{Company, Contact, CustomFields, Note, User};
use lexi_types::{RecordId, Timestamp, WorkspaceId};

use super::cells::{Common, Person};
use super::sql;
use super::values;

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

/// What an import remembers from row to row.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Which record got which foreign id: two rows with different ids are two records, even where they share a name or
    /// an address.
    external_ids: HashMap<RecordId, String>,
    /// The companies of each domain, once a row has asked for them.
    domains: Option<HashMap<String, Vec<RecordId>>>,
}

pub(super) type SharedMemory = Arc<Mutex<Memory>>;

pub(super) struct Desk<'a, 'c> {
    pub(super) tx: &'a mut Tx<'c>,
    pub(super) workspace: WorkspaceId,
    pub(super) now: Timestamp,
    pub(super) default_currency: &'a str,
    pub(super) brought: Brought,
    pub(super) memory: SharedMemory,
}

/// Something that a row names: it exists, or will be made with the row.
#[derive(Debug)]
pub(super) enum Link<T> {
    None,
    Known(T),
    New(T),
}

impl<T> Link<T> {
    pub(super) fn record(&self) -> Option<&T> {
        match self {
            Self::None => None,
            Self::Known(record) | Self::New(record) => Some(record),
        }
    }
}

impl Desk<'_, '_> {
    pub(super) async fn find_user(&mut self, field: &'static str, person: &Person) -> Done<Link<User>> {
        if !person.is_named() {
            return Ok(Link::None);
        }
        if let Some(email) = &person.email
            && let Some(user) = users::find_by_email(self.tx, self.workspace, email).await?
        {
            return Ok(Link::Known(user));
        }
        let derived = || person.email.as_deref().map(values::name_from_email).unwrap_or_default();
        let full_name = person.name.clone().unwrap_or_else(derived);
        let key = name_key(&full_name);
        if key.is_empty() {
            return Err(refused(field, person.email.clone(), "has no name in it"));
        }
        let mut named = users::find_by_name_key(self.tx, self.workspace, &key).await?;
        // Somebody with another address is somebody else.
        named.retain(|user| person.email.is_none() || user.email.is_none());
        match named.len() {
            0 => Ok(Link::New(User { id: RecordId::new(), full_name, email: person.email.clone() })),
            1 => Ok(named.pop().map_or(Link::None, Link::Known)),
            count => {
                let reason = format!("is the name of {count} users: write the e-mail address instead");
                Err(refused(field, Some(full_name), &reason))
            }
        }
    }

    pub(super) async fn find_company(
        &mut self,
        field: &'static str,
        name: Option<&str>,
    ) -> Done<Link<Company>> {
        let Some(name) = name else { return Ok(Link::None) };
        let mut named = companies::find_by_name_key(self.tx, self.workspace, &name_key(name)).await?;
        if named.len() > 1 && named.iter().filter(|company| company.name == name).count() == 1 {
            named.retain(|company| company.name == name);
        }
        match named.len() {
            0 => Ok(Link::New(blank_company(name, self.now))),
            1 => Ok(named.pop().map_or(Link::None, Link::Known)),
            count => {
                let reason = format!("is the name of {count} companies: make their names different first");
                Err(refused(field, Some(name.to_owned()), &reason))
            }
        }
    }

    /// A contact by address, or by name within a company where there are several of that name.
    pub(super) async fn find_contact(
        &mut self,
        field: &'static str,
        person: &Person,
        company: Option<&Company>,
    ) -> Done<Link<Contact>> {
        let mut found = Vec::new();
        if let Some(email) = &person.email {
            found = contacts::find_by_email(self.tx, self.workspace, email).await?;
        }
        let derived = || person.email.as_deref().map(values::name_from_email);
        let Some(name) = person.name.clone().or_else(derived) else { return Ok(Link::None) };
        let key = name_key(&name);
        if key.is_empty() {
            return Err(refused(field, Some(name), "has no name in it"));
        }
        if found.is_empty() {
            found = contacts::find_by_name_key(self.tx, self.workspace, &key).await?;
            found.retain(|contact| person.email.is_none() || contact.email.is_none());
        }
        if found.len() > 1 {
            let narrowed = |contact: &Contact| {
                company.is_some_and(|company| contact.related_company_id == Some(company.id))
            };
            if found.iter().any(narrowed) {
                found.retain(narrowed);
            }
        }
        match found.len() {
            0 => Ok(Link::New(blank_contact(name, person.email.clone(), company, self.now))),
            1 => Ok(found.pop().map_or(Link::None, Link::Known)),
            count => {
                let reason = format!("is the name of {count} contacts: add a column with the e-mail address");
                Err(refused(field, Some(name), &reason))
            }
        }
    }

    pub(super) async fn keep_user(&mut self, link: Link<User>) -> Done<Option<RecordId>> {
        if let Link::New(user) = &link {
            users::insert(self.tx, self.workspace, user, self.now).await?;
            self.brought.users += 1;
        }
        Ok(link.record().map(|user| user.id))
    }

    pub(super) async fn keep_company(&mut self, link: &Link<Company>) -> Done<Option<RecordId>> {
        if let Link::New(company) = link {
            companies::insert(self.tx, self.workspace, company, None).await?;
            self.brought.companies += 1;
        }
        Ok(link.record().map(|company| company.id))
    }

    pub(super) async fn keep_contact(&mut self, link: &Link<Contact>) -> Done<Option<RecordId>> {
        if let Link::New(contact) = link {
            contacts::insert(self.tx, self.workspace, contact, None).await?;
            self.brought.contacts += 1;
        }
        Ok(link.record().map(|contact| contact.id))
    }

    /// Whether this record may belong to a row with this foreign id.
    pub(super) fn may_be(&self, id: RecordId, external_id: Option<&str>) -> bool {
        match (self.memory().external_ids.get(&id), external_id) {
            (Some(earlier), Some(external_id)) => earlier == external_id,
            _ => true,
        }
    }

    pub(super) fn remember(&mut self, id: RecordId, external_id: Option<&str>) {
        if let Some(external_id) = external_id {
            self.memory().external_ids.insert(id, external_id.to_owned());
        }
    }

    pub(super) async fn companies_of_domain(&mut self, domain: &str) -> Done<Vec<RecordId>> {
        if self.memory().domains.is_none() {
            let mut domains: HashMap<String, Vec<RecordId>> = HashMap::new();
            for (id, domain) in sql::company_domains(self.tx, self.workspace).await? {
                domains.entry(domain.to_lowercase()).or_default().push(id);
            }
            self.memory().domains = Some(domains);
        }
        let memory = self.memory();
        Ok(memory.domains.as_ref().and_then(|domains| domains.get(domain)).cloned().unwrap_or_default())
    }

    pub(super) fn remember_domain(&mut self, id: RecordId, domain: Option<&str>) {
        let mut memory = self.memory();
        if let (Some(domains), Some(domain)) = (&mut memory.domains, domain) {
            let ids = domains.entry(domain.to_owned()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
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

pub(super) fn blank_company(name: &str, now: Timestamp) -> Company {
    Company {
        id: RecordId::new(),
        name: name.to_owned(),
        industry: None,
        website: None,
        domain: None,
        linkedin_url: None,
        size: None,
        city: None,
        country: None,
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        created_date: now,
        updated_date: now,
    }
}

pub(super) fn blank_contact(
    name: String,
    email: Option<String>,
    company: Option<&Company>,
    now: Timestamp,
) -> Contact {
    let (first_name, last_name) = values::split_name(&name);
    Contact {
        id: RecordId::new(),
        first_name,
        last_name,
        full_name: name,
        email,
        phone: None,
        job_title: None,
        company_name: company.map(|company| company.name.clone()),
        related_company_id: company.map(|company| company.id),
        linkedin_url: None,
        priority: None,
        status: None,
        owner_user_id: None,
        next_follow_up_date: None,
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        created_date: now,
        updated_date: now,
    }
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
