//! A store with one workspace and an assistant on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use lexi_assistant::{Assistant, IdempotencyKey, OpenError, Opened, Request, Resume, Settings, request_hash};
use lexi_crm::{Access, Crm};
use lexi_models::{
    Cause, Finish, Model, ModelError, ModelEvent, ModelMessage, ModelRequest, ModelStream, ToolCall,
};
use lexi_store::credits::{self, LedgerKind};
use lexi_store::{OpenOptions, Store, workspaces};
use lexi_types::sse::Parser;
use lexi_types::{ChatRequest, Event, KeyId, PageContext, ScopeSet, Timestamp, Usage, WorkspaceId};
use serde_json::Value;

/// Does what the question says: `{"words": 3, "tools": 2, "delay_ms": 1, "fail": true}`.
#[derive(Debug)]
struct Obedient;

impl Model for Obedient {
    fn name(&self) -> &str {
        "obedient"
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let question = request.messages.iter().rev().find_map(|message| match message {
            ModelMessage::User { text, .. } => serde_json::from_str::<Value>(text).ok(),
            _ => None,
        });
        let script = question.unwrap_or_default();
        let number = |name: &str| script.get(name).and_then(Value::as_u64).unwrap_or(0);
        let answered = matches!(request.messages.last(), Some(ModelMessage::Tool { .. }));
        let delay = Duration::from_millis(number("delay_ms"));
        let mut events: Vec<Result<ModelEvent, ModelError>> = Vec::new();
        if number("tools") > 0 && !answered && !request.tools.is_empty() {
            for n in 0..number("tools") {
                let name = "pipelines.list".to_owned();
                events.push(Ok(ModelEvent::ToolCall(ToolCall {
                    id: n.to_string(),
                    name,
                    arguments: "{}".into(),
                    extra: None,
                })));
            }
            events.push(Ok(ModelEvent::Finish(Finish::ToolCalls)));
        } else {
            for _ in 0..number("thoughts") {
                events.push(Ok(ModelEvent::Thinking("pondering ".into())));
            }
            for n in 0..number("words").max(1) {
                events.push(Ok(ModelEvent::Text(format!("word{n} "))));
            }
            if script.get("panic").is_some() {
                return panicking();
            }
            if script.get("fail").is_some() {
                events.push(Err(ModelError {
                    cause: Cause::Broken,
                    message: "scripted".into(),
                    retry: false,
                    retry_after: None,
                }));
            } else {
                events.push(Ok(ModelEvent::Usage(Usage {
                    input_tokens: 7,
                    output_tokens: 3,
                    ..Usage::default()
                })));
                events.push(Ok(ModelEvent::Finish(Finish::Stop)));
            }
        }
        let paced = stream::iter(events).then(move |event| async move {
            tokio::time::sleep(delay).await;
            event
        });
        paced.boxed()
    }
}

fn panicking() -> BoxStream<'static, Result<ModelEvent, ModelError>> {
    stream::once(async { panic!("scripted panic of a model") }).boxed()
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) assistant: Assistant,
    pub(crate) access: Access,
}

pub(crate) async fn store(path: &Path) -> Store {
    Store::open_sqlite(path, OpenOptions::default()).await.unwrap()
}

/// A workspace with so many credits.
pub(crate) async fn workspace(store: &Store, credits: i64) -> WorkspaceId {
    let now = Timestamp::now();
    let made =
        store.write(move |tx| Box::pin(workspaces::create(tx, "Firm", now))).await.unwrap().unwrap().id;
    store
        .write(move |tx| Box::pin(credits::adjust(tx, made, LedgerKind::Grant, credits, now)))
        .await
        .unwrap()
        .unwrap();
    made
}

impl World {
    pub(crate) async fn start(store: Store, workspace: WorkspaceId, settings: Settings) -> Self {
        let crm = Crm::new(store.clone());
        let assistant = Assistant::start(store.clone(), crm, Arc::new(Obedient), settings).await.unwrap();
        let access = Access { workspace, key_id: KeyId::new(), scopes: ScopeSet::all(), user_id: None };
        Self { store, assistant, access }
    }

    pub(crate) async fn new(path: &Path, credits: i64) -> Self {
        let store = store(path).await;
        let workspace = workspace(&store, credits).await;
        Self::start(store, workspace, Settings::default()).await
    }

    pub(crate) fn request(&self, message: &str, key: Option<&str>) -> Request {
        Request {
            chat: ChatRequest {
                message: message.to_owned(),
                conversation_id: None,
                context: PageContext::default(),
                allow_tools: true,
            },
            idempotency: key.map(|key| IdempotencyKey {
                key: key.to_owned(),
                request_hash: request_hash("POST", "/v1/lexi/chat/stream", message.as_bytes()),
            }),
            resume: Resume::default(),
        }
    }

    pub(crate) async fn open(&self, request: Request) -> Result<Opened, OpenError> {
        let permit = self.assistant.slots().acquire(KeyId::new()).unwrap();
        self.assistant.open(&self.access, request, permit).await
    }

    /// Asks and reads to the end.
    pub(crate) async fn ask(&self, message: &str, key: Option<&str>) -> Result<Vec<Event>, OpenError> {
        let mut opened = self.open(self.request(message, key)).await?;
        Ok(read(&mut opened).await)
    }

    pub(crate) async fn audit(&self) -> credits::Audit {
        let workspace = self.access.workspace;
        self.store.read(move |tx| Box::pin(credits::audit(tx, workspace))).await.unwrap()
    }
}

pub(crate) async fn read(opened: &mut Opened) -> Vec<Event> {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    while let Some(Ok(bytes)) = opened.reader.next().await {
        for frame in parser.push(&bytes) {
            events.push(Event::from_frame(&frame.event, &frame.data).unwrap().unwrap());
        }
    }
    events
}
