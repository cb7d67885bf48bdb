//! A model endpoint that answers one request with exactly the bytes it is told to send.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

pub(crate) enum Piece {
    Bytes(String),
    Pause(Duration),
    /// Finds out whether the client has hung up.
    Left,
}

pub(crate) struct Upstream {
    pub(crate) url: String,
    requests: Receiver<String>,
    closed: Receiver<bool>,
}

impl Upstream {
    /// Head of a stream, then the pieces, then the end of the connection.
    pub(crate) fn streaming(pieces: Vec<Piece>) -> Self {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_owned();
        Self::raw(std::iter::once(Piece::Bytes(head)).chain(pieces).collect())
    }

    /// A stream of chunks, one frame each.
    pub(crate) fn chunks(chunks: &[&str]) -> Self {
        Self::streaming(chunks.iter().map(|chunk| Piece::Bytes(format!("data: {chunk}\n\n"))).collect())
    }

    pub(crate) fn raw(pieces: Vec<Piece>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, requests) = channel();
        let (gone, closed) = channel();
        thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            seen.send(read_request(&mut socket)).unwrap();
            for piece in pieces {
                match piece {
                    Piece::Pause(time) => thread::sleep(time),
                    Piece::Left => gone.send(client_left(&mut socket)).unwrap(),
                    Piece::Bytes(bytes) => {
                        if socket.write_all(bytes.as_bytes()).and_then(|()| socket.flush()).is_err() {
                            break;
                        }
                    }
                }
            }
        });
        Self { url, requests, closed }
    }

    /// Head and body of the request that came.
    pub(crate) fn request(&self) -> (String, Value) {
        let request = self.requests.recv_timeout(Duration::from_secs(5)).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), serde_json::from_str(body).unwrap())
    }

    /// What `Piece::Left` found out.
    pub(crate) fn was_left(&self) -> bool {
        self.closed.recv_timeout(Duration::from_secs(5)).unwrap_or_default()
    }
}

fn client_left(socket: &mut TcpStream) -> bool {
    let _ = socket.set_read_timeout(Some(Duration::from_millis(300)));
    matches!(socket.read(&mut [0; 16]), Ok(0))
}

fn read_request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0usize) || count == 0 {
            return text;
        }
    }
}
