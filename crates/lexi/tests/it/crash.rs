//! `kill -9` at random moments, under load.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lexi_testkit::{Http, Lexi, ModelServer};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use crate::world::{new_key, scripted, with_tools};

const CLIENTS: usize = 8;

#[derive(Debug, Default)]
struct Seen {
    /// Message id and charge of every `done` that a client has read, and its whole answer.
    done: BTreeMap<String, (i64, String)>,
    /// Key and question of every request that was sent.
    asked: Vec<(String, String)>,
}

/// Asks, one question after the other, until the server is gone.
async fn client(http: Http, seed: u64, seen: Arc<Mutex<Seen>>) {
    let mut rng = SmallRng::seed_from_u64(seed);
    loop {
        let retry = rng.random_bool(0.4);
        let earlier = seen.lock().unwrap().asked.get(rng.random_range(0..1000)).cloned().filter(|_| retry);
        let (key, message) = earlier.unwrap_or_else(|| {
            (new_key(), with_tools(rng.random_range(0..4), rng.random_range(1..12), rng.random_range(0..4)))
        });
        seen.lock().unwrap().asked.push((key.clone(), message.clone()));
        let Ok(response) = http.keyed(&message, &key).send().await else { return };
        let answer = lexi_testkit::http::read(response).await;
        if let Some(done) = answer.done() {
            let id = done["message_id"].as_str().unwrap().to_owned();
            let charged = done["credits_charged"].as_i64().unwrap();
            let before = seen.lock().unwrap().done.insert(id, (charged, answer.answer()));
            assert!(before.is_none_or(|before| before == (charged, answer.answer())), "a replay differs");
        }
        if !answer.is_complete() && answer.status == 200 {
            return;
        }
    }
}

fn check(lexi: &Lexi, seen: &Seen) {
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("SELECT balance - (SELECT sum(amount) FROM credit_ledger) FROM credit_accounts"), 0);
    assert!(number("SELECT min(balance_after) FROM credit_ledger") >= 0);
    assert_eq!(number("SELECT held FROM credit_accounts"), 0);
    assert_eq!(number("SELECT count(*) FROM runs WHERE status = 'running'"), 0);
    assert!(
        number(
            "SELECT COALESCE(max(n), 0) FROM (SELECT count(*) AS n FROM runs r JOIN credit_ledger l ON l.run_id = r.id
             WHERE r.idempotency_key IS NOT NULL GROUP BY r.idempotency_key)"
        ) <= 1,
        "each key is charged at most once"
    );
    for (message, (charged, text)) in &seen.done {
        let sql = "SELECT (SELECT sum(amount) FROM credit_ledger WHERE message_id = ?1),
            (SELECT content FROM messages WHERE id = ?1 AND status = 'complete')";
        let (amount, content): (Option<i64>, Option<String>) =
            db.query_row(sql, [message], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!((amount, content.as_ref()), (Some(-charged), Some(text)), "{message} was seen as done");
    }
}

/// So many power cuts; `LEXI_TEST_KILLS` asks for more.
fn kills() -> usize {
    std::env::var("LEXI_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(50)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_seen_is_lost_and_nothing_is_charged_twice_whenever_it_dies() {
    let (mut lexi, _model): (Lexi, ModelServer) = scripted(&[]).await;
    lexi.grant(lexi.workspace, 1_000_000).await;
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut rng = SmallRng::seed_from_u64(2026);
    for kill in 0..kills() {
        let mut clients = JoinSet::new();
        for n in 0..CLIENTS {
            clients.spawn(client(lexi.http(), (kill * CLIENTS + n) as u64, Arc::clone(&seen)));
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(5..400))).await;
        lexi.kill();
        while let Some(ended) = clients.join_next().await {
            ended.unwrap();
        }
        lexi.launch();
        check(&lexi, &seen.lock().unwrap());
    }
    let seen = seen.lock().unwrap();
    println!("{} kills, {} requests, {} seen as done", kills(), seen.asked.len(), seen.done.len());
    assert!(seen.done.len() > kills(), "there was load");
}
