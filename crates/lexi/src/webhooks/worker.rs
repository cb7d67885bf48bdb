//! Takes what is due out of the outbox and has it sent: side by side where nothing forbids it, in order where events have
//! one subject.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use lexi_store::deliveries::{self, Attempted, Delivery, Places, Room, Share, Then};
use lexi_store::{Result, Store};
use lexi_types::{Timestamp, WebhookId};
use reqwest::Url;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Metrics;
use super::attempt::{Answer, Sender};
use super::schedule::after_failure;
use crate::config::WebhookConfig;

/// What another process has put into the outbox, and what is due by the clock, waits no longer than this.
const POLL: Duration = Duration::from_millis(500);
const AFTER_TROUBLE: Duration = Duration::from_secs(2);
const AT_ONCE: usize = 16;
const AT_ONCE_PER_WEBHOOK: usize = 4;
/// A receiver has one place until it has answered, and again once it fails; and all such receivers have so many. Those that
/// answer never wait for those that stall, however many they are.
const AT_ONCE_DOUBTFUL: usize = 12;
/// Above this the memory of who answers starts anew.
const PROVEN_MAX: usize = 10_000;
/// Beyond the longest attempt, so that a claim runs out only when nobody is at it any more.
const CLAIM_SPARE: Duration = Duration::from_secs(5);
/// How long attempts under way may take at shutdown.
const LAST_ATTEMPTS: Duration = Duration::from_secs(3);
const COUNT_EVERY: Duration = Duration::from_secs(10);
const COUNTS_PER_SWEEP: u32 = 360;
const GONE: &str = "The receiver answered 410 Gone.";

#[derive(Debug)]
pub(crate) struct Worker {
    shared: Arc<Shared>,
    /// Where the last look ended.
    places: Places,
    /// Attempts under way, by webhook.
    busy: HashMap<WebhookId, usize>,
    /// Whose last attempt was answered as it should be.
    proven: HashSet<WebhookId>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    sender: Sender,
    metrics: Arc<Metrics>,
    config: WebhookConfig,
    /// Attempts that still run are to be left.
    given_up: CancellationToken,
}

/// An attempt's end: whose, and whether it was delivered.
type Ended = (WebhookId, bool);

impl Worker {
    pub(crate) fn new(store: Store, config: WebhookConfig, metrics: Arc<Metrics>) -> anyhow::Result<Self> {
        let sender = Sender::new(&config)?;
        let shared = Shared { store, sender, metrics, config, given_up: CancellationToken::new() };
        Ok(Self {
            shared: Arc::new(shared),
            places: Places::default(),
            busy: HashMap::new(),
            proven: HashSet::new(),
        })
    }

    /// Delivers until it is stopped. Then attempts under way may end; what they leave is due again at the next start.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut attempts: JoinSet<Ended> = JoinSet::new();
        let mut pause = Duration::ZERO;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.shared.store.outbox().notified() => {}
                () = tokio::time::sleep(pause) => {}
                Some(ended) = attempts.join_next() => self.ended(ended.ok()),
            }
            while let Some(ended) = attempts.try_join_next() {
                self.ended(ended.ok());
            }
            pause = match self.take(&mut attempts).await {
                Ok(()) => POLL,
                Err(error) => {
                    tracing::warn!(%error, "webhooks wait for the database");
                    AFTER_TROUBLE
                }
            };
        }
        let left = async { while attempts.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_ATTEMPTS, left).await.is_err() {
            self.shared.given_up.cancel();
            while attempts.join_next().await.is_some() {}
        }
    }

    fn ended(&mut self, ended: Option<Ended>) {
        let Some((webhook, delivered)) = ended else {
            // A panic took its name with it: the claims of the others show who is still at work.
            tracing::error!("an attempt to deliver an event panicked");
            self.busy.clear();
            return;
        };
        if let Some(count) = self.busy.get_mut(&webhook) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.busy.remove(&webhook);
            }
        }
        if !delivered {
            self.proven.remove(&webhook);
            return;
        }
        if self.proven.len() >= PROVEN_MAX {
            self.proven.clear();
        }
        self.proven.insert(webhook);
    }

    /// Starts an attempt for what is due, as far as there is room.
    async fn take(&mut self, attempts: &mut JoinSet<Ended>) -> Result<()> {
        let room = self.room(attempts.len());
        if room.overall == 0 {
            return Ok(());
        }
        let (places, now) = (self.places, Timestamp::now());
        let look = self
            .shared
            .store
            .read(move |tx| Box::pin(async move { deliveries::due(tx, now, places, &room).await }));
        let (due, places) = look.await?;
        self.places = places;
        if due.is_empty() {
            return Ok(());
        }
        let until = now.plus(self.shared.config.timeout + CLAIM_SPARE);
        let claiming = self
            .shared
            .store
            .write(move |tx| Box::pin(async move { deliveries::claim(tx, &due, until).await }));
        for delivery in claiming.await? {
            *self.busy.entry(delivery.webhook).or_default() += 1;
            let shared = Arc::clone(&self.shared);
            attempts.spawn(async move { (delivery.webhook, shared.deliver(delivery).await) });
        }
        Ok(())
    }

    fn room(&self, under_way: usize) -> Room {
        let share = Share { left: AT_ONCE_PER_WEBHOOK, doubtful: false };
        let mut shares: HashMap<_, _> = self.proven.iter().map(|webhook| (*webhook, share)).collect();
        let mut doubtful = AT_ONCE_DOUBTFUL;
        for (webhook, busy) in &self.busy {
            let share = shares.entry(*webhook).or_insert(Share { left: 1, doubtful: true });
            share.left = share.left.saturating_sub(*busy);
            if share.doubtful {
                doubtful = doubtful.saturating_sub(*busy);
            }
        }
        Room { overall: AT_ONCE.saturating_sub(under_way), doubtful, shares }
    }
}

impl Shared {
    /// Sends it and writes down what became of it. Whether it was delivered.
    async fn deliver(&self, delivery: Delivery) -> bool {
        let answer = tokio::select! {
            answer = self.sender.send(&delivery) => answer,
            () = self.given_up.cancelled() => return self.release(delivery).await,
        };
        let now = Timestamp::now();
        let then = match (answer.error, answer.status) {
            (None, _) => Then::Done,
            (Some(_), Some(410)) => Then::Disable(GONE),
            (Some(_), _) => after_failure(
                self.config.retry_first,
                delivery.attempt,
                answer.retry_after,
                delivery.created_at,
                now,
            ),
        };
        self.tell(&delivery, &answer, then);
        let attempted = Attempted {
            then,
            response_status: answer.status,
            response_body: answer.body,
            error: answer.error,
            duration: answer.duration,
        };
        let marking = self
            .store
            .write(move |tx| Box::pin(async move { deliveries::mark(tx, &delivery, &attempted, now).await }));
        if let Err(error) = marking.await {
            tracing::warn!(%error, "what became of a delivery could not be stored; it will be sent again");
        }
        then == Then::Done
    }

    /// Counts the attempt, and logs one that failed: the receiver's host and no more of its address.
    fn tell(&self, delivery: &Delivery, answer: &Answer, then: Then) {
        let outcome = match then {
            Then::Done => "success",
            Then::Retry(_) => "retry",
            Then::GiveUp => "failed",
            Then::Disable(_) => "gone",
        };
        self.metrics.attempted(outcome);
        let Some(error) = answer.error else { return };
        let url = Url::parse(&delivery.url).ok();
        tracing::warn!(
            webhook = %delivery.webhook,
            delivery = %delivery.id,
            event = delivery.event,
            host = url.as_ref().and_then(Url::host_str).unwrap_or_default(),
            attempt = delivery.attempt,
            error,
            status = answer.status,
            outcome,
            "an event could not be delivered"
        );
    }

    /// Gives a claim back, so that the next start need not wait for it to run out.
    async fn release(&self, delivery: Delivery) -> bool {
        let now = Timestamp::now();
        let releasing = self
            .store
            .write(move |tx| Box::pin(async move { deliveries::release(tx, &delivery, now).await }));
        if let Err(error) = releasing.await {
            tracing::debug!(%error, "a claim runs out by itself");
        }
        false
    }
}

/// Counts what is pending, and once an hour forgets what was finished long ago.
pub(crate) async fn sweeping(store: Store, metrics: Arc<Metrics>, stop: CancellationToken) {
    let mut rounds = 0_u32;
    loop {
        let sweep = rounds.is_multiple_of(COUNTS_PER_SWEEP);
        if let Err(error) = count(&store, &metrics, sweep).await {
            tracing::warn!(%error, "finished deliveries could not be looked after");
        }
        rounds = rounds.wrapping_add(1);
        if stop.run_until_cancelled(tokio::time::sleep(COUNT_EVERY)).await.is_none() {
            return;
        }
    }
}

async fn count(store: &Store, metrics: &Metrics, sweep: bool) -> Result<()> {
    let now = Timestamp::now();
    while sweep && store.write(move |tx| Box::pin(deliveries::sweep(tx, now))).await? {}
    metrics.pending(store.read(|tx| Box::pin(deliveries::pending(tx))).await?);
    Ok(())
}
