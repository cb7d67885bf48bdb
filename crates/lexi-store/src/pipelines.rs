//! The SQL of pipelines and their stages.

use lexi_types::records::{Pipeline, Stage};
use lexi_types::{RecordId, WorkspaceId};

use crate::Result;
use crate::db::{Tx, statements};

statements! {
    INSERT = "INSERT INTO pipelines (workspace_id, id, name, sort_order) VALUES ($1, $2, $3, $4)";
    INSERT_STAGE = "INSERT INTO stages (workspace_id, id, pipeline_id, name, stage_type, sort_order, probability) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "SELECT p.id, p.name, s.id, s.name, s.stage_type, s.sort_order, s.probability \
            FROM pipelines p LEFT JOIN stages s ON s.workspace_id = p.workspace_id AND s.pipeline_id = p.id \
            WHERE p.workspace_id = $1 ORDER BY p.sort_order, p.name, p.id, s.sort_order, s.name";
}

/// Adds a pipeline with its stages. Pipelines are listed by `sort_order`.
pub async fn insert(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    pipeline: &Pipeline,
    sort_order: i64,
) -> Result<()> {
    let params = [workspace.into(), pipeline.id.into(), (&pipeline.name).into(), sort_order.into()];
    tx.execute(INSERT, &params).await?;
    for stage in &pipeline.stages {
        insert_stage(tx, workspace, pipeline.id, stage).await?;
    }
    Ok(())
}

/// Adds a stage to a pipeline that exists.
pub async fn insert_stage(
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
    tx.execute(INSERT_STAGE, &params).await.map(drop)
}

/// Every pipeline of the workspace with its stages, both in their order.
pub async fn list(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<Pipeline>> {
    let mut pipelines: Vec<Pipeline> = Vec::new();
    for row in tx.rows(LIST, &[workspace.into()]).await? {
        let id = row.parse(0)?;
        if pipelines.last().is_none_or(|last| last.id != id) {
            pipelines.push(Pipeline { id, name: row.string(1)?, stages: Vec::new() });
        }
        if let (Some(stage), Some(pipeline)) = (row.opt_parse(2)?, pipelines.last_mut()) {
            pipeline.stages.push(Stage {
                id: stage,
                name: row.string(3)?,
                stage_type: row.string(4)?,
                sort_order: row.int(5)?,
                probability: row.int(6)?,
            });
        }
    }
    Ok(pipelines)
}
