//! What models used, from the settlement of runs to the sums of days.

use std::time::Duration;

use lexi_store::credits::{self, LedgerKind};
use lexi_store::runs::{self, Admission, Admitted, Outcome, RunPlace, Settled, Settlement};
use lexi_store::usage::{self, ModelUse, UsageDay};
use lexi_store::{Store, Value, conversations, workspaces};
use lexi_types::{
    ConversationId, ErrorCode, FinishReason, KeyId, MessageId, PageContext, RunId, Timestamp, Usage,
    WorkspaceId,
};

const EPOCH: i64 = 7;

async fn firm(store: &Store, name: &'static str) -> WorkspaceId {
    let now = Timestamp::now();
    let made = store.write(move |tx| Box::pin(workspaces::create(tx, name, now))).await.unwrap().unwrap().id;
    let grant = store.write(move |tx| Box::pin(credits::adjust(tx, made, LedgerKind::Grant, 100, now))).await;
    grant.unwrap().unwrap();
    made
}

async fn admitted(store: &Store, workspace: WorkspaceId) -> RunPlace {
    asked(store, workspace, None).await.0
}

/// A run and the message that asks for it.
async fn asked(
    store: &Store,
    workspace: WorkspaceId,
    conversation: Option<ConversationId>,
) -> (RunPlace, MessageId) {
    let admission = Admission {
        workspace,
        key_id: KeyId::new(),
        run_id: RunId::new(),
        message_id: MessageId::new(),
        user_message_id: MessageId::new(),
        conversation,
        message: "How many deals?".to_owned(),
        context: PageContext::default(),
        hold_max: 5,
        claim: None,
        epoch: EPOCH,
        closed: false,
        now: Timestamp::now(),
        lease: Duration::from_secs(60),
    };
    match store.write(move |tx| Box::pin(async move { runs::admit(tx, &admission).await })).await.unwrap() {
        Admitted::New { place, user_message_id, .. } => (place, user_message_id),
        other => panic!("{other:?}"),
    }
}

fn used(model: &str, input_tokens: u64, cached_tokens: u64, cost_micros: Option<i64>) -> ModelUse {
    let usage = Usage { input_tokens, output_tokens: 10, cached_tokens, cache_write_tokens: 1 };
    ModelUse { model: model.to_owned(), usage, cost_micros }
}

const DONE: Outcome = Outcome::Done { charge: 2, finish: FinishReason::Stop };

/// Ends a run at noon of a day of November 2026.
async fn settle(
    store: &Store,
    workspace: WorkspaceId,
    run_id: RunId,
    day: i8,
    outcome: Outcome,
    models: Vec<ModelUse>,
) -> Settled {
    let settlement = Settlement {
        workspace,
        run_id,
        epoch: EPOCH,
        outcome,
        content: "Three.".to_owned(),
        tool_calls: "[{}]".to_owned(),
        tool_results: Some("[{\"total\":3}]".to_owned()),
        tool_scopes: Some("read:deals".to_owned()),
        models,
        unsupported_figures: 1,
        unsupported_links: 2,
        now: format!("2026-11-{day:02}T12:00:00Z").parse().unwrap(),
        frames_kept: Duration::from_secs(60),
        credits_low: 0,
    };
    let settled = store
        .write(move |tx| Box::pin(async move { runs::settle(tx, &settlement, |_| Vec::new()).await }))
        .await;
    settled.unwrap()
}

async fn days(store: &Store, workspace: WorkspaceId) -> Vec<UsageDay> {
    let (from, to) = ("2026-11-02".parse().unwrap(), "2026-11-30".parse().unwrap());
    store.read(move |tx| Box::pin(usage::by_day(tx, workspace, from, to))).await.unwrap()
}

async fn run_row(store: &Store, run: RunId) -> Vec<Value> {
    let sql =
        "SELECT status, model, input_tokens, output_tokens, cached_tokens, cost_micros, unsupported_figures,
        unsupported_links FROM runs WHERE id = $1";
    let row = store.read(move |tx| Box::pin(async move { tx.one(sql, &[run.into()]).await }));
    row.await.unwrap().values().to_vec()
}

#[tokio::test]
async fn every_ended_run_counts_once_for_each_of_its_models() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let (acme, other) = (firm(&store, "Acme").await, firm(&store, "Other").await);
    let run = admitted(&store, acme).await.run_id;
    settle(&store, acme, run, 2, DONE, vec![used("small", 100, 40, Some(7)), used("large", 50, 0, Some(30))])
        .await;
    let int = Value::Int;
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        run_row(&store, run).await,
        [text("done"), text("large"), int(150), int(20), int(40), int(37), int(1), int(2)]
    );
    // A failed one is paid for too; one without a price makes the sum no larger, and is counted.
    let run = admitted(&store, acme).await.run_id;
    let failed = Outcome::Error(ErrorCode::ProviderError);
    settle(&store, acme, run, 2, failed, vec![used("large", 5, 0, None), used("small", 1, 0, Some(1))]).await;
    assert_eq!(
        run_row(&store, run).await,
        [text("error"), text("small"), int(6), int(20), int(0), Value::Null, int(1), int(2)]
    );
    // Nobody was asked.
    let run = admitted(&store, acme).await.run_id;
    settle(&store, acme, run, 3, failed, Vec::new()).await;
    assert_eq!(run_row(&store, run).await[1..6], [Value::Null, int(0), int(0), int(0), Value::Null]);
    // Numbers of a provider that cannot be.
    let run = admitted(&store, other).await.run_id;
    settle(&store, other, run, 2, DONE, vec![used("small", u64::MAX, u64::MAX, Some(i64::MAX))]).await;

    let row = |model: &str, runs, input_tokens, output_tokens, cached_tokens, cost_micros, unpriced_runs| {
        let (day, model) = ("2026-11-02".parse().unwrap(), model.to_owned());
        UsageDay { day, model, runs, input_tokens, output_tokens, cached_tokens, cost_micros, unpriced_runs }
    };
    assert_eq!(
        days(&store, acme).await,
        [row("large", 2, 55, 20, 0, Some(30), 1), row("small", 2, 101, 20, 40, Some(8), 0)]
    );
    let (from, to) = ("2026-11-01".parse().unwrap(), "2026-11-02".parse().unwrap());
    let all = store.read(move |tx| Box::pin(usage::all_by_day(tx, from, to))).await.unwrap();
    let most = 1_000_000_000_000;
    let small = row("small", 3, 101 + most, 30, 40 + most, Some(8 + most), 0);
    assert_eq!(all, [row("large", 2, 55, 20, 0, Some(30), 1), small]);
}

#[tokio::test]
async fn days_are_utc_and_the_price_of_a_day_without_one_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let acme = firm(&store, "Acme").await;
    for (day, cost) in [(1, Some(1)), (2, None), (30, Some(0))] {
        let run = admitted(&store, acme).await.run_id;
        settle(&store, acme, run, day, DONE, vec![used("m", 1, 0, cost)]).await;
    }
    let days = days(&store, acme).await;
    let shown: Vec<_> =
        days.iter().map(|day| (day.day.to_string(), day.cost_micros, day.unpriced_runs)).collect();
    assert_eq!(shown, [("2026-11-02".to_owned(), None, 1), ("2026-11-30".to_owned(), Some(0), 0)]);
}

#[tokio::test]
async fn a_lost_run_counts_nowhere_and_a_run_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let acme = firm(&store, "Acme").await;
    let run = admitted(&store, acme).await.run_id;
    let models = || vec![used("m", 1, 0, Some(1))];
    assert!(matches!(settle(&store, acme, run, 2, DONE, models()).await, Settled::Yes(98)));
    assert_eq!(settle(&store, acme, run, 2, DONE, models()).await, Settled::Lost);
    assert_eq!(settle(&store, acme, RunId::new(), 2, DONE, models()).await, Settled::Lost);
    assert_eq!(days(&store, acme).await.iter().map(|day| day.runs).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn history_has_the_results_and_the_question_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let acme = firm(&store, "Acme").await;
    let (first, question) = asked(&store, acme, None).await;
    settle(&store, acme, first.run_id, 2, DONE, Vec::new()).await;
    let (second, next) = asked(&store, acme, Some(first.conversation_id)).await;
    assert_eq!(second.conversation_id, first.conversation_id);
    let conversation = first.conversation_id;
    let history = store
        .read(move |tx| {
            Box::pin(async move { conversations::history(tx, acme, conversation, &next, 10).await })
        })
        .await
        .unwrap();
    let told: Vec<_> = history.iter().map(|m| (&m.id, m.role.as_str(), m.answers.as_ref())).collect();
    assert_eq!(told, [(&question, "user", None), (&first.message_id, "assistant", Some(&question))]);
    assert_eq!((history[0].tool_calls.as_str(), history[0].tool_results.as_deref()), ("[]", None));
    assert_eq!(
        (history[1].tool_calls.as_str(), history[1].tool_results.as_deref()),
        ("[{}]", Some("[{\"total\":3}]"))
    );
}
