//! What is counted of runs, for whoever watches the server. Labels are few and known before: an outcome, a tool that
//! exists, a configured model. No tenant's name, no key and no id ever becomes one.

use std::time::Duration;

use lexi_crm::Crm;
use lexi_models::Health;
use lexi_store::approvals::TaskStatus;
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::work::Work;

/// A tool that there is not has no name here: the model may make up as many as it likes.
const UNKNOWN_TOOL: &str = "unknown";

const RUN_SECONDS: [f64; 13] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToolLabels {
    tool: &'static str,
    is_error: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    model: String,
    r#type: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModelLabels {
    model: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AttemptLabels {
    model: String,
    outcome: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TaskLabels {
    status: &'static str,
}

#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    runs: Family<RunLabels, Counter>,
    run_seconds: Histogram,
    runs_active: Gauge,
    streams_open: Gauge,
    credits_charged: Counter,
    tool_calls: Family<ToolLabels, Counter>,
    model_tokens: Family<TokenLabels, Counter>,
    model_cost: Family<ModelLabels, Counter>,
    model_attempts: Family<AttemptLabels, Counter>,
    models_left_out: Family<ModelLabels, Gauge>,
    tasks: Family<TaskLabels, Counter>,
    figures: Counter,
    unsupported_figures: Counter,
    unsupported_links: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            runs: Family::default(),
            run_seconds: Histogram::new(RUN_SECONDS),
            runs_active: Gauge::default(),
            streams_open: Gauge::default(),
            credits_charged: Counter::default(),
            tool_calls: Family::default(),
            model_tokens: Family::default(),
            model_cost: Family::default(),
            model_attempts: Family::default(),
            models_left_out: Family::default(),
            tasks: Family::default(),
            figures: Counter::default(),
            unsupported_figures: Counter::default(),
            unsupported_links: Counter::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    /// Counters are written with `_total` behind their names.
    fn register(&mut self) {
        let of = &mut self.registry;
        of.register("lexi_runs", "Runs that ended, by how", self.runs.clone());
        of.register("lexi_run_seconds", "From the admission of a run to its end", self.run_seconds.clone());
        of.register("lexi_runs_active", "Runs under way", self.runs_active.clone());
        of.register(
            "lexi_streams_open",
            "Streams open, of the runs and of those who read them",
            self.streams_open.clone(),
        );
        of.register("lexi_credits_charged", "Credits charged", self.credits_charged.clone());
        of.register("lexi_tool_calls", "Tool calls that ran", self.tool_calls.clone());
        of.register(
            "lexi_model_tokens",
            "Tokens as the provider counts them; cached ones are a part of the input",
            self.model_tokens.clone(),
        );
        of.register(
            "lexi_model_cost_micro_usd",
            "What the provider takes, in millionths of a US dollar, where the price is known",
            self.model_cost.clone(),
        );
        of.register("lexi_model_attempts", "Calls of models, by how they ended", self.model_attempts.clone());
        of.register(
            "lexi_model_left_out",
            "1 while a model has failed so often that it is not asked",
            self.models_left_out.clone(),
        );
        of.register("lexi_tasks", "Tasks that came to a status, from pending on", self.tasks.clone());
        of.register("lexi_figures", "Figures in answers", self.figures.clone());
        of.register(
            "lexi_unsupported_figures",
            "Figures in answers that nothing supports",
            self.unsupported_figures.clone(),
        );
        of.register(
            "lexi_unsupported_links",
            "Links in answers that nothing supports",
            self.unsupported_links.clone(),
        );
    }

    /// One call of a model. Both labels are to be words of a short list.
    pub fn model_attempt(&self, model: &str, outcome: &str) {
        let labels = AttemptLabels { model: model.to_owned(), outcome: outcome.to_owned() };
        self.model_attempts.get_or_create(&labels).inc();
    }

    /// Tasks have come to a status.
    pub(crate) fn tasks(&self, status: TaskStatus, count: u64) {
        self.tasks.get_or_create(&TaskLabels { status: status.as_str() }).inc_by(count);
    }

    /// What a run did, whatever became of it: its models and tools ran.
    pub(crate) fn worked(&self, work: &Work, crm: &Crm) {
        for call in work.calls() {
            let tool = crm.tool_name(&call.tool).unwrap_or(UNKNOWN_TOOL);
            self.tool_calls.get_or_create(&ToolLabels { tool, is_error: call.is_error }).inc();
        }
        for used in &work.models {
            let usage = &used.usage;
            for (r#type, count) in [
                ("input", usage.input_tokens),
                ("output", usage.output_tokens),
                ("cached", usage.cached_tokens),
            ] {
                let labels = TokenLabels { model: used.model.clone(), r#type };
                self.model_tokens.get_or_create(&labels).inc_by(count);
            }
            if let Some(cost) = used.cost_micros.and_then(|cost| u64::try_from(cost).ok()) {
                self.model_cost.get_or_create(&ModelLabels { model: used.model.clone() }).inc_by(cost);
            }
        }
        if work.proposed > 0 {
            self.tasks(TaskStatus::Pending, work.proposed);
        }
        self.figures.inc_by(work.grounding.figures);
        self.unsupported_figures.inc_by(work.unsupported_figures());
        self.unsupported_links.inc_by(work.unsupported_links());
    }

    pub(crate) fn ended(&self, outcome: &'static str, after: Duration, charged: i64) {
        self.runs.get_or_create(&RunLabels { outcome }).inc();
        self.run_seconds.observe(after.as_secs_f64());
        self.credits_charged.inc_by(u64::try_from(charged).unwrap_or(0));
    }

    /// Everything, in the text format of Prometheus, with the gauges as they stand now.
    pub(crate) fn text(&self, runs_active: usize, streams_open: usize, models: Vec<Health>) -> String {
        for model in models {
            let labels = ModelLabels { model: model.model };
            self.models_left_out.get_or_create(&labels).set(i64::from(model.skipped));
        }
        self.runs_active.set(i64::try_from(runs_active).unwrap_or(i64::MAX));
        self.streams_open.set(i64::try_from(streams_open).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _infallible = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}
