//! The models: each is asked something tiny, and what comes back is said in plain words.

use lexi_models::{Cause, Model, ModelError, Probed, Protocol, Remote, RemoteConfig, probe};

use super::report::Report;
use crate::config::{Choice, ModelConfig};

pub(super) async fn check(models: &ModelConfig, offline: bool, report: &mut Report) {
    for (number, choice) in (1..).zip(models.choices()) {
        let name = choice.name();
        match choice {
            Choice::Builtin => report.fine("model", "the model builtin needs no network".to_owned()),
            Choice::Remote(_) if offline => {
                report.fine("model", format!("the model {name} was not asked (--offline)"))
            }
            Choice::Remote(config) => ask(number, config, report).await,
        }
    }
}

async fn ask(number: usize, config: &RemoteConfig, report: &mut Report) {
    let model = match Remote::new(config.clone()) {
        Ok(model) => model,
        Err(error) => return report.wrong("model", error.to_string()),
    };
    match probe(&model).await {
        Ok(probed) => answered(&model, probed, report),
        Err(error) => {
            let told = Setting { number, config };
            let mut says = format!("the model {}: {} ({error})", model.name(), told.meaning(error.cause));
            if error.cause == Cause::Address && works_with_version(config).await {
                says.push_str(&format!("; with /v1 at the end of {} it answers", told.name("base_url")));
            }
            report.wrong("model", says);
        }
    }
}

fn answered(model: &Remote, probed: Probed, report: &mut Report) {
    let says = format!("the model {} answers after {:.1} s", model.name(), probed.first.as_secs_f64());
    if probed.without_tools {
        let says =
            format!("{says}, but only without tools, and without them it can read no records: {TOOLS}");
        report.wrong("model", says);
    } else if probed.called {
        report.fine("model", format!("{says} and calls tools"));
    } else {
        let says = format!(
            "{says}, but did not call the tool that it was told to call: a model that calls no tools can read no records"
        );
        report.doubtful("model", says);
    }
}

const TOOLS: &str = "choose a model that calls tools, or let its server do so (vLLM: --enable-auto-tool-choice with a \
    --tool-call-parser, llama.cpp: --jinja)";

/// Some endpoints have their version behind a path that already holds one.
async fn works_with_version(config: &RemoteConfig) -> bool {
    let base = config.base_url.trim_end_matches('/');
    if base.ends_with("/v1") {
        return false;
    }
    let other = RemoteConfig { base_url: format!("{base}/v1"), ..config.clone() };
    match Remote::new(other) {
        Ok(model) => match probe(&model).await {
            Ok(_) => true,
            Err(ModelError { cause, .. }) => !matches!(cause, Cause::Address | Cause::Unreachable),
        },
        Err(_) => false,
    }
}

/// Which settings a model has.
struct Setting<'a> {
    number: usize,
    config: &'a RemoteConfig,
}

impl Setting<'_> {
    fn name(&self, of: &str) -> String {
        let place = if self.number == 1 { String::new() } else { format!("_{}", self.number) };
        let of = if of.is_empty() { String::new() } else { format!("_{of}") };
        format!("model{place}{of}")
    }

    /// What a failure means to whoever has set it up.
    fn meaning(&self, cause: Cause) -> String {
        let (name, base_url, api_key) = (self.name(""), self.name("base_url"), self.name("api_key"));
        match cause {
            Cause::Unreachable => {
                format!("nothing answers there: start its server, or correct the host and port of {base_url}")
            }
            Cause::Tls => format!(
                "its certificate is not accepted: it is self-signed, expired, for another host, or the clock is wrong; \
                 or it speaks no TLS, then {base_url} begins with http://"
            ),
            Cause::Key if self.config.api_key.is_none() => {
                format!("it wants a key: set LEXI_{}", api_key.to_uppercase())
            }
            Cause::Key => format!("it does not take the key: check {api_key}, and what the key may use"),
            Cause::NoSuchModel => {
                format!(
                    "it knows no model {:?}: check {name} against what its provider offers",
                    self.config.name
                )
            }
            Cause::Address => format!("what answers there is no model: check {base_url}{}", self.hint()),
            Cause::NoTools => {
                format!("it cannot call tools, and without them it can read no records: {TOOLS}")
            }
            Cause::TooLong => "a tiny question is too long for it already: give it more context".to_owned(),
            Cause::Spent => "the account with its provider is used up".to_owned(),
            Cause::Busy => {
                "it takes no more requests at the moment: its provider's limit is reached".to_owned()
            }
            Cause::Timeout => "it does not answer in time: see model_first_token_timeout_s".to_owned(),
            Cause::Overloaded => "its server fails".to_owned(),
            Cause::Rejected => format!("it refuses the request: check {} and {name}", self.name("body")),
            Cause::Broken => "its answer is not what the protocol says".to_owned(),
            Cause::Declined => "it would not answer".to_owned(),
            Cause::Empty => "it gave an empty answer".to_owned(),
        }
    }

    fn hint(&self) -> &'static str {
        if self.config.base_url.contains("googleapis.com") {
            "; Gemini's compatible endpoint ends in /v1beta/openai"
        } else if self.config.protocol == Protocol::OpenAi && self.config.base_url.contains("anthropic.com") {
            "; for Anthropic's own protocol write anthropic:NAME"
        } else {
            ""
        }
    }
}
