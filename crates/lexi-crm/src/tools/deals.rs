//! `deals.search`, `deals.get`.

use lexi_store::Order;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::args::Args;
use super::outcome::counted;
use super::parts::{Parts, record};
use super::schema::{amount, choice, date, id_or_name, joined, limit, text};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::deals::{DealFilter, DealView};

const STATUSES: &[&str] = &["active", "won", "lost"];
const SORTS: &[&str] = &["newest", "oldest", "value_desc", "value_asc", "updated"];

pub(super) const SEARCH: Tool = Tool {
    name: "deals.search",
    description: "List deals. `total` counts all that match; for sums and averages use deals.aggregate.",
    scope: Scope::ReadDeals,
    properties: || {
        joined([
            filter_properties(),
            json!({ "sort": choice(SORTS, "Which come first; newest unless said"), "limit": limit() }),
        ])
    },
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "deals.get",
    description: "Everything about one deal, with newest notes and open tasks.",
    scope: Scope::ReadDeals,
    properties: || id_or_name("deal"),
    call: |view, args| Box::pin(get(view, args)),
};

pub(super) fn filter_properties() -> Value {
    json!({
        "query": text("Words of the deal's name"),
        "stage": text("Stage of the pipeline, by name"),
        "status": choice(STATUSES, "Active (open), won or lost"),
        "owner": text("Name of the user who owns the deal, or \"me\""),
        "company": text("Name or id of the deal's company"),
        "contact": text("Name or id of the deal's main contact"),
        "pipeline": text("Pipeline, by name"),
        "priority": text("Priority"),
        "matter_type": text("Matter type"),
        "tag": text("A tag"),
        "min_value": amount("Least value in major units"),
        "max_value": amount("Greatest value in major units"),
        "created_after": date("First day on which it was created"),
        "created_before": date("Created before this day"),
        "closed_after": date("First day on which it was closed"),
        "closed_before": date("Closed before this day"),
    })
}

pub(super) fn filter(args: &Args) -> Result<DealFilter, CrmError> {
    Ok(DealFilter {
        query: args.text("query")?,
        stage: args.text("stage")?,
        status: args.choice("status", STATUSES)?,
        owner: args.text("owner")?,
        company: args.text("company")?,
        contact: args.text("contact")?,
        pipeline: args.text("pipeline")?,
        priority: args.text("priority")?,
        matter_type: args.text("matter_type")?,
        tag: args.text("tag")?,
        min_value: args.amount("min_value")?,
        max_value: args.amount("max_value")?,
        created_after: args.date("created_after")?,
        created_before: args.date("created_before")?,
        closed_after: args.date("closed_after")?,
        closed_before: args.date("closed_before")?,
    })
}

async fn search(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let order = match args.choice("sort", SORTS)?.as_deref() {
        Some("oldest") => Order::Oldest,
        Some("value_desc") => Order::HighestValue,
        Some("value_asc") => Order::LowestValue,
        Some("updated") => Order::Updated,
        _ => Order::Newest,
    };
    let found = view.search_deals(&filter(args)?, order, args.limit()?).await?;
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

async fn get(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
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
