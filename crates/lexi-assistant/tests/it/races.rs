//! What happens at the same time, or at the worst time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lexi_assistant::{OpenError, Origin, Settings};
use lexi_types::{Event, FinishReason};
use tokio::task::JoinSet;

use crate::world::{self, World};

fn is_done(events: &[Event]) -> bool {
    matches!(events.last(), Some(Event::Done { finish_reason: FinishReason::Stop, .. }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_renewal_of_leases_cancels_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 100_000_000).await;
    // A tick every 200 ms, through hundreds of admissions each. A lease much shorter is lost for good reason when the
    // machine itself stands still for as long.
    let settings = Settings { lease: Duration::from_millis(600), ..Settings::default() };
    let world = Arc::new(World::start(store, workspace, settings).await);
    // Through twenty ticks and five hundred runs at least, however slow the machine.
    let until = Instant::now() + Duration::from_secs(4);
    let runs = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..64 {
        let (world, runs) = (Arc::clone(&world), Arc::clone(&runs));
        clients.spawn(async move {
            while Instant::now() < until || runs.load(Ordering::Relaxed) < 500 {
                let events = world.ask(r#"{"words":2,"delay_ms":3}"#, None).await.unwrap();
                assert!(is_done(&events), "{:?}", events.last());
                runs.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
}

// On one thread, so that the run cannot be admitted while its client is polled for the only time.
#[tokio::test]
async fn a_client_that_is_gone_before_its_admission_is_one_that_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 100).await;
    let settings = Settings { cancel_on_disconnect: true, ..Settings::default() };
    let world = World::start(store, workspace, settings).await;
    let request = world.request(r#"{"words":100000,"delay_ms":5}"#, None);
    // Polled once and dropped.
    assert!(tokio::time::timeout(Duration::ZERO, world.open(request)).await.is_err());
    let deadline = Instant::now() + Duration::from_secs(10);
    while (world.audit().await.account.held > 0 || world.audit().await.account.balance == 100)
        && Instant::now() < deadline
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let audit = world.audit().await;
    assert_eq!((audit.account.held, audit.account.balance), (0, 99), "canceled and settled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_run_is_not_lost_to_its_own_retry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let world = World::new(&path, 100).await;
    let message = r#"{"words":40,"delay_ms":10}"#;
    let mut first = world.open(world.request(message, Some("k"))).await.unwrap();
    // What a suspended machine or a stepped clock leaves behind.
    let db = rusqlite::Connection::open(&path).unwrap();
    assert_eq!(db.execute("UPDATE runs SET lease_until = 1", []).unwrap(), 1);
    let mut second = world.open(world.request(message, Some("k"))).await.unwrap();
    assert_eq!(second.origin, Origin::Joined);
    let (one, two) = tokio::join!(world::read(&mut first), world::read(&mut second));
    assert!(is_done(&one) && one == two);
}

#[tokio::test]
async fn the_frames_of_one_run_are_never_continued_with_those_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let world = World::new(&path, 100).await;
    let message = r#"{"words":8,"delay_ms":5}"#;
    let lost = world.open(world.request(message, Some("k"))).await.unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("UPDATE runs SET status = 'lost'; UPDATE credit_accounts SET held = 0").unwrap();
    let mut afresh = world.open(world.request(message, Some("k"))).await.unwrap();
    assert_eq!(afresh.origin, Origin::New);
    let fresh_id = afresh.message_id.to_string();
    let whole = world::read(&mut afresh).await;
    let continued = |message_id: Option<String>| {
        let mut request = world.request(message, Some("k"));
        request.resume.last_event_id = 5;
        request.resume.message_id = message_id;
        let world = &world;
        async move { world::read(&mut world.open(request).await.unwrap()).await }
    };
    assert_eq!(continued(None).await, whole, "whose five frames were they?");
    assert_eq!(continued(Some(lost.message_id.to_string())).await, whole, "the lost run's");
    assert_eq!(continued(Some(fresh_id)).await, whole[5..], "this run's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_still_joins_and_replays_and_refuses_only_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::new(World::new(&folder.path().join("a.db"), 100).await);
    let done = world.ask(r#"{"words":2}"#, Some("done")).await.unwrap();
    let message = r#"{"words":40,"delay_ms":10}"#;
    let mut running = world.open(world.request(message, Some("running"))).await.unwrap();
    let draining = Arc::clone(&world);
    let mut drain =
        JoinSet::from_iter([async move { draining.assistant.drain(Duration::from_secs(10)).await }]);
    while !world.assistant.is_draining() {
        tokio::task::yield_now().await;
    }
    let mut joined = world.open(world.request(message, Some("running"))).await.unwrap();
    assert_eq!(joined.origin, Origin::Joined);
    assert_eq!(world.ask(r#"{"words":2}"#, Some("done")).await.unwrap(), done);
    assert!(matches!(world.ask(r#"{"words":2}"#, Some("new")).await, Err(OpenError::ShuttingDown)));
    assert!(matches!(world.ask(r#"{"words":2}"#, None).await, Err(OpenError::ShuttingDown)));
    let (one, two) = tokio::join!(world::read(&mut running), world::read(&mut joined));
    assert!(is_done(&one) && one == two);
    drain.join_next().await.unwrap().unwrap();
    assert!(world.audit().await.is_sound());
}

#[tokio::test]
async fn thoughts_have_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 50).await;
    let settings = Settings { answer_bytes_max: 100, ..Settings::default() };
    let world = World::start(store, workspace, settings).await;
    let thoughts =
        |events: &[Event]| events.iter().filter(|event| matches!(event, Event::Thinking { .. })).count();
    let events = world.ask(r#"{"words":1,"thoughts":100}"#, None).await.unwrap();
    assert!(is_done(&events) && (1..100).contains(&thoughts(&events)), "{events:?}");
    // Without an end there is no answer either.
    let events = world.ask(r#"{"words":1,"thoughts":1000}"#, None).await.unwrap();
    assert!(matches!(events.last(), Some(Event::Error { .. })) && thoughts(&events) < 100, "{events:?}");
}

#[tokio::test]
async fn a_run_without_a_sign_of_life_is_swept_by_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = world::store(&path).await;
    let workspace = world::workspace(&store, 100).await;
    let settings = Settings { lease: Duration::from_millis(300), ..Settings::default() };
    let world = World::start(store, workspace, settings).await;
    world.ask(r#"{"words":1}"#, None).await.unwrap();
    // Another server's run, which that server will never end.
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "INSERT INTO runs (workspace_id, id, conversation_id, message_id, user_message_id, key_id, idempotency_key, status, hold, charged,
           epoch, lease_until, finish_reason, error_code, input_tokens, output_tokens, started_at, ended_at) SELECT workspace_id, '0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f', conversation_id, 'msg_01M833YVRNVZMSHTPKHT2DV984', user_message_id, key_id, 'key', 'running', 5, 0, 1,
           lease_until - 3600000000, NULL, NULL, 0, 0, started_at, NULL FROM runs;
         UPDATE credit_accounts SET held = 5",
    )
    .unwrap();
    let status = || {
        db.query_row("SELECT status FROM runs WHERE epoch = 1", [], |row| row.get::<_, String>(0)).unwrap()
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while status() == "running" && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status(), "lost");
    let audit = world.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 99, "{audit:?}");
}

#[tokio::test]
async fn a_run_that_wakes_after_it_was_swept_charges_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let world = World::new(&path, 100).await;
    let mut opened = world.open(world.request(r#"{"words":5,"delay_ms":20}"#, Some("k"))).await.unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("UPDATE runs SET status = 'lost'; UPDATE credit_accounts SET held = 0").unwrap();
    let events = world::read(&mut opened).await;
    assert!(
        matches!(events.last(), Some(Event::Text { .. })),
        "it breaks off without a word on how it ended"
    );
    let answers = db
        .query_row("SELECT count(*) FROM messages WHERE role = 'assistant'", [], |row| row.get::<_, i64>(0));
    assert_eq!(answers.unwrap(), 0);
    let audit = world.audit().await;
    assert!(audit.is_sound() && audit.account.balance == 100, "{audit:?}");
}

#[tokio::test]
async fn a_run_that_takes_too_long_is_given_up_uncharged() {
    let folder = tempfile::tempdir().unwrap();
    let store = world::store(&folder.path().join("a.db")).await;
    let workspace = world::workspace(&store, 100).await;
    let settings = Settings { run_time_max: Duration::from_millis(200), ..Settings::default() };
    let world = World::start(store, workspace, settings).await;
    let events = world.ask(r#"{"words":1000,"delay_ms":20}"#, None).await.unwrap();
    assert!(matches!(events.last(), Some(Event::Error { code, .. }) if code == "provider_timeout"));
    let audit = world.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0 && audit.account.balance == 100, "{audit:?}");
}
