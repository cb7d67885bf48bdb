use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use lexi_store::keys::{self, ApiKey, NewKey, Revoked};
use lexi_store::{Page, Store, users};
use lexi_types::{KeyId, RateTier, RecordId, ScopeSet, Timestamp, WorkspaceId};
use serde_json::{Value, json};

use super::output::answer;
use super::policy;
use crate::config::ConfigArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an API key; it is shown once
    Create(Create),
    /// List the keys of a workspace
    List {
        #[arg(long, short)]
        workspace: String,
        /// Show revoked keys too
        #[arg(long)]
        revoked: bool,
    },
    /// Show or set what Lexi may do with a key by itself, what it must ask for, and what it may not do
    Policy {
        #[arg(long, short)]
        workspace: String,
        id: KeyId,
        #[command(flatten)]
        lists: policy::Lists,
    },
    /// Revoke a key, at once and for good
    Revoke {
        #[arg(long, short)]
        workspace: String,
        id: KeyId,
    },
}

#[derive(Debug, clap::Args)]
struct Create {
    #[arg(long, short)]
    workspace: String,
    #[arg(long)]
    name: String,
    /// Comma-separated, for example write:ai,read:ai,read:deals; `all` for every scope
    #[arg(long)]
    scopes: String,
    /// standard, high or unmetered
    #[arg(long, default_value = "standard")]
    tier: RateTier,
    /// The person that the key stands for ("my deals"): a user's name, e-mail address or id
    #[arg(long)]
    user: Option<String>,
    /// RFC 3339, for example 2027-01-01T00:00:00Z
    #[arg(long)]
    expires_at: Option<Timestamp>,
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let store = super::store(config).await?;
    match args.command {
        Command::Create(create) => make(&store, create, args.json).await?,
        Command::List { workspace, revoked } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let page = Page { page: 1, per_page: 1_000_000 };
            let listed =
                store.read(move |tx| Box::pin(keys::list(tx, workspace, revoked, None, page))).await?;
            let rows: Vec<_> = listed.rows.iter().map(wire).collect();
            let lines: Vec<_> = listed
                .rows
                .iter()
                .map(|k| format!("{}  {}…  {}  {}", k.id, k.prefix, k.name, k.scopes))
                .collect();
            answer(args.json, &json!(rows), &lines.join("\n"))?;
        }
        Command::Policy { workspace, id, lists } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            policy::run(&store, workspace, Some(id), &lists, args.json).await?;
        }
        Command::Revoke { workspace, id } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let now = Timestamp::now();
            match store.write(move |tx| Box::pin(keys::revoke(tx, workspace, id, now))).await? {
                Revoked::Yes => {
                    answer(args.json, &json!({ "id": id, "revoked_at": now }), &format!("Revoked {id}."))?
                }
                Revoked::NotFound => bail!("there is no active key {id} in this workspace"),
                Revoked::LastAdmin => {
                    bail!("this is the last active key with admin:api_keys; make another one first")
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn make(store: &Store, create: Create, as_json: bool) -> anyhow::Result<()> {
    let scopes = if create.scopes == "all" { ScopeSet::all() } else { ScopeSet::parse_list(&create.scopes)? };
    if scopes.is_empty() {
        bail!("a key needs at least one scope");
    }
    let name = create.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 120 {
        bail!("a key's name has 1 to 120 characters");
    }
    let now = Timestamp::now();
    if create.expires_at.is_some_and(|at| at <= now) {
        bail!("--expires-at is in the past");
    }
    let workspace = super::workspace(store, &create.workspace).await?.id;
    let user_id = match &create.user {
        Some(text) => Some(user(store, workspace, text).await?),
        None => None,
    };
    let new = NewKey {
        name,
        description: None,
        scopes,
        tier: create.tier,
        user_id,
        created_by: Some("command line".to_owned()),
        expires_at: create.expires_at,
    };
    let created =
        store.write(move |tx| Box::pin(async move { keys::create(tx, workspace, &new, now).await }));
    let (key, text) = created.await?;
    let mut shown = wire(&key);
    let object = shown.as_object_mut().ok_or_else(|| super::internal("a key is an object"))?;
    object.insert("key".to_owned(), Value::String(text.clone()));
    answer(
        as_json,
        &shown,
        &format!("{text}\n\nKeep it: it is shown this once. Id {}, scopes {}.", key.id, key.scopes),
    )
}

async fn user(store: &Store, workspace: WorkspaceId, text: &str) -> anyhow::Result<RecordId> {
    let all =
        store.read(move |tx| Box::pin(users::list(tx, workspace))).await.context("cannot list the users")?;
    let wanted = lexi_store::name_key(text);
    let is_it = |u: &&lexi_types::records::User| {
        u.id.to_string() == text
            || u.email.as_deref().is_some_and(|e| e.eq_ignore_ascii_case(text))
            || lexi_store::name_key(&u.full_name) == wanted
    };
    let found: Vec<_> = all.iter().filter(is_it).collect();
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => bail!("there is no user `{text}` in this workspace"),
        _ => bail!("several users are called `{text}`; give the e-mail address"),
    }
}

fn wire(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "permissions": key.scopes,
        "rate_limit_tier": key.tier,
        "user_id": key.user_id,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    })
}
