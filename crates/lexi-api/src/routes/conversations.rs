use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use lexi_store::conversations::{
    self, Conversation, ConversationChange, ConversationFilter, Deleted, Message,
};
use lexi_types::{ConversationId, ErrorCode, PageContext, RecordId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::app::Api;
use crate::auth::{Auth, ReadAi, WriteAi};
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};
use crate::query::{Params, PathId, path_id};
use crate::routes::chat::permit;
use crate::{body, stream as sse};

use super::{data, list as listed};

const PER_PAGE: i64 = 25;
const MESSAGES_DEFAULT: i64 = 200;
const MESSAGES_MAX: i64 = 1000;
const TITLE_CHARS_MAX: usize = 200;
const PAGE_CHARS_MAX: usize = 200;
const DELETE_TRIES: usize = 20;
const DELETE_PAUSE: Duration = Duration::from_millis(25);
const DELETE_RETRY: Duration = Duration::from_secs(1);

pub(crate) async fn list(State(api): State<Api>, auth: Auth<ReadAi>, params: Params) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let filter = ConversationFilter {
        search: params.search()?,
        contact_id: params.parse("contact_id", "must be a UUID")?,
        deal_id: params.parse("deal_id", "must be a UUID")?,
        archived: params.flag("archived")?,
    };
    let workspace = auth.access.workspace;
    let found = api
        .inner
        .store
        .read(move |tx| Box::pin(async move { conversations::list(tx, workspace, &filter, page).await }))
        .await?;
    Ok(listed("conversations", found.rows.iter().map(wire).collect(), page, found.total))
}

pub(crate) async fn read(
    State(api): State<Api>,
    auth: Auth<ReadAi>,
    PathId(id): PathId,
    params: Params,
) -> ApiResult<Response> {
    let id: ConversationId = path_id(&id)?;
    let limit = params.number("limit", MESSAGES_DEFAULT, MESSAGES_MAX)?;
    let steps = params.flag("include_tool_steps")?;
    let workspace = auth.access.workspace;
    let found = api
        .inner
        .store
        .read(move |tx| {
            Box::pin(async move {
                let Some(conversation) = conversations::get(tx, workspace, id).await? else {
                    return Ok(None);
                };
                Ok(Some((conversation, conversations::messages(tx, workspace, id, limit).await?)))
            })
        })
        .await?;
    let (conversation, messages) = found.ok_or_else(ApiError::conversation_not_found)?;
    let mut shown = wire(&conversation);
    if let Some(object) = shown.as_object_mut() {
        let messages = messages.iter().map(|message| wire_message(message, steps)).collect();
        object.insert("messages".to_owned(), Value::Array(messages));
    }
    Ok(data(shown))
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    title: Value,
    #[serde(default)]
    archived: Value,
    #[serde(default)]
    context: Option<Map<String, Value>>,
}

impl Change {
    fn check(&self, old: &PageContext) -> ApiResult<ConversationChange> {
        let title = match &self.title {
            Value::Null => None,
            Value::String(text) if (1..=TITLE_CHARS_MAX).contains(&text.trim().chars().count()) => {
                Some(text.trim().to_owned())
            }
            _ => {
                return Err(ApiError::field(
                    "title",
                    format!("must be text of 1 to {TITLE_CHARS_MAX} characters"),
                ));
            }
        };
        let archived = match self.archived {
            Value::Null => None,
            Value::Bool(archived) => Some(archived),
            _ => return Err(ApiError::field("archived", "must be true or false")),
        };
        let context = self.context.as_ref().map(|fields| merge(old, fields)).transpose()?;
        if title.is_none() && archived.is_none() && context.is_none() {
            return Err(ApiError::validation("Give at least one of title, archived, context."));
        }
        Ok(ConversationChange { title, archived, context })
    }
}

/// Fields that are given replace, null clears, the others stay.
fn merge(old: &PageContext, fields: &Map<String, Value>) -> ApiResult<PageContext> {
    let mut context = old.clone();
    for (name, value) in fields {
        let id = || -> ApiResult<Option<RecordId>> {
            let reason = || ApiError::field(&format!("context.{name}"), "must be a UUID or null");
            if value.is_null() {
                Ok(None)
            } else {
                value.as_str().and_then(|t| t.parse().ok()).map(Some).ok_or_else(reason)
            }
        };
        match name.as_str() {
            "contact_id" => context.contact_id = id()?,
            "deal_id" => context.deal_id = id()?,
            "matter_id" => context.matter_id = id()?,
            "company_id" => context.company_id = id()?,
            "page" => context.page = page(value)?,
            _ => {}
        }
    }
    Ok(context)
}

fn page(value: &Value) -> ApiResult<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() <= PAGE_CHARS_MAX => Ok(Some(text.clone())),
        _ => Err(ApiError::field(
            "context.page",
            format!("must be text of at most {PAGE_CHARS_MAX} characters"),
        )),
    }
}

pub(crate) async fn change(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    PathId(id): PathId,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let change: Change = body::parse(&body)?;
    let id: ConversationId = path_id(&id)?;
    let (workspace, now) = (auth.access.workspace, Timestamp::now());
    // What is wrong with the body is said before whether the conversation exists.
    change.check(&PageContext::default())?;
    once.of(&api, &auth, &body)
        .write(move |tx| {
            Box::pin(async move {
                let old = conversations::get(tx, workspace, id).await?;
                let old = old.ok_or_else(ApiError::conversation_not_found)?;
                let change = change.check(&old.context)?;
                let changed = conversations::update(tx, workspace, id, &change, now).await?;
                Ok(Answer::ok(wire(&changed.ok_or_else(ApiError::conversation_not_found)?)))
            })
        })
        .await
}

/// Ends what runs in it, then removes it.
pub(crate) async fn remove(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    PathId(id): PathId,
    once: Once,
) -> ApiResult<Response> {
    let id: ConversationId = path_id(&id)?;
    let workspace = auth.access.workspace;
    let making = once.of(&api, &auth, b"");
    if let Some(answer) = making.earlier().await? {
        return Ok(answer);
    }
    for _ in 0..DELETE_TRIES {
        api.inner.assistant.cancel(&auth.access, id).await?;
        let removed = making.write(move |tx| {
            Box::pin(async move {
                match conversations::delete(tx, workspace, id).await? {
                    Deleted::Yes => Ok(Answer::no_content()),
                    Deleted::NotFound => Err(ApiError::conversation_not_found()),
                    Deleted::Busy => Err(busy()),
                }
            })
        });
        match removed.await {
            // A question has come in between: it is ended too.
            Err(error) if error.code() == ErrorCode::Unavailable => tokio::time::sleep(DELETE_PAUSE).await,
            other => return other,
        }
    }
    Err(busy())
}

fn busy() -> ApiError {
    ApiError::unavailable("Answers are still being written into this conversation. Try again.", DELETE_RETRY)
}

/// The active run from its first frame; 204 when none is active, which tells a browser's EventSource to stop.
pub(crate) async fn stream(
    State(api): State<Api>,
    auth: Auth<ReadAi>,
    PathId(id): PathId,
) -> ApiResult<Response> {
    let permit = permit(&api, &auth)?;
    let id: ConversationId = path_id(&id)?;
    known(&api, &auth, id).await?;
    match api.inner.assistant.active(&auth.access, id).await? {
        Some(opened) => Ok(sse::response(opened, permit, api.inner.settings.keep_alive)),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

pub(crate) async fn cancel(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    PathId(id): PathId,
    once: Once,
) -> ApiResult<Response> {
    let id: ConversationId = path_id(&id)?;
    known(&api, &auth, id).await?;
    let making = once.of(&api, &auth, b"");
    if let Some(answer) = making.earlier().await? {
        return Ok(answer);
    }
    let canceled = api.inner.assistant.cancel(&auth.access, id).await?;
    making
        .write(move |_| {
            Box::pin(async move { Ok(Answer::ok(json!({ "conversation_id": id, "canceled": canceled }))) })
        })
        .await
}

async fn known<N>(api: &Api, auth: &Auth<N>, id: ConversationId) -> ApiResult<()> {
    let workspace = auth.access.workspace;
    let exists = api.inner.store.read(move |tx| Box::pin(conversations::exists(tx, workspace, id))).await?;
    if exists { Ok(()) } else { Err(ApiError::conversation_not_found()) }
}

fn wire(conversation: &Conversation) -> Value {
    json!({
        "id": conversation.id,
        "title": conversation.title,
        "message_count": conversation.message_count,
        "last_message_at": conversation.last_message_at,
        "context": conversation.context,
        "archived": conversation.archived,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
    })
}

fn wire_message(message: &Message, steps: bool) -> Value {
    json!({
        "id": message.id,
        "role": message.role,
        "content": message.content,
        "status": message.status,
        "tool_calls": if steps { message.tool_calls.clone() } else { json!([]) },
        "created_at": message.created_at,
    })
}
