//! A conversation as it went, with what each answer was made of and what it cost.

use lexi_types::{ConversationId, MessageId, ScopeSet, Timestamp, WorkspaceId};
use serde_json::Value as Json;

use crate::db::{Row, Tx, statements};
use crate::{Result, StoreError};

statements! {
    NEXT = "SELECT m.seq, m.id, m.role, m.content, m.status, m.tool_calls, m.tool_results, m.tool_scopes, m.created_at,
        r.charged, r.model, r.finish_reason FROM messages m
        LEFT JOIN runs r ON r.workspace_id = m.workspace_id AND r.id = m.run_id AND r.message_id = m.id
        WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq > $3 ORDER BY m.seq LIMIT $4";
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub seq: i64,
    pub id: MessageId,
    /// `user` or `assistant`.
    pub role: String,
    pub content: String,
    /// `complete`, `failed` or `canceled`.
    pub status: String,
    pub tool_calls: Vec<Json>,
    /// In the same order, as far as they are kept.
    pub tool_results: Vec<Json>,
    /// The scopes of the key for which the tools were called: a key with fewer is not shown what they gave.
    pub tool_scopes: ScopeSet,
    pub created_at: Timestamp,
    /// Of an answer.
    pub credits_charged: Option<i64>,
    pub model: Option<String>,
    pub finish_reason: Option<String>,
}

fn read(row: &Row) -> Result<Entry> {
    let scopes = row.opt_text(7)?.map(ScopeSet::parse_list).transpose();
    Ok(Entry {
        seq: row.int(0)?,
        id: row.parse(1)?,
        role: row.string(2)?,
        content: row.string(3)?,
        status: row.string(4)?,
        tool_calls: row.json(5)?,
        tool_results: row.opt_text(6)?.map_or(Ok(Vec::new()), |_| row.json(6))?,
        tool_scopes: scopes.map_err(|error| StoreError::Internal(error.to_string()))?.unwrap_or_default(),
        created_at: row.time(8)?,
        credits_charged: row.opt_int(9)?,
        model: row.opt_string(10)?,
        finish_reason: row.opt_string(11)?,
    })
}

/// The next `limit` messages behind the number `after`.
pub async fn next(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    after: i64,
    limit: i64,
) -> Result<Vec<Entry>> {
    let params = [workspace.into(), conversation.into(), after.into(), limit.into()];
    tx.rows(NEXT, &params).await?.iter().map(read).collect()
}
