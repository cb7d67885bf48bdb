//! The companies and contacts that a row names: found, or made together with the row.

use lexi_store::{companies, contacts, name_key};
use lexi_types::records::{Company, Contact, CustomFields};
use lexi_types::{RecordId, Timestamp};

use super::desk::{Desk, Done, refused};
use super::difference::Kept;
use super::people::{Link, unknown};
use super::persons::Person;
use super::values;

/// What else a row says of the company that it names.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hint<'r> {
    /// Somebody who may work there.
    pub(super) contact: Option<&'r Person>,
    pub(super) email: Option<&'r str>,
}

impl Desk<'_, '_> {
    /// By the ids of another system, else by name. Of several of that name, the one that the rest of the row fits.
    pub(super) async fn find_company(
        &mut self,
        field: &'static str,
        name: Option<&str>,
        ids: &[String],
        hint: Hint<'_>,
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
        let named = self.companies_named(name).await?;
        let mut named = if ids.is_empty() { named } else { self.without_id(named).await? };
        if named.len() > 1 {
            named = self.narrow(named, name, hint).await?;
        }
        match named.len() {
            0 if !self.create_missing => Err(unknown(field, name, "company")),
            0 => Ok(Link::New(blank_company(name, self.now), ids.first().cloned())),
            1 => Ok(named.pop().map_or(Link::None, Link::Known)),
            count => {
                self.ambiguous(field, name, count, "companies", "an id");
                Ok(Link::None)
            }
        }
    }

    /// By the spelling, by who works there, or by the domain of an address.
    async fn narrow(&mut self, mut named: Vec<Company>, name: &str, hint: Hint<'_>) -> Done<Vec<Company>> {
        if named.iter().filter(|company| company.name == name).count() == 1 {
            named.retain(|company| company.name == name);
            return Ok(named);
        }
        if let Some(person) = hint.contact {
            let there = self.contacts_of(person).await?;
            let works = |company: &Company| there.iter().any(|c| c.related_company_id == Some(company.id));
            if named.iter().any(works) {
                named.retain(works);
            }
        }
        let domain = hint.email.and_then(|email| email.split_once('@')).map(|(_, domain)| domain);
        let has_domain = |company: &Company| domain.is_some() && company.domain.as_deref() == domain;
        if named.iter().any(has_domain) {
            named.retain(has_domain);
        }
        Ok(named)
    }

    /// Whoever may be meant by this person: by id, else by address, else by name.
    pub(super) async fn contacts_of(&mut self, person: &Person) -> Done<Vec<Contact>> {
        for id in &person.ids {
            if let Some(contact) = contacts::find_by_external_id(self.tx, self.workspace, id).await? {
                return Ok(vec![contact]);
            }
        }
        if let Some(email) = &person.email {
            let found = contacts::find_by_email(self.tx, self.workspace, email).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let Some(name) = &person.name else { return Ok(Vec::new()) };
        let mut found = contacts::find_by_name_key(self.tx, self.workspace, &name_key(name)).await?;
        found.retain(|contact| person.email.is_none() || contact.email.is_none());
        Ok(found)
    }

    /// Those that have no id of another system: of a row that names an id, all others are other records.
    pub(super) async fn without_id<T: Kept>(&mut self, found: Vec<T>) -> Done<Vec<T>> {
        let mut kept = Vec::with_capacity(found.len());
        for record in found {
            if T::external_id(self.tx, self.workspace, record.id()).await?.is_none() {
                kept.push(record);
            }
        }
        Ok(kept)
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
        let derived = || person.email.as_deref().map(values::name_from_email);
        let Some(name) = person.name.clone().or_else(derived) else {
            if let Some(id) = person.ids.first() {
                self.miss("contact_external_id", id, "contact")?;
            }
            return Ok(Link::None);
        };
        if name_key(&name).is_empty() {
            return Err(refused(field, Some(name), "has no name in it"));
        }
        let named = Person { ids: Vec::new(), name: Some(name.clone()), email: person.email.clone() };
        let found = self.contacts_of(&named).await?;
        let mut found = if person.ids.is_empty() { found } else { self.without_id(found).await? };
        if found.len() > 1 {
            let here = |contact: &Contact| {
                company.is_some_and(|company| contact.related_company_id == Some(company.id))
            };
            if found.iter().any(here) {
                found.retain(here);
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
                self.ambiguous(field, &name, count, "contacts", "the e-mail address");
                Ok(Link::None)
            }
        }
    }

    /// A name that several have: the row comes without the link.
    fn ambiguous(&mut self, field: &'static str, name: &str, count: usize, what: &str, with: &str) {
        let reason =
            format!("is the name of {count} {what}; the record comes without: add a column with {with}");
        self.notice(field, Some(name), reason);
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
