//! Conversations and their messages.

use lexi_types::{ConversationId, MessageId, PageContext, RecordId, RunId, Timestamp, WorkspaceId};

use crate::db::{Row, Tx, statements};
use crate::{Listed, Page, Result, Value};

const TITLE_CHARS_MAX: usize = 80;

statements! {
    INSERT = "INSERT INTO conversations (workspace_id, id, title, context, contact_id, deal_id, archived, message_count,
        next_seq, last_message_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 1, $7, $7, $7)";
    EXISTS = "SELECT 1 FROM conversations WHERE workspace_id = $1 AND id = $2";
    GET = "SELECT id, title, context, archived, message_count, last_message_at, created_at, updated_at
        FROM conversations WHERE workspace_id = $1 AND id = $2";
    LIST = "SELECT id, title, context, archived, message_count, last_message_at, created_at, updated_at
        FROM conversations c WHERE workspace_id = $1 AND archived = $2 AND ($3 IS NULL OR contact_id = $3)
        AND ($4 IS NULL OR deal_id = $4) AND ($5 IS NULL OR lower(title) LIKE $5 ESCAPE '\\' OR EXISTS (
          SELECT 1 FROM messages m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id
          AND lower(m.content) LIKE $5 ESCAPE '\\'))
        ORDER BY last_message_at DESC, id DESC LIMIT $6 OFFSET $7";
    COUNT = "SELECT count(*) FROM conversations c WHERE workspace_id = $1 AND archived = $2
        AND ($3 IS NULL OR contact_id = $3) AND ($4 IS NULL OR deal_id = $4)
        AND ($5 IS NULL OR lower(title) LIKE $5 ESCAPE '\\' OR EXISTS (
          SELECT 1 FROM messages m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id
          AND lower(m.content) LIKE $5 ESCAPE '\\'))";
    UPDATE = "UPDATE conversations SET title = $3, archived = $4, context = $5, contact_id = $6, deal_id = $7,
        updated_at = $8 WHERE workspace_id = $1 AND id = $2";
    DELETE_MESSAGES = "DELETE FROM messages WHERE workspace_id = $1 AND conversation_id = $2";
    DELETE_FRAMES = "DELETE FROM run_frames WHERE workspace_id = $1 AND run_id IN (
        SELECT id FROM runs WHERE workspace_id = $1 AND conversation_id = $2)";
    DELETE = "DELETE FROM conversations WHERE workspace_id = $1 AND id = $2";
    NEXT_SEQ = "UPDATE conversations SET next_seq = next_seq + 1, message_count = message_count + 1,
        last_message_at = $3, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING next_seq - 1";
    INSERT_MESSAGE = "INSERT INTO messages (workspace_id, conversation_id, seq, id, run_id, role, content, status,
        tool_calls, created_at, tool_results, tool_scopes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    NEWEST_MESSAGES = "SELECT id, role, content, status, tool_calls, created_at FROM messages
        WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY seq DESC LIMIT $3";
    HISTORY = "SELECT m.id, m.role, m.content, m.tool_calls, m.tool_results, r.user_message_id, m.tool_scopes
        FROM messages m
        LEFT JOIN runs r ON r.workspace_id = m.workspace_id AND r.id = m.run_id
        WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.status <> 'failed'
        AND m.seq < (SELECT seq FROM messages WHERE workspace_id = $1 AND id = $3) ORDER BY m.seq DESC LIMIT $4";
}

#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub id: ConversationId,
    pub title: String,
    pub context: PageContext,
    pub archived: bool,
    pub message_count: i64,
    pub last_message_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: MessageId,
    /// `user` or `assistant`.
    pub role: String,
    pub content: String,
    /// `complete`, `failed` or `canceled`.
    pub status: String,
    pub tool_calls: serde_json::Value,
    pub created_at: Timestamp,
}

/// A message as the model may be told it. The JSON is as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryMessage {
    pub id: MessageId,
    /// `user` or `assistant`.
    pub role: String,
    pub content: String,
    /// The question that this is the answer to.
    pub answers: Option<MessageId>,
    /// An array of the tool calls that the answer was made from.
    pub tool_calls: String,
    /// An array in the same order of what they gave; answers of older versions have none.
    pub tool_results: Option<String>,
    /// The scopes of the key whose calls they were.
    pub tool_scopes: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct ConversationFilter {
    pub search: Option<String>,
    pub contact_id: Option<RecordId>,
    pub deal_id: Option<RecordId>,
    pub archived: bool,
}

/// What `PATCH` changes; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct ConversationChange {
    pub title: Option<String>,
    pub archived: Option<bool>,
    pub context: Option<PageContext>,
}

#[derive(Debug)]
pub(crate) struct NewMessage<'a> {
    pub(crate) id: &'a MessageId,
    pub(crate) run: RunId,
    pub(crate) role: &'static str,
    pub(crate) content: &'a str,
    pub(crate) status: &'static str,
    pub(crate) tool_calls: &'a str,
    pub(crate) tool_results: Option<&'a str>,
    pub(crate) tool_scopes: Option<&'a str>,
}

fn read(row: &Row) -> Result<Conversation> {
    Ok(Conversation {
        id: row.parse(0)?,
        title: row.string(1)?,
        context: row.json(2)?,
        archived: row.flag(3)?,
        message_count: row.int(4)?,
        last_message_at: row.time(5)?,
        created_at: row.time(6)?,
        updated_at: row.time(7)?,
    })
}

fn read_message(row: &Row) -> Result<Message> {
    Ok(Message {
        id: row.parse(0)?,
        role: row.string(1)?,
        content: row.string(2)?,
        status: row.string(3)?,
        tool_calls: row.json(4)?,
        created_at: row.time(5)?,
    })
}

fn read_history(row: &Row) -> Result<HistoryMessage> {
    let role = row.string(1)?;
    Ok(HistoryMessage {
        id: row.parse(0)?,
        content: row.string(2)?,
        answers: if role == "assistant" { row.opt_parse(5)? } else { None },
        role,
        tool_calls: row.string(3)?,
        tool_results: row.opt_string(4)?,
        tool_scopes: row.opt_string(6)?,
    })
}

fn context_json(context: &PageContext) -> String {
    serde_json::to_string(context).unwrap_or_else(|_| "{}".to_owned())
}

/// A title costs no model call: it is the first line of the first message, cut at a word.
pub fn title_from(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("Conversation");
    if line.chars().count() <= TITLE_CHARS_MAX {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_CHARS_MAX - 1).collect();
    let end = cut.rfind(char::is_whitespace).filter(|at| *at > TITLE_CHARS_MAX / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end())
}

pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    first_message: &str,
    context: &PageContext,
    now: Timestamp,
) -> Result<()> {
    let params = [
        workspace.into(),
        id.into(),
        title_from(first_message).into(),
        context_json(context).into(),
        context.contact_id.into(),
        context.deal_id.into(),
        now.into(),
    ];
    tx.execute(INSERT, &params).await.map(drop)
}

pub async fn exists(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> Result<bool> {
    Ok(tx.row(EXISTS, &[workspace.into(), id.into()]).await?.is_some())
}

/// Adds a message at the end; nothing where the conversation has been deleted meanwhile.
pub(crate) async fn append(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    message: NewMessage<'_>,
    now: Timestamp,
) -> Result<()> {
    let Some(row) = tx.row(NEXT_SEQ, &[workspace.into(), conversation.into(), now.into()]).await? else {
        return Ok(());
    };
    let params = [
        workspace.into(),
        conversation.into(),
        row.int(0)?.into(),
        message.id.into(),
        message.run.into(),
        message.role.into(),
        message.content.into(),
        message.status.into(),
        message.tool_calls.into(),
        now.into(),
        message.tool_results.into(),
        message.tool_scopes.into(),
    ];
    tx.execute(INSERT_MESSAGE, &params).await.map(drop)
}

pub async fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
) -> Result<Option<Conversation>> {
    tx.row(GET, &[workspace.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// The newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    filter: &ConversationFilter,
    page: Page,
) -> Result<Listed<Conversation>> {
    let pattern = filter.search.as_deref().map(|text| crate::page::like_anywhere(&text.to_lowercase()));
    let mut params: Vec<Value> = vec![
        workspace.into(),
        filter.archived.into(),
        filter.contact_id.into(),
        filter.deal_id.into(),
        pattern.into(),
    ];
    let total = tx.one(COUNT, &params).await?.int(0)?;
    params.extend([page.limit(), page.offset()]);
    let rows = tx.rows(LIST, &params).await?.iter().map(read).collect::<Result<_>>()?;
    Ok(Listed { rows, total })
}

/// The newest `limit` messages, oldest of them first.
pub async fn messages(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    limit: i64,
) -> Result<Vec<Message>> {
    let rows = tx.rows(NEWEST_MESSAGES, &[workspace.into(), id.into(), limit.into()]).await?;
    rows.iter().rev().map(read_message).collect()
}

/// What was said before a message, without failed answers: the newest `limit`, oldest of them first.
pub async fn history(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    before: &MessageId,
    limit: i64,
) -> Result<Vec<HistoryMessage>> {
    let rows = tx.rows(HISTORY, &[workspace.into(), id.into(), before.into(), limit.into()]).await?;
    rows.iter().rev().map(read_history).collect()
}

pub async fn update(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    change: &ConversationChange,
    now: Timestamp,
) -> Result<Option<Conversation>> {
    let Some(old) = get(tx, workspace, id).await? else { return Ok(None) };
    let context = change.context.as_ref().unwrap_or(&old.context);
    let params = [
        workspace.into(),
        id.into(),
        change.title.as_ref().unwrap_or(&old.title).into(),
        change.archived.unwrap_or(old.archived).into(),
        context_json(context).into(),
        context.contact_id.into(),
        context.deal_id.into(),
        now.into(),
    ];
    tx.execute(UPDATE, &params).await?;
    get(tx, workspace, id).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    Yes,
    NotFound,
    /// An answer is being written into it: end that first.
    Busy,
}

/// Removes the conversation, its messages and what could replay them. What was charged stays in the ledger, and nothing is
/// charged for an answer that has no place any more: while a run is in it, it stays.
pub async fn delete(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> Result<Deleted> {
    if !crate::runs::active(tx, workspace, id).await?.is_empty() {
        return Ok(Deleted::Busy);
    }
    let params = [workspace.into(), id.into()];
    tx.execute(DELETE_FRAMES, &params).await?;
    tx.execute(DELETE_MESSAGES, &params).await?;
    let removed = tx.execute(DELETE, &params).await? > 0;
    Ok(if removed { Deleted::Yes } else { Deleted::NotFound })
}

#[cfg(test)]
mod tests {
    use super::title_from;

    #[test]
    fn titles_are_cut_at_a_word() {
        assert_eq!(title_from("\n  Summarize my pipeline \nplease"), "Summarize my pipeline");
        let long = "word ".repeat(40);
        let title = title_from(&long);
        assert!(title.chars().count() <= 80 && title.ends_with("word…"), "{title}");
        assert_eq!(title_from(&"ß".repeat(200)).chars().count(), 80);
    }
}
