//! Logs: one line an event, to standard error, never with keys or message text.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::ServerConfig;

pub(crate) fn init(config: &ServerConfig) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(&config.log).map_err(|error| anyhow::anyhow!("log is not a filter: {error}"))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = if config.log_json { logs.json().try_init() } else { logs.try_init() };
    started.map_err(|error| anyhow::anyhow!("logging cannot start: {error}"))
}
