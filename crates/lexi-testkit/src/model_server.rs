//! A language model that does what the question tells it to: a server on a free port that speaks chat completions
//! (OpenAI, `POST /v1/chat/completions`) and messages (Anthropic, `POST /v1/messages`), refuses what the real ones refuse,
//! and misbehaves as they do. The script is JSON inside the last user message with a text, so that it works across
//! processes and restarts. See [`Script`].
//!
//! It writes HTTP by hand, because what it is for is bytes that no library would send.

mod answer;
mod anthropic;
mod bytes;
mod checks;
mod fail;
mod faults;
mod http;
mod openai;
mod plan;
mod protocol;
mod record;
mod routes;
mod script;
mod socket;
mod turn;
mod wire;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

pub use fail::{Fail, FailAt, FailBody, FailKind};
use record::Record;
pub use record::{RequestSeen, Stats};
pub use script::{Call, Script};
pub use wire::{Args, LineEnd, Wire};

/// When the machine has no socket left for a client.
const ACCEPT_AGAIN: Duration = Duration::from_millis(10);

/// Runs on a thread of its own until dropped, so that any kind of test can use it.
#[derive(Debug)]
pub struct ModelServer {
    /// The base URL to configure, ending in `/v1`.
    pub url: String,
    record: Arc<Record>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ModelServer {
    /// On a free port.
    pub fn start() -> Self {
        Self::start_on(0)
    }

    #[expect(clippy::expect_used, reason = "a test cannot go on without its server")]
    pub fn start_on(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a port to listen on");
        listener.set_nonblocking(true).expect("a listener that can be polled");
        let address = listener.local_addr().expect("a bound listener has an address");
        let record = Arc::new(Record::default());
        let (stop, stopped) = oneshot::channel();
        let recorded = Arc::clone(&record);
        let thread = std::thread::Builder::new()
            .name("model-server".to_owned())
            .spawn(move || serve(listener, &recorded, stopped))
            .expect("a thread");
        Self { url: format!("http://{address}/v1"), record, stop: Some(stop), thread: Some(thread) }
    }

    pub fn stats(&self) -> Stats {
        self.record.stats()
    }

    /// The bodies of the last requests, oldest first.
    pub fn requests(&self) -> Vec<Value> {
        self.heads().into_iter().map(|seen| seen.body).collect()
    }

    /// The last requests with their headers, oldest first.
    pub fn heads(&self) -> Vec<RequestSeen> {
        self.record.seen()
    }

    /// When clients hung up on a response that had no end yet, oldest first: aborted ones, and those that were whole and
    /// hung open.
    pub fn left(&self) -> Vec<Instant> {
        self.record.left()
    }

    /// Waits until the numbers are as wanted; gives what they are at the end of `wait` otherwise.
    pub async fn wait_for(&self, wait: Duration, wanted: impl Fn(Stats) -> bool) -> Result<Stats, Stats> {
        let until = tokio::time::Instant::now() + wait;
        loop {
            let stats = self.stats();
            if wanted(stats) {
                return Ok(stats);
            }
            if tokio::time::Instant::now() >= until {
                return Err(stats);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread has been printed; there is nothing to add to it here.
            let _ = thread.join();
        }
    }
}

#[expect(clippy::expect_used, reason = "a test cannot go on without its server")]
fn serve(listener: TcpListener, record: &Arc<Record>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        tokio::select! {
            () = accept(listener, record) => {}
            _ = stopped => {}
        }
    });
    // Dropping the runtime closes every connection, in the middle of a stream too.
}

async fn accept(listener: tokio::net::TcpListener, record: &Arc<Record>) {
    let connections = TaskTracker::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(routes::serve(stream, Arc::clone(record)));
            }
            Err(_too_many) => tokio::time::sleep(ACCEPT_AGAIN).await,
        }
    }
}
