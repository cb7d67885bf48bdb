//! Which model answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use lexi_models::{Builtin, Model, OpenAi, OpenAiConfig};
use secrecy::SecretString;

use super::Sources;

#[derive(Debug)]
pub(crate) struct ModelConfig {
    choice: Choice,
    base_url: Option<String>,
    api_key: Option<SecretString>,
    connect_timeout: Duration,
    first_token_timeout: Duration,
    read_timeout: Duration,
}

#[derive(Debug)]
enum Choice {
    Builtin,
    OpenAi(String),
}

impl ModelConfig {
    pub(super) fn take(sources: &mut Sources) -> anyhow::Result<Self> {
        let name = sources.text("model").unwrap_or_else(|| "builtin".to_owned());
        let choice = match name.split_once(':') {
            None if name == "builtin" => Choice::Builtin,
            Some(("openai", model)) if !model.is_empty() => Choice::OpenAi(model.to_owned()),
            Some(("anthropic", _)) => {
                bail!("model: anthropic models are not supported by this version; use builtin or openai:NAME")
            }
            _ => bail!("model must be builtin or openai:NAME, not `{name}`"),
        };
        let seconds = Duration::from_secs;
        Ok(Self {
            choice,
            base_url: sources.text("model_base_url"),
            api_key: sources.text("model_api_key").map(SecretString::from),
            connect_timeout: seconds(sources.number("model_connect_timeout_s", 5, 1, 600)?),
            first_token_timeout: seconds(sources.number("model_first_token_timeout_s", 60, 1, 3600)?),
            read_timeout: seconds(sources.number("model_read_timeout_s", 30, 1, 3600)?),
        })
    }

    pub(crate) fn name(&self) -> String {
        match &self.choice {
            Choice::Builtin => "builtin".to_owned(),
            Choice::OpenAi(model) => format!("openai:{model}"),
        }
    }

    pub(crate) fn build(&self) -> anyhow::Result<Arc<dyn Model>> {
        let Choice::OpenAi(model) = &self.choice else { return Ok(Arc::new(Builtin::default())) };
        let mut config = OpenAiConfig::new(model.clone());
        if let Some(base_url) = &self.base_url {
            config.base_url.clone_from(base_url);
        }
        config.api_key.clone_from(&self.api_key);
        config.connect_timeout = self.connect_timeout;
        config.first_token_timeout = self.first_token_timeout;
        config.read_timeout = self.read_timeout;
        Ok(Arc::new(OpenAi::new(config)?))
    }
}
