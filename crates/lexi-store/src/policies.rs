//! Which tools Lexi may use by itself, which it must ask for, and which it may not use: globs over the names of tools, kept as
//! they were given.

use lexi_types::{KeyId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::db::{Row, Tx, Value, statements};
use crate::records::json_text;

statements! {
    GET = "SELECT allow_tools, ask_tools, deny_tools FROM tool_policies WHERE workspace_id = $1 AND key_id = $2";
    SET = "INSERT INTO tool_policies (workspace_id, key_id, allow_tools, ask_tools, deny_tools) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, key_id) DO UPDATE SET allow_tools = excluded.allow_tools,
        ask_tools = excluded.ask_tools, deny_tools = excluded.deny_tools";
}

/// What holds in one place, the whole workspace or one key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolPolicy {
    pub allow: Vec<String>,
    pub ask: Vec<String>,
    pub deny: Vec<String>,
}

fn read(row: &Row) -> Result<ToolPolicy> {
    Ok(ToolPolicy { allow: row.json(0)?, ask: row.json(1)?, deny: row.json(2)? })
}

/// The row of the whole workspace has an empty key.
fn place(key: Option<KeyId>) -> Value {
    key.map(|key| key.to_string()).unwrap_or_default().into()
}

/// Of a key, or of the workspace; empty where nothing was ever set.
pub async fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, key: Option<KeyId>) -> Result<ToolPolicy> {
    let row = tx.row(GET, &[workspace.into(), place(key)]).await?;
    row.as_ref().map_or_else(|| Ok(ToolPolicy::default()), read)
}

/// Replaces what was set before.
pub async fn set(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    key: Option<KeyId>,
    policy: &ToolPolicy,
) -> Result<()> {
    let params = [
        workspace.into(),
        place(key),
        json_text(&policy.allow).into(),
        json_text(&policy.ask).into(),
        json_text(&policy.deny).into(),
    ];
    tx.execute(SET, &params).await.map(drop)
}
