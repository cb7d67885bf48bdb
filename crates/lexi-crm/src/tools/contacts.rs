//! `contacts.search`, `contacts.get`.

use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::args::Args;
use super::outcome::counted;
use super::parts::{Parts, record};
use super::schema::{id_or_name, limit, text};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::contacts::{ContactSearch, ContactView};
use crate::crm::View;

pub(super) const SEARCH: Tool = Tool {
    name: "contacts.search",
    description: "Find or count contacts (people). `total` counts all that match.",
    scope: Scope::ReadContacts,
    properties: || {
        json!({
            "query": text("Words of the name, or part of the e-mail address or company name"),
            "status": text("Status such as Lead or Customer"),
            "owner": text("Name of the user who owns the contact, or \"me\""),
            "company": text("Name or id of the contact's company"),
            "tag": text("A tag"),
            "custom": {
                "type": "object",
                "description": "Custom fields by name, each with the value it must have",
                "additionalProperties": { "type": ["string", "number", "boolean"] }
            },
            "limit": limit(),
        })
    },
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "contacts.get",
    description: "Everything about one contact, with deals, newest notes and open tasks.",
    scope: Scope::ReadContacts,
    properties: || id_or_name("contact"),
    call: |view, args| Box::pin(get(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let found = view
        .search_contacts(&ContactSearch {
            query: args.text("query")?,
            status: args.text("status")?,
            owner: args.text("owner")?,
            company: args.text("company")?,
            tag: args.text("tag")?,
            custom: args.pairs("custom")?,
            limit: args.limit()?,
        })
        .await?;
    let records = found.items.iter().map(|v| record(RecordType::Contact, v.contact.id, &v.contact.full_name));
    let result = json!({
        "total": found.total,
        "truncated": found.truncated(),
        "contacts": found.items.iter().map(line).collect::<Vec<_>>(),
        "filters": found.filters,
    });
    let summary = format!("Found {}", counted(found.total, "contact", "contacts"));
    Ok(ToolOutcome::new(summary, result, records.collect()))
}

fn line(view: &ContactView) -> Value {
    let contact = &view.contact;
    json!({
        "id": contact.id,
        "full_name": contact.full_name,
        "email": contact.email,
        "phone": contact.phone,
        "job_title": contact.job_title,
        "company_name": contact.company_name,
        "status": contact.status,
        "owner": view.owner,
        "next_follow_up_date": contact.next_follow_up_date,
        "custom_fields": contact.custom_fields,
    })
}

async fn get(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let found = view.contact(&args.id_or_name()?).await?;
    let (id, name) = (found.contact.id, found.contact.full_name.clone());
    let mut contact = json!(found.contact);
    contact["owner"] = json!(found.owner);
    let mut parts = Parts::new("contact", contact, record(RecordType::Contact, id, &name));
    parts.deals(view, "main_contact_id", id).await?;
    parts.notes(view, "contact_id", id).await?;
    parts.tasks(view, "contact_id", id).await?;
    Ok(ToolOutcome::new(format!("Read the contact {name}"), parts.fields.into(), parts.records))
}
