//! Two statements that only an import needs.

use lexi_store::{Result, Tx};
use lexi_types::records::Stage;
use lexi_types::{RecordId, WorkspaceId};

const COMPANY_DOMAINS: &str =
    "SELECT id, domain FROM companies WHERE workspace_id = $1 AND domain IS NOT NULL";
const ADD_STAGE: &str = "INSERT INTO stages (workspace_id, id, pipeline_id, name, stage_type, sort_order, probability) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Every company with its domain. Domains have no index: one pass for the import instead of one for each row.
pub(super) async fn company_domains(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
) -> Result<Vec<(RecordId, String)>> {
    let rows = tx.rows(COMPANY_DOMAINS, &[workspace.into()]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.string(1)?))).collect()
}

pub(super) async fn add_stage(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    pipeline: RecordId,
    stage: &Stage,
) -> Result<()> {
    let params = [
        workspace.into(),
        stage.id.into(),
        pipeline.into(),
        (&stage.name).into(),
        (&stage.stage_type).into(),
        stage.sort_order.into(),
        stage.probability.into(),
    ];
    tx.execute(ADD_STAGE, &params).await.map(drop)
}
