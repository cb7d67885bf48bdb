//! Which models answer: the first, and those that stand in for it, each with its own address, key and price.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use lexi_assistant::Price;
use lexi_models::{Builtin, Chain, Model, Patience, Protocol, Remote, RemoteConfig};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::Sources;

/// The names of the settings of one model.
struct Names {
    model: &'static str,
    base_url: &'static str,
    api_key: &'static str,
    headers: &'static str,
    body: &'static str,
    price: &'static str,
}

/// Flat names, so that each works in the file, as a variable and as a flag.
const PLACES: [Names; 4] = [
    Names {
        model: "model",
        base_url: "model_base_url",
        api_key: "model_api_key",
        headers: "model_headers",
        body: "model_body",
        price: "model_price",
    },
    Names {
        model: "model_2",
        base_url: "model_2_base_url",
        api_key: "model_2_api_key",
        headers: "model_2_headers",
        body: "model_2_body",
        price: "model_2_price",
    },
    Names {
        model: "model_3",
        base_url: "model_3_base_url",
        api_key: "model_3_api_key",
        headers: "model_3_headers",
        body: "model_3_body",
        price: "model_3_price",
    },
    Names {
        model: "model_4",
        base_url: "model_4_base_url",
        api_key: "model_4_api_key",
        headers: "model_4_headers",
        body: "model_4_body",
        price: "model_4_price",
    },
];

#[derive(Debug)]
pub(crate) struct ModelConfig {
    choices: Vec<Choice>,
    prices: BTreeMap<String, Price>,
    patience: Patience,
}

/// One model, checked.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    Builtin,
    Remote(Box<RemoteConfig>),
}

struct Waits {
    connect: Duration,
    first_token: Duration,
    read: Duration,
}

impl ModelConfig {
    pub(super) fn take(sources: &mut Sources) -> anyhow::Result<Self> {
        let seconds = Duration::from_secs;
        let waits = Waits {
            connect: seconds(sources.number("model_connect_timeout_s", 5, 1, 600)?),
            first_token: seconds(sources.number("model_first_token_timeout_s", 60, 1, 3600)?),
            read: seconds(sources.number("model_read_timeout_s", 30, 1, 3600)?),
        };
        let default = Patience::default();
        let patience = Patience {
            attempts_max: sources.number("model_attempts_max", default.attempts_max, 1, 10)?,
            retry_after_max: seconds(sources.number(
                "model_retry_after_max_s",
                default.retry_after_max.as_secs(),
                0,
                600,
            )?),
            ..default
        };
        let (mut choices, mut prices) = (Vec::new(), BTreeMap::new());
        for (at, names) in PLACES.iter().enumerate() {
            let place = Place::take(sources, names, &waits, at == 0)?;
            let Some((mut choice, price)) = place else { continue };
            if choices.iter().any(|before| matches!(before, Choice::Builtin)) {
                bail!(
                    "{} is never asked: builtin always answers, so it can only be the last model",
                    names.model
                );
            }
            if choices.iter().any(|before: &Choice| before.name() == choice.name()) {
                choice.tell_apart(at);
            }
            if let Some(price) = price {
                prices.insert(choice.name(), price);
            }
            choices.push(choice);
        }
        Ok(Self { choices, prices, patience })
    }

    /// In the order in which they are asked.
    pub(crate) fn choices(&self) -> &[Choice] {
        &self.choices
    }

    pub(crate) fn prices(&self) -> &BTreeMap<String, Price> {
        &self.prices
    }

    pub(crate) fn build(&self) -> anyhow::Result<Arc<dyn Model>> {
        let models = self.choices.iter().map(Choice::build).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Arc::new(Chain::new(models, self.patience)))
    }
}

impl Choice {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Builtin => "builtin".to_owned(),
            Self::Remote(config) => config.label(),
        }
    }

    /// The same model in another place has a name of its own in logs, metrics and bills: `openai:NAME#2`.
    fn tell_apart(&mut self, at: usize) {
        if let Self::Remote(config) = self {
            config.place = u8::try_from(at + 1).ok();
        }
    }

    pub(crate) fn build(&self) -> anyhow::Result<Arc<dyn Model>> {
        Ok(match self {
            Self::Builtin => Arc::new(Builtin::default()),
            Self::Remote(config) => Arc::new(Remote::new(RemoteConfig::clone(config))?),
        })
    }
}

/// The settings of one model, before they mean anything.
struct Place<'a> {
    names: &'a Names,
    base_url: Option<String>,
    api_key: Option<String>,
    headers: Option<String>,
    body: Option<String>,
    price: Option<String>,
}

impl<'a> Place<'a> {
    /// `None` where no model stands in this place.
    fn take(
        sources: &mut Sources,
        names: &'a Names,
        waits: &Waits,
        first: bool,
    ) -> anyhow::Result<Option<(Choice, Option<Price>)>> {
        let name = sources.text(names.model).or_else(|| first.then(|| "builtin".to_owned()));
        let place = Self {
            names,
            base_url: sources.text(names.base_url),
            api_key: sources.text(names.api_key),
            headers: sources.text(names.headers),
            body: sources.text(names.body),
            price: sources.text(names.price),
        };
        let Some(name) = name else {
            if let Some(given) = place.given() {
                bail!("{given} is set, but {} names no model for it", names.model);
            }
            return Ok(None);
        };
        let price = match &place.price {
            Some(text) => Some(text.parse().map_err(|error| anyhow::anyhow!("{}: {error}", names.price))?),
            None => None,
        };
        Ok(Some((place.choice(&name, waits)?, price)))
    }

    /// One of the settings beside the name that is set.
    fn given(&self) -> Option<&'static str> {
        let all = [
            (self.names.base_url, &self.base_url),
            (self.names.api_key, &self.api_key),
            (self.names.headers, &self.headers),
            (self.names.body, &self.body),
            (self.names.price, &self.price),
        ];
        all.into_iter().find(|(_, value)| value.is_some()).map(|(name, _)| name)
    }

    fn choice(&self, name: &str, waits: &Waits) -> anyhow::Result<Choice> {
        let (protocol, model) = match name.split_once(':') {
            None if name == "builtin" => return Ok(Choice::Builtin),
            Some(("openai", model)) if !model.is_empty() => (Protocol::OpenAi, model),
            Some(("anthropic", model)) if !model.is_empty() => (Protocol::Anthropic, model),
            _ => bail!(
                "{} must be builtin, openai:NAME or anthropic:NAME, not `{name}`; openai is any endpoint that speaks chat completions",
                self.names.model
            ),
        };
        let mut config = RemoteConfig::new(protocol, model);
        if let Some(base_url) = &self.base_url {
            config.base_url.clone_from(base_url);
        }
        config.api_key = self.api_key.clone().map(SecretString::from);
        config.connect_timeout = waits.connect;
        config.first_token_timeout = waits.first_token;
        config.read_timeout = waits.read;
        config.headers = self
            .headers
            .as_deref()
            .map(|text| headers(text, self.names.headers))
            .transpose()?
            .unwrap_or_default();
        config.body =
            self.body.as_deref().map(|text| body(text, self.names.body)).transpose()?.unwrap_or_default();
        // What is wrong with it is said at the start, not at the first question.
        Remote::new(config.clone()).with_context(|| format!("{} {name}", self.names.model))?;
        Ok(Choice::Remote(Box::new(config)))
    }
}

/// `Name: value`, a line each, or apart by ` | `.
fn headers(text: &str, setting: &str) -> anyhow::Result<Vec<(String, SecretString)>> {
    let lines = text.split(['\n', '|']).map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line
                .split_once(':')
                .with_context(|| format!("{setting} takes `Name: value`, several apart by ` | `"))?;
            Ok((name.trim().to_owned(), SecretString::from(value.trim())))
        })
        .collect()
}

/// Fields that Lexi fills in itself cannot be taken from it.
const OWN_FIELDS: &[&str] = &["model", "messages", "stream", "system", "tools"];

fn body(text: &str, setting: &str) -> anyhow::Result<Map<String, Value>> {
    let fields: Map<String, Value> = serde_json::from_str(text)
        .with_context(|| format!("{setting} must be a JSON object, for example {{\"temperature\": 0}}"))?;
    if let Some(own) = OWN_FIELDS.iter().find(|field| fields.contains_key(**field)) {
        bail!("{setting} cannot set `{own}`: Lexi fills it in");
    }
    Ok(fields)
}
