//! The books, under everything at once: concurrent runs, tool calls, failures, panics, cancels, clients that leave,
//! retries with the same key, and the whole process going away at a random moment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lexi_assistant::{OpenError, Settings};
use lexi_types::{ConversationId, Event, WorkspaceId};
use proptest::prelude::*;
use tokio::task::JoinSet;

use crate::world::{self, World};

const RUNS: usize = 64;
const BALANCE: i64 = 100;

#[derive(Debug, Clone)]
struct Ask {
    /// Some ask with one of a few keys, always the same question with the same key.
    key: Option<u8>,
    words: u8,
    tools: u8,
    delay_ms: u8,
    ends: Ends,
    starts_after_ms: u8,
    client: Client,
}

#[derive(Debug, Clone, Copy)]
enum Ends {
    Well,
    InError,
    InPanic,
}

#[derive(Debug, Clone, Copy)]
enum Client {
    Reads,
    Leaves,
    Cancels,
}

fn ask() -> impl Strategy<Value = Ask> {
    let ends = prop_oneof![6 => Just(Ends::Well), 2 => Just(Ends::InError), 1 => Just(Ends::InPanic)];
    let client = prop_oneof![4 => Just(Client::Reads), 1 => Just(Client::Leaves), 1 => Just(Client::Cancels)];
    (prop::option::of(0u8..12), 1u8..6, 0u8..7, 0u8..3, ends, 0u8..40, client).prop_map(
        |(key, words, tools, delay_ms, ends, starts_after_ms, client)| {
            let mut ask = Ask { key, words, tools, delay_ms, ends, starts_after_ms, client };
            if let Some(key) = key {
                (ask.words, ask.tools, ask.delay_ms) = (1 + key % 4, key % 6, key % 3);
                ask.ends = if key % 5 == 4 { Ends::InError } else { Ends::Well };
            }
            ask
        },
    )
}

impl Ask {
    fn message(&self) -> String {
        let end = match self.ends {
            Ends::Well => "",
            Ends::InError => r#","fail":true"#,
            Ends::InPanic => r#","panic":true"#,
        };
        format!(r#"{{"words":{},"tools":{},"delay_ms":{}{end}}}"#, self.words, self.tools, self.delay_ms)
    }
}

type Seen = Arc<Mutex<Vec<(String, i64)>>>;

/// One client, from its request to whatever becomes of it.
async fn client(world: Arc<World>, ask: Ask, seen: Seen) {
    tokio::time::sleep(Duration::from_millis(ask.starts_after_ms.into())).await;
    let key = ask.key.map(|key| format!("00000000-0000-4000-8000-0000000000{key:02}"));
    let mut opened = match world.open(world.request(&ask.message(), key.as_deref())).await {
        Ok(opened) => opened,
        Err(OpenError::InsufficientCredits | OpenError::ShuttingDown) => return,
        Err(other) => panic!("{other:?}"),
    };
    match ask.client {
        Client::Leaves => return,
        Client::Cancels => {
            let conversation: ConversationId = opened.conversation_id;
            world.assistant.cancel(&world.access, conversation).await.unwrap();
        }
        Client::Reads => {}
    }
    let events = world::read(&mut opened).await;
    let last = events.last().expect("a stream has a last frame");
    assert!(matches!(last, Event::Done { .. } | Event::Error { .. }), "{last:?}");
    if let Event::Done { message_id, credits_charged, credits_remaining, .. } = last {
        assert!(*credits_remaining >= 0);
        seen.lock().unwrap().push((message_id.to_string(), *credits_charged));
    }
}

/// One life of the process; it ends like a power cut after `cut_after`, or when everybody is served.
fn life(path: &Path, workspace: WorkspaceId, asks: Vec<Ask>, cut_after: Option<Duration>, seen: &Seen) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = Arc::new(World::start(world::store(path).await, workspace, Settings::default()).await);
        let mut clients = JoinSet::new();
        for ask in asks {
            clients.spawn(client(Arc::clone(&world), ask, Arc::clone(seen)));
        }
        let served = async {
            while let Some(ended) = clients.join_next().await {
                ended.unwrap()
            }
        };
        match cut_after {
            Some(after) => drop(tokio::time::timeout(after, served).await),
            None => {
                served.await;
                world.assistant.drain(Duration::from_secs(10)).await;
            }
        }
    });
    // A dead process writes nothing more: what its writer had begun ends before the next life begins.
    runtime.shutdown_timeout(Duration::from_secs(10));
}

fn check(path: &Path, seen: &Seen) -> Result<(), TestCaseError> {
    let db = rusqlite::Connection::open(path).unwrap();
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let balance = number("SELECT balance FROM credit_accounts");
    prop_assert_eq!(balance, number("SELECT sum(amount) FROM credit_ledger"));
    prop_assert!((0..=BALANCE).contains(&balance));
    prop_assert_eq!(number("SELECT min(balance_after) >= 0 FROM credit_ledger"), 1);
    prop_assert_eq!(number("SELECT held FROM credit_accounts"), 0);
    prop_assert_eq!(number("SELECT count(*) FROM runs WHERE status = 'running'"), 0);
    let charges_of_a_key = "SELECT COALESCE(max(n), 0) FROM (SELECT count(*) AS n FROM runs r JOIN credit_ledger l ON l.run_id = r.id
        WHERE r.idempotency_key IS NOT NULL GROUP BY r.idempotency_key)";
    prop_assert!(number(charges_of_a_key) <= 1);
    prop_assert_eq!(number("SELECT count(*) FROM credit_ledger l WHERE l.run_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM runs r WHERE r.id = l.run_id AND r.status = 'done' AND r.charged = -l.amount AND r.charged <= r.hold)"), 0);
    // What a client saw as done is charged, once and with that amount, and stands in its conversation.
    let seen: BTreeMap<String, i64> = seen.lock().unwrap().iter().cloned().collect();
    for (message, charged) in &seen {
        let sql = "SELECT (SELECT sum(amount) FROM credit_ledger WHERE message_id = ?1),
            (SELECT count(*) FROM messages WHERE id = ?1 AND role = 'assistant' AND status <> 'failed')";
        let (amount, stored): (Option<i64>, i64) =
            db.query_row(sql, [message], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        prop_assert_eq!((amount, stored), (Some(-charged), 1));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_whatever_happens(
        // Up to two lives that are cut short and one that ends well, each with its crowd; keys come back from life to life.
        crowds in prop::collection::vec(prop::collection::vec(ask(), RUNS..=RUNS), 1..=3),
        cuts in prop::collection::vec(0u64..60, 2..=2),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lexi.db");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let workspace = runtime.block_on(async { world::workspace(&world::store(&path).await, BALANCE).await });
        drop(runtime);
        let seen = Seen::default();
        let last = crowds.len() - 1;
        for (number, crowd) in crowds.into_iter().enumerate() {
            let cut = cuts.get(number).filter(|_| number < last).map(|ms| Duration::from_millis(*ms));
            life(&path, workspace, crowd, cut, &seen);
        }
        check(&path, &seen)?;
    }
}
