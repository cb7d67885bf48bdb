//! The SQL of pipelines and their stages.

use lexi_types::records::{Pipeline, RecordType, Stage};
use lexi_types::{RecordId, WorkspaceId};

use crate::db::{Tx, statements};
use crate::{Result, vocabulary};

statements! {
    INSERT = "INSERT INTO pipelines (workspace_id, id, name, sort_order) VALUES ($1, $2, $3, $4)";
    INSERT_STAGE = "INSERT INTO stages (workspace_id, id, pipeline_id, name, stage_type, sort_order, probability) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
    RENAME = "UPDATE pipelines SET name = $3 WHERE workspace_id = $1 AND id = $2";
    DELETE = "DELETE FROM pipelines WHERE workspace_id = $1 AND id = $2";
    DELETE_STAGES = "DELETE FROM stages WHERE workspace_id = $1 AND pipeline_id = $2";
    UPDATE_STAGE = "UPDATE stages SET name = $3, stage_type = $4, sort_order = $5, probability = $6 \
                    WHERE workspace_id = $1 AND id = $2";
    DELETE_STAGE = "DELETE FROM stages WHERE workspace_id = $1 AND id = $2";
    DEALS_IN = "SELECT COUNT(*) FROM deals WHERE workspace_id = $1 AND pipeline = $2 AND ($3 IS NULL OR stage = $3)";
    MOVE_PIPELINE = "UPDATE deals SET pipeline = $3 WHERE workspace_id = $1 AND pipeline = $2";
    MOVE_STAGE = "UPDATE deals SET stage = $4 WHERE workspace_id = $1 AND pipeline = $2 AND stage = $3";
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

/// Renames a pipeline. Deals name theirs, so they are renamed with it.
pub async fn rename(tx: &mut Tx<'_>, workspace: WorkspaceId, pipeline: &Pipeline, name: &str) -> Result<()> {
    tx.execute(RENAME, &[workspace.into(), pipeline.id.into(), name.into()]).await?;
    tx.execute(MOVE_PIPELINE, &[workspace.into(), (&pipeline.name).into(), name.into()]).await?;
    vocabulary::learn(tx, workspace, RecordType::Deal, "pipeline", name).await
}

/// Changes stages of a pipeline, each from what it is to what it becomes, and their names in the deals.
pub async fn update_stages(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    pipeline: &str,
    changes: &[(Stage, Stage)],
) -> Result<()> {
    // Names are unique at every moment, and two stages may change theirs with each other: first all get out of the way.
    let renamed = || changes.iter().filter(|(before, after)| before.name != after.name);
    for (before, _) in renamed() {
        let away = Stage { name: before.id.to_string(), ..before.clone() };
        update_stage(tx, workspace, pipeline, &before.name, &away).await?;
    }
    for (before, after) in changes {
        let away = before.id.to_string();
        let name = if before.name == after.name { &before.name } else { &away };
        update_stage(tx, workspace, pipeline, name, after).await?;
    }
    for (_, after) in renamed() {
        vocabulary::learn(tx, workspace, RecordType::Deal, "stage", &after.name).await?;
    }
    Ok(())
}

async fn update_stage(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    pipeline: &str,
    name: &str,
    stage: &Stage,
) -> Result<()> {
    let params = [
        workspace.into(),
        stage.id.into(),
        (&stage.name).into(),
        (&stage.stage_type).into(),
        stage.sort_order.into(),
        stage.probability.into(),
    ];
    tx.execute(UPDATE_STAGE, &params).await?;
    if name != stage.name {
        let names = [workspace.into(), pipeline.into(), name.into(), (&stage.name).into()];
        tx.execute(MOVE_STAGE, &names).await?;
    }
    Ok(())
}

pub async fn delete_stage(tx: &mut Tx<'_>, workspace: WorkspaceId, stage: RecordId) -> Result<()> {
    tx.execute(DELETE_STAGE, &[workspace.into(), stage.into()]).await.map(drop)
}

/// Removes a pipeline with its stages.
pub async fn delete(tx: &mut Tx<'_>, workspace: WorkspaceId, pipeline: RecordId) -> Result<()> {
    tx.execute(DELETE_STAGES, &[workspace.into(), pipeline.into()]).await?;
    tx.execute(DELETE, &[workspace.into(), pipeline.into()]).await.map(drop)
}

/// How many deals are in a pipeline, or in one of its stages.
pub async fn deals_in(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    pipeline: &str,
    stage: Option<&str>,
) -> Result<i64> {
    tx.one(DEALS_IN, &[workspace.into(), pipeline.into(), stage.into()]).await?.int(0)
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
