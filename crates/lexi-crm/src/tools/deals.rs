//! `deals.search`, `deals.get`.

use lexi_store::Order;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::outcome::counted;
use super::parts::{Parts, record};
use super::schema::{id_or_name, limit, one_of};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::deals::DealView;
use crate::filter::{Asked, filters};

const SORTS: &[&str] = &[
    "newest",
    "oldest",
    "updated",
    "name",
    "value_desc",
    "value_asc",
    "probability_desc",
    "closed_newest",
    "closed_oldest",
    "follow_up",
    "least_active",
];

pub(super) const SEARCH: Tool = Tool {
    name: "deals.search",
    description: "List deals. `total` counts all that match; for sums and averages use deals.aggregate. Several values of a filter mean any of them.",
    scope: Scope::ReadDeals,
    arguments: || filters(RecordType::Deal).and(json!({ "sort": one_of(SORTS), "limit": limit() })),
    required: &[],
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "deals.get",
    description: "Everything about one deal, with newest notes and open tasks.",
    scope: Scope::ReadDeals,
    arguments: || id_or_name().into(),
    required: &[],
    call: |view, args| Box::pin(get(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let order = match args.choice("sort", SORTS)?.as_deref() {
        Some("oldest") => Order::Oldest,
        Some("updated") => Order::Updated,
        Some("name") => Order::Name,
        Some("value_desc") => Order::HighestValue,
        Some("value_asc") => Order::LowestValue,
        Some("probability_desc") => Order::LikeliestFirst,
        Some("closed_newest") => Order::LastClosed,
        Some("closed_oldest") => Order::FirstClosed,
        Some("follow_up") => Order::FollowUp,
        Some("least_active") => Order::LeastActive,
        _ => Order::Newest,
    };
    let found = view.search_deals(args, order, args.limit()?).await?;
    let records = found.items.iter().map(|v| record(RecordType::Deal, v.deal.id, &v.deal.name));
    let result = json!({
        "total": found.total,
        "truncated": found.truncated(),
        "deals": found.items.iter().map(line).collect::<Vec<_>>(),
        "filters": found.filters,
    });
    let summary = format!("Found {}", counted(found.total, "deal", "deals"));
    Ok(ToolOutcome::new(summary, result, records.collect()))
}

fn line(view: &DealView) -> Value {
    let deal = &view.deal;
    json!({
        "id": deal.id,
        "name": deal.name,
        "stage": deal.stage,
        "status": deal.status,
        "pipeline": deal.pipeline,
        "estimated_value": deal.estimated_value,
        "currency": deal.currency,
        "probability": deal.probability,
        "owner": view.owner,
        "company": view.company,
        "contact": view.contact,
        "next_follow_up_date": deal.next_follow_up_date,
        "closed_date": deal.closed_date,
        "created_date": deal.created_date,
    })
}

async fn get(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let found = view.deal(&args.id_or_name()?).await?;
    let (id, name) = (found.deal.id, found.deal.name.clone());
    let mut deal = json!(found.deal);
    deal["owner"] = json!(found.owner);
    deal["company"] = json!(found.company);
    deal["contact"] = json!(found.contact);
    let mut parts = Parts::new("deal", deal, record(RecordType::Deal, id, &name));
    parts.notes(view, "deal_id", id).await?;
    parts.tasks(view, "deal_id", id).await?;
    Ok(ToolOutcome::new(format!("Read the deal {name}"), parts.fields.into(), parts.records))
}
