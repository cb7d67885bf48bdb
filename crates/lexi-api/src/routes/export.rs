//! A whole conversation to be kept elsewhere: what was asked and answered, by which tools, from which records, when, and for
//! how many credits.

mod markdown;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use lexi_crm::Access;
use lexi_store::conversations::{self, Conversation};
use lexi_store::transcripts::{self, Entry};
use lexi_types::{ConversationId, Scope, Timestamp};
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::{Auth, ReadAi};
use crate::errors::{ApiError, ApiResult};
use crate::pieces;
use crate::query::{Params, PathId, path_id};

/// Messages that are read at once.
const BATCH: i64 = 50;

/// Where the writing of an export stands.
enum At {
    Start,
    /// Behind this message; `true` when one was written.
    Behind(i64, bool),
    End,
}

pub(crate) async fn conversation(
    State(api): State<Api>,
    auth: Auth<ReadAi>,
    PathId(id): PathId,
    params: Params,
) -> ApiResult<Response> {
    let id: ConversationId = path_id(&id)?;
    let form: Form = params.parse("format", "must be md or json")?.unwrap_or(Form::Markdown);
    let workspace = auth.access.workspace;
    let found = api.inner.store.read(move |tx| Box::pin(conversations::get(tx, workspace, id))).await?;
    let found = found.ok_or_else(ApiError::conversation_not_found)?;
    let (access, now) = (auth.access, Timestamp::now());
    let (name, media_type) = form.file(id);
    let body = pieces::body(At::Start, move |at| {
        let (api, conversation) = (api.clone(), found.clone());
        async move {
            let (after, any) = match at {
                At::Start => return Ok(Some((form.head(&conversation, now), At::Behind(0, false)))),
                At::Behind(after, any) => (after, any),
                At::End => return Ok(None),
            };
            let read =
                api.inner.store.read(move |tx| Box::pin(transcripts::next(tx, workspace, id, after, BATCH)));
            let entries = read.await?;
            let Some(last) = entries.last().map(|entry| entry.seq) else {
                return Ok(Some((form.tail(), At::End)));
            };
            Ok(Some((form.messages(&access, &entries, any), At::Behind(last, true))))
        }
    });
    Ok(pieces::file(&name, media_type, body))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Markdown,
    Json,
}

impl std::str::FromStr for Form {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "md" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl Form {
    fn file(self, id: ConversationId) -> (String, &'static str) {
        match self {
            Self::Markdown => (format!("conversation-{id}.md"), "text/markdown; charset=utf-8"),
            Self::Json => (format!("conversation-{id}.json"), "application/json"),
        }
    }

    fn head(self, conversation: &Conversation, now: Timestamp) -> Bytes {
        match self {
            Self::Markdown => markdown::head(conversation, now).into(),
            Self::Json => {
                let mut head = json!({
                    "id": conversation.id,
                    "title": conversation.title,
                    "context": conversation.context,
                    "archived": conversation.archived,
                    "created_at": conversation.created_at,
                    "updated_at": conversation.updated_at,
                    "exported_at": now,
                })
                .to_string();
                // The messages follow as the last field of the object.
                head.pop();
                head.push_str(",\"messages\":[");
                head.into()
            }
        }
    }

    fn messages(self, access: &Access, entries: &[Entry], any: bool) -> Bytes {
        match self {
            Self::Markdown => entries.iter().map(markdown::message).collect::<String>().into(),
            Self::Json => {
                let texts: Vec<String> =
                    entries.iter().map(|entry| wire(access, entry).to_string()).collect();
                let comma = if any { "," } else { "" };
                format!("{comma}{}", texts.join(",")).into()
            }
        }
    }

    fn tail(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Markdown => b"",
            Self::Json => b"]}\n",
        })
    }
}

fn wire(access: &Access, entry: &Entry) -> Value {
    let mut shown = json!({
        "id": entry.id,
        "role": entry.role,
        "content": entry.content,
        "status": entry.status,
        "created_at": entry.created_at,
    });
    if entry.role == "assistant" {
        shown["tool_calls"] = Value::Array(calls(access, entry));
        shown["sources"] = Value::Array(sources(entry));
        shown["credits_charged"] = json!(entry.credits_charged.unwrap_or(0));
        shown["model"] = json!(entry.model);
        shown["finish_reason"] = json!(entry.finish_reason);
    }
    shown
}

/// The calls, each with what it gave where the key could have asked for that itself.
fn calls(access: &Access, entry: &Entry) -> Vec<Value> {
    let of_records = |scope: &Scope| *scope != Scope::ReadAi && scope.as_str().starts_with("read:");
    let may = entry.tool_scopes.iter().filter(of_records).all(|scope| access.may(scope));
    let mut calls = entry.tool_calls.clone();
    if may {
        for (call, result) in calls.iter_mut().zip(&entry.tool_results) {
            call["result"] = result.clone();
        }
    }
    calls
}

/// The records that the tools read or wrote, each once.
fn sources(entry: &Entry) -> Vec<Value> {
    let mut sources: Vec<Value> = Vec::new();
    let records = entry.tool_calls.iter().filter_map(|call| call["records"].as_array());
    for record in records.flatten() {
        if !sources.contains(record) {
            sources.push(record.clone());
        }
    }
    sources
}
