//! `companies.search`, `companies.get`.

use lexi_store::Order;
use lexi_types::Scope;
use lexi_types::records::{Company, RecordType};
use serde_json::{Value, json};

use super::outcome::counted;
use super::parts::{Parts, record};
use super::schema::{id_or_name, limit, one_of};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Asked, filters};

const SORTS: &[&str] = &["name", "newest", "oldest", "updated", "least_active"];

pub(super) const SEARCH: Tool = Tool {
    name: "companies.search",
    description: "Find or count companies. `total` counts all that match. Several values of a filter mean any of them.",
    scope: Scope::ReadCompanies,
    arguments: || filters(RecordType::Company).and(json!({ "sort": one_of(SORTS), "limit": limit() })),
    required: &[],
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "companies.get",
    description: "Everything about one company, with its contacts, deals and matters.",
    scope: Scope::ReadCompanies,
    arguments: || id_or_name().into(),
    required: &[],
    call: |view, args| Box::pin(get(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let order = match args.choice("sort", SORTS)?.as_deref() {
        Some("newest") => Order::Newest,
        Some("oldest") => Order::Oldest,
        Some("updated") => Order::Updated,
        Some("least_active") => Order::LeastActive,
        _ => Order::Name,
    };
    let found = view.search_companies(args, order, args.limit()?).await?;
    let records = found.items.iter().map(|company| record(RecordType::Company, company.id, &company.name));
    let result = json!({
        "total": found.total,
        "truncated": found.truncated(),
        "companies": found.items.iter().map(line).collect::<Vec<_>>(),
        "filters": found.filters,
    });
    let summary = format!("Found {}", counted(found.total, "company", "companies"));
    Ok(ToolOutcome::new(summary, result, records.collect()))
}

fn line(company: &Company) -> Value {
    json!({
        "id": company.id,
        "name": company.name,
        "industry": company.industry,
        "city": company.city,
        "country": company.country,
        "website": company.website,
        "size": company.size,
    })
}

async fn get(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let company = view.company(&args.id_or_name()?).await?;
    let (id, name) = (company.id, company.name.clone());
    let mut parts = Parts::new("company", json!(company), record(RecordType::Company, id, &name));
    parts.contacts_of(view, id, &name).await?;
    parts.deals(view, "related_company_id", id).await?;
    parts.matters_of(view, id).await?;
    Ok(ToolOutcome::new(format!("Read the company {name}"), parts.fields.into(), parts.records))
}
