//! `lexi eval`: questions whose answers are known, asked for real, and judged.

mod ask;
mod figures;
mod judge;
mod question;
mod report;
mod truth;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use lexi_assistant::Assistant;
use lexi_crm::{Access, Crm};
use lexi_store::keys::{self, NewKey};
use lexi_store::{Store, truth as known};
use lexi_types::{ConversationId, RateTier, ScopeSet, Timestamp, WorkspaceId};

use super::output;
use crate::config::{Config, ConfigArgs};
use crate::lock::ServerLock;
use crate::telemetry;
use ask::{Answer, ask};
use judge::{Expected, Verdict, judge};
use question::Question;
use report::{Judged, Report};

const DRAIN: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Question files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Whose records: a workspace's name or id. Answers are charged to it
    #[arg(long, short)]
    workspace: String,
    /// Ask only questions that contain this text
    #[arg(long)]
    filter: Option<String>,
    /// Which answers to show; `wrong` leaves out the right ones
    #[arg(long, value_enum, default_value_t = Show::Wrong)]
    show: Show,
    /// Fail when fewer than this many percent are right
    #[arg(long, value_name = "PERCENT")]
    min_right: Option<f64>,
    /// Fail when more than this many percent are wrong
    #[arg(long, value_name = "PERCENT")]
    max_wrong: Option<f64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Show {
    Wrong,
    All,
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let mut questions = Vec::new();
    for file in &args.files {
        questions.push(question::read(file)?);
    }
    let mut quiet = config.clone();
    if !quiet.set.iter().any(|pair| pair.starts_with("log=")) && std::env::var_os("LEXI_LOG").is_none() {
        quiet.set.push("log=warn".to_owned());
    }
    let store = super::store(&quiet).await?;
    let config = Config::load(&quiet)?;
    telemetry::init(&config.server)?;
    let workspace = super::workspace(&store, &args.workspace).await?.id;
    // The runs of a server on this database must not be taken for abandoned.
    let _lock = ServerLock::acquire(config.server.database.path())?;
    let model = config.model.build()?;
    let assistant = Assistant::start(store.clone(), Crm::new(store.clone()), model, config.assistant).await?;
    let access = new_key(&store, workspace).await?;
    let asking = Asking { store: &store, assistant: &assistant, access: &access };
    let mut report = Report::default();
    let mut outcome = Ok(());
    for file in &questions {
        outcome = asking.file(file, args.filter.as_deref(), &mut report).await;
        if outcome.is_err() {
            break;
        }
    }
    assistant.drain(DRAIN).await;
    let (key, now) = (access.key_id, Timestamp::now());
    store.write(move |tx| Box::pin(keys::revoke(tx, workspace, key, now))).await?;
    outcome?;
    let all = args.show == Show::All;
    output::answer(args.json, &report.json(all), &report.text(all))?;
    let too_few = args.min_right.is_some_and(|least| report.percent(Verdict::Right) < least);
    let too_many = args.max_wrong.is_some_and(|most| report.percent(Verdict::Wrong) > most);
    Ok(if too_few || too_many { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A key of its own for this evaluation; it is revoked at the end.
async fn new_key(store: &Store, workspace: WorkspaceId) -> anyhow::Result<Access> {
    let scopes = ScopeSet::parse_list(
        "write:ai,read:ai,read:contacts,read:companies,read:deals,read:matters,read:notes,read:tasks,read:activities",
    )
    .unwrap_or_else(|_| ScopeSet::all());
    let now = Timestamp::now();
    let new = NewKey {
        name: "eval".to_owned(),
        description: None,
        scopes,
        tier: RateTier::Unmetered,
        user_id: None,
        created_by: Some("lexi eval".to_owned()),
        expires_at: Some(now.plus(Duration::from_secs(24 * 3600))),
    };
    let made = store.write(move |tx| Box::pin(async move { keys::create(tx, workspace, &new, now).await }));
    let (key, _) = made.await.context("cannot make a key for the evaluation")?;
    Ok(Access { workspace, key_id: key.id, scopes, user_id: None })
}

struct Asking<'a> {
    store: &'a Store,
    assistant: &'a Assistant,
    access: &'a Access,
}

impl Asking<'_> {
    async fn file(
        &self,
        questions: &[Question],
        filter: Option<&str>,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let filter = filter.map(str::to_lowercase);
        let wanted = |question: &Question| {
            let text = question.ask.to_lowercase();
            filter.as_deref().is_none_or(|filter| text.contains(filter))
        };
        let needed: Vec<&str> =
            questions.iter().filter(|q| wanted(q)).filter_map(|q| q.after.as_deref()).collect();
        let mut conversations: HashMap<&str, ConversationId> = HashMap::new();
        for question in questions {
            let leads = question.id.as_deref().is_some_and(|id| needed.contains(&id));
            let judged = wanted(question);
            if !judged && !leads {
                continue;
            }
            let before = question.after.as_deref().and_then(|id| conversations.get(id).copied());
            let (done, conversation) = self.question(question, before).await?;
            if let Some(id) = &question.id {
                conversations.insert(id, conversation);
            }
            if judged {
                report.judged.push(done);
            }
        }
        Ok(())
    }

    async fn question(
        &self,
        question: &Question,
        before: Option<ConversationId>,
    ) -> anyhow::Result<(Judged, ConversationId)> {
        let today = Timestamp::now().date();
        let expected = truth::expected(self.store, self.access.workspace, today, question).await?;
        let (mut conversation, mut credits) = (before, 0);
        for turn in &question.turns {
            let answer = ask(self.assistant, self.access, turn, conversation).await?;
            conversation = Some(answer.conversation);
            credits += answer.credits;
        }
        let answer = ask(self.assistant, self.access, &question.ask, conversation).await?;
        let verdict = self.verdict(question, &answer, &expected).await?;
        let conversation = answer.conversation;
        let judged = Judged {
            question: question.turns.iter().chain([&question.ask]).cloned().collect::<Vec<_>>().join(" › "),
            expected: words(&expected),
            answer: answer.text,
            verdict,
            credits: credits + answer.credits,
            took: answer.took,
        };
        Ok((judged, conversation))
    }

    async fn verdict(
        &self,
        question: &Question,
        answer: &Answer,
        expected: &Expected,
    ) -> anyhow::Result<Verdict> {
        if answer.failed {
            return Ok(Verdict::Failed);
        }
        let verdict = judge(&question.ask, &answer.text, expected);
        let Some(kind) = question.kind.clone().filter(|_| question.only && verdict == Verdict::Right) else {
            return Ok(verdict);
        };
        let workspace = self.access.workspace;
        let all = self
            .store
            .read(move |tx| Box::pin(async move { known::names(tx, &kind, workspace).await }))
            .await?
            .context("`kind` is contact, company, deal, matter or task")?;
        let stray = judge::others(&answer.text, &all, &expected.records);
        Ok(if stray.is_empty() { Verdict::Right } else { Verdict::Wrong })
    }
}

/// What is expected, for whoever reads the report.
fn words(expected: &Expected) -> String {
    let mut parts = Vec::new();
    if expected.refusal {
        parts.push("a refusal".to_owned());
    }
    if expected.ask_back {
        parts.push("a question back".to_owned());
    }
    if expected.nothing {
        parts.push("nothing".to_owned());
    }
    parts.extend(expected.figures.iter().map(f64::to_string));
    if let Some(least) = expected.at_least {
        parts.push(format!("at least {least} of"));
    }
    parts.extend(expected.records.iter().cloned());
    parts.extend(expected.rows.iter().map(|(name, numbers)| {
        let numbers: Vec<_> = numbers.iter().map(f64::to_string).collect();
        format!("{name}: {}", numbers.join(" "))
    }));
    parts.extend(expected.not_records.iter().map(|name| format!("not {name}")));
    parts.join(", ")
}
