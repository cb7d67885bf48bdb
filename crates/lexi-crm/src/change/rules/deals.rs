//! Where a deal stands: pipeline, stage, status, probability and the day on which it was closed follow from each other.

use lexi_store::{name_key, vocabulary};
use lexi_types::Scope;
use lexi_types::records::{Pipeline, Stage};
use serde_json::{Value, json};

use super::super::draft::Draft;
use super::super::plan::Planner;
use super::closed_on;
use crate::CrmError;
use crate::names::{shown, spellings};

const DEFAULT_CURRENCY: &str = "EUR";

/// A stage of a pipeline, or a pipeline that has none.
#[derive(Debug, Clone, Copy)]
struct Place<'p> {
    pipeline: &'p Pipeline,
    stage: Option<&'p Stage>,
}

impl Planner<'_, '_, '_> {
    pub(super) async fn place_of_deal(&mut self, draft: &mut Draft) -> Result<(), CrmError> {
        if draft.is_new && draft.given_text("currency").is_none() {
            let currency = self.currency().await?;
            draft.set("currency", currency);
        }
        let listed = self.view.access.may(Scope::ReadDeals);
        let place = match find(draft, self.pipelines().await?) {
            Ok(place) => place.map(|place| (place.pipeline.name.clone(), place.stage.cloned())),
            Err((field, reason, valid)) => {
                let valid = if listed { valid } else { String::new() };
                draft.refuse(field, reason + &valid);
                return Ok(());
            }
        };
        let mut moved = None;
        if let Some((pipeline, stage)) = place {
            let stands =
                |draft: &Draft| (draft.before.get("pipeline").cloned(), draft.before.get("stage").cloned());
            let name = stage.as_ref().map(|stage| stage.name.clone());
            if draft.is_new || stands(draft) != (Some(json!(pipeline)), Some(json!(name))) {
                moved = stage;
            }
            draft.set("pipeline", pipeline);
            draft.set("stage", name);
        }
        let probability = self.stage_of(draft).await?.map(|stage| stage.probability);
        outcome(draft, moved.as_ref(), probability);
        Ok(())
    }

    /// What most of the newest deals are in.
    async fn currency(&mut self) -> Result<String, CrmError> {
        if self.currency.is_none() {
            let usual = vocabulary::usual_currency(self.view.tx, self.view.workspace()).await?;
            self.currency = Some(usual.unwrap_or_else(|| DEFAULT_CURRENCY.to_owned()));
        }
        Ok(self.currency.clone().unwrap_or_default())
    }

    /// The stage at which the draft stands now.
    async fn stage_of(&mut self, draft: &Draft) -> Result<Option<&Stage>, CrmError> {
        let (pipeline, stage) = (draft.text("pipeline"), draft.text("stage"));
        let pipelines = self.pipelines().await?;
        let found = pipelines.iter().find(|known| Some(known.name.as_str()) == pipeline);
        Ok(found.and_then(|found| found.stages.iter().find(|known| Some(known.name.as_str()) == stage)))
    }
}

/// The field that is wrong, why, and what there is.
type Unknown = (&'static str, String, String);

/// Where the deal will stand; `None` where it stays, or where the workspace has no pipelines.
fn find<'p>(draft: &Draft, pipelines: &'p [Pipeline]) -> Result<Option<Place<'p>>, Unknown> {
    if pipelines.is_empty() {
        return Ok(None);
    }
    let before = |name: &str| draft.before.get(name).and_then(Value::as_str);
    let same = |known: &str, text: Option<&str>| text.is_some_and(|text| name_key(known) == name_key(text));
    let now_in = pipelines.iter().find(|known| same(&known.name, before("pipeline")));
    let own = now_in.or_else(|| pipelines.first().filter(|_| draft.is_new));
    let asked = match draft.given_text("pipeline") {
        Some(name) => Some(pipeline_named(pipelines, name)?),
        None => None,
    };
    if let Some(text) = draft.given_text("stage") {
        return match asked {
            Some(pipeline) => stage_named(std::slice::from_ref(pipeline), None, text).map(Some),
            None => stage_named(pipelines, own, text).map(Some),
        };
    }
    let moved = draft.is_new || asked.is_some_and(|asked| now_in.is_none_or(|now| now.id != asked.id));
    let turned = draft.given_text("status").is_some_and(|status| Some(status) != before("status"));
    let Some(pipeline) = asked.or(own).filter(|_| moved || turned) else { return Ok(None) };
    if draft.emptied("stage") || draft.emptied("pipeline") && !draft.is_new {
        return Ok(None);
    }
    let now_at = pipeline.stages.iter().find(|known| same(&known.name, before("stage")));
    Ok(Some(Place { pipeline, stage: fitting(pipeline, now_at, draft.text("status")) }))
}

/// The stage of a pipeline that goes with a status, the one where the deal stands first.
fn fitting<'p>(pipeline: &'p Pipeline, now_at: Option<&'p Stage>, status: Option<&str>) -> Option<&'p Stage> {
    let first =
        || pipeline.stages.iter().find(|stage| stage.stage_type == "open").or(pipeline.stages.first());
    match status {
        Some(closed @ ("won" | "lost")) => {
            let mut closing = pipeline.stages.iter().filter(|stage| stage.stage_type == closed);
            match (closing.next(), closing.next()) {
                (Some(only), None) => Some(only),
                _ => now_at.or_else(first),
            }
        }
        _ => now_at.filter(|stage| stage.stage_type == "open").or_else(first),
    }
}

fn pipeline_named<'p>(pipelines: &'p [Pipeline], text: &str) -> Result<&'p Pipeline, Unknown> {
    let known = spellings("pipeline", text, pipelines.iter().map(|known| known.name.clone()));
    let known = known.ok().and_then(|spelt| pipelines.iter().find(|known| spelt.contains(&known.name)));
    known.ok_or_else(|| {
        let valid = pipelines.iter().map(|known| known.name.as_str());
        ("pipeline", format!("there is no pipeline \"{}\"", shown(text)), valid_are(valid))
    })
}

/// A stage by its name: in the deal's own pipeline, else in another; as it is spelt, else misspelt.
fn stage_named<'p>(
    pipelines: &'p [Pipeline],
    own: Option<&'p Pipeline>,
    text: &str,
) -> Result<Place<'p>, Unknown> {
    let all = || own.into_iter().chain(pipelines);
    let key = name_key(text);
    let place = |pipeline: &'p Pipeline, fits: &dyn Fn(&Stage) -> bool| {
        let stage = pipeline.stages.iter().find(|stage| fits(stage))?;
        Some(Place { pipeline, stage: Some(stage) })
    };
    if let Some(exact) = all().find_map(|pipeline| place(pipeline, &|stage| name_key(&stage.name) == key)) {
        return Ok(exact);
    }
    let names =
        |pipeline: &Pipeline| pipeline.stages.iter().map(|stage| stage.name.clone()).collect::<Vec<_>>();
    let groups = own.map(names).into_iter().chain([pipelines.iter().flat_map(names).collect()]);
    let spelt = groups.filter_map(|names| spellings("stage", text, names).ok()).next();
    let close = spelt.and_then(|spelt| {
        all().find_map(|pipeline| place(pipeline, &|stage: &Stage| spelt.contains(&stage.name)))
    });
    close.ok_or_else(|| {
        let mut valid: Vec<&str> = Vec::new();
        for stage in all().flat_map(|pipeline| &pipeline.stages) {
            if !valid.contains(&stage.name.as_str()) {
                valid.push(&stage.name);
            }
        }
        ("stage", format!("there is no stage \"{}\"", shown(text)), valid_are(valid.into_iter()))
    })
}

fn valid_are<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.take(40).collect();
    if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) }
}

/// Status, probability and closing day, as far as they were not given.
fn outcome(draft: &mut Draft, moved: Option<&Stage>, stage_probability: Option<i64>) {
    if let Some(stage) = moved {
        let status = if stage.stage_type == "open" { "active" } else { stage.stage_type.as_str() };
        let given = draft.given_text("status").map(str::to_owned);
        match given.as_deref() {
            None => draft.set("status", status),
            Some(given) if status != "active" && given != status => {
                draft.refuse("status", format!("contradicts the stage \"{}\"; give one of them", stage.name));
                return;
            }
            Some(_) => {}
        }
    }
    let status = draft.text("status").unwrap_or_default().to_owned();
    let before = draft.before.get("status").and_then(Value::as_str).filter(|_| !draft.is_new);
    let was_open = before.is_none_or(|status| status == "active");
    let turned = before != Some(&status);
    if draft.given("probability").is_none() && (moved.is_some() || turned) {
        let probability = match (status.as_str(), moved) {
            (closed, Some(stage)) if stage.stage_type == closed => Some(stage.probability),
            ("won", _) => Some(100),
            ("lost", _) => Some(0),
            _ => stage_probability,
        };
        draft.set("probability", probability);
    }
    if status == "active" && draft.given_text("closed_date").is_some() {
        draft.refuse("closed_date", "belongs to a deal that is won or lost; give its status, too");
        return;
    }
    closed_on(draft, "closed_date", was_open, status == "active");
}
