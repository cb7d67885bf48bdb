//! The store alone: runs admitted, and runs admitted and settled, as the server does it for a chat with an idempotency key.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use lexi_store::credits::{self, LedgerKind};
use lexi_store::runs::{self, Admission, Admitted, Claim, Outcome, Settled, Settlement};
use lexi_store::usage::ModelUse;
use lexi_store::{OpenOptions, Store, workspaces};
use lexi_types::{FinishReason, KeyId, MessageId, PageContext, RunId, Timestamp, Usage, WorkspaceId};

use crate::crowd;

const EPOCH: i64 = 1;
const KEPT: Duration = Duration::from_hours(24);
const LEASE: Duration = Duration::from_mins(1);
const QUESTION: &str = "How many deals did we win in this quarter, and what are they worth?";
const ANSWER: &str = "You won **14 deals** in this quarter, worth EUR 182,400 together. The largest is *Northwind \
    merger* with EUR 48,000, won on 12 March; 2 of the 14 have no value.";
/// As large as the stream of an answer with one tool call.
const FRAMES_BYTES: usize = 1500;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) one_task: bool,
    pub(crate) workspaces: usize,
    pub(crate) settle: bool,
}

const fn case(name: &'static str, one_task: bool, workspaces: usize, settle: bool) -> Case {
    Case { name, one_task, workspaces, settle }
}

pub(crate) const CASES: [Case; 5] = [
    case("admit, 1 workspace", false, 1, false),
    case("admit, 16 workspaces", false, 16, false),
    case("admit + settle, 1 workspace", false, 1, true),
    case("admit + settle, 16 workspaces", false, 16, true),
    case("admit + settle, one at a time", true, 1, true),
];

/// Runs per second.
pub(crate) async fn rate(folder: &Path, case: Case, tasks: usize, slice: Duration) -> anyhow::Result<f64> {
    let store = Store::open_sqlite(&folder.join("lexi.db"), OpenOptions::default()).await?;
    let first = workspace(&store, 0).await?;
    let mut places = vec![first];
    for number in 1..case.workspaces {
        places.push(workspace(&store, number).await?);
    }
    let tasks = if case.one_task { 1 } else { tasks };
    crowd::rate(tasks, slice, |number| {
        let store = store.clone();
        let workspace = places.get(number % places.len()).copied().unwrap_or(first);
        let key_id = KeyId::new();
        move || one_run(store.clone(), workspace, key_id, case.settle)
    })
    .await
}

async fn workspace(store: &Store, number: usize) -> anyhow::Result<WorkspaceId> {
    let (name, now) = (format!("Firm {number}"), Timestamp::now());
    let made = store.write(move |tx| {
        Box::pin(async move {
            let made = workspaces::create(tx, &name, now).await?;
            if let Some(workspace) = &made {
                credits::adjust(tx, workspace.id, LedgerKind::Grant, credits::GRANT_MAX, now).await?;
            }
            Ok(made)
        })
    });
    Ok(made.await?.context("the workspace is not new")?.id)
}

async fn one_run(store: Store, workspace: WorkspaceId, key_id: KeyId, settle: bool) -> anyhow::Result<()> {
    let run_id = RunId::new();
    let admission = Admission {
        workspace,
        key_id,
        run_id,
        message_id: MessageId::new(),
        user_message_id: MessageId::new(),
        conversation: None,
        message: QUESTION.to_owned(),
        context: PageContext::default(),
        hold_max: 5,
        claim: Some(Claim { key: run_id.to_string(), request_hash: vec![7; 32], kept: KEPT }),
        epoch: EPOCH,
        closed: false,
        now: Timestamp::now(),
        lease: LEASE,
    };
    let admitted = store.write(move |tx| Box::pin(async move { runs::admit(tx, &admission).await })).await?;
    let Admitted::New { .. } = admitted else { bail!("a new run was answered with {admitted:?}") };
    if !settle {
        return Ok(());
    }
    let settlement = Settlement {
        workspace,
        run_id,
        epoch: EPOCH,
        outcome: Outcome::Done { charge: 2, finish: FinishReason::Stop },
        content: ANSWER.to_owned(),
        tool_calls: "[]".to_owned(),
        tool_results: None,
        tool_scopes: None,
        models: vec![ModelUse {
            model: "bench".to_owned(),
            usage: Usage { input_tokens: 900, output_tokens: 60, ..Usage::default() },
            cost_micros: Some(420),
        }],
        unsupported_figures: 0,
        unsupported_links: 0,
        now: Timestamp::now(),
        frames_kept: KEPT,
        credits_low: 0,
    };
    let settled = store.write(move |tx| {
        Box::pin(async move { runs::settle(tx, &settlement, |_| vec![b'.'; FRAMES_BYTES]).await })
    });
    match settled.await? {
        Settled::Yes(_) => Ok(()),
        Settled::Lost => bail!("a run was lost"),
    }
}
