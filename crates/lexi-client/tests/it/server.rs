//! A server that answers each connection with the next scripted bytes and remembers what was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lexi_client::{Client, Retry};

/// One connection: pieces of bytes, written with a pause between, then closed.
pub(crate) struct Reply(Vec<Vec<u8>>);

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Reply {
    /// A stream whose body lasts until the connection closes.
    pub(crate) fn stream(message_id: &str, pieces: &[&str]) -> Self {
        Self::with_head(message_id, "Connection: close\r\n", pieces.iter().map(|p| p.as_bytes().to_vec()))
    }

    /// A chunked stream; without `whole` its closing chunk is missing, so that the connection counts as broken.
    pub(crate) fn chunked(message_id: &str, pieces: &[&str], whole: bool) -> Self {
        let chunks = pieces.iter().map(|p| format!("{:x}\r\n{p}\r\n", p.len()).into_bytes());
        let end = whole.then(|| b"0\r\n\r\n".to_vec());
        Self::with_head(message_id, "Transfer-Encoding: chunked\r\n", chunks.chain(end))
    }

    pub(crate) fn json(status: &str, headers: &str, body: &str) -> Self {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Request-ID: req_test\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        Self(vec![head.into_bytes()])
    }

    /// The connection is closed before any answer.
    pub(crate) fn nothing() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn raw(bytes: &str) -> Self {
        Self(vec![bytes.as_bytes().to_vec()])
    }

    fn with_head(message_id: &str, framing: &str, body: impl Iterator<Item = Vec<u8>>) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-ID: req_test\r\nX-Message-ID: {message_id}\r\nX-Conversation-ID: {CONVERSATION}\r\n{framing}\r\n"
        );
        Self(std::iter::once(head.into_bytes()).chain(body).collect())
    }
}

pub(crate) const CONVERSATION: &str = "0198c5f0-0000-7000-8000-000000000001";
pub(crate) const FIRST: &str = "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV";
pub(crate) const SECOND: &str = "msg_01BX5ZZKBKACTAV9WEVGEMMVRZ";

impl Server {
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for reply in replies {
                let (socket, _) = listener.accept().unwrap();
                seen.lock().unwrap().push(read_request(&socket));
                play(socket, reply);
            }
        });
        Self { url, asked }
    }

    pub(crate) fn client(&self) -> Client {
        let quick =
            Retry { base: Duration::from_millis(1), cap: Duration::from_millis(4), ..Retry::default() };
        Client::new(&self.url, "wbk_test").unwrap().with_retry(quick)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn play(mut socket: TcpStream, reply: Reply) {
    socket.set_nodelay(true).unwrap();
    for piece in reply.0 {
        if socket.write_all(&piece).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn read_request(socket: &TcpStream) -> Asked {
    let mut reader = BufReader::new(socket);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let first = line();
    let mut headers = Vec::new();
    loop {
        let header = line();
        let Some((name, value)) = header.split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Asked { line: first, headers, body: String::from_utf8(body).unwrap() }
}

/// The frames of an answer of `words`, numbered from `from`, each one string; the last is `done`.
pub(crate) fn frames(message_id: &str, words: &[&str]) -> Vec<String> {
    let mut frames: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            format!(
                "id: {}\nevent: text\ndata: {{\"delta\": \"{word}\", \"conversation_id\": \"{CONVERSATION}\"}}\n\n",
                index + 1
            )
        })
        .collect();
    frames.push(format!(
        "id: {}\nevent: done\ndata: {{\"credits_remaining\": 9, \"message_id\": \"{message_id}\", \"credits_charged\": 1, \"finish_reason\": \"stop\", \"usage\": {{\"input_tokens\": 1, \"output_tokens\": 2}}}}\n\n",
        words.len() + 1
    ));
    frames
}

pub(crate) const DONE: &str = "data: [DONE]\n\n";
