//! Configuration: `lexi.toml`, then `LEXI_*` variables, then flags, each over the one before. Every setting has one name:
//! `keep_alive_s` in the file is `LEXI_KEEP_ALIVE_S` in the environment and `--set keep_alive_s=…` on the command line.
//! A name that does not exist is an error, because a misspelt limit is no limit.

mod limits;
mod model;
mod server;
mod sources;
mod webhooks;

pub(crate) use model::{Choice, ModelConfig};
pub(crate) use server::ServerConfig;
pub(crate) use sources::{ConfigArgs, Sources};
pub(crate) use webhooks::WebhookConfig;

use lexi_api::ApiSettings;
use lexi_assistant::Settings;

/// Everything that can be configured, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) server: ServerConfig,
    pub(crate) model: ModelConfig,
    pub(crate) assistant: Settings,
    pub(crate) api: ApiSettings,
    pub(crate) webhooks: WebhookConfig,
}

impl Config {
    pub(crate) fn load(args: &ConfigArgs) -> anyhow::Result<Self> {
        Self::from_sources(Sources::gather(args)?)
    }

    pub(crate) fn from_sources(mut sources: Sources) -> anyhow::Result<Self> {
        let mut config = Self {
            server: ServerConfig::take(&mut sources)?,
            model: ModelConfig::take(&mut sources)?,
            assistant: limits::assistant(&mut sources)?,
            api: limits::api(&mut sources)?,
            webhooks: WebhookConfig::take(&mut sources)?,
        };
        config.assistant.prices.clone_from(config.model.prices());
        config.api.webhook_http = config.webhooks.http;
        sources.finish()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has no default of its own, but an example.
    const OF_SOME_MODELS: &[&str] = &[
        "model_api_key",
        "model_base_url",
        "model_headers",
        "model_body",
        "model_price",
        "model_2",
        "model_3",
        "model_4",
    ];

    fn config(pairs: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::from_sources(Sources::from_pairs(pairs))
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let config = config(&[]).unwrap();
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8787");
        assert_eq!(config.server.database.path().to_str(), Some("lexi-data/lexi.db"));
        assert_eq!(config.assistant.credits_per_run_max, 5);
        assert_eq!(config.api.keep_alive.as_secs(), 15);
    }

    #[test]
    fn a_wrong_value_or_name_says_which_and_what_to_do() {
        let message = |pairs: &[(&str, &str)]| format!("{:#}", config(pairs).unwrap_err());
        assert!(message(&[("keepalive_s", "15")]).contains("keep_alive_s"));
        assert!(message(&[("listen", "nowhere")]).contains("127.0.0.1:8787"));
        assert!(message(&[("database", "mysql://x")]).contains("sqlite:"));
        assert!(message(&[("model", "gpt")]).contains("openai:NAME"));
        assert!(message(&[("model_2", "anthropic:")]).contains("model_2 must be"));
        assert!(message(&[("model_2", "openai:m")]).contains("builtin always answers"));
        assert!(message(&[("model_3_api_key", "x")]).contains("model_3 names no model"));
        let with = |name, value| message(&[("model", "openai:m"), (name, value)]);
        assert!(with("model_price", "cheap").contains("per million tokens"));
        assert!(with("model_body", "[]").contains("JSON object"));
        assert!(with("model_body", "{\"messages\": []}").contains("`messages`"));
        assert!(with("model_headers", "x-title").contains("Name: value"));
        assert!(with("model_headers", "x title: y").contains("x title"));
        assert!(with("model_base_url", "localhost:1").contains("http"));
        assert!(message(&[("on_disconnect", "stop")]).contains("cancel"));
        assert!(message(&[("webhook_http", "yes")]).contains("true or false"));
        assert!(message(&[("drain_s", "-1")]).contains("drain_s"));
        assert!(message(&[("streams_per_key_max", "0")]).contains("streams_per_key_max"));
    }

    #[test]
    fn several_models_stand_in_for_each_other_in_order() {
        let config = config(&[
            ("model", "anthropic:claude"),
            ("model_api_key", "sk"),
            ("model_price", "input 3, cached 0.3, output 15"),
            ("model_2", "openai:local"),
            ("model_2_base_url", "http://127.0.0.1:11434"),
            ("model_2_headers", "X-Title: Lexi | x-trace: a:b"),
            ("model_2_body", "{\"temperature\": 0}"),
            ("model_4", "builtin"),
        ]);
        let config = config.unwrap();
        let names: Vec<_> = config.model.choices().iter().map(Choice::name).collect();
        assert_eq!(names, ["anthropic:claude", "openai:local", "builtin"]);
        assert_eq!(config.assistant.prices.keys().collect::<Vec<_>>(), ["anthropic:claude"]);
        assert_eq!(config.model.build().unwrap().health().len(), 3);
        let debug = format!("{config:?}");
        assert!(!debug.contains("sk\"") && !debug.contains("a:b"), "{debug}");
    }

    #[test]
    fn one_model_in_two_places_has_two_names() {
        let pairs =
            [("model", "openai:m"), ("model_2", "openai:m"), ("model_2_base_url", "http://127.0.0.1:1")];
        let config = config(&pairs).unwrap();
        let names: Vec<_> = config.model.choices().iter().map(Choice::name).collect();
        assert_eq!(names, ["openai:m", "openai:m#2"]);
    }

    /// The example file names every setting with its default, so that copying it changes nothing.
    #[test]
    fn the_example_file_is_complete_and_true() {
        let text = include_str!("../../../../lexi.example.toml");
        let named: std::collections::BTreeSet<String> = text
            .lines()
            .filter_map(|line| {
                line.trim_start_matches("# ").split_once(" = ").map(|(name, _)| name.to_owned())
            })
            .filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
            .collect();
        let mut sources = Sources::from_pairs(&[]);
        let _config = ServerConfig::take(&mut sources)
            .and_then(|_| ModelConfig::take(&mut sources))
            .and_then(|_| limits::assistant(&mut sources))
            .and_then(|_| limits::api(&mut sources))
            .and_then(|_| WebhookConfig::take(&mut sources))
            .unwrap();
        let known: std::collections::BTreeSet<String> =
            sources.known().iter().map(|s| (*s).to_owned()).collect();
        assert_eq!(named, known);
        let uncommented: String = text
            .lines()
            .map(|line| {
                line.strip_prefix("# ")
                    .filter(|rest| rest.contains(" = ") && !rest.contains("LEXI"))
                    .unwrap_or(line)
            })
            .filter(|line| !OF_SOME_MODELS.iter().any(|name| line.starts_with(name)))
            .fold(String::new(), |text, line| text + line + "\n");
        let example = Config::from_sources(Sources::from_toml(&uncommented).unwrap()).unwrap();
        let default = config(&[]).unwrap();
        assert_eq!(format!("{example:?}"), format!("{default:?}"));
    }
}
