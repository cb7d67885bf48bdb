//! The chat, streamed and whole. Both read the same run; only the wire differs.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_assistant::{Opened, Request, Resume, SlotsFull, StreamPermit};
use lexi_types::{ChatRequest, ErrorCode, Event, LexiTaskId, ToolStatus, sse};
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::{Auth, WriteAi};
use crate::errors::{ApiError, ApiResult};
use crate::{body, idempotency, stream as frames};

use super::data;

/// How soon one of 32 streams may have ended.
const RETRY_STREAMS: Duration = Duration::from_secs(2);

pub(crate) async fn stream(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let (opened, permit) = open(&api, &auth, "/v1/lexi/chat/stream", &headers, body).await?;
    Ok(frames::response(opened, permit, api.inner.settings.keep_alive))
}

pub(crate) async fn once(
    State(api): State<Api>,
    auth: Auth<WriteAi>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let (mut opened, _permit) = open(&api, &auth, "/v1/lexi/chat", &headers, body).await?;
    let answer = Answer::collect(&mut opened).await?;
    let mut response = data(answer.wire(&opened));
    frames::identify(
        &mut response,
        opened.origin,
        &opened.conversation_id.to_string(),
        opened.message_id.as_str(),
    );
    Ok(response)
}

/// A key's share of open streams.
pub(crate) fn permit<N>(api: &Api, auth: &Auth<N>) -> ApiResult<StreamPermit> {
    api.inner.assistant.slots().acquire(auth.access.key_id).map_err(|full| match full {
        SlotsFull::OfKey => ApiError::rate_limited(
            "This key has as many streams open as it may. Wait until one of them ends.",
            RETRY_STREAMS,
        ),
        SlotsFull::OfServer => ApiError::unavailable(
            "The server has as many streams open as it may. Try again shortly.",
            RETRY_STREAMS,
        ),
    })
}

async fn open(
    api: &Api,
    auth: &Auth<WriteAi>,
    route: &str,
    headers: &HeaderMap,
    body: Body,
) -> ApiResult<(Opened, StreamPermit)> {
    let permit = permit(api, auth)?;
    let body = body::read(&api.inner.settings, headers, body).await?;
    let chat = ChatRequest::from_json(&body)?;
    let idempotency = idempotency::key(headers, "POST", route, &body)?;
    let mut resume = idempotency::resume(headers)?;
    if idempotency.is_none() || !route.ends_with("/stream") {
        // Without the key there is no run to continue, and a whole answer has no frames.
        resume = Resume::default();
    }
    let request = Request { chat, idempotency, resume };
    let opened = api.inner.assistant.open(&auth.access, request, permit.clone()).await?;
    Ok((opened, permit))
}

/// What a stream says, put together.
#[derive(Default)]
struct Answer {
    response: String,
    tool_steps: Vec<Value>,
    /// The first of what waits for a person.
    task_id: Option<LexiTaskId>,
    credits_charged: i64,
    credits_remaining: i64,
    finish_reason: Option<&'static str>,
}

impl Answer {
    async fn collect(opened: &mut Opened) -> ApiResult<Self> {
        let mut answer = Self::default();
        let mut parser = sse::Parser::default();
        while let Some(next) = opened.reader.next().await {
            let bytes = next.map_err(|_| {
                ApiError::unavailable(
                    "The server lost this answer before it was done. Nothing was charged; ask again.",
                    RETRY_STREAMS,
                )
            })?;
            for frame in parser.push(&bytes) {
                let Some(Ok(event)) = Event::from_frame(&frame.event, &frame.data) else { continue };
                answer.take(event)?;
            }
        }
        Ok(answer)
    }

    fn take(&mut self, event: Event) -> ApiResult<()> {
        match event {
            Event::Thinking { .. } => {}
            Event::ToolStep {
                tool,
                status: ToolStatus::Completed,
                summary,
                call_id,
                is_error,
                records,
                task_id,
                requires_approval,
            } => {
                self.task_id = self.task_id.or(task_id);
                let mut step = json!({
                    "tool": tool, "summary": summary, "call_id": call_id, "is_error": is_error, "records": records,
                });
                if let Some(task_id) = task_id {
                    step["task_id"] = json!(task_id);
                    step["requires_approval"] = json!(requires_approval);
                }
                self.tool_steps.push(step);
            }
            Event::ToolStep { status: ToolStatus::Started, .. } => {}
            Event::Text { delta, .. } => self.response.push_str(&delta),
            Event::Done { credits_remaining, credits_charged, finish_reason, .. } => {
                self.credits_remaining = credits_remaining;
                self.credits_charged = credits_charged;
                self.finish_reason = Some(finish_reason.as_str());
            }
            Event::Error { code, message } => {
                let code = ErrorCode::parse(&code).unwrap_or(ErrorCode::InternalError);
                return Err(ApiError::new(code, message));
            }
        }
        Ok(())
    }

    fn wire(self, opened: &Opened) -> Value {
        json!({
            "response": self.response,
            "conversation_id": opened.conversation_id,
            "task_id": self.task_id,
            "requires_approval": self.task_id.is_some(),
            "message_id": opened.message_id,
            "credits_charged": self.credits_charged,
            "credits_remaining": self.credits_remaining,
            "finish_reason": self.finish_reason,
            "tool_steps": self.tool_steps,
        })
    }
}
