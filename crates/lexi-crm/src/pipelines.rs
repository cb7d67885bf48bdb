//! What may be done with pipelines.

use std::collections::BTreeMap;

use lexi_store::audit::{self, Actor, Deed};
use lexi_store::{Tx, name_key, pipelines};
use lexi_types::records::{Pipeline, Stage};
use lexi_types::{RecordId, Scope, Timestamp, WorkspaceId};
use serde_json::json;

use crate::crm::{Crm, View};
use crate::{Access, CrmError};

const NAME_CHARS_MAX: usize = 100;
const PIPELINES_MAX: usize = 50;
const STAGES_MAX: usize = 50;
const STAGE_TYPES: [&str; 3] = ["open", "won", "lost"];

/// A pipeline as somebody wants it: its stages in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineFields {
    pub name: String,
    pub stages: Vec<StageFields>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFields {
    /// The stage that this was so far: it keeps its deals under a new name. Without it, the stage of the same name.
    pub id: Option<RecordId>,
    pub name: String,
    /// `open`, `won` or `lost`.
    pub stage_type: String,
    /// Percent, 0 to 100.
    pub probability: i64,
}

impl Crm {
    /// Every pipeline with its stages, both in their order.
    pub async fn pipelines(&self, access: &Access) -> Result<Vec<Pipeline>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.pipelines().await })).await
    }
}

impl View<'_, '_> {
    pub(crate) async fn pipelines(&mut self) -> Result<Vec<Pipeline>, CrmError> {
        self.access.require(Scope::ReadDeals)?;
        Ok(pipelines::list(self.tx, self.access.workspace).await?)
    }
}

pub async fn create_pipeline(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    fields: &PipelineFields,
    now: Timestamp,
) -> Result<Pipeline, CrmError> {
    let all = pipelines::list(tx, workspace).await?;
    if all.len() >= PIPELINES_MAX {
        return Err(CrmError::Conflict(format!("A workspace has at most {PIPELINES_MAX} pipelines.")));
    }
    let pipeline = checked(&all, None, fields)?;
    let place = i64::try_from(all.len()).unwrap_or(i64::MAX);
    pipelines::insert(tx, workspace, &pipeline, place).await?;
    let deed = Deed { action: "create", after: Some(json!(pipeline)), ..deed(pipeline.id) };
    audit::append(tx, workspace, actor, &deed, now).await?;
    Ok(pipeline)
}

/// Makes a pipeline what `fields` say. A stage that is left out must have no deals.
pub async fn update_pipeline(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    id: RecordId,
    fields: &PipelineFields,
    now: Timestamp,
) -> Result<Pipeline, CrmError> {
    let all = pipelines::list(tx, workspace).await?;
    let before = all.iter().find(|pipeline| pipeline.id == id).cloned().ok_or_else(unknown)?;
    let after = checked(&all, Some(&before), fields)?;
    if after == before {
        return Ok(after);
    }
    for stage in &before.stages {
        if after.stages.iter().any(|kept| kept.id == stage.id) {
            continue;
        }
        let deals = pipelines::deals_in(tx, workspace, &before.name, Some(&stage.name)).await?;
        if deals > 0 {
            return Err(occupied(&format!("The stage {}", stage.name), deals));
        }
        pipelines::delete_stage(tx, workspace, stage.id).await?;
    }
    if after.name != before.name {
        pipelines::rename(tx, workspace, &before, &after.name).await?;
    }
    let changes: Vec<(Stage, Stage)> = after
        .stages
        .iter()
        .filter_map(|new| Some((before.stages.iter().find(|old| old.id == new.id)?.clone(), new.clone())))
        .collect();
    pipelines::update_stages(tx, workspace, &after.name, &changes).await?;
    for stage in &after.stages {
        if !before.stages.iter().any(|old| old.id == stage.id) {
            pipelines::insert_stage(tx, workspace, id, stage).await?;
        }
    }
    let deed = Deed { action: "update", before: Some(json!(before)), after: Some(json!(after)), ..deed(id) };
    audit::append(tx, workspace, actor, &deed, now).await?;
    Ok(after)
}

/// Removes a pipeline that has no deals.
pub async fn delete_pipeline(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    id: RecordId,
    now: Timestamp,
) -> Result<(), CrmError> {
    let all = pipelines::list(tx, workspace).await?;
    let before = all.into_iter().find(|pipeline| pipeline.id == id).ok_or_else(unknown)?;
    let deals = pipelines::deals_in(tx, workspace, &before.name, None).await?;
    if deals > 0 {
        return Err(occupied(&format!("The pipeline {}", before.name), deals));
    }
    pipelines::delete(tx, workspace, id).await?;
    let deed = Deed { action: "delete", before: Some(json!(before)), ..deed(id) };
    Ok(audit::append(tx, workspace, actor, &deed, now).await?)
}

fn checked(
    all: &[Pipeline],
    before: Option<&Pipeline>,
    fields: &PipelineFields,
) -> Result<Pipeline, CrmError> {
    let mut wrong = BTreeMap::new();
    let id = before.map_or_else(RecordId::new, |pipeline| pipeline.id);
    let name = named(&mut wrong, "name".to_owned(), &fields.name);
    if all.iter().any(|other| other.id != id && name_key(&other.name) == name_key(&name)) {
        wrong.insert("name".to_owned(), "is the name of another pipeline".to_owned());
    }
    if !(1..=STAGES_MAX).contains(&fields.stages.len()) {
        wrong.insert("stages".to_owned(), format!("must be a list of 1 to {STAGES_MAX} stages"));
    }
    let mut stages: Vec<Stage> = Vec::new();
    for (place, asked) in fields.stages.iter().take(STAGES_MAX).enumerate() {
        let field = |name: &str| format!("stages[{place}].{name}");
        let name = named(&mut wrong, field("name"), &asked.name);
        if stages.iter().any(|other| name_key(&other.name) == name_key(&name)) {
            wrong.insert(field("name"), "is the name of another stage of this pipeline".to_owned());
        }
        if !STAGE_TYPES.contains(&asked.stage_type.as_str()) {
            wrong.insert(field("stage_type"), format!("must be one of {}", STAGE_TYPES.join(", ")));
        }
        if !(0..=100).contains(&asked.probability) {
            wrong.insert(field("probability"), "must be a whole number from 0 to 100".to_owned());
        }
        let old = before.and_then(|pipeline| {
            let known = |stage: &&Stage| match asked.id {
                Some(id) => stage.id == id,
                None => name_key(&stage.name) == name_key(&name),
            };
            pipeline.stages.iter().find(known)
        });
        if asked.id.is_some() && old.is_none() {
            wrong.insert(field("id"), "is no stage of this pipeline; leave it out for a new one".to_owned());
        }
        let taken = old.filter(|old| !stages.iter().any(|stage| stage.id == old.id));
        stages.push(Stage {
            id: taken.map_or_else(RecordId::new, |stage| stage.id),
            name,
            stage_type: asked.stage_type.clone(),
            sort_order: i64::try_from(place).unwrap_or(i64::MAX),
            probability: asked.probability,
        });
    }
    if wrong.is_empty() { Ok(Pipeline { id, name, stages }) } else { Err(CrmError::fields(wrong)) }
}

fn named(wrong: &mut BTreeMap<String, String>, field: String, name: &str) -> String {
    let name = name.trim();
    if name_key(name).is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let reason = format!("must be text of 1 to {NAME_CHARS_MAX} characters with a letter or digit in it");
        wrong.insert(field, reason);
    }
    name.to_owned()
}

fn occupied(what: &str, deals: i64) -> CrmError {
    CrmError::Conflict(format!("{what} has {deals} deals. Move them to another first."))
}

fn deed(id: RecordId) -> Deed {
    Deed { resource_type: "pipeline", resource_id: id.to_string(), ..Deed::default() }
}

fn unknown() -> CrmError {
    CrmError::NotFound { message: "There is no pipeline with this id.".to_owned(), valid: Vec::new() }
}
