//! Writes and bans, for a model that calls tools by the names that they have here.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use lexi_assistant::{Assistant, Settings};
use lexi_crm::{Access, Crm};
use lexi_models::{Finish, Model, ModelEvent, ModelMessage, ModelRequest, ModelStream, ToolCall};
use lexi_store::keys::{self, NewKey};
use lexi_store::policies::{self, ToolPolicy};
use lexi_store::records;
use lexi_types::records::{Record, RecordType};
use lexi_types::{Event, RateTier, RecordId, ScopeSet, Timestamp, ToolStatus};
use serde_json::json;

use crate::world::{self, World};

/// Raises the value of a deal and tells of it.
#[derive(Debug)]
struct Raiser(RecordId);

impl Model for Raiser {
    fn name(&self) -> &str {
        "raiser"
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let events = match request.messages.last() {
            Some(ModelMessage::Tool { .. }) => vec![
                Ok(ModelEvent::Text("I propose 40,250 instead of 30,125, not 50,375.".to_owned())),
                Ok(ModelEvent::Finish(Finish::Stop)),
            ],
            _ => vec![
                Ok(ModelEvent::ToolCall(ToolCall {
                    name: "deals.update".to_owned(),
                    arguments: json!({"records": [self.0], "set": {"estimated_value": 40250}}).to_string(),
                    ..ToolCall::default()
                })),
                Ok(ModelEvent::Finish(Finish::ToolCalls)),
            ],
        };
        stream::iter(events).boxed()
    }
}

#[tokio::test]
async fn what_was_proposed_supports_the_figures_of_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 10).await;
    let now = Timestamp::now();
    let deal = json!({
        "id": RecordId::new(), "name": "Windmere", "status": "active", "currency": "EUR", "estimated_value": 30125,
        "tags": [], "custom_fields": {}, "created_date": now, "updated_date": now,
    });
    let deal = Record::from_fields(RecordType::Deal, deal.as_object().unwrap().clone()).unwrap();
    let id = deal.id();
    let new = NewKey {
        name: "k".to_owned(),
        description: None,
        scopes: ScopeSet::all(),
        tier: RateTier::Standard,
        user_id: None,
        created_by: None,
        expires_at: None,
    };
    let made = store.write(move |tx| {
        Box::pin(async move {
            records::insert(tx, workspace, &deal).await?;
            keys::create(tx, workspace, &new, now).await
        })
    });
    let key = made.await.unwrap().0;
    let mut world = World::start(store.clone(), workspace, Settings::default()).await;
    world.access = Access { workspace, key_id: key.id, scopes: key.scopes, user_id: None };
    let crm = Crm::new(store.clone());
    world.assistant = Assistant::start(store, crm, Arc::new(Raiser(id)), Settings::default()).await.unwrap();
    let events = world.ask("Raise it", None).await.unwrap();
    let waits = events.iter().any(|event| matches!(event, Event::ToolStep { task_id: Some(_), .. }));
    assert!(waits, "{events:?}");
    let Some(Event::Done { grounding, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((grounding.figures, grounding.unsupported.as_slice()), (3, ["50,375".to_owned()].as_slice()));
}

#[tokio::test]
async fn a_call_of_a_banned_tool_by_its_own_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 10).await;
    let workspace = world.access.workspace;
    let ban = ToolPolicy { deny: vec!["pipelines.*".to_owned()], ..ToolPolicy::default() };
    let set =
        world.store.write(move |tx| Box::pin(async move { policies::set(tx, workspace, None, &ban).await }));
    set.await.unwrap();
    let events = world.ask(r#"{"tools": 1}"#, None).await.unwrap();
    let refused = events.iter().find_map(|event| match event {
        Event::ToolStep { status: ToolStatus::Completed, summary, is_error, .. } => Some((summary, is_error)),
        _ => None,
    });
    let (summary, is_error) = refused.unwrap();
    assert_eq!(summary.as_deref(), Some("Not permitted: pipelines.list is switched off"));
    assert_eq!(*is_error, Some(true));
}
