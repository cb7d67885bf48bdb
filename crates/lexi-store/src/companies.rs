//! The SQL of companies.

use lexi_types::name_key;
use lexi_types::records::{Company, RecordType};
use lexi_types::{RecordId, WorkspaceId};

use crate::Result;
use crate::db::{Row, Tx, Value};
use crate::indexed::{Indexed, Words};
use crate::records::{json_text, record_table};
use crate::search::Texts;

record_table! {
    Company in "companies",
    [
        "name" = 4, "name_key" = 5, "industry" = 6, "website" = 7, "domain" = 8, "linkedin_url" = 9,
        "size" = 10, "city" = 11, "country" = 12, "tags" = 13, "custom_fields" = 14,
        "created_date" = 15, "updated_date" = 16
    ],
    values,
    read,
    FIND_BY_DOMAIN by "domain"
}

/// The companies with exactly this domain, at most eleven.
pub async fn find_by_domain(tx: &mut Tx<'_>, workspace: WorkspaceId, domain: &str) -> Result<Vec<Company>> {
    tx.rows(FIND_BY_DOMAIN, &[workspace.into(), domain.into()]).await?.iter().map(read).collect()
}

impl Indexed for Company {
    const KIND: RecordType = RecordType::Company;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.name);
        texts.also(self.domain.as_deref());
        texts.also(self.website.as_deref());
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.column("industry", self.industry.as_deref());
        words.column("city", self.city.as_deref());
        words.column("country", self.country.as_deref());
        words.column("size", self.size.as_deref());
        words.tags(&self.tags);
        words.custom(&self.custom_fields);
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Company) -> Vec<Value> {
    vec![
        (&r.name).into(),
        name_key(&r.name).into(),
        r.industry.as_deref().into(),
        r.website.as_deref().into(),
        r.domain.as_deref().map(str::to_lowercase).into(),
        r.linkedin_url.as_deref().into(),
        r.size.as_deref().into(),
        r.city.as_deref().into(),
        r.country.as_deref().into(),
        json_text(&r.tags).into(),
        json_text(&r.custom_fields).into(),
        r.created_date.into(),
        r.updated_date.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Company> {
    Ok(Company {
        id: row.parse(0)?,
        name: row.string(1)?,
        industry: row.opt_string(3)?,
        website: row.opt_string(4)?,
        domain: row.opt_string(5)?,
        linkedin_url: row.opt_string(6)?,
        size: row.opt_string(7)?,
        city: row.opt_string(8)?,
        country: row.opt_string(9)?,
        tags: row.json(10)?,
        custom_fields: row.json(11)?,
        created_date: row.time(12)?,
        updated_date: row.time(13)?,
    })
}
