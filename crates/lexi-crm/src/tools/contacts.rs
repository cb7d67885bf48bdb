//! `contacts.search`, `contacts.get`.

use lexi_store::Order;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::outcome::counted;
use super::parts::{Parts, record};
use super::schema::{id_or_name, limit, one_of};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::contacts::ContactView;
use crate::crm::View;
use crate::filter::{Asked, filters};

const SORTS: &[&str] = &["name", "newest", "oldest", "updated", "follow_up", "least_active"];

pub(super) const SEARCH: Tool = Tool {
    name: "contacts.search",
    description: "Find or count contacts (people). `total` counts all that match. Several values of a filter mean any of them.",
    scope: Scope::ReadContacts,
    arguments: || filters(RecordType::Contact).and(json!({ "sort": one_of(SORTS), "limit": limit() })),
    required: &[],
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "contacts.get",
    description: "Everything about one contact, with deals, newest notes and open tasks.",
    scope: Scope::ReadContacts,
    arguments: || id_or_name().into(),
    required: &[],
    call: |view, args| Box::pin(get(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let order = match args.choice("sort", SORTS)?.as_deref() {
        Some("newest") => Order::Newest,
        Some("oldest") => Order::Oldest,
        Some("updated") => Order::Updated,
        Some("follow_up") => Order::FollowUp,
        Some("least_active") => Order::LeastActive,
        _ => Order::Name,
    };
    let found = view.search_contacts(args, order, args.limit()?).await?;
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

async fn get(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
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
