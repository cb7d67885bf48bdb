//! `pipelines.list`.

use lexi_types::Scope;
use serde_json::json;

use super::outcome::counted;
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Arguments, Asked};

pub(super) const LIST: Tool = Tool {
    name: "pipelines.list",
    description: "The pipelines with their stages in order, and each stage's probability.",
    scope: Scope::ReadDeals,
    arguments: Arguments::default,
    required: &[],
    call: |view, args| Box::pin(list(view, args)),
};

async fn list(view: &mut View<'_, '_>, _none: &Asked) -> Result<ToolOutcome, CrmError> {
    let pipelines = view.pipelines().await?;
    let total = i64::try_from(pipelines.len()).unwrap_or(i64::MAX);
    let summary = format!("Listed {}", counted(total, "pipeline", "pipelines"));
    let result = json!({ "total": total, "truncated": false, "pipelines": pipelines });
    Ok(ToolOutcome::new(summary, result, Vec::new()))
}
