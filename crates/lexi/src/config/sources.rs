//! Where values come from, before they mean anything.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context, bail};

/// Variables of the environment that are not settings of the server.
const OTHER_VARIABLES: &[&str] = &["LEXI_CONFIG", "LEXI_URL", "LEXI_KEY"];

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file [default: lexi.toml, where there is one]
    #[arg(long, env = "LEXI_CONFIG", value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDRESS", global = true)]
    pub(crate) listen: Option<String>,
    /// The database, sqlite:PATH [default: sqlite:lexi-data/lexi.db]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) database: Option<String>,
    /// The model: builtin, openai:NAME or anthropic:NAME [default: builtin]
    #[arg(long, value_name = "MODEL", global = true)]
    pub(crate) model: Option<String>,
    /// The endpoint of the model, with or without /v1 [default: the vendor's]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) model_base_url: Option<String>,
    /// Any other setting of lexi.example.toml, for example --set keep_alive_s=30
    #[arg(long = "set", value_name = "NAME=VALUE", global = true)]
    pub(crate) set: Vec<String>,
}

/// What Kubernetes sets in every container beside a service called `lexi`.
const OTHER_PREFIXES: &[&str] = &["LEXI_PORT", "LEXI_SERVICE_"];

/// Values by name, with where each came from; and the names that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    values: BTreeMap<String, (String, String)>,
    known: Vec<&'static str>,
}

impl Sources {
    pub(crate) fn gather(args: &ConfigArgs) -> anyhow::Result<Self> {
        let mut sources = Self::default();
        let default_file = PathBuf::from("lexi.toml");
        let file = args.config.clone().or_else(|| default_file.exists().then_some(default_file));
        if let Some(path) = file {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read the configuration file {}", path.display()))?;
            let parsed = Self::from_toml(&text).with_context(|| format!("in {}", path.display()))?;
            sources.values.extend(parsed.values);
        }
        for (variable, value) in std::env::vars() {
            if let Some(name) = variable.strip_prefix("LEXI_")
                && !OTHER_VARIABLES.contains(&variable.as_str())
                && !OTHER_PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
            {
                sources.put(&name.to_lowercase(), value, &variable);
            }
        }
        let flags = [
            ("listen", &args.listen),
            ("database", &args.database),
            ("model", &args.model),
            ("model_base_url", &args.model_base_url),
        ];
        for (name, value) in flags {
            if let Some(value) = value {
                sources.put(name, value.clone(), &format!("--{}", name.replace('_', "-")));
            }
        }
        for pair in &args.set {
            let Some((name, value)) = pair.split_once('=') else {
                bail!("--set takes NAME=VALUE, for example --set keep_alive_s=30");
            };
            sources.put(name.trim(), value.trim().to_owned(), "--set");
        }
        Ok(sources)
    }

    pub(crate) fn from_toml(text: &str) -> anyhow::Result<Self> {
        let mut sources = Self::default();
        let table: toml::Table = text.parse().context("it is not valid TOML")?;
        for (name, value) in table {
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(flag) => flag.to_string(),
                _ => bail!("{name} must be a text, a whole number or true/false; there are no sections"),
            };
            sources.put(&name, text, "the configuration file");
        }
        Ok(sources)
    }

    #[cfg(test)]
    pub(crate) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        let mut sources = Self::default();
        for (name, value) in pairs {
            sources.put(name, (*value).to_owned(), "a test");
        }
        sources
    }

    fn put(&mut self, name: &str, value: String, origin: &str) {
        self.values.insert(name.to_owned(), (value, origin.to_owned()));
    }

    #[cfg(test)]
    pub(crate) fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// A setting's text where it is given.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.values.remove(name).map(|(value, _)| value).filter(|value| !value.is_empty())
    }

    /// A setting, or its default; `expected` completes "… must be".
    pub(crate) fn parse<T>(&mut self, name: &'static str, default: T, expected: &str) -> anyhow::Result<T>
    where
        T: FromStr,
    {
        self.known.push(name);
        let given = self.values.remove(name).filter(|(value, _)| !value.trim().is_empty());
        let Some((value, origin)) = given else { return Ok(default) };
        value
            .trim()
            .parse()
            .map_err(|_| anyhow::anyhow!("{name} must be {expected}, not `{value}` (from {origin})"))
    }

    /// A whole number within bounds.
    pub(crate) fn number<T>(&mut self, name: &'static str, default: T, least: T, most: T) -> anyhow::Result<T>
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        let expected = format!("a whole number from {least} to {most}");
        let number = self.parse(name, default, &expected)?;
        if number < least || number > most {
            bail!("{name} must be {expected}, not {number}");
        }
        Ok(number)
    }

    /// Nothing may be left over.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let Some((name, (_, origin))) = self.values.into_iter().next() else { return Ok(()) };
        let near = self
            .known
            .iter()
            .max_by(|a, b| strsim::jaro_winkler(a, &name).total_cmp(&strsim::jaro_winkler(b, &name)));
        bail!(
            "there is no setting `{name}` (from {origin}); did you mean `{}`? lexi.example.toml names them all",
            near.copied().unwrap_or_default()
        )
    }
}
