//! The pipeline and stage of a deal row: known, or made so that the list of pipelines names every stage in use.

use lexi_store::{name_key, pipelines};
use lexi_types::RecordId;
use lexi_types::records::{Pipeline, Stage};

use super::desk::{Desk, Done};
use super::people::unknown;

/// What HubSpot calls the stages of its first pipeline inside, and in its own words.
const INTERNAL: [(&str, &str); 7] = [
    ("appointmentscheduled", "Appointment scheduled"),
    ("qualifiedtobuy", "Qualified to buy"),
    ("presentationscheduled", "Presentation scheduled"),
    ("decisionmakerboughtin", "Decision maker bought-in"),
    ("contractsent", "Contract sent"),
    ("closedwon", "Closed won"),
    ("closedlost", "Closed lost"),
];

/// Where stages go that no pipeline has, when the file names none.
const IMPORTED: &str = "Imported";
/// Of an open stage about which nothing is known.
const PROBABILITY_UNKNOWN: i64 = 50;

/// Where a row wants its deal to stand.
#[derive(Debug)]
pub(super) enum Place {
    /// The row names neither pipeline nor stage.
    Unsaid,
    Known {
        pipeline: String,
        stage: Option<Stage>,
    },
    NewStage {
        pipeline: Pipeline,
        stage: Stage,
    },
    NewPipeline {
        pipeline: Pipeline,
        sort_order: i64,
    },
}

impl Place {
    pub(super) fn pipeline(&self) -> Option<&str> {
        match self {
            Self::Unsaid => None,
            Self::Known { pipeline, .. } => Some(pipeline),
            Self::NewStage { pipeline, .. } | Self::NewPipeline { pipeline, .. } => Some(&pipeline.name),
        }
    }

    pub(super) fn stage(&self) -> Option<&Stage> {
        match self {
            Self::Unsaid => None,
            Self::Known { stage, .. } => stage.as_ref(),
            Self::NewStage { stage, .. } => Some(stage),
            Self::NewPipeline { pipeline, .. } => pipeline.stages.first(),
        }
    }
}

impl Desk<'_, '_> {
    pub(super) async fn find_place(
        &mut self,
        pipeline: Option<&str>,
        stage: Option<&str>,
        probability: Option<i64>,
        outcome: Option<&'static str>,
    ) -> Done<Place> {
        if pipeline.is_none() && stage.is_none() {
            return Ok(Place::Unsaid);
        }
        let all = self.pipelines().await?;
        let stage = stage.map(|name| {
            INTERNAL.iter().find(|(internal, _)| *internal == name).map_or(name, |(_, label)| label)
        });
        let named = |pipeline: &Pipeline, name: &str| name_key(&pipeline.name) == name_key(name);
        let has_stage = |pipeline: &Pipeline| {
            stage.is_some_and(|stage| pipeline.stages.iter().any(|s| name_key(&s.name) == name_key(stage)))
        };
        let found = match pipeline {
            Some(name) => all.iter().find(|pipeline| named(pipeline, name)),
            None => all.iter().find(|p| has_stage(p)).or_else(|| all.iter().find(|p| named(p, IMPORTED))),
        };
        let Some(found) = found else {
            if !self.create_missing {
                let (field, name) =
                    pipeline.map_or(("stage", stage.unwrap_or_default()), |name| ("pipeline", name));
                return Err(unknown(field, name, field));
            }
            let stages = stage.map(|name| new_stage(name, 1, probability, outcome)).into_iter().collect();
            let name = pipeline.unwrap_or(IMPORTED).to_owned();
            let sort_order = i64::try_from(all.len()).unwrap_or_default() + 1;
            return Ok(Place::NewPipeline {
                pipeline: Pipeline { id: RecordId::new(), name, stages },
                sort_order,
            });
        };
        let Some(stage) = stage else {
            return Ok(Place::Known { pipeline: found.name.clone(), stage: None });
        };
        match found.stages.iter().find(|s| name_key(&s.name) == name_key(stage)) {
            Some(known) => Ok(Place::Known { pipeline: found.name.clone(), stage: Some(known.clone()) }),
            None if !self.create_missing => Err(unknown("stage", stage, "stage")),
            None => {
                let after = found.stages.iter().map(|s| s.sort_order).max().unwrap_or_default() + 1;
                Ok(Place::NewStage {
                    pipeline: found.clone(),
                    stage: new_stage(stage, after, probability, outcome),
                })
            }
        }
    }

    pub(super) async fn keep_place(&mut self, place: &Place) -> Done<()> {
        match place {
            Place::Unsaid | Place::Known { .. } => return Ok(()),
            Place::NewStage { pipeline, stage } => {
                pipelines::insert_stage(self.tx, self.workspace, pipeline.id, stage).await?;
            }
            Place::NewPipeline { pipeline, sort_order } => {
                pipelines::insert(self.tx, self.workspace, pipeline, *sort_order).await?;
            }
        }
        self.forget_pipelines();
        Ok(())
    }
}

/// The outcome is what the row says that deals in this stage are; otherwise the name of the stage tells.
fn new_stage(name: &str, sort_order: i64, probability: Option<i64>, outcome: Option<&'static str>) -> Stage {
    let stage_type = outcome.unwrap_or_else(|| stage_type(name));
    let probability = match stage_type {
        "won" => 100,
        "lost" => 0,
        _ => probability.unwrap_or(PROBABILITY_UNKNOWN),
    };
    Stage {
        id: RecordId::new(),
        name: name.to_owned(),
        stage_type: stage_type.to_owned(),
        sort_order,
        probability,
    }
}

/// By the first or the last word: `Closed Won`, `closedlost`, `Closed & Won`, `Lost to a competitor`, `Contract won`.
pub(super) fn stage_type(name: &str) -> &'static str {
    let key = name_key(name);
    let open = key.strip_prefix("closed").map_or(key.as_str(), str::trim_start);
    let mut words = open.split(' ');
    let (first, last) = (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
    let is = |known: &[&str]| known.contains(&first) || (known.contains(&last) && first != "not");
    if is(&["won", "signed", "accepted", "gewonnen"]) {
        "won"
    } else if is(&["lost", "declined", "rejected", "verloren"]) {
        "lost"
    } else {
        "open"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_won_and_lost_stages_apart() {
        for (name, kind) in [
            ("Closed Won", "won"),
            ("WON", "won"),
            ("closedwon", "won"),
            ("Closed won (Sales Pipeline)", "won"),
            ("Closed & Won", "won"),
            ("Contract won", "won"),
            ("Closed - Lost", "lost"),
            ("closedlost", "lost"),
            ("Lost to a competitor", "lost"),
            ("Not won", "open"),
            ("Proposal", "open"),
            ("Win back", "open"),
            ("Closed", "open"),
        ] {
            assert_eq!(stage_type(name), kind, "{name}");
        }
        assert_eq!(new_stage("Lost", 3, Some(40), None).probability, 0);
        assert_eq!(new_stage("Pitch", 3, Some(40), None).probability, 40);
        assert_eq!(new_stage("Dead", 3, Some(40), Some("lost")).stage_type, "lost");
    }
}
