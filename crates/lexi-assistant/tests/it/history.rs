//! What a model is told of the questions before, and what is kept of a run.

use std::sync::{Arc, Mutex};

use futures_util::{StreamExt, stream};
use lexi_assistant::{Assistant, Settings};
use lexi_crm::{Access, Crm};
use lexi_models::{Finish, Model, ModelEvent, ModelMessage, ModelRequest, ModelStream, ToolCall};
use lexi_types::{ConversationId, KeyId, Scope, ScopeSet, Usage};
use serde_json::{Value, json};

use crate::world::{self, World};

/// Lists the pipelines, then answers; remembers what it was told.
#[derive(Debug, Default)]
struct Listening(Arc<Mutex<Vec<ModelRequest>>>);

impl Model for Listening {
    fn name(&self) -> &str {
        "listening"
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let answers =
            matches!(request.messages.last(), Some(ModelMessage::Tool { .. })) || request.tools.is_empty();
        self.0.lock().unwrap().push(request);
        let usage = Usage { input_tokens: 9, output_tokens: 2, cached_tokens: 5, cache_write_tokens: 0 };
        let (said, finish) = if answers {
            (ModelEvent::Text("None.".to_owned()), Finish::Stop)
        } else {
            let call = ToolCall {
                id: "x".into(),
                name: "pipelines.list".into(),
                arguments: "{}".into(),
                extra: None,
            };
            (ModelEvent::ToolCall(call), Finish::ToolCalls)
        };
        stream::iter([Ok(said), Ok(ModelEvent::Usage(usage)), Ok(ModelEvent::Finish(finish))]).boxed()
    }
}

async fn ask(world: &World, message: &str, conversation: Option<ConversationId>) -> ConversationId {
    let mut request = world.request(message, None);
    request.chat.conversation_id = conversation;
    let mut opened = world.open(request).await.unwrap();
    world::read(&mut opened).await;
    opened.conversation_id
}

#[tokio::test]
async fn the_next_question_comes_with_the_results_of_the_one_before_if_the_key_may_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = world::store(&path).await;
    let workspace = world::workspace(&store, 100).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let model = Arc::new(Listening(Arc::clone(&told)));
    let assistant =
        Assistant::start(store.clone(), Crm::new(store.clone()), model, Settings::default()).await.unwrap();
    let access = Access { workspace, key_id: KeyId::new(), scopes: ScopeSet::all(), user_id: None };
    let mut world = World { store, assistant, access };

    let conversation = ask(&world, "Which pipelines?", None).await;
    ask(&world, "And now?", Some(conversation)).await;
    let first_of_second = told.lock().unwrap()[2].clone();
    let [
        ModelMessage::User { .. },
        ModelMessage::Assistant { text, tool_calls, .. },
        ModelMessage::Tool { call_id, name, result, is_error: false },
        ModelMessage::Assistant { text: answer, .. },
        ModelMessage::User { .. },
    ] = &first_of_second.messages[..]
    else {
        panic!("{first_of_second:?}")
    };
    assert_eq!((text.as_str(), tool_calls[0].id.as_str(), call_id.as_str()), ("", "h0001c001", "h0001c001"));
    assert_eq!((name.as_str(), answer.as_str()), ("pipelines.list", "None."));
    assert!(result.get("pipelines").is_some(), "{result}");

    let scopes = [Scope::WriteAi, Scope::ReadContacts].into_iter().collect::<ScopeSet>();
    world.access = Access { scopes, ..world.access };
    ask(&world, "And for me?", Some(conversation)).await;
    let messages = told.lock().unwrap()[4].messages.clone();
    assert!(!messages.iter().any(|message| matches!(message, ModelMessage::Tool { .. })), "{messages:?}");
    assert_eq!(messages.len(), 5);

    // It may call the tool, but the results were read by a key that may read more.
    let scopes = [Scope::WriteAi, Scope::ReadDeals].into_iter().collect::<ScopeSet>();
    world.access = Access { scopes, ..world.access };
    ask(&world, "And for me?", Some(conversation)).await;
    let messages = told.lock().unwrap().last().unwrap().messages.clone();
    let results = messages.iter().filter(|message| matches!(message, ModelMessage::Tool { .. }));
    assert_eq!(results.count(), 1, "only its own: {messages:?}");

    let db = rusqlite::Connection::open(&path).unwrap();
    let text = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let kept: Value =
        serde_json::from_str(&text("SELECT tool_results FROM messages WHERE role = 'assistant'")).unwrap();
    assert_eq!(kept, json!([**result]));
    let run =
        "SELECT model || ' ' || input_tokens || ' ' || cached_tokens FROM runs ORDER BY started_at LIMIT 1";
    assert_eq!(text(run), "listening 18 10");
    let day = "SELECT model || ' ' || runs || ' ' || cost_micros || ' ' || unpriced_runs FROM model_usage";
    assert_eq!(text(day), "listening 4 0 4");
}
