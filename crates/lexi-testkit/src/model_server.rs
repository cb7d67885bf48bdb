//! A language model that does what the question tells it to: an OpenAI-compatible server on a free port whose script
//! is JSON inside the last user message, so that it works across processes and restarts. See [`Script`].

mod chunks;
mod script;

use std::collections::{HashMap, VecDeque};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use chunks::Plan;
pub use script::{Call, Fail, FailAt, FailKind, Script};

/// Requests remembered for [`ModelServer::requests`].
const REQUESTS_KEPT: usize = 256;

/// What happened so far. `started` = `finished` + `refused` + `aborted` + those still running.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    pub started: u64,
    /// Streams sent to the end of their script, scripted failures included.
    pub finished: u64,
    /// Answered with an error status.
    pub refused: u64,
    /// Streams whose client went away first.
    pub aborted: u64,
}

/// Runs on a thread of its own until dropped, so that any kind of test can use it.
#[derive(Debug)]
pub struct ModelServer {
    /// The base URL to configure, ending in `/v1`.
    pub url: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    started: AtomicU64,
    finished: AtomicU64,
    refused: AtomicU64,
    aborted: AtomicU64,
    requests: Mutex<VecDeque<Value>>,
    /// How often each script has failed, for [`Fail::times`].
    failures: Mutex<HashMap<String, u32>>,
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
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let app = app(Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("model-server".to_owned())
            .spawn(move || serve(listener, app, stopped))
            .expect("a thread");
        Self { url: format!("http://{address}/v1"), shared, stop: Some(stop), thread: Some(thread) }
    }

    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// The bodies of the last requests, oldest first.
    pub fn requests(&self) -> Vec<Value> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
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
fn serve(listener: TcpListener, app: Router, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        let listener = listener.tap_io(|socket| {
            // Without it small chunks wait for the acknowledgement of the one before.
            let _ = socket.set_nodelay(true);
        });
        tokio::select! {
            _ = axum::serve(listener, app) => {}
            _ = stopped => {}
        }
    });
    // Dropping the runtime closes every connection, in the middle of a stream too.
}

fn app(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(completions))
        .route("/v1/models", get(models))
        .route("/stats", get(stats))
        .with_state(shared)
}

async fn models() -> Json<Value> {
    Json(
        json!({"object": "list", "data": [{"id": "scripted", "object": "model", "created": 0, "owned_by": "test"}]}),
    )
}

async fn stats(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let Stats { started, finished, refused, aborted } = shared.stats();
    Json(json!({"started": started, "finished": finished, "refused": refused, "aborted": aborted}))
}

async fn completions(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    shared.started.fetch_add(1, Ordering::Relaxed);
    let planned =
        serde_json::from_slice::<Value>(&body).map_err(|error| error.to_string()).and_then(|request| {
            let plan = Plan::for_request(&request, |script| shared.may_fail(script))?;
            shared.remember(request);
            Ok(plan)
        });
    let plan = match planned {
        Ok(plan) => plan,
        Err(message) => return shared.refuse(StatusCode::BAD_REQUEST, &message),
    };
    tokio::time::sleep(plan.first_delay).await;
    match plan.status {
        Some(status) => shared.refuse(status, "scripted failure"),
        None => {
            let guard = Guard { shared, finished: false };
            let body = Body::from_stream(chunks::stream(plan, guard));
            ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
        }
    }
}

impl Shared {
    fn stats(&self) -> Stats {
        Stats {
            started: self.started.load(Ordering::Relaxed),
            finished: self.finished.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            aborted: self.aborted.load(Ordering::Relaxed),
        }
    }

    fn remember(&self, request: Value) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == REQUESTS_KEPT {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// Counts a failure of this script; false once it has failed as often as it says.
    fn may_fail(&self, script: &Script) -> bool {
        let Some(times) = script.fail.times else { return true };
        let name = serde_json::to_string(script).unwrap_or_default();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = failures.entry(name).or_default();
        *failed += 1;
        *failed <= times
    }

    fn refuse(&self, status: StatusCode, message: &str) -> Response {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let error = json!({"error": {"message": message, "type": "scripted", "param": null, "code": null}});
        if status == StatusCode::TOO_MANY_REQUESTS {
            let pause: (HeaderName, &str) = (header::RETRY_AFTER, "1");
            return (status, [pause], Json(error)).into_response();
        }
        (status, Json(error)).into_response()
    }
}

/// Tells a stream that came to its end from one whose client went away.
struct Guard {
    shared: Arc<Shared>,
    finished: bool,
}

impl Guard {
    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let count = if self.finished { &self.shared.finished } else { &self.shared.aborted };
        count.fetch_add(1, Ordering::Relaxed);
    }
}
