//! `deals.aggregate`.

use std::collections::HashMap;

use lexi_store::{CurrencyTotals, GroupBy, Named};
use lexi_types::{RecordId, Scope};
use serde_json::{Value, json};

use super::args::Args;
use super::deals::{filter, filter_properties};
use super::outcome::counted;
use super::schema::{choice, joined};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;

const GROUPS: &[&str] = &["stage", "status", "owner", "company", "month"];
const DATES: &[&str] = &["created_date", "closed_date"];
const GROUPS_MAX: usize = 50;
/// The key of the deals that have no owner, no stage …
const NO_KEY: &str = "(none)";

pub(super) const AGGREGATE: Tool = Tool {
    name: "deals.aggregate",
    description: "Count, sum, average and probability-weighted value of deals, computed by the database, in total \
                  and by group. Use this for every number about deals. Currencies are never added up.",
    scope: Scope::ReadDeals,
    properties: || {
        joined([
            filter_properties(),
            json!({
                "group_by": choice(GROUPS, "One row per stage, status, owner, company or month"),
                "date_field": choice(DATES, "The date whose month is meant; created_date unless said"),
            }),
        ])
    },
    call: |view, args| Box::pin(aggregate(view, args)),
};

async fn aggregate(view: &mut View<'_, '_>, args: &Args) -> Result<ToolOutcome, CrmError> {
    let asked = args.choice("group_by", GROUPS)?;
    let date_field = args.choice("date_field", DATES)?;
    let group_by = match asked.as_deref() {
        Some("stage") => Some(GroupBy::Stage),
        Some("status") => Some(GroupBy::Status),
        Some("owner") => Some(GroupBy::Owner),
        Some("company") => Some(GroupBy::Company),
        Some("month") if date_field.as_deref() == Some("closed_date") => Some(GroupBy::ClosedMonth),
        Some("month") => Some(GroupBy::CreatedMonth),
        _ => None,
    };
    let sums = view.sum_deals(&filter(args)?, group_by).await?;
    let totals = sums.totals;
    let number = totals.groups.len();
    let shown = totals.groups.get(..GROUPS_MAX).unwrap_or(&totals.groups);
    let ids = shown.iter().map(|group| group.key.as_deref().and_then(|key| key.parse::<RecordId>().ok()));
    let ids: Vec<Option<RecordId>> = ids.collect();
    let names = match group_by {
        Some(GroupBy::Owner) => view.names(Named::User, ids).await?,
        Some(GroupBy::Company) => view.names(Named::Company, ids).await?,
        _ => HashMap::new(),
    };
    let named = matches!(group_by, Some(GroupBy::Owner | GroupBy::Company));
    let groups = shown.iter().map(|group| {
        let id = group.key.as_deref().filter(|_| named);
        let key = match id.and_then(|id| id.parse::<RecordId>().ok()) {
            Some(id) => names.get(&id).map(String::as_str),
            None => group.key.as_deref(),
        };
        let mut line = json!({
            "key": key.unwrap_or(NO_KEY),
            "count": group.count,
            "totals": group.totals.iter().map(amounts).collect::<Vec<_>>(),
        });
        if let Some(id) = id {
            line["id"] = json!(id);
        }
        line
    });
    let result = json!({
        "filters": sums.filters,
        "group_by": asked,
        "total": totals.count,
        "totals": totals.totals.iter().map(amounts).collect::<Vec<_>>(),
        "groups": groups.collect::<Vec<_>>(),
        "truncated": number > GROUPS_MAX,
    });
    let mut summary = format!("Counted {}", counted(totals.count, "deal", "deals"));
    if asked.is_some() && number > 0 {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        summary.push_str(&format!(" in {}", counted(number, "group", "groups")));
    }
    Ok(ToolOutcome::new(summary, result, Vec::new()))
}

fn amounts(totals: &CurrencyTotals) -> Value {
    json!({
        "currency": totals.currency,
        "count": totals.count,
        "count_with_value": totals.count_with_value,
        "sum": totals.sum,
        "average": totals.average,
        "weighted": totals.weighted,
    })
}
