use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::mpsc;

use super::*;
use crate::chat::screen::Looks;
use crate::chat::shown::Shown;

const CONVERSATION: &str = "0198c5f0-0000-7000-8000-000000000001";

/// A server that answers each request with what `reply` makes of its first line and body, and tells the lines.
fn server(reply: impl Fn(&str, &str, TcpStream) + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, lines) = channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            let (line, body) = read_request(&socket);
            let _: Result<(), _> = asked.send(format!("{line} {body}"));
            reply(&line, &body, socket);
        }
    });
    (url, lines)
}

fn read_request(socket: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(socket);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if header.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (first.trim_end().to_owned(), String::from_utf8(body).unwrap())
}

fn start_stream(socket: &mut TcpStream) {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Conversation-ID: {CONVERSATION}\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    let text = format!(
        "id: 1\nevent: text\ndata: {{\"delta\": \"Hello\", \"conversation_id\": \"{CONVERSATION}\"}}\n\n"
    );
    socket.write_all(text.as_bytes()).unwrap();
}

fn end_stream(socket: TcpStream, reason: &str) {
    end_stream_at(2, socket, reason);
}

fn end_stream_at(id: u64, mut socket: TcpStream, reason: &str) {
    let done = format!(
        "id: {id}\nevent: done\ndata: {{\"credits_remaining\": 8, \"message_id\": \"msg_01ARZ3NDEKTSV4RRFFQ69G5FAV\", \"credits_charged\": 1, \"finish_reason\": \"{reason}\", \"usage\": {{\"input_tokens\": 1, \"output_tokens\": 1}}}}\n\ndata: [DONE]\n\n"
    );
    socket.write_all(done.as_bytes()).unwrap();
}

fn refuse(mut socket: TcpStream, status: &str, body: &str) {
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    socket.write_all(head.as_bytes()).unwrap();
}

/// A session on a server, what it shows, and the key that interrupts it.
fn session(url: &str) -> (Session, Shown, mpsc::Sender<()>) {
    let (key, keys) = mpsc::channel(4);
    let shown = Shown::default();
    let looks = Looks { json: false, clean: false, color: false, live: false };
    let screen = Screen::new(Box::new(shown.clone()), Box::new(shown.clone()), looks);
    let client = Client::new(url, "wbk_test").unwrap();
    (Session::new(client, ChatParams::new(""), screen, Interrupts::Scripted(keys)), shown, key)
}

#[tokio::test]
async fn the_conversation_goes_on() {
    let (url, asked) = server(|_, _, mut socket| {
        start_stream(&mut socket);
        end_stream(socket, "stop");
    });
    let (mut session, shown, _key) = session(&url);
    session.single = false;
    for _ in 0..2 {
        assert_eq!(session.ask("hi".to_owned()).await.unwrap(), Outcome::Answered);
    }
    assert!(!asked.recv().unwrap().contains("conversation_id"));
    assert!(asked.recv().unwrap().contains(&format!("\"conversation_id\":\"{CONVERSATION}\"")));
    assert_eq!(shown.text(), "Hello\n1 credit used · 8 credits left\n".repeat(2));
}

#[tokio::test]
async fn an_interrupt_cancels_at_the_server_and_shows_how_the_run_ended() {
    let (open, opened): (Sender<TcpStream>, _) = channel();
    let (url, asked) = server(move |line, _, mut socket| {
        if line.contains("/cancel ") {
            refuse(socket, "200 OK", "{\"data\": {}}");
            end_stream(opened.recv().unwrap(), "canceled");
        } else {
            start_stream(&mut socket);
            open.send(socket).unwrap();
        }
    });
    let (mut session, shown, key) = session(&url);
    let watch = async {
        while !shown.text().contains("Hello") {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        key.send(()).await.unwrap();
    };
    let (outcome, ()) = tokio::join!(session.ask("hi".to_owned()), watch);
    assert_eq!(outcome.unwrap(), Outcome::Canceled);
    assert!(asked.recv().unwrap().starts_with("POST /v1/lexi/chat/stream "));
    let cancel = format!("POST /v1/lexi/conversations/{CONVERSATION}/cancel ");
    assert!(asked.recv().unwrap().starts_with(&cancel));
    let end =
        format!("canceled · 1 credit used · 8 credits left · go on with --conversation {CONVERSATION}\n");
    assert_eq!(shown.text(), format!("Hello\n{end}"));
}

#[tokio::test]
async fn a_second_interrupt_does_not_wait_for_the_end() {
    let (open, opened): (Sender<TcpStream>, Receiver<TcpStream>) = channel();
    let (url, _asked) = server(move |line, _, mut socket| {
        if line.contains("/cancel ") {
            refuse(socket, "200 OK", "{\"data\": {}}");
        } else {
            start_stream(&mut socket);
            open.send(socket).unwrap();
        }
    });
    let (mut session, shown, key) = session(&url);
    key.send(()).await.unwrap();
    key.send(()).await.unwrap();
    let started = std::time::Instant::now();
    assert_eq!(session.ask("hi".to_owned()).await.unwrap(), Outcome::Canceled);
    assert!(started.elapsed() < CANCEL_WAIT);
    assert!(shown.text().ends_with("canceled\n"));
    drop(opened);
}

#[tokio::test]
async fn a_refusal_and_a_failed_run_are_one_line_each() {
    let (url, _asked) = server(|_, body, mut socket| {
        if body.contains("refuse") {
            let body = r#"{"error":{"code":"insufficient_credits","message":"No credits are left."}}"#;
            return refuse(socket, "402 Payment Required", body);
        }
        start_stream(&mut socket);
        let event = "id: 2\nevent: error\ndata: {\"code\": \"provider_error\", \"message\": \"The model failed.\"}\n\n";
        socket.write_all(event.as_bytes()).unwrap();
    });
    let (mut session, shown, _key) = session(&url);
    assert_eq!(session.ask("refuse".to_owned()).await.unwrap(), Outcome::Failed);
    assert_eq!(session.ask("fail".to_owned()).await.unwrap(), Outcome::Failed);
    assert_eq!(
        shown.text(),
        "error: No credits are left (insufficient_credits)\nHello\nerror: The model failed. (provider_error)\n"
    );
}

#[tokio::test]
async fn a_proposal_is_shown_from_what_to_what_and_approved_with_a_word() {
    const TASK: &str = "0198c5f0-0000-7000-8000-000000000002";
    let (url, asked) = server(|line, _, mut socket| {
        let task = |status: &str| {
            format!(
                r#"{{"id":"{TASK}","type":"deal_update","status":"{status}","description":"Move the deal","created_at":"2026-11-23T10:00:00Z",
                "metadata":{{"changes":[{{"type":"deal","verb":"update","name":"Numbat","before":{{"stage":"Lead"}},"after":{{"stage":"Won"}}}}]}}}}"#
            )
        };
        if line.contains("/approve ") {
            return refuse(socket, "200 OK", &format!(r#"{{"data":{{"task":{}}}}}"#, task("completed")));
        }
        if line.contains("/tasks/") {
            return refuse(socket, "200 OK", &format!(r#"{{"data":{}}}"#, task("pending")));
        }
        start_stream(&mut socket);
        let step = format!(
            "id: 2\nevent: tool_step\ndata: {{\"tool\": \"deals.update\", \"status\": \"completed\", \"summary\": \"Proposed\", \"call_id\": \"c\", \"task_id\": \"{TASK}\", \"requires_approval\": true}}\n\n"
        );
        socket.write_all(step.as_bytes()).unwrap();
        end_stream_at(3, socket, "stop");
    });
    let (mut session, shown, _key) = session(&url);
    session.single = false;
    assert_eq!(session.ask("move it".to_owned()).await.unwrap(), Outcome::Answered);
    let text = shown.text();
    assert!(text.contains("Move the deal\n  update deal \"Numbat\"\n    stage: Lead → Won\n"), "{text}");
    assert!(text.contains(&format!("/approve or /dismiss (task {TASK})")), "{text}");
    let approve = super::super::proposals::Decision::Approve;
    assert_eq!(session.decide(approve, "").await.unwrap(), Outcome::Answered);
    assert!(shown.text().ends_with("completed: Move the deal\n"), "{}", shown.text());
    let approved = asked.iter().take(3).last().unwrap();
    assert!(approved.starts_with(&format!("POST /v1/lexi/tasks/{TASK}/approve ")), "{approved}");
    assert_eq!(session.decide(approve, "").await.unwrap(), Outcome::Failed, "nothing waits any more");
}
