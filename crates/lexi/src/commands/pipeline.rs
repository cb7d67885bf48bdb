use std::process::ExitCode;
use std::str::FromStr;

use anyhow::bail;
use clap::Subcommand;
use lexi_crm::{PipelineFields, StageFields, create_pipeline, delete_pipeline, update_pipeline};
use lexi_store::{Store, name_key, pipelines};
use lexi_types::records::{Pipeline, Stage};
use lexi_types::{Timestamp, WorkspaceId};
use serde_json::json;

use super::output::answer;
use crate::config::ConfigArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a pipeline with its stages
    Create {
        #[arg(long, short)]
        workspace: String,
        name: String,
        /// In order, each NAME[:open|won|lost[:PERCENT]], for example --stage Proposal:open:60
        #[arg(long = "stage", required = true)]
        stages: Vec<StageArg>,
    },
    /// List the pipelines with their stages
    List {
        #[arg(long, short)]
        workspace: String,
    },
    /// Give a pipeline another name, or other stages
    Update {
        #[arg(long, short)]
        workspace: String,
        /// Name or id
        pipeline: String,
        #[arg(long)]
        name: Option<String>,
        /// All stages in their order; one that is left out must have no deals
        #[arg(long = "stage")]
        stages: Vec<StageArg>,
        /// Give a stage another name, and with it its deals: OLD=NEW
        #[arg(long = "rename-stage")]
        renamed: Vec<Renamed>,
    },
    /// Remove a pipeline that has no deals
    Delete {
        #[arg(long, short)]
        workspace: String,
        /// Name or id
        pipeline: String,
    },
}

/// A stage as it is written on the command line.
#[derive(Debug, Clone)]
struct StageArg(StageFields);

impl FromStr for StageArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default().trim().to_owned();
        let stage_type = parts.next().unwrap_or("open").trim().to_owned();
        let certain = match stage_type.as_str() {
            "won" => 100,
            _ => 0,
        };
        let probability = match parts.next() {
            Some(percent) => percent.trim().parse().map_err(|_| "the percentage must be a whole number")?,
            None => certain,
        };
        match parts.next() {
            None => Ok(Self(StageFields { id: None, name, stage_type, probability })),
            Some(_) => Err("a stage is NAME, NAME:TYPE or NAME:TYPE:PERCENT".to_owned()),
        }
    }
}

#[derive(Debug, Clone)]
struct Renamed {
    old: String,
    new: String,
}

impl FromStr for Renamed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (old, new) = text.split_once('=').ok_or("write OLD=NEW")?;
        Ok(Self { old: old.trim().to_owned(), new: new.trim().to_owned() })
    }
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let store = super::store(config).await?;
    let (actor, now) = (super::operator(), Timestamp::now());
    match args.command {
        Command::Create { workspace, name, stages } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let fields = PipelineFields { name, stages: stages.into_iter().map(|stage| stage.0).collect() };
            let create = store.write_or(move |tx| {
                Box::pin(async move { create_pipeline(tx, workspace, &actor, &fields, now).await })
            });
            show(args.json, &create.await?)?;
        }
        Command::List { workspace } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let all = store.read(move |tx| Box::pin(pipelines::list(tx, workspace))).await?;
            let lines: Vec<_> = all.iter().map(lines).collect();
            answer(args.json, &json!(all), &lines.join("\n"))?;
        }
        Command::Update { workspace, pipeline, name, stages, renamed } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let before = find(&store, workspace, &pipeline).await?;
            let stages = match stages.is_empty() {
                true => before.stages.iter().map(kept).collect(),
                false => stages.into_iter().map(|stage| stage.0).collect(),
            };
            let mut fields = PipelineFields { name: name.unwrap_or(before.name), stages };
            for Renamed { old, new } in renamed {
                let known = before.stages.iter().find(|stage| name_key(&stage.name) == name_key(&old));
                let Some(known) = known else { bail!("the pipeline has no stage `{old}`") };
                let same = |stage: &&mut StageFields| {
                    stage.id == Some(known.id) || name_key(&stage.name) == name_key(&new)
                };
                let Some(stage) = fields.stages.iter_mut().find(same) else {
                    bail!("--stage leaves out `{new}`, to which `{old}` is to be renamed");
                };
                (stage.id, stage.name) = (Some(known.id), new);
            }
            let id = before.id;
            let update = store.write_or(move |tx| {
                Box::pin(async move { update_pipeline(tx, workspace, &actor, id, &fields, now).await })
            });
            show(args.json, &update.await?)?;
        }
        Command::Delete { workspace, pipeline } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let pipeline = find(&store, workspace, &pipeline).await?;
            let id = pipeline.id;
            let delete = store.write_or(move |tx| {
                Box::pin(async move { delete_pipeline(tx, workspace, &actor, id, now).await })
            });
            delete.await?;
            let shown = json!({ "deleted": true, "id": id });
            answer(args.json, &shown, &format!("Removed the pipeline {}.", pipeline.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(as_json: bool, pipeline: &Pipeline) -> anyhow::Result<()> {
    answer(as_json, &json!(pipeline), &lines(pipeline))
}

fn lines(pipeline: &Pipeline) -> String {
    let mut text = format!("{}  {}", pipeline.id, pipeline.name);
    for stage in &pipeline.stages {
        text.push_str(&format!("\n  {}  {}  {} %", stage.name, stage.stage_type, stage.probability));
    }
    text
}

fn kept(stage: &Stage) -> StageFields {
    StageFields {
        id: Some(stage.id),
        name: stage.name.clone(),
        stage_type: stage.stage_type.clone(),
        probability: stage.probability,
    }
}

async fn find(store: &Store, workspace: WorkspaceId, text: &str) -> anyhow::Result<Pipeline> {
    let all = store.read(move |tx| Box::pin(pipelines::list(tx, workspace))).await?;
    let wanted = name_key(text);
    let is_it = |pipeline: &Pipeline| pipeline.id.to_string() == text || name_key(&pipeline.name) == wanted;
    match all.into_iter().find(is_it) {
        Some(pipeline) => Ok(pipeline),
        None => bail!("there is no pipeline `{text}` in this workspace"),
    }
}
