//! The outbox and the deliveries, seen by those who deliver.

use std::collections::HashMap;
use std::time::Duration;

use lexi_store::deliveries::{self, Attempted, Delivery, Due, Places, Room, Share, Then};
use lexi_store::outbox::{self, Event};
use lexi_store::webhooks::{self, NewWebhook, Seeing};
use lexi_store::{Page, Store, workspaces};
use lexi_types::{RecordId, Timestamp, WebhookId, WorkspaceId};
use serde_json::json;

const PAGE: Page = Page { page: 1, per_page: 100 };
const HOUR: Duration = Duration::from_secs(3600);

async fn open() -> (tempfile::TempDir, Store, WorkspaceId) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(&folder.path().join("lexi.db"), Default::default()).await.unwrap();
    let now = Timestamp::now();
    let made = store.write(move |tx| Box::pin(workspaces::create(tx, "Firm", now))).await.unwrap();
    (folder, store, made.unwrap().id)
}

async fn hook(store: &Store, workspace: WorkspaceId, sees: Seeing) -> WebhookId {
    let new = NewWebhook {
        url: "https://example.com/".to_owned(),
        events: vec!["deal.updated".to_owned()],
        description: None,
        active: true,
        sees,
    };
    let now = Timestamp::now();
    let made = store
        .write(move |tx| Box::pin(async move { webhooks::create(tx, workspace, &new, now).await }))
        .await;
    made.unwrap().unwrap().0.id
}

const ALL: Seeing = Seeing { walled: true, user: None };

async fn tell(store: &Store, workspace: WorkspaceId, subject: &str, deal: Option<RecordId>) {
    let event = Event {
        kind: "deal.updated".to_owned(),
        subject: subject.to_owned(),
        deal,
        matter: None,
        data: json!({ "subject": subject }),
    };
    let told = store.write(move |tx| {
        Box::pin(async move { outbox::emit(tx, workspace, &event, Timestamp::now()).await })
    });
    told.await.unwrap();
}

fn room(overall: usize, doubtful: usize) -> Room {
    Room { overall, doubtful, shares: HashMap::new() }
}

async fn due(store: &Store, now: Timestamp, places: Places, room: Room) -> (Vec<Due>, Places) {
    let found = store.read(move |tx| Box::pin(async move { deliveries::due(tx, now, places, &room).await }));
    found.await.unwrap()
}

async fn claim(store: &Store, rows: &[Due], until: Timestamp) -> Vec<Delivery> {
    let rows = rows.to_vec();
    store.write(move |tx| Box::pin(async move { deliveries::claim(tx, &rows, until).await })).await.unwrap()
}

async fn mark(store: &Store, delivery: &Delivery, then: Then, now: Timestamp) {
    let delivery = delivery.clone();
    let attempted = Attempted {
        then,
        response_status: None,
        response_body: None,
        error: (then != Then::Done).then_some("timeout"),
        duration: Duration::from_millis(3),
    };
    let marked = store
        .write(move |tx| Box::pin(async move { deliveries::mark(tx, &delivery, &attempted, now).await }));
    marked.await.unwrap();
}

async fn statuses(store: &Store, workspace: WorkspaceId, webhook: WebhookId) -> Vec<(String, i64)> {
    let rows =
        store.read(move |tx| Box::pin(deliveries::log(tx, workspace, webhook, "", PAGE))).await.unwrap();
    rows.rows.into_iter().rev().map(|row| (row.status, row.attempts)).collect()
}

#[tokio::test]
async fn an_event_is_claimed_by_one_and_again_once_the_claim_has_run_out() {
    let (_folder, store, workspace) = open().await;
    let webhook = hook(&store, workspace, ALL).await;
    tell(&store, workspace, "a", None).await;
    let now = Timestamp::now();
    let (found, _) = due(&store, now, Places::default(), room(9, 9)).await;
    assert_eq!(found.len(), 1);
    // Two have found it; one gets it.
    let first = claim(&store, &found, now.plus(HOUR)).await;
    assert_eq!((first.len(), claim(&store, &found, now.plus(HOUR)).await.len()), (1, 0));
    assert!(due(&store, now, Places::default(), room(9, 9)).await.0.is_empty());
    let later = now.plus(HOUR * 2);
    let (found, _) = due(&store, later, Places::default(), room(9, 9)).await;
    let second = claim(&store, &found, later.plus(HOUR)).await;
    assert_eq!((second[0].id, second[0].attempt), (first[0].id, 2), "the same event, another attempt");
    // Whoever had it first comes back too late.
    mark(&store, &first[0], Then::GiveUp, later).await;
    assert_eq!(statuses(&store, workspace, webhook).await, [("pending".to_owned(), 2)]);
    mark(&store, &second[0], Then::Done, later).await;
    assert_eq!(statuses(&store, workspace, webhook).await, [("success".to_owned(), 2)]);
    mark(&store, &second[0], Then::GiveUp, later).await;
    assert_eq!(statuses(&store, workspace, webhook).await, [("success".to_owned(), 2)], "done is done");
}

#[tokio::test]
async fn of_each_subject_the_earliest_is_due_until_it_is_finished() {
    let (_folder, store, workspace) = open().await;
    let webhook = hook(&store, workspace, ALL).await;
    for subject in ["a", "a", "b", "a"] {
        tell(&store, workspace, subject, None).await;
    }
    let shares = HashMap::from([(webhook, Share { left: 4, doubtful: false })]);
    let room = || Room { overall: 9, doubtful: 0, shares: shares.clone() };
    let now = Timestamp::now();
    let take = async |now: Timestamp| {
        let (found, _) = due(&store, now, Places::default(), room()).await;
        claim(&store, &found, now.plus(HOUR)).await
    };
    let first = take(now).await;
    let subjects: Vec<_> = first.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["a", "b"]);
    mark(&store, &first[1], Then::Done, now).await;
    assert!(take(now).await.is_empty());
    // What waits behind a failed one is not due before it.
    mark(&store, &first[0], Then::Retry(now.plus(HOUR)), now).await;
    assert!(take(now.plus(HOUR / 2)).await.is_empty());
    let again = take(now.plus(HOUR)).await;
    assert_eq!((again.len(), again[0].id), (1, first[0].id));
    mark(&store, &again[0], Then::GiveUp, now).await;
    let next = take(now.plus(HOUR)).await;
    assert_eq!(next.len(), 1);
    assert!(next[0].id > first[0].id);
}

#[tokio::test]
async fn every_webhook_has_its_turn() {
    let (_folder, store, workspace) = open().await;
    let mut hooks = Vec::new();
    for _ in 0..5 {
        hooks.push(hook(&store, workspace, ALL).await);
    }
    for subject in ["a", "b", "c"] {
        tell(&store, workspace, subject, None).await;
    }
    let (now, mut places, mut served) = (Timestamp::now(), Places::default(), Vec::new());
    for _ in 0..10 {
        let (found, next) = due(&store, now, places, room(1, 1)).await;
        assert_eq!(found.len(), 1);
        served.push(found[0].webhook);
        places = next;
    }
    hooks.sort_unstable();
    assert_eq!(served, [hooks.clone(), hooks.clone()].concat());
    // The proven ones have what the doubtful ones may not take.
    let proven = HashMap::from([(hooks[2], Share { left: 4, doubtful: false })]);
    let (found, _) =
        due(&store, now, places, Room { overall: 16, doubtful: 2, shares: proven.clone() }).await;
    let of_proven = found.iter().filter(|row| row.webhook == hooks[2]).count();
    assert_eq!((found.len(), of_proven), (5, 3));
    let (found, _) = due(&store, now, places, Room { overall: 16, doubtful: 0, shares: proven }).await;
    assert!(found.len() == 3 && found.iter().all(|row| row.webhook == hooks[2]));
}

#[tokio::test]
async fn what_is_finished_is_forgotten_and_what_waits_for_nobody_is_given_up() {
    let (_folder, store, workspace) = open().await;
    let (kept, paused) = (hook(&store, workspace, ALL).await, hook(&store, workspace, ALL).await);
    tell(&store, workspace, "a", None).await;
    let pause = store.write(move |tx| {
        Box::pin(async move {
            let mut webhook = webhooks::get(tx, workspace, paused).await?.unwrap();
            webhook.active = false;
            webhooks::update(tx, workspace, &webhook, Timestamp::now()).await
        })
    });
    pause.await.unwrap();
    let now = Timestamp::now();
    let (found, _) = due(&store, now, Places::default(), room(9, 9)).await;
    assert!(found.len() == 1 && found[0].webhook == kept, "nothing goes to one that is not active");
    let taken = claim(&store, &found, now.plus(HOUR)).await;
    mark(&store, &taken[0], Then::Done, now).await;
    let sweep = async |at: Timestamp| {
        let more = store.write(move |tx| Box::pin(deliveries::sweep(tx, at))).await.unwrap();
        assert!(!more);
        let of =
            async |webhook| statuses(&store, workspace, webhook).await.into_iter().map(|row| row.0).collect();
        let both: (Vec<String>, Vec<String>) = (of(kept).await, of(paused).await);
        both
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(sweep(now.plus(HOUR * 23)).await, (words(&["success"]), words(&["pending"])));
    assert_eq!(sweep(now.plus(HOUR * 25)).await, (words(&["success"]), words(&["failed"])));
    assert_eq!(sweep(now.plus(HOUR * 24 * 29)).await, (words(&["success"]), words(&["failed"])));
    assert_eq!(sweep(now.plus(HOUR * 24 * 31)).await, (words(&[]), words(&["failed"])));
    let pending = store.read(|tx| Box::pin(deliveries::pending(tx))).await.unwrap();
    assert_eq!(pending, 0);
}

#[tokio::test]
async fn a_webhook_is_told_of_walled_records_as_far_as_its_maker_sees() {
    let (_folder, store, workspace) = open().await;
    let (inside, outside, deal) = (RecordId::new(), RecordId::new(), RecordId::new());
    let wall = store.write(move |tx| {
        Box::pin(async move {
            let sql = "INSERT INTO walls (workspace_id, record_type, record_id, user_id) VALUES ($1, 'deal', $2, $3)";
            tx.execute(sql, &[workspace.into(), deal.into(), inside.into()]).await
        })
    });
    wall.await.unwrap();
    let seeing = |walled, user| Seeing { walled, user };
    let hooks = [
        (hook(&store, workspace, ALL).await, 2),
        (hook(&store, workspace, seeing(false, Some(inside))).await, 2),
        (hook(&store, workspace, seeing(false, Some(outside))).await, 1),
        (hook(&store, workspace, seeing(false, None)).await, 1),
    ];
    tell(&store, workspace, "walled", Some(deal)).await;
    tell(&store, workspace, "open", Some(RecordId::new())).await;
    for (index, (webhook, told)) in hooks.into_iter().enumerate() {
        assert_eq!(statuses(&store, workspace, webhook).await.len(), told, "webhook {index}");
    }
}
