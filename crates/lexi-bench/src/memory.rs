//! What the server needs when it idles, and for each stream that is open and silent: the client's connection, the run, and
//! the connection to the model that has not said a word yet.

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::Response;
use hyper::body::Incoming;
use lexi_testkit::ModelServer;

use crate::connection::Connection;
use crate::server::Server;

/// Longer than this takes, shorter than the server waits for a first token.
const SILENT: &str = r#"{"message": "{\"first_delay_ms\": 50000}"}"#;
const SILENT_WITHOUT_TOOLS: &str = r#"{"message": "{\"first_delay_ms\": 50000}", "allow_tools": false}"#;
const SHORT: &str = r#"{"message": "{\"words\": 3}"}"#;
const WARM_UP: u64 = 50;
/// At once; more would only wait for each other.
const OPENING: usize = 32;
const SETTLE: Duration = Duration::from_millis(1000);
const OPEN_WAIT: Duration = Duration::from_secs(30);
/// Connections of this process's own: standard streams, databases, what is left of the last part.
const FILES_SPARE: usize = 100;

#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) idle: f64,
    /// After a few chats, nothing open.
    pub(crate) used: f64,
    pub(crate) streams: usize,
    pub(crate) with_streams: f64,
}

impl Memory {
    pub(crate) fn per_stream(&self) -> f64 {
        (self.with_streams - self.used) / self.streams.max(1) as f64
    }
}

pub(crate) async fn measure(
    binary: &Path,
    folder: &Path,
    streams: usize,
    tools: bool,
) -> anyhow::Result<Memory> {
    let silent = if tools { SILENT } else { SILENT_WITHOUT_TOOLS };
    let streams = streams.min(affordable());
    let model = ModelServer::start();
    let settings = [
        "model=openai:scripted".to_owned(),
        format!("model_base_url={}", model.url),
        format!("streams_per_key_max={}", streams + 100),
        format!("streams_max={}", streams + 100),
    ];
    let server = Server::start(binary, folder, &settings).await?;
    tokio::time::sleep(SETTLE).await;
    let idle = server.memory_bytes()?;

    for _ in 0..WARM_UP {
        use http_body_util::BodyExt;
        let (_connection, response) = ask(&server, SHORT).await?;
        response.into_body().collect().await?;
    }
    tokio::time::sleep(SETTLE).await;
    let used = server.memory_bytes()?;

    let mut open = Vec::with_capacity(streams);
    let mut opening = stream::iter((0..streams).map(|_| ask(&server, silent))).buffer_unordered(OPENING);
    while let Some(opened) = opening.next().await {
        open.push(opened?);
    }
    drop(opening);
    let all = WARM_UP + u64::try_from(streams)?;
    let heard = model.wait_for(OPEN_WAIT, |stats| stats.started >= all).await;
    heard.map_err(|stats| anyhow!("the model server was asked {} times instead of {all}", stats.started))?;
    tokio::time::sleep(SETTLE).await;
    let with_streams = server.memory_bytes()?;
    drop(open);
    Ok(Memory { idle, used, streams, with_streams })
}

/// A connection with its answer under way.
async fn ask(server: &Server, body: &'static str) -> anyhow::Result<(Connection, Response<Incoming>)> {
    let mut connection = Connection::open(server.address, &server.key).await?;
    let response = connection.post(Bytes::from_static(body.as_bytes())).await?;
    Ok((connection, response))
}

/// How many streams the limit on open files allows: each takes two here, as client and as model, and two in the server.
fn affordable() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|rest| rest.split_whitespace().next()).and_then(|soft| soft.parse().ok());
    soft.map_or(usize::MAX, |files: usize| files.saturating_sub(FILES_SPARE) / 2).max(1)
}
