//! Single runs, looked at closely.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use lexi_assistant::{Assistant, OpenError, Origin, Settings};
use lexi_crm::Crm;
use lexi_models::{Finish, Model, ModelEvent, ModelRequest, ModelStream, ToolCall};
use lexi_types::{Event, FinishReason, ToolStatus};

use crate::world::{self, World};

fn done(events: &[Event]) -> Option<(i64, i64, FinishReason)> {
    match events.last()? {
        Event::Done { credits_charged, credits_remaining, finish_reason, .. } => {
            Some((*credits_charged, *credits_remaining, *finish_reason))
        }
        _ => None,
    }
}

fn text(events: &[Event]) -> String {
    events
        .iter()
        .filter_map(|event| if let Event::Text { delta, .. } = event { Some(delta.as_str()) } else { None })
        .collect()
}

fn steps(events: &[Event]) -> (usize, usize) {
    let count = |wanted| {
        events.iter().filter(|e| matches!(e, Event::ToolStep { status, .. } if *status == wanted)).count()
    };
    (count(ToolStatus::Started), count(ToolStatus::Completed))
}

#[tokio::test]
async fn an_answer_costs_one_and_each_tool_call_one_more_up_to_the_hold() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 13).await;
    let plain = world.ask(r#"{"words":2}"#, None).await.unwrap();
    assert_eq!(done(&plain), Some((1, 12, FinishReason::Stop)));
    assert_eq!(text(&plain), "word0 word1 ");
    let two = world.ask(r#"{"tools":2}"#, None).await.unwrap();
    assert_eq!((done(&two), steps(&two)), (Some((3, 9, FinishReason::Stop)), (2, 2)));
    let many = world.ask(r#"{"tools":9}"#, None).await.unwrap();
    assert_eq!((done(&many), steps(&many)), (Some((5, 4, FinishReason::Stop)), (4, 4)));
    let poor = world.ask(r#"{"tools":9}"#, None).await.unwrap();
    assert_eq!(
        (done(&poor), steps(&poor)),
        (Some((4, 0, FinishReason::Stop)), (3, 3)),
        "the hold is the budget"
    );
    assert!(matches!(world.ask("{}", None).await, Err(OpenError::InsufficientCredits)));
    assert!(world.audit().await.is_sound());
}

#[tokio::test]
async fn without_tools_one_credit_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 5).await;
    let mut request = world.request(r#"{"tools":3,"delay_ms":100}"#, None);
    request.chat.allow_tools = false;
    let mut opened = world.open(request).await.unwrap();
    assert_eq!(world.audit().await.account.held, 1);
    assert_eq!(done(&world::read(&mut opened).await), Some((1, 4, FinishReason::Stop)));
}

#[tokio::test]
async fn a_failure_and_a_panic_release_the_hold_and_a_retry_runs_afresh_with_one_question() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 10).await;
    for message in [r#"{"words":2,"fail":true}"#, r#"{"panic":true}"#] {
        let key = if message.contains("fail") { "k1" } else { "k2" };
        let mut conversations = Vec::new();
        for _ in 0..2 {
            let mut opened = world.open(world.request(message, Some(key))).await.unwrap();
            assert_eq!(opened.origin, Origin::New);
            conversations.push(opened.conversation_id);
            let events = world::read(&mut opened).await;
            assert!(matches!(events.last(), Some(Event::Error { .. })));
        }
        assert_eq!(conversations[0], conversations[1], "the retry belongs to the conversation of the first");
        let (workspace, id) = (world.access.workspace, conversations[0]);
        let messages = world
            .store
            .read(move |tx| Box::pin(lexi_store::conversations::messages(tx, workspace, id, 100)))
            .await
            .unwrap();
        assert_eq!(messages.iter().filter(|m| m.role == "user").count(), 1);
        assert!(messages.iter().filter(|m| m.role == "assistant").all(|m| m.status == "failed"));
    }
    let audit = world.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 10, "{audit:?}");
}

#[tokio::test]
async fn the_same_key_is_joined_while_it_runs_and_replayed_when_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 50).await;
    let message = r#"{"words":10,"tools":1,"delay_ms":10}"#;
    let mut first = world.open(world.request(message, Some("key"))).await.unwrap();
    let mut second = world.open(world.request(message, Some("key"))).await.unwrap();
    assert_eq!((first.origin, second.origin), (Origin::New, Origin::Joined));
    let (one, two) = tokio::join!(world::read(&mut first), world::read(&mut second));
    let mut third = world.open(world.request(message, Some("key"))).await.unwrap();
    assert_eq!(third.origin, Origin::Replayed);
    assert_eq!(one, two);
    assert_eq!(one, world::read(&mut third).await);
    let mut rest = world.request(message, Some("key"));
    rest.resume.last_event_id = 5;
    assert_eq!(one[5..], world::read(&mut world.open(rest).await.unwrap()).await);
    assert!(matches!(world.ask("another", Some("key")).await, Err(OpenError::IdempotencyConflict)));
    assert_eq!(world.audit().await.account.balance, 48);
}

#[tokio::test]
async fn a_cancel_stores_and_charges_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 50).await;
    let mut opened = world.open(world.request(r#"{"words":1000,"delay_ms":5}"#, None)).await.unwrap();
    while !opened.reader.next().await.unwrap().unwrap().starts_with(b"event: text") {}
    assert_eq!(world.assistant.cancel(&world.access, opened.conversation_id).await.unwrap(), 1);
    let events = world::read(&mut opened).await;
    assert_eq!(done(&events), Some((1, 49, FinishReason::Canceled)));
    assert_eq!(world.assistant.cancel(&world.access, opened.conversation_id).await.unwrap(), 0);
}

#[tokio::test]
async fn a_run_outlives_its_readers_unless_configured() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 50).await;
    drop(world.open(world.request(r#"{"words":5,"delay_ms":5}"#, None)).await.unwrap());
    world.assistant.drain(Duration::from_secs(10)).await;
    assert_eq!(world.audit().await.account.balance, 49);

    let settings = Settings { cancel_on_disconnect: true, ..Settings::default() };
    let world = World::start(world.store.clone(), world.access.workspace, settings).await;
    drop(world.open(world.request(r#"{"words":100000,"delay_ms":5}"#, None)).await.unwrap());
    world.assistant.drain(Duration::from_secs(10)).await;
    let audit = world.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 48, "{audit:?}");
}

#[tokio::test]
async fn the_drain_gives_up_what_does_not_end() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("a.db"), 50).await;
    let mut opened = world.open(world.request(r#"{"words":100000,"delay_ms":20}"#, None)).await.unwrap();
    world.assistant.drain(Duration::from_millis(100)).await;
    let cut = async { while !matches!(opened.reader.next().await, Some(Err(_))) {} };
    tokio::time::timeout(Duration::from_secs(5), cut).await.unwrap();
    assert!(matches!(world.ask("{}", None).await, Err(OpenError::ShuttingDown)));
    let audit = world.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 50, "{audit:?}");
}

#[tokio::test]
async fn an_answer_ends_at_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 50).await;
    let world =
        World::start(store, workspace, Settings { answer_bytes_max: 20, ..Settings::default() }).await;
    let events = world.ask(r#"{"words":100}"#, None).await.unwrap();
    assert_eq!(done(&events), Some((1, 49, FinishReason::Length)));
    assert_eq!(text(&events), "word0 word1 word2 wo");
}

/// Says as much as fits and a bracket that may begin a link, then calls a tool.
#[derive(Debug)]
struct Talkative;

impl Model for Talkative {
    fn name(&self) -> &str {
        "talkative"
    }

    fn stream(&self, _: ModelRequest) -> ModelStream {
        let call = ToolCall { name: "pipelines.list".into(), arguments: "{}".into(), ..ToolCall::default() };
        let said = [
            ModelEvent::Text("a".repeat(20) + "["),
            ModelEvent::ToolCall(call),
            ModelEvent::Finish(Finish::ToolCalls),
        ];
        stream::iter(said.map(Ok)).boxed()
    }
}

#[tokio::test]
async fn an_answer_that_is_full_calls_no_more_tools() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 50).await;
    let settings = Settings { answer_bytes_max: 20, ..Settings::default() };
    let mut world = World::start(store.clone(), workspace, settings.clone()).await;
    world.assistant =
        Assistant::start(store.clone(), Crm::new(store), Arc::new(Talkative), settings).await.unwrap();
    let events = world.ask("?", None).await.unwrap();
    assert_eq!((done(&events), steps(&events)), (Some((1, 49, FinishReason::Length)), (0, 0)));
    assert_eq!(text(&events), "a".repeat(20));
}
