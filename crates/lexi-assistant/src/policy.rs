//! Which tools a run may use, and which of them only with a person's consent. Two places say so, the workspace and the key, each
//! with globs over the names of tools.

use std::collections::BTreeSet;

use lexi_crm::Crm;
use lexi_store::audit::{self, Actor, Deed};
use lexi_store::policies::{self, ToolPolicy};
use lexi_store::{StoreError, Tx};
use lexi_types::{KeyId, Timestamp, WorkspaceId};
use serde_json::json;

const GLOBS_MAX: usize = 100;
const GLOB_CHARS_MAX: usize = 100;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allow,
    /// What it would change waits for a person.
    Ask,
    Deny,
}

impl Verdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// All that holds for one key.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    pub workspace: ToolPolicy,
    pub key: ToolPolicy,
}

impl Policies {
    /// Without a key, what holds for those that have none of their own.
    pub async fn of(tx: &mut Tx<'_>, workspace: WorkspaceId, key: Option<KeyId>) -> Result<Self, StoreError> {
        let of_key = match key {
            Some(key) => policies::get(tx, workspace, Some(key)).await?,
            None => ToolPolicy::default(),
        };
        Ok(Self { workspace: policies::get(tx, workspace, None).await?, key: of_key })
    }

    /// A ban in either place holds. Else the key's own word comes before the workspace's, and in one place asking before
    /// allowing. Where nobody has said anything, reading is allowed and writing is asked for.
    pub fn verdict(&self, tool: &str, writes: bool) -> Verdict {
        let places = [&self.key, &self.workspace];
        if places.iter().any(|place| any_matches(&place.deny, tool)) {
            return Verdict::Deny;
        }
        match places.iter().find_map(|place| said(place, tool)) {
            // An answer cannot wait for a person to let it read.
            Some(Verdict::Ask) if !writes => Verdict::Deny,
            Some(verdict) => verdict,
            None if writes => Verdict::Ask,
            None => Verdict::Allow,
        }
    }
}

fn said(place: &ToolPolicy, tool: &str) -> Option<Verdict> {
    if any_matches(&place.ask, tool) {
        return Some(Verdict::Ask);
    }
    any_matches(&place.allow, tool).then_some(Verdict::Allow)
}

fn any_matches(globs: &[String], tool: &str) -> bool {
    globs.iter().any(|glob| matches(glob, tool))
}

/// `*` stands for any run of characters, none included.
fn matches(glob: &str, name: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// What becomes of a call of each tool.
pub fn verdicts(crm: &Crm, policies: &Policies) -> Vec<(&'static str, Verdict)> {
    crm.tool_names().map(|tool| (tool, policies.verdict(tool, crm.writes(tool)))).collect()
}

/// Replaces what holds in the workspace, or for a key, and says so in the audit log.
pub async fn replace(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    key: Option<KeyId>,
    policy: &ToolPolicy,
    actor: &Actor,
) -> Result<(), StoreError> {
    let before = policies::get(tx, workspace, key).await?;
    policies::set(tx, workspace, key, policy).await?;
    let deed = Deed {
        action: "update",
        resource_type: "tool_policy",
        resource_id: key.map_or_else(|| workspace.to_string(), |key| key.to_string()),
        before: Some(json!(before)),
        after: Some(json!(policy)),
        ..Deed::default()
    };
    audit::append(tx, workspace, actor, &deed, Timestamp::now()).await
}

/// A list of a policy is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{list}: {reason}")]
pub struct InvalidPolicy {
    /// `allow`, `ask` or `deny`.
    pub list: &'static str,
    pub reason: String,
}

/// A policy as it can be kept: without blanks and repetitions, and with no glob that is not the name of a tool. A ban that was
/// mistyped would ban nothing.
pub fn checked(crm: &Crm, policy: ToolPolicy) -> Result<ToolPolicy, InvalidPolicy> {
    let list = |list, globs| globs_of(crm, globs).map_err(|reason| InvalidPolicy { list, reason });
    Ok(ToolPolicy {
        allow: list("allow", policy.allow)?,
        ask: list("ask", policy.ask)?,
        deny: list("deny", policy.deny)?,
    })
}

fn globs_of(crm: &Crm, globs: Vec<String>) -> Result<Vec<String>, String> {
    let mut kept = BTreeSet::new();
    for glob in globs {
        let glob = glob.trim();
        if glob.is_empty() || glob.chars().count() > GLOB_CHARS_MAX {
            return Err(format!("each entry must be text of 1 to {GLOB_CHARS_MAX} characters"));
        }
        if !crm.tool_names().any(|tool| matches(glob, tool)) {
            let tools: Vec<&str> = crm.tool_names().collect();
            return Err(format!("{glob:?} names no tool; the tools are {}", tools.join(", ")));
        }
        kept.insert(glob.to_owned());
    }
    if kept.len() > GLOBS_MAX {
        return Err(format!("must have at most {GLOBS_MAX} entries"));
    }
    Ok(kept.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(allow: &[&str], ask: &[&str], deny: &[&str]) -> ToolPolicy {
        let list = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        ToolPolicy { allow: list(allow), ask: list(ask), deny: list(deny) }
    }

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        let yes = [
            ("*", "notes.create"),
            ("notes.*", "notes.create"),
            ("*.create", "notes.create"),
            ("n*s.*e", "notes.create"),
            ("*e*e*", "notes.create"),
            ("notes.create", "notes.create"),
            ("**notes**", "notes.create"),
            ("notes.create*", "notes.create"),
        ];
        for (glob, tool) in yes {
            assert!(matches(glob, tool), "{glob} {tool}");
        }
        let no = [
            ("", "notes.create"),
            ("notes", "notes.create"),
            ("*.creat", "notes.create"),
            ("otes.*", "notes.create"),
            ("notes.create*e", "notes.create"),
            ("*s.c*s.c*", "notes.create"),
            ("NOTES.*", "notes.create"),
        ];
        for (glob, tool) in no {
            assert!(!matches(glob, tool), "{glob} {tool}");
        }
    }

    #[test]
    fn a_ban_wins_and_the_key_comes_before_the_workspace() {
        use Verdict::{Allow, Ask, Deny};
        let none = ToolPolicy::default;
        let verdict = |workspace: ToolPolicy, key: ToolPolicy| {
            Policies { workspace, key }.verdict("notes.create", true)
        };
        assert_eq!(verdict(none(), none()), Ask, "what nobody has allowed is asked for");
        assert_eq!(verdict(place(&["notes.*"], &[], &[]), none()), Allow);
        assert_eq!(verdict(place(&["notes.*"], &["*.create"], &[]), none()), Ask, "asking comes first");
        assert_eq!(verdict(place(&["*"], &[], &[]), place(&[], &["*.create"], &[])), Ask);
        assert_eq!(verdict(place(&[], &["*"], &[]), place(&["notes.create"], &[], &[])), Allow);
        assert_eq!(verdict(place(&[], &[], &["*.create"]), place(&["notes.create"], &[], &[])), Deny);
        assert_eq!(verdict(place(&["*"], &[], &[]), place(&["*"], &[], &["notes.*"])), Deny);
        assert_eq!(verdict(place(&["deals.*"], &[], &["deals.*"]), none()), Ask, "others are untouched");
    }

    #[test]
    fn a_read_cannot_wait() {
        let asking = Policies { workspace: place(&[], &["notes.*"], &[]), key: ToolPolicy::default() };
        assert_eq!(asking.verdict("notes.search", false), Verdict::Deny);
        assert_eq!(asking.verdict("notes.create", true), Verdict::Ask);
        assert_eq!(asking.verdict("deals.search", false), Verdict::Allow);
    }
}
