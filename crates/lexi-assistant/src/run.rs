//! The story of a chat request: admitted, prompted, run, journaled, settled; or joined, or replayed.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use lexi_crm::{Access, Crm, ToolDefinition};
use lexi_models::Model;
use lexi_store::runs::{self, Admitted, RunPlace};
use lexi_store::{Store, StoreError};
use lexi_types::{ConversationId, ErrorCode, FinishReason, MessageId, RunId, Timestamp};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admit::{Request, admission};
use crate::ending::Ending;
use crate::error::OpenError;
use crate::journal::{Journal, Reader};
use crate::policy::{Policies, Verdict};
use crate::registry::LiveRun;
use crate::shared::Inner;
use crate::turn::Turn;
use crate::work::Work;
use crate::{Metrics, Settings, StreamPermit, StreamSlots, prompt, replay, settle, sweep, tools};

/// How often a retry looks again for a run that ends while it looks.
const JOIN_TRIES: usize = 50;

/// Everything that a chat request meets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Assistant {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    New,
    /// The same request was already running.
    Joined,
    /// The same request was already done.
    Replayed,
}

/// A reader of one run's log. Whether the run is new makes no difference to whoever reads it.
#[derive(Debug)]
pub struct Opened {
    pub origin: Origin,
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub reader: Reader,
}

impl Opened {
    fn new(origin: Origin, place: RunPlace, reader: Reader) -> Self {
        Self { origin, conversation_id: place.conversation_id, message_id: place.message_id, reader }
    }
}

impl Assistant {
    /// Takes over from whatever ran on this database before, and keeps looking after its runs.
    pub async fn start(
        store: Store,
        crm: Crm,
        model: Arc<dyn Model>,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let epoch = Timestamp::now().micros();
        let swept = sweep::predecessors(&store, epoch).await?;
        if swept > 0 {
            tracing::warn!(runs = swept, "runs of an earlier start were lost; their holds are released");
        }
        let slots = StreamSlots::new(settings.streams_per_key_max, settings.streams_max);
        let inner = Inner {
            store,
            crm,
            model,
            settings,
            registry: Arc::default(),
            slots,
            metrics: Metrics::default(),
            epoch,
            tasks: TaskTracker::new(),
            draining: CancellationToken::new(),
            given_up: CancellationToken::new(),
        };
        let assistant = Self { inner: Arc::new(inner) };
        sweep::keep_watch(&assistant.inner);
        Ok(assistant)
    }

    pub fn crm(&self) -> &Crm {
        &self.inner.crm
    }

    pub fn slots(&self) -> &StreamSlots {
        &self.inner.slots
    }

    /// What was counted since the start, in the text format of Prometheus.
    pub fn metrics(&self) -> String {
        let (runs, streams) = (self.inner.registry.admitted().len(), self.inner.slots.open());
        self.inner.metrics.text(runs, streams, self.inner.model.health())
    }

    pub fn is_draining(&self) -> bool {
        self.inner.draining.is_cancelled()
    }

    /// Gives a reader of the run that answers this request: a new one, the one that is running, or a stored one.
    pub async fn open(
        &self,
        access: &Access,
        request: Request,
        permit: StreamPermit,
    ) -> Result<Opened, OpenError> {
        let resume = request.resume.clone();
        for _ in 0..JOIN_TRIES {
            match self.admit(access, request.clone(), permit.clone()).await? {
                Ok(opened) => return Ok(opened),
                Err(Existing::Running(place, attempt)) => {
                    let seen = resume.after(&place.message_id, attempt);
                    if let Some(run) = self.inner.registry.get(place.run_id) {
                        return Ok(Opened::new(Origin::Joined, place, self.follow(&run, seen)));
                    }
                    // It ended between the store's answer and our look: the store knows by now.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(Existing::Done(place, attempt)) => {
                    let seen = resume.after(&place.message_id, attempt);
                    let (workspace, run) = (access.workspace, place.run_id);
                    let stored =
                        self.inner.store.read(move |tx| Box::pin(runs::frames(tx, workspace, run))).await?;
                    let stream = stored.ok_or(OpenError::ConversationNotFound)?;
                    let reader = Reader::stored(replay::frames(stream), seen);
                    return Ok(Opened::new(Origin::Replayed, place, reader));
                }
            }
        }
        Err(OpenError::Store(StoreError::Unavailable("the run with this key is just ending".to_owned())))
    }

    /// Admission and run live in a task of their own: a client that goes away at any moment, even before the answer to its
    /// admission, leaves a run that ends properly.
    async fn admit(
        &self,
        access: &Access,
        request: Request,
        permit: StreamPermit,
    ) -> Result<Result<Opened, Existing>, OpenError> {
        let (answer, answered) = oneshot::channel();
        let (inner, access) = (Arc::clone(&self.inner), *access);
        self.inner.tasks.spawn(async move {
            let permit = permit;
            run(inner, access, request, answer).await;
            drop(permit);
        });
        answered
            .await
            .map_err(|_| OpenError::Store(StoreError::Internal("the run did not start".to_owned())))?
    }

    fn follow(&self, run: &LiveRun, seen: u64) -> Reader {
        follow(&self.inner.settings, run, seen)
    }

    /// The newest active run of a conversation, from its first frame.
    pub async fn active(&self, access: &Access, id: ConversationId) -> Result<Option<Opened>, StoreError> {
        let workspace = access.workspace;
        let active = self.inner.store.read(move |tx| Box::pin(runs::active(tx, workspace, id))).await?;
        for run_id in active {
            if let Some(run) = self.inner.registry.get(run_id)
                && let Some(place) = run.place.get()
            {
                return Ok(Some(Opened::new(Origin::Joined, place.clone(), self.follow(&run, 0))));
            }
        }
        Ok(None)
    }

    /// Ends the active runs of a conversation and waits until they are stored and charged. Answers how many there were.
    pub async fn cancel(&self, access: &Access, id: ConversationId) -> Result<usize, StoreError> {
        let workspace = access.workspace;
        let active = self.inner.store.read(move |tx| Box::pin(runs::active(tx, workspace, id))).await?;
        let runs: Vec<_> = active.into_iter().filter_map(|run| self.inner.registry.get(run)).collect();
        for run in &runs {
            run.cancel.cancel();
        }
        for run in &runs {
            run.journal.closed().await;
        }
        Ok(runs.len())
    }

    /// Takes no new request, waits for the runs to finish, and hands what is left after `bound` to the sweeper.
    pub async fn drain(&self, bound: Duration) {
        self.inner.draining.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(bound, self.inner.tasks.wait()).await.is_err() {
            let left = self.inner.registry.len();
            tracing::warn!(runs = left, "the drain is over; these runs are given up and not charged");
            self.inner.given_up.cancel();
            // No epoch is 0: every run that is still marked as running is lost from here on.
            if let Err(error) = sweep::predecessors(&self.inner.store, 0).await {
                tracing::error!(%error, "the runs left over will be swept at the next start");
            }
        }
    }
}

fn follow(settings: &Settings, run: &LiveRun, seen: u64) -> Reader {
    let abandon = settings.cancel_on_disconnect.then(|| run.cancel.clone());
    Reader::live(&run.journal, seen, abandon)
}

/// A run that exists already.
enum Existing {
    Running(RunPlace, i64),
    Done(RunPlace, i64),
}

type Answer = oneshot::Sender<Result<Result<Opened, Existing>, OpenError>>;

/// One run from its admission to its end.
async fn run(inner: Arc<Inner>, access: Access, request: Request, answer: Answer) {
    let run_id = RunId::new();
    let live = Arc::new(LiveRun {
        workspace: access.workspace,
        run_id,
        started: tokio::time::Instant::now(),
        journal: Arc::new(Journal::new(request.idempotency.is_some())),
        cancel: CancellationToken::new(),
        place: OnceLock::new(),
    });
    let registered = inner.registry.enter(&live);
    let policies = match policies(&inner, &access).await {
        Ok(policies) => policies,
        Err(error) => {
            drop(registered);
            drop(answer.send(Err(error.into())));
            return;
        }
    };
    let offered = if request.chat.allow_tools { offered(&inner, &access, &policies) } else { Vec::new() };
    let admission = admission(
        &inner.settings,
        &access,
        &request,
        run_id,
        inner.epoch,
        inner.draining.is_cancelled(),
        !offered.is_empty(),
    );
    let admitted = inner.store.write(move |tx| Box::pin(async move { runs::admit(tx, &admission).await }));
    let (place, user_message_id, hold) = match admitted.await {
        Ok(Admitted::New { place, user_message_id, hold }) => (place, user_message_id, hold),
        other => {
            // Not ours: gone from the registry before anybody is told.
            drop(registered);
            drop(answer.send(refusal(other)));
            return;
        }
    };
    let _first = live.place.set(place.clone());
    tracing::info!(run = %run_id, conversation = %place.conversation_id, key = %access.key_id, hold, "run admitted");
    let reader = follow(&inner.settings, &live, 0);
    // A client that is gone already drops its reader here, and the run goes on without it.
    drop(answer.send(Ok(Ok(Opened::new(Origin::New, place.clone(), reader)))));

    let mut work = Work::default();
    work.scopes = access.scopes;
    let told = {
        let turn = Turn {
            inner: &inner,
            access: &access,
            policies: &policies,
            live: &live,
            place: &place,
            idempotency_key: request.idempotency.as_ref().map(|idempotency| idempotency.key.as_str()),
            hold,
        };
        let story = async {
            let prompt = prompt::build(
                &inner,
                &access,
                &policies,
                &request.chat,
                &place,
                &user_message_id,
                offered,
                &mut work.support,
            )
            .await?;
            turn.run(prompt, &mut work).await
        };
        attend(&inner, &live, story).await
    };
    tokio::select! {
        () = tools::land(&inner, &live, &mut work) => {}
        () = inner.given_up.cancelled() => {}
    }
    work.ground();
    inner.metrics.worked(&work, &inner.crm);
    if inner.given_up.is_cancelled() {
        inner.metrics.ended("lost", live.started.elapsed(), 0);
        live.journal.cut();
        return;
    }
    work.close_steps(&live.journal, |tool| inner.crm.writes(tool));
    settle::settle(&inner, &live, &place, work, told).await;
    drop(registered);
}

async fn policies(inner: &Inner, access: &Access) -> Result<Policies, StoreError> {
    let (workspace, key) = (access.workspace, access.key_id);
    inner.store.look_up(move |tx| Box::pin(async move { Policies::of(tx, workspace, Some(key)).await })).await
}

/// The tools that the key's scopes and the policy leave.
fn offered(inner: &Inner, access: &Access, policies: &Policies) -> Vec<ToolDefinition> {
    let mut tools = inner.crm.tools(access);
    tools.retain(|tool| policies.verdict(tool.name, inner.crm.writes(tool.name)) != Verdict::Deny);
    tools
}

/// Waits for the turn, its cancellation or its time limit, and catches its panic.
async fn attend(
    inner: &Inner,
    live: &LiveRun,
    story: impl Future<Output = Result<FinishReason, Ending>>,
) -> Ending {
    tokio::select! {
        biased;
        () = live.cancel.cancelled() => Ending::Done(FinishReason::Canceled),
        () = inner.given_up.cancelled() => Ending::Done(FinishReason::Canceled),
        () = tokio::time::sleep(inner.settings.run_time_max) => {
            Ending::failed(ErrorCode::ProviderTimeout, "The answer took too long and was given up.")
        }
        told = AssertUnwindSafe(story).catch_unwind() => match told {
            Ok(Ok(finish)) => Ending::Done(finish),
            Ok(Err(ending)) => ending,
            Err(_) => Ending::failed(ErrorCode::InternalError, "Something went wrong on the server."),
        },
    }
}

fn refusal(outcome: Result<Admitted, StoreError>) -> Result<Result<Opened, Existing>, OpenError> {
    match outcome {
        Ok(Admitted::Running { place, attempt }) => Ok(Err(Existing::Running(place, attempt))),
        Ok(Admitted::Done { place, attempt }) => Ok(Err(Existing::Done(place, attempt))),
        Ok(Admitted::Closed) => Err(OpenError::ShuttingDown),
        Ok(Admitted::ConversationNotFound) => Err(OpenError::ConversationNotFound),
        Ok(Admitted::Conflict) => Err(OpenError::IdempotencyConflict),
        Ok(Admitted::InsufficientCredits) => Err(OpenError::InsufficientCredits),
        Ok(Admitted::New { .. }) => Err(StoreError::Internal("a new run was refused".to_owned()).into()),
        Err(error) => Err(error.into()),
    }
}
