//! The SQL of contacts.

use lexi_types::name_key;
use lexi_types::records::{Contact, RecordType};
use lexi_types::{RecordId, WorkspaceId};

use crate::Result;
use crate::db::{Row, Tx, Value};
use crate::indexed::{Indexed, Words};
use crate::records::{email_key, json_text, record_table};
use crate::search::Texts;

record_table! {
    Contact in "contacts",
    [
        "first_name" = 4, "last_name" = 5, "full_name" = 6, "name_key" = 7, "email" = 8, "phone" = 9,
        "job_title" = 10, "company_name" = 11, "related_company_id" = 12, "linkedin_url" = 13,
        "priority" = 14, "status" = 15, "owner_user_id" = 16, "next_follow_up_date" = 17, "tags" = 18,
        "custom_fields" = 19, "created_date" = 20, "updated_date" = 21,
        "company_key" = 22
    ],
    values,
    read,
    FIND_BY_EMAIL by "email",
    FIND_BY_COMPANY_KEY by "company_key"
}

/// The contacts whose company folds to this key (see [`crate::name_key`]); at most eleven.
pub async fn find_by_company_key(tx: &mut Tx<'_>, workspace: WorkspaceId, key: &str) -> Result<Vec<Contact>> {
    tx.rows(FIND_BY_COMPANY_KEY, &[workspace.into(), key.into()]).await?.iter().map(read).collect()
}

/// The contacts with this e-mail address, in whatever case; at most eleven.
pub async fn find_by_email(tx: &mut Tx<'_>, workspace: WorkspaceId, email: &str) -> Result<Vec<Contact>> {
    tx.rows(FIND_BY_EMAIL, &[workspace.into(), email_key(email).into()]).await?.iter().map(read).collect()
}

impl Indexed for Contact {
    const KIND: RecordType = RecordType::Contact;

    fn id(&self) -> RecordId {
        self.id
    }

    fn texts(&self, texts: &mut Texts) {
        texts.name(&self.full_name);
        texts.company(self.company_name.as_deref());
        texts.also(self.email.as_deref());
    }

    fn words<'r>(&'r self, words: &mut Words<'r>) {
        words.column("status", self.status.as_deref());
        words.column("job_title", self.job_title.as_deref());
        words.column("company_name", self.company_name.as_deref());
        words.tags(&self.tags);
        words.custom(&self.custom_fields);
    }
}

/// What the columns of the table hold, in their order.
fn values(r: &Contact) -> Vec<Value> {
    vec![
        r.first_name.as_deref().into(),
        r.last_name.as_deref().into(),
        (&r.full_name).into(),
        name_key(&r.full_name).into(),
        r.email.as_deref().map(email_key).into(),
        r.phone.as_deref().into(),
        r.job_title.as_deref().into(),
        r.company_name.as_deref().into(),
        r.related_company_id.into(),
        r.linkedin_url.as_deref().into(),
        r.priority.into(),
        r.status.as_deref().into(),
        r.owner_user_id.into(),
        r.next_follow_up_date.into(),
        json_text(&r.tags).into(),
        json_text(&r.custom_fields).into(),
        r.created_date.into(),
        r.updated_date.into(),
        r.company_name.as_deref().map(name_key).filter(|key| !key.is_empty()).into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Contact> {
    Ok(Contact {
        id: row.parse(0)?,
        first_name: row.opt_string(1)?,
        last_name: row.opt_string(2)?,
        full_name: row.string(3)?,
        email: row.opt_string(5)?,
        phone: row.opt_string(6)?,
        job_title: row.opt_string(7)?,
        company_name: row.opt_string(8)?,
        related_company_id: row.opt_parse(9)?,
        linkedin_url: row.opt_string(10)?,
        priority: row.opt_int(11)?,
        status: row.opt_string(12)?,
        owner_user_id: row.opt_parse(13)?,
        next_follow_up_date: row.opt_parse(14)?,
        tags: row.json(15)?,
        custom_fields: row.json(16)?,
        created_date: row.time(17)?,
        updated_date: row.time(18)?,
    })
}
