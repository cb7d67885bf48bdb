//! `lexi serve`: everything put together, and taken apart again.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lexi_api::Api;
use lexi_assistant::Assistant;
use lexi_crm::Crm;
use lexi_store::{OpenOptions, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, ConfigArgs, ServerConfig};
use crate::lock::ServerLock;
use crate::server::{Server, Timeouts};
use crate::telemetry;
use crate::webhooks::{self, Worker};

const SAVE_EVERY: Duration = Duration::from_secs(1);
/// After the last run has ended, its readers get this long to take the last frames.
const LAST_FRAMES: Duration = Duration::from_secs(3);

pub(crate) async fn run(args: &ConfigArgs) -> anyhow::Result<ExitCode> {
    let config = Config::load(args)?;
    telemetry::init(&config.server)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let running = Running::start(config).await?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    tracing::info!("shutting down; a second signal ends it at once");
    tokio::select! {
        () = running.stop() => Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => Ok(ExitCode::FAILURE),
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::FAILURE),
    }
}

pub(crate) async fn open_store(server: &ServerConfig) -> anyhow::Result<Store> {
    let options =
        OpenOptions { busy_timeout: server.database_busy_timeout, readers: server.database_readers };
    Ok(Store::open_sqlite(server.database.path(), options).await?)
}

/// A server that accepts requests.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    api: Api,
    assistant: Assistant,
    server: Server,
    /// Deliveries to webhooks.
    delivering: CancellationToken,
    saving: CancellationToken,
    tasks: TaskTracker,
    drain: Duration,
    _lock: ServerLock,
}

impl Running {
    pub(crate) async fn start(config: Config) -> anyhow::Result<Self> {
        let server = &config.server;
        let lock = ServerLock::acquire(server.database.path())?;
        let store = open_store(server).await?;
        let listener = TcpListener::bind(server.listen).await.with_context(|| {
            format!("cannot listen on {}; choose another address with --listen or LEXI_LISTEN", server.listen)
        })?;
        let address = listener.local_addr()?;
        let model = config.model.build()?;
        let assistant =
            Assistant::start(store.clone(), Crm::new(store.clone()), Arc::clone(&model), config.assistant)
                .await?;
        let api = Api::new(store.clone(), assistant.clone(), config.api).await?;
        let metrics = Arc::new(webhooks::Metrics::default());
        let shown = Arc::clone(&metrics);
        api.show_metrics(move || shown.text());
        let worker = Worker::new(store.clone(), config.webhooks, Arc::clone(&metrics))?;
        let timeouts = Timeouts { header: server.header_timeout, write: server.write_timeout };
        let accepting = Server::start(listener, lexi_api::router(api.clone()), timeouts);
        let (delivering, saving) = (CancellationToken::new(), CancellationToken::new());
        let tasks = TaskTracker::new();
        tasks.spawn(keep_saved(api.clone(), saving.clone()));
        tasks.spawn(worker.run(delivering.clone()));
        tasks.spawn(webhooks::sweeping(store, metrics, delivering.clone()));
        tracing::info!(%address, model = model.name(), database = %server.database.path().display(), "lexi is listening");
        Ok(Self {
            address,
            api,
            assistant,
            server: accepting,
            delivering,
            saving,
            tasks,
            drain: server.drain,
            _lock: lock,
        })
    }

    /// Not ready from now on; runs finish within the drain, their readers get the rest, what is on its way to
    /// webhooks gets a moment, the windows are saved.
    pub(crate) async fn stop(self) {
        self.assistant.drain(self.drain).await;
        self.delivering.cancel();
        self.server.stop(LAST_FRAMES).await;
        self.saving.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        save(&self.api).await;
        tracing::info!("stopped");
    }
}

async fn keep_saved(api: Api, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(SAVE_EVERY)).await.is_some() {
        save(&api).await;
    }
}

async fn save(api: &Api) {
    if let Err(error) = api.save().await {
        tracing::warn!(%error, "rate windows could not be saved");
    }
}
