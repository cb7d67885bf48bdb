//! Where the server listens, where its data is, how it ends, how it logs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;

use super::Sources;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Database {
    path: PathBuf,
}

impl Database {
    pub(crate) fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::sqlite(path)),
            Some(("postgres" | "postgresql", _)) => {
                bail!(
                    "database: this version stores in SQLite only; write sqlite:PATH, for example sqlite:lexi-data/lexi.db"
                )
            }
            _ => bail!("database must be sqlite:PATH, for example sqlite:lexi-data/lexi.db"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[derive(Debug)]
pub(crate) struct ServerConfig {
    pub(crate) listen: SocketAddr,
    pub(crate) database: Database,
    /// How long a write waits for another program's lock on the database.
    pub(crate) database_busy_timeout: Duration,
    /// Read-only connections beside the writer.
    pub(crate) database_readers: usize,
    /// How long running answers may take to finish at shutdown.
    pub(crate) drain: Duration,
    /// How long a client may take to send its request head, and a connection may wait for its next request.
    pub(crate) header_timeout: Duration,
    /// How long a client may take no bytes before its connection is given up.
    pub(crate) write_timeout: Duration,
    /// A filter as `tracing` reads it: `info`, `lexi_assistant=debug,info`.
    pub(crate) log: String,
    pub(crate) log_json: bool,
}

impl ServerConfig {
    pub(super) fn take(sources: &mut Sources) -> anyhow::Result<Self> {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8787));
        let seconds = Duration::from_secs;
        Ok(Self {
            listen: sources.parse("listen", listen, "an address with a port, for example 127.0.0.1:8787")?,
            database: Database::parse(
                &sources.text("database").unwrap_or_else(|| "sqlite:lexi-data/lexi.db".to_owned()),
            )?,
            database_busy_timeout: seconds(sources.number("database_busy_timeout_s", 5, 0, 600)?),
            database_readers: sources.number("database_readers", 4, 1, 64)?,
            drain: seconds(sources.number("drain_s", 30, 0, 3600)?),
            header_timeout: seconds(sources.number("header_timeout_s", 75, 1, 3600)?),
            write_timeout: seconds(sources.number("write_timeout_s", 60, 1, 3600)?),
            log: sources.text("log").unwrap_or_else(|| "info".to_owned()),
            log_json: match sources.text("log_format").as_deref() {
                None | Some("text") => false,
                Some("json") => true,
                Some(_) => bail!("log_format must be text or json"),
            },
        })
    }
}
