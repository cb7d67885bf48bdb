//! Configuration: `lexi.toml`, then `LEXI_*` variables, then flags, each over the one before. Every setting has one name:
//! `keep_alive_s` in the file is `LEXI_KEEP_ALIVE_S` in the environment and `--set keep_alive_s=…` on the command line.
//! A name that does not exist is an error, because a misspelt limit is no limit.

mod limits;
mod model;
mod server;
mod sources;

pub(crate) use model::ModelConfig;
pub(crate) use server::ServerConfig;
pub(crate) use sources::{ConfigArgs, Sources};

use lexi_api::ApiSettings;
use lexi_assistant::Settings;

/// Everything that can be configured, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) server: ServerConfig,
    pub(crate) model: ModelConfig,
    pub(crate) assistant: Settings,
    pub(crate) api: ApiSettings,
}

impl Config {
    pub(crate) fn load(args: &ConfigArgs) -> anyhow::Result<Self> {
        Self::from_sources(Sources::gather(args)?)
    }

    pub(crate) fn from_sources(mut sources: Sources) -> anyhow::Result<Self> {
        let config = Self {
            server: ServerConfig::take(&mut sources)?,
            model: ModelConfig::take(&mut sources)?,
            assistant: limits::assistant(&mut sources)?,
            api: limits::api(&mut sources)?,
        };
        sources.finish()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(message(&[("on_disconnect", "stop")]).contains("cancel"));
        assert!(message(&[("drain_s", "-1")]).contains("drain_s"));
        assert!(message(&[("streams_per_key_max", "0")]).contains("streams_per_key_max"));
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
            .filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            .collect();
        let mut sources = Sources::from_pairs(&[]);
        let _config = ServerConfig::take(&mut sources)
            .and_then(|_| ModelConfig::take(&mut sources))
            .and_then(|_| limits::assistant(&mut sources))
            .and_then(|_| limits::api(&mut sources))
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
            .filter(|line| !line.starts_with("model_api_key") && !line.starts_with("model_base_url"))
            .fold(String::new(), |text, line| text + line + "\n");
        let example = Config::from_sources(Sources::from_toml(&uncommented).unwrap()).unwrap();
        let default = config(&[]).unwrap();
        assert_eq!(format!("{example:?}"), format!("{default:?}"));
    }
}
