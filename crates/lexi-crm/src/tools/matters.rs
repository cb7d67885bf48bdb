//! `matters.search`, `matters.get`.

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
use crate::filter::{Asked, filters};
use crate::matters::MatterView;

const SORTS: &[&str] = &[
    "number",
    "name",
    "newest",
    "oldest",
    "updated",
    "opened_newest",
    "opened_oldest",
    "closed_newest",
    "closed_oldest",
    "least_active",
];

pub(super) const SEARCH: Tool = Tool {
    name: "matters.search",
    description: "Find or count matters (cases). `total` counts all that match. Several values of a filter mean any of them.",
    scope: Scope::ReadMatters,
    arguments: || filters(RecordType::Matter).and(json!({ "sort": one_of(SORTS), "limit": limit() })),
    required: &[],
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "matters.get",
    description: "Everything about one matter, with newest notes and open tasks. Its number counts as a name.",
    scope: Scope::ReadMatters,
    arguments: || id_or_name().into(),
    required: &[],
    call: |view, args| Box::pin(get(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let order = match args.choice("sort", SORTS)?.as_deref() {
        Some("name") => Order::Name,
        Some("newest") => Order::Newest,
        Some("oldest") => Order::Oldest,
        Some("updated") => Order::Updated,
        Some("opened_newest") => Order::LastOpened,
        Some("opened_oldest") => Order::FirstOpened,
        Some("closed_newest") => Order::LastClosed,
        Some("closed_oldest") => Order::FirstClosed,
        Some("least_active") => Order::LeastActive,
        _ => Order::Number,
    };
    let found = view.search_matters(args, order, args.limit()?).await?;
    let records = found.items.iter().map(|v| record(RecordType::Matter, v.matter.id, &v.matter.name));
    let result = json!({
        "total": found.total,
        "truncated": found.truncated(),
        "matters": found.items.iter().map(line).collect::<Vec<_>>(),
        "filters": found.filters,
    });
    let summary = format!("Found {}", counted(found.total, "matter", "matters"));
    Ok(ToolOutcome::new(summary, result, records.collect()))
}

fn line(view: &MatterView) -> Value {
    let matter = &view.matter;
    json!({
        "id": matter.id,
        "number": matter.number,
        "name": matter.name,
        "status": matter.status,
        "practice_area": matter.practice_area,
        "client": view.client,
        "responsible": view.responsible,
        "open_date": matter.open_date,
        "close_date": matter.close_date,
    })
}

async fn get(view: &mut View<'_, '_>, args: &Asked) -> Result<ToolOutcome, CrmError> {
    let found = view.matter(&args.id_or_name()?).await?;
    let (id, name) = (found.matter.id, found.matter.name.clone());
    let mut matter = json!(found.matter);
    matter["client"] = json!(found.client);
    matter["client_contact"] = json!(found.client_contact);
    matter["responsible"] = json!(found.responsible);
    let mut parts = Parts::new("matter", matter, record(RecordType::Matter, id, &name));
    parts.notes(view, "matter_id", id).await?;
    parts.tasks(view, "matter_id", id).await?;
    Ok(ToolOutcome::new(format!("Read the matter {name}"), parts.fields.into(), parts.records))
}
