//! Connections, and which request is answered by what.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::answer::Answer;
use super::http::{Request, Unread};
use super::plan;
use super::protocol::Protocol;
use super::record::{Record, RequestSeen, Running, Stats};
use super::socket::{Gone, Socket};

/// Answers one client's requests until it has no more.
pub(super) async fn serve(stream: TcpStream, record: Arc<Record>) {
    let mut socket = Socket::new(stream);
    loop {
        let (answered, keeps_open) = match Request::read(&mut socket).await {
            Ok(request) => {
                let keeps_open = request.keeps_open();
                (respond(&mut socket, request, &record).await, keeps_open)
            }
            Err(Unread::Gone) => return,
            Err(Unread::Bad(status)) => {
                (refuse(&mut socket, status, "no request to understand").await, false)
            }
        };
        if !keeps_open || !matches!(answered, Ok(true)) {
            return;
        }
    }
}

async fn respond(socket: &mut Socket, request: Request, record: &Arc<Record>) -> Result<bool, Gone> {
    match (request.method.as_str(), request.path.as_str(), Protocol::of_path(&request.path)) {
        ("POST", _, Some(protocol)) => {
            let mut running = Running::start(Arc::clone(record));
            let answer = model(protocol, request, record);
            answer.send(socket, &mut running).await
        }
        ("GET", "/v1/models", _) => {
            let anthropic = request.headers.contains_key("anthropic-version");
            let protocol = if anthropic { Protocol::Anthropic } else { Protocol::OpenAi };
            uncounted(socket, Answer::json(200, &protocol.models())).await
        }
        ("GET", "/stats", _) => {
            let Stats { started, finished, refused, aborted } = record.stats();
            let stats =
                json!({"started": started, "finished": finished, "refused": refused, "aborted": aborted});
            uncounted(socket, Answer::json(200, &stats)).await
        }
        (_, "/v1/chat/completions" | "/v1/messages" | "/v1/models" | "/stats", _) => {
            refuse(socket, 405, "not with this method").await
        }
        _ => refuse(socket, 404, "no such path").await,
    }
}

fn model(protocol: Protocol, request: Request, record: &Record) -> Answer {
    let body = match serde_json::from_slice::<Value>(&request.body) {
        Ok(body) => body,
        Err(error) => return Answer::json(400, &protocol.error(400, None, &error.to_string())),
    };
    let answer = plan::answer(protocol, &request.headers, &body, record);
    record.remember(RequestSeen { path: request.path, headers: request.headers, body, at: Instant::now() });
    answer
}

async fn refuse(socket: &mut Socket, status: u16, message: &str) -> Result<bool, Gone> {
    uncounted(socket, Answer::json(status, &Protocol::OpenAi.error(status, Some("unknown_url"), message)))
        .await
}

/// What is no question to a model is in nobody's numbers.
async fn uncounted(socket: &mut Socket, answer: Answer) -> Result<bool, Gone> {
    answer.send(socket, &mut Running::start(Arc::default())).await
}
