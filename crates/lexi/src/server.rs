//! The accept loop. Our own, because every connection needs TCP_NODELAY (without it a stream's first words wait 40 ms for
//! an acknowledgement), limits on how slowly a client may write and read, and a bounded end.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// After a failed accept (no file handles left) there is no point in trying at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) header: Duration,
    pub(crate) write: Duration,
}

/// The connections of one listener.
#[derive(Debug)]
pub(crate) struct Server {
    stop: CancellationToken,
    connections: TaskTracker,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, router: Router, timeouts: Timeouts) -> Self {
        let (stop, connections) = (CancellationToken::new(), TaskTracker::new());
        connections.spawn(accept(listener, router, timeouts, stop.clone(), connections.clone()));
        Self { stop, connections }
    }

    /// Accepts no more; connections end after the answer that they are giving, or at `bound`.
    pub(crate) async fn stop(self, bound: Duration) {
        self.stop.cancel();
        self.connections.close();
        if tokio::time::timeout(bound, self.connections.wait()).await.is_err() {
            tracing::warn!(connections = self.connections.len(), "connections were cut");
        }
    }
}

async fn accept(
    listener: TcpListener,
    router: Router,
    timeouts: Timeouts,
    stop: CancellationToken,
    connections: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(serve(stream, peer, router.clone(), timeouts, stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    timeouts: Timeouts,
    stop: CancellationToken,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(timeouts.write));
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.header)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}
