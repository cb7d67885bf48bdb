//! One request and the bytes that come back, on a bare socket.

use std::time::Duration;

use lexi_testkit::ModelServer;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::speaks::{Said, Speaks};

const PATIENCE: Duration = Duration::from_secs(10);
/// Where silence is what is waited for.
pub(crate) const BRIEFLY: Duration = Duration::from_millis(400);
const BYTES_ENOUGH: usize = 4 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection was closed.
    Closed,
    Reset,
    /// Nothing came any more.
    Silent,
    /// So much has come that there is no end to it.
    Endless,
}

#[derive(Debug)]
pub(crate) struct Exchange {
    /// Lower case; empty where none came whole.
    pub(crate) head: String,
    /// Without the marks of HTTP chunks.
    pub(crate) body: Vec<u8>,
    /// The lengths of the HTTP chunks.
    pub(crate) chunks: Vec<usize>,
    /// The chunks have an end, or the length is as promised.
    pub(crate) whole: bool,
    pub(crate) end: End,
}

impl Exchange {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn new(bytes: &[u8], end: End) -> Self {
        let at = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let Some(at) = at else {
            return Self { head: String::new(), body: bytes.to_vec(), chunks: Vec::new(), whole: false, end };
        };
        let head = String::from_utf8(bytes[..at].to_vec()).unwrap().to_lowercase();
        let rest = &bytes[at + 4..];
        let mut exchange =
            Self { head, body: rest.to_vec(), chunks: Vec::new(), whole: end == End::Closed, end };
        if exchange.header("transfer-encoding").is_some() {
            exchange.read_chunks(rest);
        } else if let Some(length) = exchange.header("content-length") {
            exchange.whole = length.parse() == Ok(rest.len());
        }
        exchange
    }

    fn read_chunks(&mut self, mut rest: &[u8]) {
        (self.body, self.whole) = (Vec::new(), false);
        while let Some(line) = rest.windows(2).position(|bytes| bytes == b"\r\n") {
            let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
            rest = &rest[line + 2..];
            if length == 0 {
                self.whole = rest == b"\r\n";
                return;
            }
            self.chunks.push(length);
            self.body.extend_from_slice(&rest[..length.min(rest.len())]);
            rest = rest.get(length + 2..).unwrap_or_default();
        }
    }
}

/// Sends a request that asks for the connection to be closed, or to be kept.
pub(crate) async fn send(server: &ModelServer, speaks: Speaks, body: &Value, close: bool) -> TcpStream {
    let address = server.url.strip_prefix("http://").unwrap().strip_suffix("/v1").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let body = body.to_string();
    let connection = if close { "close" } else { "keep-alive" };
    let head = format!(
        "POST /v1{}?beta=true HTTP/1.1\r\nHost: {address}\r\nConnection: {connection}\r\nAnthropic-Version: 2023-06-01\r\n\
         X-Title: {speaks:?}\r\nContent-Length: {}\r\n\r\n",
        speaks.path(),
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(body.as_bytes()).await.unwrap();
    socket
}

pub(crate) async fn read(socket: &mut TcpStream, patience: Duration) -> Exchange {
    let mut bytes = Vec::new();
    let end = loop {
        match timeout(patience, socket.read_buf(&mut bytes)).await {
            Err(_elapsed) => break End::Silent,
            Ok(Ok(0)) => break End::Closed,
            Ok(Err(_)) => break End::Reset,
            Ok(Ok(_)) if bytes.len() > BYTES_ENOUGH => break End::Endless,
            Ok(Ok(_)) => {}
        }
    };
    Exchange::new(&bytes, end)
}

pub(crate) async fn exchange(server: &ModelServer, speaks: Speaks, body: &Value) -> Exchange {
    let silent = ["stall", "hang_open"].iter().any(|word| body.to_string().contains(word));
    let patience = if silent { BRIEFLY } else { PATIENCE };
    read(&mut send(server, speaks, body, true).await, patience).await
}

/// The answer to a script.
pub(crate) async fn ask(server: &ModelServer, speaks: Speaks, script: &Value) -> (Exchange, Said) {
    let exchange = exchange(server, speaks, &speaks.request(script)).await;
    let said = speaks.read(&exchange.body);
    (exchange, said)
}
