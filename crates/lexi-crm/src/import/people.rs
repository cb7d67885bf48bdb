//! The people and companies that a row names: found, or made together with the row.

use lexi_store::{companies, contacts, name_key, users};
use lexi_types::records::{Company, Contact, CustomFields, User};
use lexi_types::{RecordId, Timestamp};

use super::cells::Person;
use super::desk::{Desk, Done, Refusal, refused};
use super::values;

/// Something that a row names: it exists, or will be made with the row.
#[derive(Debug)]
pub(super) enum Link<T> {
    None,
    Known(T),
    /// With its id in the system that it comes from, where the row names that.
    New(T, Option<String>),
}

impl<T> Link<T> {
    pub(super) fn record(&self) -> Option<&T> {
        match self {
            Self::None => None,
            Self::Known(record) | Self::New(record, _) => Some(record),
        }
    }
}

impl Desk<'_, '_> {
    pub(super) async fn find_user(&mut self, field: &'static str, person: &Person) -> Done<Link<User>> {
        let link = self.find_user_or_new(field, person).await?;
        if let (Link::New(user, _), false) = (&link, self.create_missing) {
            return Err(unknown(field, user.email.as_ref().unwrap_or(&user.full_name), "user"));
        }
        if let (Link::None, Some(id)) = (&link, person.ids.first()) {
            let field = match field {
                "assignee" => "assignee_external_id",
                "responsible" => "responsible_external_id",
                "user" => "user_external_id",
                _ => "owner_external_id",
            };
            self.miss(field, id, "user")?;
        }
        Ok(link)
    }

    pub(super) async fn find_user_or_new(
        &mut self,
        field: &'static str,
        person: &Person,
    ) -> Done<Link<User>> {
        if let Some(user) = self.known_user(person) {
            return Ok(Link::Known(user));
        }
        let link = self.look_up_user(field, person).await?;
        if let Link::Known(user) = &link {
            self.know_user(person, user);
        }
        Ok(link)
    }

    async fn look_up_user(&mut self, field: &'static str, person: &Person) -> Done<Link<User>> {
        for id in &person.ids {
            if let Some(user) = users::find_by_external_id(self.tx, self.workspace, id).await? {
                return Ok(Link::Known(user));
            }
        }
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
            0 => {
                let user = User { id: RecordId::new(), full_name, email: person.email.clone() };
                Ok(Link::New(user, person.ids.first().cloned()))
            }
            1 => Ok(named.pop().map_or(Link::None, Link::Known)),
            count => {
                let reason = format!("is the name of {count} users: write the e-mail address instead");
                Err(refused(field, Some(full_name), &reason))
            }
        }
    }

    /// By the ids of another system, else by name.
    pub(super) async fn find_company(
        &mut self,
        field: &'static str,
        name: Option<&str>,
        ids: &[String],
    ) -> Done<Link<Company>> {
        for id in ids {
            if let Some(company) = companies::find_by_external_id(self.tx, self.workspace, id).await? {
                return Ok(Link::Known(company));
            }
        }
        let Some(name) = name else {
            if let Some(id) = ids.first() {
                self.miss("company_external_id", id, "company")?;
            }
            return Ok(Link::None);
        };
        let mut named = self.companies_named(name).await?;
        if named.len() > 1 && named.iter().filter(|company| company.name == name).count() == 1 {
            named.retain(|company| company.name == name);
        }
        match named.len() {
            0 if !self.create_missing => Err(unknown(field, name, "company")),
            0 => Ok(Link::New(blank_company(name, self.now), ids.first().cloned())),
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
        for id in &person.ids {
            if let Some(contact) = contacts::find_by_external_id(self.tx, self.workspace, id).await? {
                return Ok(Link::Known(contact));
            }
        }
        let mut found = Vec::new();
        if let Some(email) = &person.email {
            found = contacts::find_by_email(self.tx, self.workspace, email).await?;
        }
        let derived = || person.email.as_deref().map(values::name_from_email);
        let Some(name) = person.name.clone().or_else(derived) else {
            if let Some(id) = person.ids.first() {
                self.miss("contact_external_id", id, "contact")?;
            }
            return Ok(Link::None);
        };
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
            0 if !self.create_missing => Err(unknown(field, &name, "contact")),
            0 => {
                let contact = blank_contact(name, person.email.clone(), company, self.now);
                Ok(Link::New(contact, person.ids.first().cloned()))
            }
            1 => Ok(found.pop().map_or(Link::None, Link::Known)),
            count => {
                let reason = format!("is the name of {count} contacts: add a column with the e-mail address");
                Err(refused(field, Some(name), &reason))
            }
        }
    }

    /// An id that nothing stands for: the row comes without the link, unless nothing may be missing.
    fn miss(&mut self, field: &'static str, id: &str, what: &str) -> Done<()> {
        if !self.create_missing {
            return Err(unknown(field, id, what));
        }
        self.notice(field, Some(id), format!("is the id of no known {what}; the record has none"));
        Ok(())
    }

    pub(super) async fn keep_user(&mut self, link: Link<User>) -> Done<Option<RecordId>> {
        if let Link::New(user, id) = &link {
            self.insert_user(user).await?;
            if let Some(id) = id {
                users::set_external_id(self.tx, self.workspace, user.id, id).await?;
            }
            self.brought.users += 1;
        }
        Ok(link.record().map(|user| user.id))
    }

    pub(super) async fn keep_company(&mut self, link: &Link<Company>) -> Done<Option<RecordId>> {
        if let Link::New(company, id) = link {
            self.insert_company(company, id.as_deref()).await?;
            self.brought.companies += 1;
        }
        Ok(link.record().map(|company| company.id))
    }

    pub(super) async fn keep_contact(&mut self, link: &Link<Contact>) -> Done<Option<RecordId>> {
        if let Link::New(contact, id) = link {
            contacts::insert(self.tx, self.workspace, contact, id.as_deref()).await?;
            self.brought.contacts += 1;
        }
        Ok(link.record().map(|contact| contact.id))
    }
}

/// Why a row that names something unknown is refused where nothing may be made along with it.
pub(super) fn unknown(field: &'static str, name: &str, what: &str) -> Refusal {
    let reason = format!("is no {what} in this workspace, and nothing that is missing may be created");
    refused(field, Some(name.to_owned()), &reason)
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
