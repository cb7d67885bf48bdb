//! Rows that are contacts.

use lexi_store::{contacts, name_key};
use lexi_types::records::{Company, Contact};
use lexi_types::{Date, RecordId};

use super::cells::Cells;
use super::common::Common;
use super::desk::{Change, Desk, Done, merge, set};
use super::matching::Meant;
use super::options::MatchBy;
use super::parties::{Hint, blank_contact};
use super::persons::Person;
use super::profiles::System;
use super::values;

#[derive(Debug)]
pub(super) struct ContactRow {
    common: Common,
    names: Names,
    email: Option<String>,
    company_ids: Vec<String>,
    phone: Option<String>,
    job_title: Option<String>,
    company_name: Option<String>,
    linkedin_url: Option<String>,
    priority: Option<i64>,
    status: Option<String>,
    owner: Person,
    next_follow_up_date: Option<Date>,
}

/// What a person is called.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) full: String,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// No name was given: what the address gives must not replace an existing one.
    pub(crate) guessed: bool,
}

impl Names {
    fn read(cells: &mut Cells<'_>, email: Option<&str>) -> Self {
        let (first, last) = (cells.name("first_name"), cells.name("last_name"));
        Self::of(cells.name("full_name"), first, last, email)
    }

    /// From whatever is known of a person; all blank where nothing is.
    pub(crate) fn of(
        full: Option<String>,
        first: Option<String>,
        last: Option<String>,
        email: Option<&str>,
    ) -> Self {
        // An address in the place of the name says no more than the address itself.
        let given = full.filter(|name| !name.contains('@')).unwrap_or_default();
        let split = values::split_name(&given);
        let (first, last) = (first.or(split.0), last.or(split.1));
        // Neither `Doe, Jane` nor an empty column is what the person is called.
        let joined =
            || [first.as_deref(), last.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let full = if given.is_empty() || given.contains(',') { joined() } else { given };
        if !full.is_empty() {
            return Self { full, first, last, guessed: false };
        }
        let full = email.map(values::name_from_email).unwrap_or_default();
        let (first, last) = values::split_name(&full);
        Self { full, first, last, guessed: true }
    }
}

/// Whether the row is a company: systems of law firms list both kinds of client in one file.
pub(super) fn is_company(cells: &Cells<'_>) -> bool {
    match cells.text("person_type") {
        Some(kind) => name_key(&kind) == "company",
        None => {
            let unnamed =
                ["full_name", "first_name", "last_name"].iter().all(|name| cells.text(name).is_none());
            cells.is_from(System::Clio) && unnamed && cells.text("company_name").is_some()
        }
    }
}

impl ContactRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let addresses = cells.parse("email", values::emails);
        if addresses.as_ref().is_some_and(|addresses| addresses.more) {
            cells.notice("email", "holds something that is no e-mail address; it is left out");
        }
        let (email, others) = addresses.map(|addresses| (addresses.first, addresses.others)).unzip();
        let mut common = cells.common_and_created();
        if let Some(others) = others.filter(|others| !others.is_empty()) {
            common.custom_fields.insert("other_emails".to_owned(), others.join(", ").into());
        }
        let names = Names::read(cells, email.as_deref());
        if name_key(&names.full).is_empty() && cells.errors.is_empty() {
            let reason = "the row has no name and no e-mail address to take one from";
            cells.refuse("full_name", reason.to_owned());
        }
        Self {
            names,
            email,
            phone: cells.text("phone"),
            job_title: cells.text("job_title"),
            company_name: cells.named("company_name", "company_external_id"),
            linkedin_url: cells.text("linkedin_url"),
            priority: cells.parse("priority", values::contact_priority),
            status: cells.text("status"),
            company_ids: cells.ids("company_external_id"),
            owner: cells.person("owner", "owner_email", "owner_external_id"),
            next_follow_up_date: cells.date("next_follow_up_date"),
            common,
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let owner = desk.find_user("owner", &self.owner).await?;
        let hint = Hint { email: self.email.as_deref(), ..Hint::default() };
        let name = self.company_name.as_deref();
        let company = desk.find_company("company_name", name, &self.company_ids, hint).await?;
        let owner_id = owner.record().map(|owner| owner.id);
        let fill = |contact: &mut Contact| self.fill(contact, company.record(), owner_id);
        let meant = self.matching(desk, company.record(), &fill).await?;
        desk.keep_user(owner).await?;
        desk.keep_company(&company).await?;
        let external_id = self.common.external_id.as_deref();
        let created = self.common.created.unwrap_or(desk.now);
        let mut blank = blank_contact(String::new(), None, None, created);
        blank.updated_date = desk.now;
        let change = meant.change();
        let named = |id| Contact {
            id,
            full_name: self.names.full.clone(),
            first_name: self.names.first.clone(),
            last_name: self.names.last.clone(),
            ..blank.clone()
        };
        let before = meant.record_or(named);
        let mut contact = before.clone();
        fill(&mut contact);
        let id = contact.id;
        desk.remember(&before, &contact, &blank, &fill, &self.common);
        let noted = desk.keep_note(&self.common, id, |note| note.contact_id = Some(id)).await?;
        if change == Change::Created {
            contacts::insert(desk.tx, desk.workspace, &contact, external_id).await?;
            return Ok(Change::Created);
        }
        let changed = contact != before;
        if changed {
            contact.updated_date = desk.now;
        }
        if changed || !desk.has_id(&contact, external_id).await? {
            contacts::update(desk.tx, desk.workspace, &contact, external_id).await?;
        }
        Ok(if changed || noted { Change::Updated } else { change })
    }

    fn fill(&self, contact: &mut Contact, company: Option<&Company>, owner: Option<RecordId>) {
        if !self.names.guessed {
            contact.full_name.clone_from(&self.names.full);
            contact.first_name.clone_from(&self.names.first);
            contact.last_name.clone_from(&self.names.last);
        }
        set(&mut contact.email, &self.email);
        set(&mut contact.phone, &self.phone);
        set(&mut contact.job_title, &self.job_title);
        set(&mut contact.linkedin_url, &self.linkedin_url);
        set(&mut contact.priority, &self.priority);
        set(&mut contact.status, &self.status);
        set(&mut contact.next_follow_up_date, &self.next_follow_up_date);
        set(&mut contact.owner_user_id, &owner);
        if let Some(company) = company {
            contact.company_name = Some(company.name.clone());
            contact.related_company_id = Some(company.id);
        } else if contact.related_company_id.is_none() {
            // One of several of this name.
            set(&mut contact.company_name, &self.company_name);
        }
        merge(&mut contact.tags, &mut contact.custom_fields, &self.common);
    }

    /// By foreign id, else by address, else by name and company.
    async fn matching(
        &self,
        desk: &mut Desk<'_, '_>,
        company: Option<&Company>,
        fill: &(impl Fn(&mut Contact) + Sync),
    ) -> Done<Meant<Contact>> {
        let mut search = match desk.search(&self.common, fill).await? {
            Ok(contact) => return Ok(Meant::Record(contact)),
            Err(search) => search,
        };
        let key = name_key(&self.names.full);
        let same = |contact: &Contact| self.names.guessed || name_key(&contact.full_name) == key;
        let email = self.email.as_deref().filter(|_| desk.matches_by(MatchBy::Email)).unwrap_or_default();
        let (same_name, other_name): (Vec<_>, Vec<_>) = if email.is_empty() {
            Default::default()
        } else {
            contacts::find_by_email(desk.tx, desk.workspace, email).await?.into_iter().partition(same)
        };
        let found = search.weigh(desk, same_name, true).await?;
        if let Some(contact) = search.only(found, "email", email)? {
            return Ok(Meant::Record(contact));
        }
        if desk.matches_by(MatchBy::Name) {
            let found = contacts::find_by_name_key(desk.tx, desk.workspace, &key).await?;
            let found = search.weigh(desk, found, false).await?;
            let differs = |contact: &Contact| self.differs(contact, company);
            let fits = |contact: &Contact| {
                let here = company.is_some_and(|company| contact.related_company_id == Some(company.id));
                here || (contact.email.is_some() && contact.email == self.email)
            };
            let found = search.narrow(desk, found, differs, fits);
            if let Some(contact) = search.only(found, "full_name", &self.names.full)? {
                return Ok(Meant::Record(contact));
            }
        }
        // Somebody whose name has changed; several people may share an address.
        let found = search.weigh(desk, other_name, false).await?;
        if let Some(contact) = search.only(found, "email", email)? {
            return Ok(Meant::Record(contact));
        }
        search.otherwise(desk).await
    }

    /// Whether somebody of this name is somebody else: with another address or at another company.
    fn differs(&self, contact: &Contact, company: Option<&Company>) -> bool {
        let other_address = contact.email.is_some() && self.email.is_some() && contact.email != self.email;
        let other_company =
            company.is_some_and(|company| contact.related_company_id.is_some_and(|id| id != company.id));
        other_address || other_company
    }
}
