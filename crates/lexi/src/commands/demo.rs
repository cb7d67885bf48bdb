//! `lexi demo`: a made-up law firm, a key, a first answer, and a server that stays.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use lexi_crm::demo;
use lexi_store::credits::{self, LedgerKind};
use lexi_store::keys::{self, NewKey, Token};
use lexi_store::{Store, workspaces};
use lexi_types::{RateTier, ScopeSet, Timestamp, WorkspaceId};

use crate::chat::{self, ChatArgs};
use crate::config::{Config, ConfigArgs};
use crate::serve::{Running, open_store};
use crate::telemetry;

const QUESTION: &str = "Summarize my pipeline";
const CREDITS: i64 = 5_000;
const DATABASE: &str = "sqlite:lexi-data/demo/lexi.db";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// End after the first answer instead of leaving the server running
    #[arg(long)]
    once: bool,
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let mut config = config.clone();
    if config.database.is_none() && std::env::var_os("LEXI_DATABASE").is_none() {
        config.database = Some(DATABASE.to_owned());
    }
    // What a person reads here is the answer, not the log.
    if !config.set.iter().any(|pair| pair.starts_with("log=")) && std::env::var_os("LEXI_LOG").is_none() {
        config.set.push("log=warn".to_owned());
    }
    let config = Config::load(&config)?;
    telemetry::init(&config.server)?;
    let database = config.server.database.path().to_owned();
    let store = open_store(&config.server).await?;
    let key = prepare(&store, &database).await?;
    let running = Running::start(config).await?;
    let url = format!("http://{}", running.address);
    say(&format!("\n> {QUESTION}\n"))?;
    let question = ChatArgs {
        message: vec![QUESTION.to_owned()],
        url: url.clone(),
        key: Some(key.clone()),
        json: false,
        conversation: None,
        no_tools: false,
    };
    let code = chat::run(question).await?;
    if code == ExitCode::SUCCESS && !args.once {
        say(&farewell(&url, &key))?;
        wait().await?;
    }
    running.stop().await;
    Ok(code)
}

/// Until Ctrl-C or SIGTERM.
async fn wait() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(())
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}

fn farewell(url: &str, key: &str) -> String {
    format!(
        "\nLexi is listening on {url} until you press Ctrl-C.\n\
         API key: {key}\n\n\
         Ask it from another terminal:\n\n\
         curl -N -X POST \\\n  {url}/functions/v1/api-gateway/v1/lexi/chat/stream \\\n  \
         -H \"Authorization: Bearer {key}\" \\\n  -H \"Content-Type: application/json\" \\\n  \
         -H \"Accept: text/event-stream\" \\\n  \
         -d '{{\n    \"message\": \"{QUESTION}\",\n    \"conversation_id\": null\n  }}'\n\n\
         or in a conversation:\n\n  LEXI_KEY={key} {} chat --url {url}\n",
        this_program()
    )
}

/// How to call this very program from here: after `make demo` it is on nobody's path.
fn this_program() -> String {
    let Ok(program) = std::env::current_exe() else { return "lexi".to_owned() };
    let here = std::env::current_dir().unwrap_or_default();
    program.strip_prefix(&here).unwrap_or(&program).display().to_string()
}

/// The firm and a key to it: those of an earlier demo, or new ones.
async fn prepare(store: &Store, database: &Path) -> anyhow::Result<String> {
    let key_file = database.with_extension("demo-key");
    let existing = store
        .read(|tx| Box::pin(workspaces::find(tx, demo::FIRM_NAME)))
        .await
        .context("cannot read the workspaces")?;
    let workspace = match existing {
        Some(workspace) => {
            if let Some(key) = saved_key(store, workspace.id, &key_file).await? {
                say(&format!("Using the demonstration firm {} from an earlier demo.", demo::FIRM_NAME))?;
                return Ok(key);
            }
            let id = workspace.id;
            let account = store.read(move |tx| Box::pin(credits::account(tx, id))).await?;
            if account.balance == 0 {
                // Credits are granted last.
                bail!(
                    "an earlier demo was interrupted or has used up its credits; remove {} and run it again",
                    folder(database)
                );
            }
            workspace.id
        }
        None => create_firm(store).await?,
    };
    new_key(store, workspace, &key_file).await
}

fn folder(database: &Path) -> String {
    database.parent().unwrap_or(database).display().to_string()
}

async fn create_firm(store: &Store) -> anyhow::Result<WorkspaceId> {
    let now = Timestamp::now();
    let made = store.write(move |tx| Box::pin(workspaces::create(tx, demo::FIRM_NAME, now))).await?;
    let Some(workspace) = made else {
        bail!("the workspace {} has just been made by someone else", demo::FIRM_NAME)
    };
    let firm = demo::generate(demo::SEED, now.date());
    let bar = ProgressBar::new(firm.record_count() as u64);
    bar.set_style(ProgressStyle::with_template(
        "Writing the records of a made-up law firm {bar:30} {pos}/{len}",
    )?);
    let mut progress = |done: u64, _total: u64| bar.set_position(done);
    demo::load(store, workspace.id, &firm, &mut progress).await?;
    bar.finish_and_clear();
    say(&format!(
        "Made up the law firm {}: {} lawyers, {} companies, {} contacts, {} deals, {} matters, {} notes, {} tasks, {} activities.",
        demo::FIRM_NAME,
        firm.users.len(),
        firm.companies.len(),
        firm.contacts.len(),
        firm.deals.len(),
        firm.matters.len(),
        firm.notes.len(),
        firm.tasks.len(),
        firm.activities.len()
    ))?;
    let id = workspace.id;
    store.write(move |tx| Box::pin(credits::adjust(tx, id, LedgerKind::Grant, CREDITS, now))).await?;
    Ok(id)
}

/// The key of an earlier demo, where it still opens this workspace.
async fn saved_key(store: &Store, workspace: WorkspaceId, file: &PathBuf) -> anyhow::Result<Option<String>> {
    let Ok(text) = std::fs::read_to_string(file) else { return Ok(None) };
    let text = text.trim().to_owned();
    let Some(token) = Token::parse(&text) else { return Ok(None) };
    let found = store.read(move |tx| Box::pin(async move { keys::authenticate(tx, &token).await })).await?;
    let now = Timestamp::now();
    Ok(found.filter(|key| key.workspace == workspace && key.is_active(now)).map(|_| text))
}

async fn new_key(store: &Store, workspace: WorkspaceId, file: &PathBuf) -> anyhow::Result<String> {
    let new = NewKey {
        name: "demo".to_owned(),
        description: None,
        scopes: ScopeSet::all(),
        tier: RateTier::High,
        user_id: None,
        created_by: Some("lexi demo".to_owned()),
        expires_at: None,
    };
    let now = Timestamp::now();
    let made = store.write(move |tx| Box::pin(async move { keys::create(tx, workspace, &new, now).await }));
    let (_, text) = made.await?;
    // Only its owner may read it: it opens the demonstration, and people put real data into demonstrations.
    let open = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    let mut file = open.with_context(|| format!("cannot keep the key in {}", file.display()))?;
    writeln!(file, "{text}")?;
    Ok(text)
}
