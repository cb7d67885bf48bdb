//! A call of a tool that writes: planned, then made or proposed as the policy says, in one transaction that knows whether it was
//! done before. A write that has begun is never torn: whoever is cut short waits for it and tells what became of it.

use std::fmt;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lexi_crm::{Access, Change, CrmError, Proposal, ToolOutcome, make};
use lexi_models::ToolCall;
use lexi_store::audit::Actor;
use lexi_store::runs::{self, RunPlace};
use lexi_store::{Store, StoreError, Tx, keys};
use lexi_types::{LexiTaskId, Timestamp};
use serde_json::json;

use crate::approvals::propose;
use crate::ending::Ending;
use crate::policy::{Policies, Verdict};
use crate::repeats::{self, Kept};
use crate::settings::Settings;
use crate::tools::{Caller, unreachable_store};
use crate::work::Work;

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) outcome: ToolOutcome,
    /// The task that waits for a person.
    pub(crate) task_id: Option<LexiTaskId>,
}

impl From<ToolOutcome> for Called {
    fn from(outcome: ToolOutcome) -> Self {
        Self { outcome, task_id: None }
    }
}

impl From<Kept> for Called {
    fn from(kept: Kept) -> Self {
        let Kept { summary, result, records, task_id } = kept;
        Self { outcome: ToolOutcome { summary, result, records, is_error: false }, task_id }
    }
}

/// A transaction under way. It stays in the run's work, so that it outlives a turn that is cut short.
pub(crate) struct InFlight {
    pub(crate) call: ToolCall,
    pub(crate) call_id: String,
    digests: Vec<Vec<u8>>,
    result: BoxFuture<'static, Result<Written, CrmError>>,
}

impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight").field("tool", &self.call.name).finish_non_exhaustive()
    }
}

/// What the transaction did.
enum Written {
    Made(ToolOutcome),
    Proposed(ToolOutcome, LexiTaskId),
    /// An earlier run with the same key had done it.
    Before(Kept),
    Denied,
}

/// Plans the call and begins its transaction. Gives what came of it where that is known without one.
pub(crate) async fn begin(
    caller: &Caller<'_>,
    call: &ToolCall,
    call_id: &str,
    work: &mut Work,
) -> Result<Option<Called>, Ending> {
    let unreachable = |error| unreachable_store(caller, &call.name, error);
    let of_call = repeats::of_call(call);
    // A change that is made already may be one that can no longer be planned.
    if let Some(kept) = before(caller, work.repeats.numbered(&of_call)).await.map_err(unreachable)? {
        work.repeats.done(of_call);
        return Ok(Some(kept.into()));
    }
    let planned = caller.inner.crm.plan_tool(caller.access, &call.name, &call.arguments).await;
    let proposal = match planned.map_err(unreachable)? {
        Ok(proposal) => proposal,
        Err(outcome) => return Ok(Some(outcome.into())),
    };
    let digests = vec![of_call, repeats::of_changes(&proposal)];
    let write = Write {
        access: *caller.access,
        place: caller.place.clone(),
        epoch: caller.inner.epoch,
        settings: caller.inner.settings.clone(),
        known_by: digests.iter().map(|digest| work.repeats.numbered(digest)).collect(),
        key: caller.idempotency_key.map(str::to_owned),
        proposal,
    };
    let store = caller.inner.store.clone();
    let result = run(store, write).boxed();
    work.in_flight = Some(InFlight { call: call.clone(), call_id: call_id.to_owned(), digests, result });
    Ok(None)
}

/// Waits for the transaction under way, if there is one.
pub(crate) async fn land(work: &mut Work) -> Option<(ToolCall, String, Result<Called, StoreError>)> {
    // Taken out only when it has ended: this may be cut short, and waited for again.
    let written = work.in_flight.as_mut()?.result.as_mut().await;
    let InFlight { call, call_id, digests, .. } = work.in_flight.take()?;
    let called = match written {
        Ok(Written::Denied) => Ok(denied(&call.name).into()),
        Ok(done) => {
            digests.into_iter().for_each(|digest| work.repeats.done(digest));
            Ok(match done {
                Written::Made(outcome) => outcome.into(),
                Written::Proposed(outcome, task) => {
                    work.proposed += 1;
                    Called { outcome, task_id: Some(task) }
                }
                Written::Before(kept) => kept.into(),
                Written::Denied => denied(&call.name).into(),
            })
        }
        Err(CrmError::Store(error)) => Err(error),
        Err(error) => Ok(ToolOutcome::failed(error).into()),
    };
    Some((call, call_id, called))
}

/// A tool that the policy does not let this key use.
pub(crate) fn denied(tool: &str) -> ToolOutcome {
    let message = format!(
        "The tool {tool} is switched off here: nothing was read or changed, and calling it again does not help."
    );
    ToolOutcome {
        summary: format!("Not permitted: {tool} is switched off"),
        result: json!({ "error": "insufficient_permissions", "message": message }),
        records: Vec::new(),
        is_error: true,
    }
}

/// What an earlier run with the same key had done, and that it is to be known for as long again.
async fn before(caller: &Caller<'_>, known_by: Vec<u8>) -> Result<Option<Kept>, StoreError> {
    let Some(key) = caller.idempotency_key.map(str::to_owned) else { return Ok(None) };
    let (workspace, now) = (caller.access.workspace, Timestamp::now());
    let until = now.plus(caller.inner.settings.replay_kept);
    let look = caller.inner.store.write(move |tx| {
        Box::pin(async move {
            let Some(text) = runs::written(tx, workspace, &key, &known_by, now).await? else {
                return Ok(None);
            };
            runs::remember(tx, workspace, &key, &known_by, &text, until).await?;
            kept(text).map(Some)
        })
    });
    look.await
}

fn kept(text: String) -> Result<Kept, StoreError> {
    serde_json::from_str(&text)
        .map_err(|error| StoreError::Internal(format!("what a run has written cannot be read: {error}")))
}

/// Everything that the transaction needs.
struct Write {
    access: Access,
    place: RunPlace,
    epoch: i64,
    settings: Settings,
    key: Option<String>,
    known_by: Vec<Vec<u8>>,
    proposal: Proposal,
}

async fn run(store: Store, write: Write) -> Result<Written, CrmError> {
    store.write_or(move |tx| Box::pin(async move { write.run(tx, Timestamp::now()).await })).await
}

impl Write {
    async fn run(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Written, CrmError> {
        let workspace = self.access.workspace;
        if !runs::is_running(tx, workspace, self.place.run_id, self.epoch).await? {
            return Err(CrmError::Conflict("This answer was given up: nothing was changed.".to_owned()));
        }
        if let Some(kept) = self.before(tx, now).await? {
            self.remember(tx, &kept, now).await?;
            return Ok(Written::Before(kept));
        }
        let key = keys::get(tx, workspace, self.access.key_id).await?;
        if !key.is_some_and(|key| key.is_active(now)) {
            return Err(CrmError::Conflict(
                "The API key was revoked meanwhile: nothing was changed.".to_owned(),
            ));
        }
        let policies = Policies::of(tx, workspace, Some(self.access.key_id)).await?;
        let (outcome, task_id) = match policies.verdict(self.proposal.tool, true) {
            Verdict::Deny => return Ok(Written::Denied),
            // Nobody is asked whether nothing may be changed.
            _ if self.proposal.changes.iter().all(Change::is_nothing) => (self.proposal.made(&[]), None),
            Verdict::Allow => {
                let made = make(tx, &self.access, &self.actor(), &self.proposal.changes, now).await?;
                (self.proposal.made(&made), None)
            }
            Verdict::Ask => {
                let kept = self.settings.approval_kept;
                let task = propose(tx, &self.access, &self.place, &self.proposal, kept, now).await?;
                (self.proposal.waits(task.id), Some(task.id))
            }
        };
        let kept = Kept {
            summary: outcome.summary.clone(),
            result: outcome.result.clone(),
            records: outcome.records.clone(),
            task_id,
        };
        self.remember(tx, &kept, now).await?;
        Ok(match task_id {
            Some(task_id) => Written::Proposed(outcome, task_id),
            None => Written::Made(outcome),
        })
    }

    fn actor(&self) -> Actor {
        Actor {
            key: Some(self.access.key_id),
            user: self.access.user_id,
            run: Some(self.place.run_id),
            source: "lexi",
            ..Actor::default()
        }
    }

    async fn before(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Kept>, StoreError> {
        let Some(key) = &self.key else { return Ok(None) };
        for known_by in &self.known_by {
            if let Some(text) = runs::written(tx, self.access.workspace, key, known_by, now).await? {
                return kept(text).map(Some);
            }
        }
        Ok(None)
    }

    /// For as long as the client's key is kept, counted anew by each run that asks for it.
    async fn remember(&self, tx: &mut Tx<'_>, kept: &Kept, now: Timestamp) -> Result<(), StoreError> {
        let Some(key) = &self.key else { return Ok(()) };
        let text = serde_json::to_string(kept)
            .map_err(|error| StoreError::Internal(format!("an outcome cannot be kept: {error}")))?;
        let until = now.plus(self.settings.replay_kept);
        for known_by in &self.known_by {
            runs::remember(tx, self.access.workspace, key, known_by, &text, until).await?;
        }
        Ok(())
    }
}
