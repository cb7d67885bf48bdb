use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use lexi_crm::{UserFields, create_user, delete_user, update_user};
use lexi_store::{Store, users};
use lexi_types::records::User;
use lexi_types::{Timestamp, WorkspaceId};
use serde_json::json;

use super::output::answer;
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
    /// Add somebody to the firm: records can be theirs, and keys can stand for them
    Create {
        #[arg(long, short)]
        workspace: String,
        name: String,
        #[arg(long)]
        email: Option<String>,
    },
    /// List the people of a firm
    List {
        #[arg(long, short)]
        workspace: String,
    },
    /// Change somebody's name or e-mail address
    Update {
        #[arg(long, short)]
        workspace: String,
        /// Name, e-mail address or id
        user: String,
        #[arg(long)]
        name: Option<String>,
        /// Empty to take it away
        #[arg(long)]
        email: Option<String>,
    },
    /// Take somebody out of the firm; what was theirs then belongs to nobody
    Delete {
        #[arg(long, short)]
        workspace: String,
        /// Name, e-mail address or id
        user: String,
    },
}

pub(crate) async fn run(config: &ConfigArgs, args: Args) -> anyhow::Result<ExitCode> {
    let store = super::store(config).await?;
    let (actor, now) = (super::operator(), Timestamp::now());
    match args.command {
        Command::Create { workspace, name, email } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let fields = UserFields { full_name: Some(name), email: email.map(Some) };
            let create = store.write_or(move |tx| {
                Box::pin(async move { create_user(tx, workspace, &actor, &fields, now).await })
            });
            let user = create.await?;
            answer(args.json, &json!(user), &format!("Added {} ({}).", user.full_name, user.id))?;
        }
        Command::List { workspace } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let all = store.read(move |tx| Box::pin(users::list(tx, workspace))).await?;
            let lines: Vec<_> = all.iter().map(line).collect();
            answer(args.json, &json!(all), &lines.join("\n"))?;
        }
        Command::Update { workspace, user, name, email } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let id = find(&store, workspace, &user).await?.id;
            let email = email.map(|email| Some(email).filter(|email| !email.trim().is_empty()));
            let fields = UserFields { full_name: name, email };
            let update = store.write_or(move |tx| {
                Box::pin(async move { update_user(tx, workspace, &actor, id, &fields, now).await })
            });
            let user = update.await?;
            answer(args.json, &json!(user), &format!("Changed: {}", line(&user)))?;
        }
        Command::Delete { workspace, user } => {
            let workspace = super::workspace(&store, &workspace).await?.id;
            let user = find(&store, workspace, &user).await?;
            let id = user.id;
            let delete = store.write_or(move |tx| {
                Box::pin(async move { delete_user(tx, workspace, &actor, id, now).await })
            });
            delete.await?;
            let shown = json!({ "deleted": true, "id": id });
            answer(args.json, &shown, &format!("Took {} out of the firm.", user.full_name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(user: &User) -> String {
    format!("{}  {}  {}", user.id, user.full_name, user.email.as_deref().unwrap_or("-"))
}

/// The one user of this id, e-mail address or name.
pub(super) async fn find(store: &Store, workspace: WorkspaceId, text: &str) -> anyhow::Result<User> {
    let mut all = store.read(move |tx| Box::pin(users::list(tx, workspace))).await?;
    let wanted = lexi_store::name_key(text);
    all.retain(|user| {
        user.id.to_string() == text
            || user.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(text))
            || lexi_store::name_key(&user.full_name) == wanted
    });
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => bail!("there is no user `{text}` in this workspace"),
        (Some(_), false) => bail!("several users are called `{text}`; give the e-mail address or the id"),
    }
}
