//! `matters.search`, `matters.get`.

use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::args::Args;
use super::outcome::counted;
use super::parts::{Parts, record};
use super::schema::{choice, date, id_or_name, limit, text};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::matters::{MatterSearch, MatterView};

const STATUSES: &[&str] = &["open", "pending", "closed"];

pub(super) const SEARCH: Tool = Tool {
    name: "matters.search",
    description: "Find or count matters (cases). `total` counts all that match.",
    scope: Scope::ReadMatters,
    properties: || {
        json!({
            "query": text("Words of the name, or part of the number"),
            "status": choice(STATUSES, "Open, pending or closed"),
            "practice_area": text("Practice area"),
            "client": text("Name or id of the client: a company or a contact"),
            "responsible": text("Name of the responsible user, or \"me\""),
            "tag": text("A tag"),
            "opened_after": date("First day on which it was opened"),
            "opened_before": date("Opened before this day"),
            "limit": limit(),
        })
    },
    call: |view, args| Box::pin(search(view, args)),
};

pub(super) const GET: Tool = Tool {
    name: "matters.get",
    description: "Everything about one matter, with newest notes and open tasks. Its number counts as a name.",
    scope: Scope::ReadMatters,
    properties: || id_or_name("matter"),
    call: |view, args| Box::pin(get(view, args)),
};

async fn search(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let found = view
        .search_matters(&MatterSearch {
            query: args.text("query")?,
            status: args.choice("status", STATUSES)?,
            practice_area: args.text("practice_area")?,
            client: args.text("client")?,
            responsible: args.text("responsible")?,
            tag: args.text("tag")?,
            opened_after: args.date("opened_after")?,
            opened_before: args.date("opened_before")?,
            limit: args.limit()?,
        })
        .await?;
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

async fn get(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let found = view.matter(&args.id_or_name()?).await?;
    let (id, name) = (found.matter.id, found.matter.name.clone());
    let mut matter = json!(found.matter);
    matter["client"] = json!(found.client);
    matter["responsible"] = json!(found.responsible);
    let mut parts = Parts::new("matter", matter, record(RecordType::Matter, id, &name));
    parts.notes(view, "matter_id", id).await?;
    parts.tasks(view, "matter_id", id).await?;
    Ok(ToolOutcome::new(format!("Read the matter {name}"), parts.fields.into(), parts.records))
}
