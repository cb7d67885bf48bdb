//! What Lexi may do by itself, what it must ask for and what it may not do: in a workspace, or with one key.

use anyhow::bail;
use lexi_assistant::policy::{self, Policies};
use lexi_crm::Crm;
use lexi_store::audit::Actor;
use lexi_store::policies::ToolPolicy;
use lexi_store::{Store, keys};
use lexi_types::{KeyId, WorkspaceId};
use serde_json::json;

use super::output::answer;

/// Lists that are given replace those that were set; the others stay.
#[derive(Debug, clap::Args)]
pub(super) struct Lists {
    /// Tools that Lexi may use without asking: comma-separated names, where * stands for any letters; "" for none
    #[arg(long, value_name = "TOOLS")]
    allow: Option<String>,
    /// Tools whose changes wait for a person's approval
    #[arg(long, value_name = "TOOLS")]
    ask: Option<String>,
    /// Tools that Lexi may not use, whatever else is said
    #[arg(long, value_name = "TOOLS")]
    deny: Option<String>,
}

impl Lists {
    fn nothing_given(&self) -> bool {
        self.allow.is_none() && self.ask.is_none() && self.deny.is_none()
    }

    fn over(&self, policy: ToolPolicy) -> ToolPolicy {
        let list = |given: &Option<String>, before| given.as_deref().map_or(before, globs);
        ToolPolicy {
            allow: list(&self.allow, policy.allow),
            ask: list(&self.ask, policy.ask),
            deny: list(&self.deny, policy.deny),
        }
    }
}

fn globs(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|glob| !glob.is_empty()).map(str::to_owned).collect()
}

/// Sets the lists that are given, and shows what holds.
pub(super) async fn run(
    store: &Store,
    workspace: WorkspaceId,
    key: Option<KeyId>,
    lists: &Lists,
    as_json: bool,
) -> anyhow::Result<()> {
    if let Some(id) = key
        && store.read(move |tx| Box::pin(keys::get(tx, workspace, id))).await?.is_none()
    {
        bail!("there is no key {id} in this workspace");
    }
    let mut policies = look(store, workspace, key).await?;
    let crm = Crm::new(store.clone());
    if !lists.nothing_given() {
        let own = if key.is_some() { &mut policies.key } else { &mut policies.workspace };
        *own = policy::checked(&crm, lists.over(own.clone()))?;
        let wanted = own.clone();
        let actor = Actor { source: "command line", ..Actor::default() };
        let set = store.write(move |tx| {
            Box::pin(async move { policy::replace(tx, workspace, key, &wanted, &actor).await })
        });
        set.await?;
    }
    show(&crm, &policies, key, as_json)
}

async fn look(store: &Store, workspace: WorkspaceId, key: Option<KeyId>) -> anyhow::Result<Policies> {
    let look = store.read(move |tx| Box::pin(async move { Policies::of(tx, workspace, key).await }));
    Ok(look.await?)
}

fn show(crm: &Crm, policies: &Policies, key: Option<KeyId>, as_json: bool) -> anyhow::Result<()> {
    let own = if key.is_some() { &policies.key } else { &policies.workspace };
    let verdicts = policy::verdicts(crm, policies);
    let tools: Vec<_> = verdicts
        .iter()
        .map(|(tool, verdict)| json!({ "name": tool, "decision": verdict.as_str() }))
        .collect();
    let shown = json!({ "allow": own.allow, "ask": own.ask, "deny": own.deny, "tools": tools });
    let list = |globs: &[String]| if globs.is_empty() { "-".to_owned() } else { globs.join(", ") };
    let mut lines = vec![
        format!("allow  {}", list(&own.allow)),
        format!("ask    {}", list(&own.ask)),
        format!("deny   {}", list(&own.deny)),
        String::new(),
    ];
    lines.extend(verdicts.iter().map(|(tool, verdict)| format!("{:<5}  {tool}", verdict.as_str())));
    answer(as_json, &shown, &lines.join("\n"))
}
