//! One kept-alive connection to the server.

use std::net::SocketAddr;

use anyhow::bail;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PATH: &str = "/v1/lexi/chat/stream";

#[derive(Debug)]
pub(crate) struct Connection {
    requests: SendRequest<Full<Bytes>>,
    host: String,
    bearer: String,
    /// Ends, and closes the connection, when this is dropped.
    _driver: JoinSet<()>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr, key: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // What breaks the connection fails the request on it, which reports it.
            let _reported = connection.await;
        });
        Ok(Self { requests, host: address.to_string(), bearer: format!("Bearer {key}"), _driver: driver })
    }

    /// Posts a streaming chat and waits for the head of its answer.
    pub(crate) async fn post(&mut self, body: Bytes) -> anyhow::Result<Response<Incoming>> {
        self.requests.ready().await?;
        let request = Request::post(PATH)
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.bearer)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        let response = self.requests.send_request(request).await?;
        if response.status() != http::StatusCode::OK {
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            bail!("the server answered {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(response)
    }
}
