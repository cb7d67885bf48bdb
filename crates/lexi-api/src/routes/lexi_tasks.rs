//! What Lexi has proposed: looked at, approved or dismissed by a person.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_assistant::{Decider, Undecided};
use lexi_crm::{Change, Denied};
use lexi_store::approvals::{LexiTask, TaskStatus};
use lexi_types::{ErrorCode, LexiTaskId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::app::Api;
use crate::auth::{Auth, ReadAi, WriteAi};
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};
use crate::query::{Params, PathId, path_id};

use super::{data, list as listed};

const PER_PAGE: i64 = 25;
const REASON_CHARS_MAX: usize = 500;
const STATUSES: &str = "must be pending, approved, dismissed, completed or failed";

pub(crate) async fn list(State(api): State<Api>, auth: Auth<ReadAi>, params: Params) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let status = params.parse("status", STATUSES)?.unwrap_or(TaskStatus::Pending);
    let found = api.inner.assistant.tasks(&auth.access, status, page).await?;
    Ok(listed("tasks", found.rows.iter().map(wire).collect(), page, found.total))
}

pub(crate) async fn read(
    State(api): State<Api>,
    auth: Auth<ReadAi>,
    PathId(id): PathId,
) -> ApiResult<Response> {
    let id: LexiTaskId = path_id(&id)?;
    let task = api.inner.assistant.task(&auth.access, id).await?;
    Ok(data(wire(&task.ok_or(Undecided::NotFound)?)))
}

/// A task is made once by itself; the client's key only repeats the answer.
pub(crate) async fn approve(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    PathId(id): PathId,
    once: Once,
) -> ApiResult<Response> {
    let id: LexiTaskId = path_id(&id)?;
    let making = once.of(&api, &auth, &[]);
    if let Some(answered) = making.earlier().await? {
        return Ok(answered);
    }
    let by = Decider { access: auth.access, actor: auth.actor() };
    let task = api.inner.assistant.approve(&by, id).await?;
    let shown = json!({
        "task_id": task.id, "status": task.status.as_str(), "execution_started": true, "task": wire(&task),
    });
    making.write(move |_| Box::pin(async move { Ok(Answer::ok(shown)) })).await
}

#[derive(Deserialize, Default)]
struct Dismissal {
    #[serde(default)]
    reason: Value,
}

impl Dismissal {
    fn reason(&self) -> ApiResult<Option<String>> {
        let reason = match &self.reason {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim(),
            _ => return Err(too_long()),
        };
        if reason.chars().count() > REASON_CHARS_MAX {
            return Err(too_long());
        }
        Ok(Some(reason.to_owned()).filter(|reason| !reason.is_empty()))
    }
}

fn too_long() -> ApiError {
    ApiError::field("reason", format!("must be text of at most {REASON_CHARS_MAX} characters"))
}

pub(crate) async fn dismiss(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    PathId(id): PathId,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read_optional(&api.inner.settings, &headers, body).await?;
    let dismissal: Dismissal = if body.is_empty() { Dismissal::default() } else { body::parse(&body)? };
    let reason = dismissal.reason()?;
    let id: LexiTaskId = path_id(&id)?;
    let making = once.of(&api, &auth, &body);
    if let Some(answered) = making.earlier().await? {
        return Ok(answered);
    }
    let by = Decider { access: auth.access, actor: auth.actor() };
    let task = api.inner.assistant.dismiss(&by, id, reason).await?;
    let shown = json!({ "task_id": task.id, "status": task.status.as_str(), "task": wire(&task) });
    making.write(move |_| Box::pin(async move { Ok(Answer::ok(shown)) })).await
}

impl From<Undecided> for ApiError {
    fn from(undecided: Undecided) -> Self {
        match undecided {
            Undecided::NotFound => Self::new(ErrorCode::NotFound, "There is no task of Lexi with this id."),
            Undecided::Denied(Denied(scope)) => Self::new(
                ErrorCode::InsufficientPermissions,
                format!(
                    "This API key lacks the scope `{scope}`. Approve with a key that could do it itself."
                ),
            ),
            Undecided::Conflict(message) => Self::new(ErrorCode::Conflict, message),
            Undecided::Store(error) => error.into(),
        }
    }
}

fn wire(task: &LexiTask) -> Value {
    let reason = task.reason.as_deref();
    json!({
        "id": task.id,
        "type": task.kind,
        "status": task.status.as_str(),
        "description": task.description,
        "metadata": {
            "tool": task.tool,
            "changes": changes(&task.changes),
            "conversation_id": task.conversation_id,
            "message_id": task.message_id,
            "key_id": task.key_id,
            "reason": reason.filter(|_| task.status == TaskStatus::Dismissed),
            "error": reason.filter(|_| task.status == TaskStatus::Failed),
        },
        "created_at": task.created_at,
        "expires_at": task.expires_at,
        "decided_at": task.decided_at,
    })
}

/// What will change, from what to what. What is to be made has nothing before, what is to be removed nothing after.
fn changes(changes: &Value) -> Vec<Value> {
    let changes: Vec<Change> = serde_json::from_value(changes.clone()).unwrap_or_default();
    let fields = |fields: Map<String, Value>| if fields.is_empty() { Value::Null } else { fields.into() };
    let shown = changes.into_iter().map(|change| {
        json!({
            "type": change.kind,
            "verb": change.verb,
            "id": change.id,
            "name": change.name,
            "before": fields(change.before),
            "after": fields(change.after),
        })
    });
    shown.collect()
}
