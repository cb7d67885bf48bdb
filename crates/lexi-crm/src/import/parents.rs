//! What a note, a task or an activity is about: records that exist, by foreign id, address or exact name.

use lexi_store::{companies, contacts, deals, matters, name_key};
use lexi_types::RecordId;
use lexi_types::records::Company;

use super::cells::Cells;
use super::desk::{Desk, Done, refused};
use super::fields::parents;
use super::persons::Person;

#[derive(Debug, Default)]
pub(super) struct ParentsRow {
    contact: Option<String>,
    contact_email: Option<String>,
    contact_external_id: Option<String>,
    company: Option<String>,
    company_external_id: Option<String>,
    deal: Option<String>,
    deal_external_id: Option<String>,
    matter: Option<String>,
    matter_number: Option<String>,
    matter_external_id: Option<String>,
    /// Of a record of whatever type.
    about_external_id: Option<String>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parents {
    pub(super) contact: Option<RecordId>,
    pub(super) company: Option<RecordId>,
    pub(super) deal: Option<RecordId>,
    pub(super) matter: Option<RecordId>,
}

impl Parents {
    fn any(&self) -> bool {
        self.contact.or(self.company).or(self.deal).or(self.matter).is_some()
    }
}

/// The field, the value, and why nothing is found by it.
type Missed = (&'static str, String, String);

/// What the search for one parent ended with.
enum Search {
    /// The row does not name one.
    Unnamed,
    Found(RecordId),
    Missing {
        field: &'static str,
        value: String,
        reason: String,
    },
}

impl Search {
    fn of(field: &'static str, value: &str, what: &str, found: &[RecordId]) -> Self {
        let reason = match found {
            [id] => return Self::Found(*id),
            [] => format!("is no {what} in this workspace: import the {what} first, or correct the value"),
            many => format!("is the name of {} {what} records: add a column with an id", many.len()),
        };
        Self::Missing { field, value: value.to_owned(), reason }
    }

    const fn id(&self) -> Option<RecordId> {
        if let Self::Found(id) = self { Some(*id) } else { None }
    }
}

impl ParentsRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let contact = cells.person("contact", "contact_email", "contact_external_id");
        let parts = [cells.name("contact_first_name"), cells.name("contact_last_name")];
        let joined_name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let read = Self {
            contact: contact.name.or(Some(joined_name).filter(|name| !name.is_empty())),
            contact_email: contact.email,
            contact_external_id: joined(contact.ids),
            company: cells.named("company_name", "company_external_id"),
            company_external_id: joined(cells.ids("company_external_id")),
            deal: cells.named("deal", "deal_external_id"),
            deal_external_id: joined(cells.ids("deal_external_id")),
            matter: cells.text("matter"),
            matter_number: cells.text("matter_number"),
            matter_external_id: joined(cells.ids("matter_external_id")),
            about_external_id: joined(cells.ids("about_external_id")),
        };
        let column = parents().find(|field| cells.has(field));
        if let (Some(column), true) = (column, read.words().iter().all(Option::is_none)) {
            cells.notice(column, "is empty, as is everything else that names what the row belongs to");
        }
        read
    }

    fn person(&self) -> Person {
        Person {
            ids: split(&self.contact_external_id).map(str::to_owned).collect(),
            name: self.contact.clone(),
            email: self.contact_email.clone(),
        }
    }

    /// What makes a row without an id a row of its own.
    pub(super) fn words(&self) -> Vec<Option<&str>> {
        let words = [
            &self.contact,
            &self.contact_email,
            &self.contact_external_id,
            &self.company,
            &self.company_external_id,
            &self.deal,
            &self.deal_external_id,
            &self.matter,
            &self.matter_number,
            &self.matter_external_id,
        ];
        let about = self.about_external_id.as_deref().map(Some);
        words.into_iter().map(Option::as_deref).chain(about).collect()
    }

    /// A parent that is unknown is left out where the row has another one that is known.
    pub(super) async fn find(&self, desk: &mut Desk<'_, '_>) -> Done<Parents> {
        let company = self.company(desk).await?;
        let contact = self.contact(desk, company.id()).await?;
        let deal = self.deal(desk, company.id(), contact.id()).await?;
        let searches = [contact, company, deal, self.matter(desk).await?];
        let (mut found, mut missing) = self.about(desk).await?;
        for (slot, search) in found.iter_mut().zip(searches) {
            match search {
                Search::Unnamed => {}
                Search::Found(id) => *slot = Some(id),
                // Found otherwise.
                Search::Missing { .. } if slot.is_some() => {}
                Search::Missing { field, value, reason } => missing.push((field, value, reason)),
            }
        }
        let [contact, company, deal, matter] = found;
        let parents = Parents { contact, company, deal, matter };
        if parents.any() {
            for (field, value, reason) in missing {
                desk.notice(field, Some(&value), format!("{reason}; the record comes without"));
            }
            return Ok(parents);
        }
        match missing.into_iter().next() {
            Some((field, value, reason)) => Err(refused(field, Some(value), &reason)),
            None => Ok(parents),
        }
    }

    /// What the columns find that name a record of whatever type: contact, company, deal and matter, or what is missing.
    async fn about(&self, desk: &mut Desk<'_, '_>) -> Done<([Option<RecordId>; 4], Vec<Missed>)> {
        let mut found = [None; 4];
        let mut missing = Vec::new();
        for id in split(&self.about_external_id) {
            let of_type = [
                contacts::find_by_external_id(desk.tx, desk.workspace, id).await?.map(|c| c.id),
                companies::find_by_external_id(desk.tx, desk.workspace, id).await?.map(|c| c.id),
                deals::find_by_external_id(desk.tx, desk.workspace, id).await?.map(|d| d.id),
                matters::find_by_external_id(desk.tx, desk.workspace, id).await?.map(|m| m.id),
            ];
            if of_type.iter().all(Option::is_none) {
                let reason = "is the id of no record in this workspace: import what it belongs to first";
                missing.push(("about_external_id", id.to_owned(), reason.to_owned()));
            }
            for (slot, id) in found.iter_mut().zip(of_type) {
                *slot = slot.or(id);
            }
        }
        Ok((found, missing))
    }

    async fn contact(&self, desk: &mut Desk<'_, '_>, company: Option<RecordId>) -> Done<Search> {
        let mut search = Search::Unnamed;
        for id in split(&self.contact_external_id) {
            let found = contacts::find_by_external_id(desk.tx, desk.workspace, id).await?;
            search = Search::of("contact_external_id", id, "contact", &ids(found, |c| c.id));
            if matches!(search, Search::Found(_)) {
                break;
            }
        }
        if let (false, Some(email)) = (matches!(search, Search::Found(_)), &self.contact_email) {
            let found = contacts::find_by_email(desk.tx, desk.workspace, email).await?;
            search = Search::of("contact_email", email, "contact", &ids(found, |c| c.id));
        }
        if let (false, Some(name)) = (matches!(search, Search::Found(_)), &self.contact) {
            let mut found = contacts::find_by_name_key(desk.tx, desk.workspace, &name_key(name)).await?;
            // A namesake with another address or id is somebody else.
            found.retain(|c| {
                self.contact_email.is_none() || c.email.is_none() || c.email == self.contact_email
            });
            if self.contact_external_id.is_some() {
                found = desk.without_id(found).await?;
            }
            if found.len() > 1 {
                retain_any(&mut found, |c| company.is_some() && c.related_company_id == company);
            }
            search = Search::of("contact", name, "contact", &ids(found, |c| c.id));
        }
        Ok(search)
    }

    async fn company(&self, desk: &mut Desk<'_, '_>) -> Done<Search> {
        let mut search = Search::Unnamed;
        for id in split(&self.company_external_id) {
            let found = companies::find_by_external_id(desk.tx, desk.workspace, id).await?;
            search = Search::of("company_external_id", id, "company", &ids(found, |c| c.id));
            if matches!(search, Search::Found(_)) {
                break;
            }
        }
        if let (false, Some(name)) = (matches!(search, Search::Found(_)), &self.company) {
            let mut found = companies::find_by_name_key(desk.tx, desk.workspace, &name_key(name)).await?;
            if self.company_external_id.is_some() {
                found = desk.without_id(found).await?;
            }
            if found.len() > 1 {
                let there = desk.contacts_of(&self.person()).await?;
                let works = |c: &Company| there.iter().any(|person| person.related_company_id == Some(c.id));
                retain_any(&mut found, works);
            }
            search = Search::of("company_name", name, "company", &ids(found, |c| c.id));
        }
        Ok(search)
    }

    async fn deal(
        &self,
        desk: &mut Desk<'_, '_>,
        company: Option<RecordId>,
        contact: Option<RecordId>,
    ) -> Done<Search> {
        let mut search = Search::Unnamed;
        for id in split(&self.deal_external_id) {
            let found = deals::find_by_external_id(desk.tx, desk.workspace, id).await?;
            search = Search::of("deal_external_id", id, "deal", &ids(found, |d| d.id));
            if matches!(search, Search::Found(_)) {
                break;
            }
        }
        if let (false, Some(name)) = (matches!(search, Search::Found(_)), &self.deal) {
            let mut found = deals::find_by_name_key(desk.tx, desk.workspace, &name_key(name)).await?;
            if self.deal_external_id.is_some() {
                found = desk.without_id(found).await?;
            }
            if found.len() > 1 {
                retain_any(&mut found, |d| company.is_some() && d.related_company_id == company);
                retain_any(&mut found, |d| contact.is_some() && d.main_contact_id == contact);
            }
            search = Search::of("deal", name, "deal", &ids(found, |d| d.id));
        }
        Ok(search)
    }

    async fn matter(&self, desk: &mut Desk<'_, '_>) -> Done<Search> {
        let mut search = Search::Unnamed;
        for id in split(&self.matter_external_id) {
            let found = matters::find_by_external_id(desk.tx, desk.workspace, id).await?;
            search = Search::of("matter_external_id", id, "matter", &ids(found, |m| m.id));
            if matches!(search, Search::Found(_)) {
                break;
            }
        }
        if let (false, Some(number)) = (matches!(search, Search::Found(_)), &self.matter_number) {
            let found = matters::find_by_number(desk.tx, desk.workspace, number).await?;
            search = Search::of("matter_number", number, "matter", &ids(found, |m| m.id));
        }
        if let (false, Some(name)) = (matches!(search, Search::Found(_)), &self.matter) {
            let mut found = matters::find_by_name_key(desk.tx, desk.workspace, &name_key(name)).await?;
            if self.matter_external_id.is_some() {
                found = desk.without_id(found).await?;
            }
            // Its number, or `00012-Doe: Estate of Jane Doe`.
            for number in [Some(name.as_str()), name.split_once(": ").map(|(number, _)| number.trim())] {
                if let (true, Some(number)) = (found.is_empty(), number) {
                    found = matters::find_by_number(desk.tx, desk.workspace, number).await?;
                }
            }
            search = Search::of("matter", name, "matter", &ids(found, |m| m.id));
        }
        Ok(search)
    }
}

/// Those that fit, where there are such.
fn retain_any<T>(found: &mut Vec<T>, fits: impl Fn(&T) -> bool) {
    if found.iter().any(&fits) {
        found.retain(fits);
    }
}

/// Several ids in one text, as systems write them.
fn joined(ids: Vec<String>) -> Option<String> {
    Some(ids.join(";")).filter(|text| !text.is_empty())
}

fn split(ids: &Option<String>) -> impl Iterator<Item = &str> {
    ids.iter().flat_map(|ids| ids.split(';'))
}

fn ids<T>(found: impl IntoIterator<Item = T>, id: impl Fn(T) -> RecordId) -> Vec<RecordId> {
    found.into_iter().map(id).collect()
}

/// The first line of a text, short enough for a title.
pub(super) fn title_of(text: &str) -> String {
    const TITLE_CHARS_MAX: usize = 80;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(TITLE_CHARS_MAX) {
        None => line.to_owned(),
        Some(_) => line.chars().take(TITLE_CHARS_MAX - 1).chain(['…']).collect(),
    }
}
