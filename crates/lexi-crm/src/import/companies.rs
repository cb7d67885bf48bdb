//! Rows that are companies.

use lexi_store::{companies, name_key};
use lexi_types::records::Company;

use super::cells::{Cells, Common};
use super::desk::{Change, Desk, Done, merge, refused, set};
use super::fields::ImportKind;
use super::options::MatchBy;
use super::people::blank_company;

#[derive(Debug)]
pub(super) struct CompanyRow {
    common: Common,
    name: String,
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
        let name = cells.name("name");
        if name.is_none() && cells.errors.is_empty() {
            cells.refuse("name", "the row has no name".to_owned());
        }
        Self {
            name: name.unwrap_or_default(),
            industry: cells.text("industry"),
            website: cells.text("website"),
            domain: cells.text("domain").map(|domain| domain.to_lowercase()),
            linkedin_url: cells.text("linkedin_url"),
            size: cells.text("size"),
            city: cells.text("city"),
            country: cells.text("country"),
            common: cells.common(),
        }
    }

    /// A company in a file of contacts. What contacts have no field for went to custom fields.
    pub(super) fn among_contacts(cells: &mut Cells<'_>) -> Self {
        cells.notice("company_name", "is a company: the row becomes one");
        let name = cells.name("company_name").or_else(|| cells.name("full_name"));
        if name.is_none() && cells.errors.is_empty() {
            cells.refuse("company_name", "the row has no name".to_owned());
        }
        let mut common = cells.common();
        for field in ["email", "phone"] {
            if let Some(value) = cells.text(field) {
                common.custom_fields.insert(field.to_owned(), value.into());
            }
        }
        Self {
            name: name.unwrap_or_default(),
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
        let existing = self.matching(desk).await?;
        let change = if existing.is_some() { Change::Unchanged } else { Change::Created };
        let mut company = existing.unwrap_or_else(|| {
            let mut company = blank_company(&self.name, self.common.created.unwrap_or(desk.now));
            company.updated_date = desk.now;
            company
        });
        let before = company.clone();
        self.fill(&mut company);
        let id = company.id;
        desk.remember(id, external_id);
        let noted = desk.keep_note(&self.common, id, |note| note.related_company_id = Some(id)).await?;
        if change == Change::Created {
            desk.insert_company(&company, external_id).await?;
            return Ok(Change::Created);
        }
        let changed = company != before;
        if changed {
            company.updated_date = desk.now;
        }
        if changed || !desk.has_id(ImportKind::Companies, id, external_id).await? {
            desk.update_company(&company, external_id).await?;
        }
        Ok(if changed || noted { Change::Updated } else { change })
    }

    fn fill(&self, company: &mut Company) {
        company.name.clone_from(&self.name);
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
    async fn matching(&self, desk: &mut Desk<'_, '_>) -> Done<Option<Company>> {
        let external_id = self.common.external_id.as_deref();
        if desk.matches_by(MatchBy::ExternalId)
            && let Some(external_id) = external_id
            && let Some(company) =
                companies::find_by_external_id(desk.tx, desk.workspace, external_id).await?
        {
            return Ok(Some(company));
        }
        if let Some(domain) = &self.domain {
            let mut found = Vec::new();
            for id in desk.companies_of_domain(domain).await? {
                found.extend(companies::get(desk.tx, desk.workspace, id).await?);
            }
            found.retain(|company| {
                company.domain.as_deref().is_some_and(|known| known.to_lowercase() == *domain)
            });
            let found =
                desk.possible(ImportKind::Companies, found, |company| company.id, external_id).await?;
            if let Some(company) = only(found, "domain", domain)? {
                return Ok(Some(company));
            }
        }
        if !desk.matches_by(MatchBy::Name) {
            return Ok(None);
        }
        let mut found = companies::find_by_name_key(desk.tx, desk.workspace, &name_key(&self.name)).await?;
        found.retain(|company| {
            let other_domain = company.domain.is_some() && self.domain.is_some();
            !other_domain
        });
        let found = desk.possible(ImportKind::Companies, found, |company| company.id, external_id).await?;
        only(found, "name", &self.name)
    }
}

fn only(mut found: Vec<Company>, field: &'static str, value: &str) -> Done<Option<Company>> {
    if found.len() > 1 {
        let reason =
            format!("fits {} companies that exist: add a column with an id of their own", found.len());
        return Err(refused(field, Some(value.to_owned()), &reason));
    }
    Ok(found.pop())
}
