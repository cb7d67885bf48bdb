//! Rows that are matters.

use lexi_store::{companies, contacts, matters, name_key};
use lexi_types::records::{Company, Contact, CustomFields, Matter};
use lexi_types::{Date, RecordId, Timestamp};

use super::cells::Cells;
use super::common::Common;
use super::desk::{Change, Desk, Done, merge, set};
use super::matching::Meant;
use super::options::MatchBy;
use super::parties::Hint;
use super::people::Link;
use super::persons::Person;
use super::values::Parsed;

#[derive(Debug)]
pub(super) struct MatterRow {
    common: Common,
    number: Option<String>,
    name: String,
    status: Option<String>,
    practice_area: Option<String>,
    client: Option<String>,
    client_ids: Vec<String>,
    client_company: Option<String>,
    client_contact: Person,
    responsible: Person,
    description: Option<String>,
    open_date: Option<Date>,
    close_date: Option<Date>,
}

impl MatterRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let name = cells.name("name");
        if name.is_none() && cells.errors.is_empty() {
            cells.refuse("name", "the row has no name".to_owned());
        }
        let parts = [cells.name("client_first_name"), cells.name("client_last_name")];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let client_contact = cells.name("client_contact").or(Some(joined).filter(|name| !name.is_empty()));
        Self {
            number: cells.text("number"),
            name: name.unwrap_or_default(),
            status: cells.parse("status", status),
            practice_area: cells.text("practice_area"),
            client: cells.name("client"),
            client_ids: cells.ids("client_external_id"),
            client_company: cells.name("client_company"),
            client_contact: Person::named(client_contact),
            responsible: cells.person("responsible", "responsible_email", "responsible_external_id"),
            description: cells.long_text("description"),
            open_date: cells.date("open_date"),
            close_date: cells.date("close_date"),
            common: cells.common_and_created(),
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let responsible = desk.find_user("responsible", &self.responsible).await?;
        let (company, contact) = self.client(desk).await?;
        let links = Links {
            responsible: responsible.record().map(|user| user.id),
            company: company.record().map(|company| company.id),
            contact: contact.record().map(|contact| contact.id),
        };
        let fill = |matter: &mut Matter| self.fill(matter, links);
        let meant = self.matching(desk, links, &fill).await?;
        desk.keep_user(responsible).await?;
        desk.keep_company(&company).await?;
        desk.keep_contact(&contact).await?;
        let external_id = self.common.external_id.as_deref();
        let change = meant.change();
        let blank = blank_matter("", self.common.created.unwrap_or(desk.now), desk.now);
        let before = meant.record_or(|id| Matter { id, ..blank.clone() });
        let mut matter = before.clone();
        fill(&mut matter);
        let id = matter.id;
        desk.remember(&before, &matter, &blank, &fill, &self.common);
        let noted = desk.keep_note(&self.common, id, |note| note.matter_id = Some(id)).await?;
        if change == Change::Created {
            matters::insert(desk.tx, desk.workspace, &matter, external_id).await?;
            return Ok(Change::Created);
        }
        let changed = matter != before;
        if changed {
            matter.updated_date = desk.now;
        }
        if changed || !desk.has_id(&matter, external_id).await? {
            matters::update(desk.tx, desk.workspace, &matter, external_id).await?;
        }
        Ok(if changed || noted { Change::Updated } else { change })
    }

    fn fill(&self, matter: &mut Matter, links: Links) {
        set(&mut matter.responsible_user_id, &links.responsible);
        set(&mut matter.client_company_id, &links.company);
        set(&mut matter.client_contact_id, &links.contact);
        matter.name.clone_from(&self.name);
        set(&mut matter.number, &self.number);
        if let Some(status) = &self.status {
            matter.status.clone_from(status);
        }
        set(&mut matter.practice_area, &self.practice_area);
        set(&mut matter.description, &self.description);
        set(&mut matter.open_date, &self.open_date);
        set(&mut matter.close_date, &self.close_date);
        if self.status.is_none() && self.close_date.is_some() {
            "closed".clone_into(&mut matter.status);
        }
        merge(&mut matter.tags, &mut matter.custom_fields, &self.common);
    }

    /// A client who is only named may be a company or a person; one that nobody knows becomes a company.
    async fn client(&self, desk: &mut Desk<'_, '_>) -> Done<(Link<Company>, Link<Contact>)> {
        if let Some(found) = self.client_by_id(desk).await? {
            return Ok(found);
        }
        let company = self.client_company.as_deref();
        let hint = Hint { contact: Some(&self.client_contact), ..Hint::default() };
        let mut company = desk.find_company("client_company", company, &[], hint).await?;
        let mut contact = desk.find_contact("client_contact", &self.client_contact, company.record()).await?;
        let Some(client) = &self.client else { return Ok((company, contact)) };
        let key = name_key(client);
        let is_company = !companies::find_by_name_key(desk.tx, desk.workspace, &key).await?.is_empty();
        let is_contact = !contacts::find_by_name_key(desk.tx, desk.workspace, &key).await?.is_empty();
        if !is_company && is_contact {
            if contact.record().is_none() {
                let person = Person::named(Some(client.clone()));
                contact = desk.find_contact("client", &person, company.record()).await?;
            }
        } else if company.record().is_none() {
            company = desk.find_company("client", Some(client), &[], Hint::default()).await?;
        }
        Ok((company, contact))
    }

    async fn client_by_id(&self, desk: &mut Desk<'_, '_>) -> Done<Option<(Link<Company>, Link<Contact>)>> {
        for id in &self.client_ids {
            if let Some(contact) = contacts::find_by_external_id(desk.tx, desk.workspace, id).await? {
                return Ok(Some((Link::None, Link::Known(contact))));
            }
            if let Some(company) = companies::find_by_external_id(desk.tx, desk.workspace, id).await? {
                return Ok(Some((Link::Known(company), Link::None)));
            }
        }
        if let (Some(id), false) = (self.client_ids.first(), self.names_client()) {
            desk.miss("client_external_id", id, "client")?;
        }
        Ok(None)
    }

    /// By foreign id, else by number, else by name with the same client.
    async fn matching(
        &self,
        desk: &mut Desk<'_, '_>,
        links: Links,
        fill: &(impl Fn(&mut Matter) + Sync),
    ) -> Done<Meant<Matter>> {
        let mut search = match desk.search(&self.common, fill).await? {
            Ok(matter) => return Ok(Meant::Record(matter)),
            Err(search) => search,
        };
        if let (None, Some(number)) = (desk.match_by, &self.number) {
            let found = matters::find_by_number(desk.tx, desk.workspace, number).await?;
            let mut found = search.weigh(desk, found, true).await?;
            // Numbers may count per client: another name and another client are another matter.
            let key = name_key(&self.name);
            found.retain(|matter| name_key(&matter.name) == key || !self.of_another(matter, links));
            if let Some(matter) = search.only(found, "number", number)? {
                return Ok(Meant::Record(matter));
            }
        }
        if desk.matches_by(MatchBy::Name) {
            let found = matters::find_by_name_key(desk.tx, desk.workspace, &name_key(&self.name)).await?;
            let found = search.weigh(desk, found, false).await?;
            // One that this import wrote, whose client nobody could tell.
            let untold = |matter: &Matter| {
                let none = matter.client_company_id.is_none() && matter.client_contact_id.is_none();
                none && (links.company.is_some() || links.contact.is_some()) && desk.said(matter) != 0
            };
            let differs = |matter: &Matter| self.differs(matter, links) || untold(matter);
            let fits = |matter: &Matter| links.share_client(matter);
            let found = search.narrow(desk, found, differs, fits);
            if let Some(matter) = search.only(found, "name", &self.name)? {
                return Ok(Meant::Record(matter));
            }
        }
        search.otherwise(desk).await
    }

    /// Whether a matter of this name is another one: it has another number, client or day on which it was opened.
    fn differs(&self, matter: &Matter, links: Links) -> bool {
        let other_number = matter.number.is_some() && self.number.is_some() && matter.number != self.number;
        let other_day =
            matter.open_date.is_some() && self.open_date.is_some() && matter.open_date != self.open_date;
        other_number || other_day || self.of_another(matter, links)
    }

    /// Whether it is another client's. One whom nobody knows for certain is not that of any matter.
    fn of_another(&self, matter: &Matter, links: Links) -> bool {
        let has_client = matter.client_company_id.is_some() || matter.client_contact_id.is_some();
        let names_one = self.names_client() || !self.client_ids.is_empty();
        names_one && has_client && !links.share_client(matter)
    }

    fn names_client(&self) -> bool {
        self.client.is_some() || self.client_company.is_some() || self.client_contact.is_named()
    }
}

/// The records that a row links to.
#[derive(Debug, Clone, Copy)]
struct Links {
    responsible: Option<RecordId>,
    company: Option<RecordId>,
    contact: Option<RecordId>,
}

impl Links {
    /// Whether the client is that of a matter, who may be named as a person there and by a company here.
    fn share_client(self, matter: &Matter) -> bool {
        let pairs = [(matter.client_company_id, self.company), (matter.client_contact_id, self.contact)];
        let both = || pairs.iter().filter(|(known, named)| known.is_some() && named.is_some());
        both().count() > 0 && both().all(|(known, named)| known == named)
    }
}

fn blank_matter(name: &str, created: Timestamp, now: Timestamp) -> Matter {
    Matter {
        id: RecordId::new(),
        number: None,
        name: name.to_owned(),
        status: "open".to_owned(),
        practice_area: None,
        client_company_id: None,
        client_contact_id: None,
        responsible_user_id: None,
        description: None,
        open_date: None,
        close_date: None,
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        created_date: created,
        updated_date: now,
    }
}

fn status(text: &str) -> Parsed<String> {
    let status = match name_key(text).as_str() {
        "open" | "active" | "in progress" => "open",
        "pending" | "on hold" | "waiting" => "pending",
        "closed" | "done" | "completed" => "closed",
        _ => return Err("is not a status: write open, pending or closed".to_owned()),
    };
    Ok(status.to_owned())
}
