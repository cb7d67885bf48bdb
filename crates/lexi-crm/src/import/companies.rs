//! Rows that are companies.

use lexi_store::{companies, name_key};
use lexi_types::records::Company;

use super::cells::Cells;
use super::common::Common;
use super::desk::{Change, Desk, Done, merge, set};
use super::matching::Meant;
use super::options::MatchBy;
use super::parties::blank_company;

#[derive(Debug)]
pub(super) struct CompanyRow {
    common: Common,
    name: String,
    /// The file has no name: what the domain gives must not replace an existing one.
    guessed: bool,
    industry: Option<String>,
    website: Option<String>,
    domain: Option<String>,
    linkedin_url: Option<String>,
    size: Option<String>,
    city: Option<String>,
    country: Option<String>,
}

impl CompanyRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let named = cells.name("name");
        let domain = cells.text("domain").map(|domain| domain.to_lowercase());
        let guessed = named.is_none() && cells.errors.is_empty() && domain.is_some();
        let name = if guessed { domain.clone() } else { named };
        match &name {
            None if cells.errors.is_empty() => cells.refuse("name", "the row has no name".to_owned()),
            Some(_) if guessed => cells.notice("domain", "has no name beside it: the domain is taken"),
            _ => {}
        }
        Self {
            name: name.unwrap_or_default(),
            guessed,
            industry: cells.text("industry"),
            website: cells.text("website"),
            domain,
            linkedin_url: cells.text("linkedin_url"),
            size: cells.text("size"),
            city: cells.text("city"),
            country: cells.text("country"),
            common: cells.common_and_created(),
        }
    }

    /// A company in a file of contacts. What contacts have no field for went to custom fields.
    pub(super) fn among_contacts(cells: &mut Cells<'_>) -> Self {
        cells.notice("company_name", "is a company: the row becomes one");
        let name = cells.name("full_name").or_else(|| cells.named("company_name", "company_external_id"));
        if name.is_none() && cells.errors.is_empty() {
            cells.refuse("company_name", "the row has no name".to_owned());
        }
        let mut common = cells.common_and_created();
        for field in ["email", "phone"] {
            if let Some(value) = cells.text(field) {
                common.custom_fields.insert(field.to_owned(), value.into());
            }
        }
        Self {
            name: name.unwrap_or_default(),
            guessed: false,
            industry: None,
            website: None,
            domain: None,
            linkedin_url: cells.text("linkedin_url"),
            size: None,
            city: None,
            country: None,
            common,
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let external_id = self.common.external_id.as_deref();
        let fill = |company: &mut Company| self.fill(company);
        let meant = self.matching(desk, &fill).await?;
        let change = meant.change();
        let mut blank = blank_company("", self.common.created.unwrap_or(desk.now));
        blank.updated_date = desk.now;
        let before = meant.record_or(|id| Company { id, name: self.name.clone(), ..blank.clone() });
        let mut company = before.clone();
        fill(&mut company);
        let id = company.id;
        desk.remember(&before, &company, &blank, &fill, &self.common);
        let noted = desk.keep_note(&self.common, id, |note| note.related_company_id = Some(id)).await?;
        if change == Change::Created {
            desk.insert_company(&company, external_id).await?;
            return Ok(Change::Created);
        }
        let changed = company != before;
        if changed {
            company.updated_date = desk.now;
        }
        if changed || !desk.has_id(&company, external_id).await? {
            desk.update_company(&company, external_id).await?;
        }
        Ok(if changed || noted { Change::Updated } else { change })
    }

    fn fill(&self, company: &mut Company) {
        if !self.guessed {
            company.name.clone_from(&self.name);
        }
        set(&mut company.industry, &self.industry);
        set(&mut company.website, &self.website);
        set(&mut company.domain, &self.domain);
        set(&mut company.linkedin_url, &self.linkedin_url);
        set(&mut company.size, &self.size);
        set(&mut company.city, &self.city);
        set(&mut company.country, &self.country);
        merge(&mut company.tags, &mut company.custom_fields, &self.common);
    }

    /// By foreign id, else by domain, else by name.
    async fn matching(
        &self,
        desk: &mut Desk<'_, '_>,
        fill: &(impl Fn(&mut Company) + Sync),
    ) -> Done<Meant<Company>> {
        let mut search = match desk.search(&self.common, fill).await? {
            Ok(company) => return Ok(Meant::Record(company)),
            Err(search) => search,
        };
        let key = name_key(&self.name);
        let same = |company: &Company| self.guessed || name_key(&company.name) == key;
        let domain = self.domain.as_deref().filter(|_| desk.match_by.is_none()).unwrap_or_default();
        let (same_name, other_name): (Vec<_>, Vec<_>) = if domain.is_empty() {
            Default::default()
        } else {
            desk.companies_of_domain(domain).await?.into_iter().partition(same)
        };
        let found = search.weigh(desk, same_name, true).await?;
        if let Some(company) = search.only(found, "domain", domain)? {
            return Ok(Meant::Record(company));
        }
        if desk.matches_by(MatchBy::Name) {
            let found = companies::find_by_name_key(desk.tx, desk.workspace, &key).await?;
            let found = search.weigh(desk, found, false).await?;
            let both = |company: &Company| company.domain.is_some() && self.domain.is_some();
            let differs = |company: &Company| both(company) && company.domain != self.domain;
            let fits = |company: &Company| both(company) && company.domain == self.domain;
            let found = search.narrow(desk, found, differs, fits);
            if let Some(company) = search.only(found, "name", &self.name)? {
                return Ok(Meant::Record(company));
            }
        }
        // One whose name has changed; several companies may share a domain.
        let found = search.weigh(desk, other_name, false).await?;
        if let Some(company) = search.only(found, "domain", domain)? {
            return Ok(Meant::Record(company));
        }
        search.otherwise(desk).await
    }
}
