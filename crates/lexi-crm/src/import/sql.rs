//! Two statements that only an import needs.

use lexi_store::{Result, Tx};
use lexi_types::records::Stage;
use lexi_types::{RecordId, WorkspaceId};

const COMPANIES_OF_DOMAIN: &str =
    "SELECT id FROM companies WHERE workspace_id = $1 AND domain = $2 ORDER BY id LIMIT 11";
const ADD_STAGE: &str = "INSERT INTO stages (workspace_id, id, pipeline_id, name, stage_type, sort_order, probability) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub(super) async fn companies_of_domain(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    domain: &str,
) -> Result<Vec<RecordId>> {
    let rows = tx.rows(COMPANIES_OF_DOMAIN, &[workspace.into(), domain.into()]).await?;
    rows.iter().map(|row| row.parse(0)).collect()
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
