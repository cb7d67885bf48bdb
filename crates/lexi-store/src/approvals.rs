//! What Lexi has proposed and a person decides on. A task is decided once: whoever finds it decided already changes nothing.

use lexi_types::records::RecordType;
use lexi_types::{ConversationId, KeyId, LexiTaskId, MessageId, RecordId, RunId, Timestamp, WorkspaceId};
use serde_json::Value as Json;

use crate::db::{Row, Tx, statements};
use crate::{Listed, Page, Result, Sight, StoreError};

macro_rules! columns {
    () => {
        "t.id, t.type, t.status, t.description, t.tool, t.changes, t.key_id, t.user_id, t.run_id, t.conversation_id, \
         t.message_id, t.decided_key_id, t.decided_user_id, t.reason, t.created_at, t.expires_at, t.decided_at"
    };
}

statements! {
    INSERT = "INSERT INTO lexi_tasks (workspace_id, id, type, status, description, tool, changes, key_id, user_id, run_id,
        conversation_id, message_id, created_at, expires_at)
        VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_RECORD = "INSERT INTO lexi_task_records (workspace_id, task_id, place, record_type, record_id, deal_id, matter_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    RECORDS = "SELECT record_type, record_id, deal_id, matter_id FROM lexi_task_records
        WHERE workspace_id = $1 AND task_id = $2 ORDER BY place";
    // The guard of exactly-once: of two decisions the second finds no row.
    DECIDE = "UPDATE lexi_tasks SET status = $3, reason = $4, decided_key_id = $5, decided_user_id = $6, decided_at = $7
        WHERE workspace_id = $1 AND id = $2 AND status = 'pending'";
    // Every workspace's, for the sweep.
    EXPIRED = concat!("SELECT ", columns!(), ", t.workspace_id FROM lexi_tasks t
        WHERE t.status = 'pending' AND t.expires_at <= $1 ORDER BY t.expires_at LIMIT $2");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskStatus {
    Pending,
    /// Approved and not made yet; what is approved is made at once, so that no task stays in it.
    Approved,
    Dismissed,
    Completed,
    Failed,
}

impl TaskStatus {
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Approved, Self::Dismissed, Self::Completed, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Dismissed => "dismissed",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for TaskStatus {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct LexiTask {
    pub id: LexiTaskId,
    /// `contact_update`, `note_create` …
    pub kind: String,
    pub status: TaskStatus,
    pub description: String,
    pub tool: String,
    /// An array of the changes as they will be made.
    pub changes: Json,
    /// Who proposed it.
    pub key_id: KeyId,
    pub user_id: Option<RecordId>,
    pub run_id: Option<RunId>,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub decided_key_id: Option<KeyId>,
    pub decided_user_id: Option<RecordId>,
    /// Why it was dismissed, or why it failed.
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// A record that a task touches, and the deal and matter that it is in or would come into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    pub kind: RecordType,
    pub id: RecordId,
    pub deal: Option<RecordId>,
    pub matter: Option<RecordId>,
}

/// Who looks at tasks: a task is there for those only who see all that it touches, and may read all types of it.
#[derive(Debug, Clone)]
pub struct Looker {
    pub sight: Sight,
    pub readable: Vec<RecordType>,
}

impl Looker {
    pub const fn workspace(&self) -> WorkspaceId {
        self.sight.workspace
    }

    /// The condition, to be put behind others, under which a row of `lexi_tasks` is seen. `$1` is the workspace.
    fn and_seen(&self, table: &str) -> String {
        let readable: Vec<String> = self.readable.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        let mut hides = match readable.len() {
            0 => vec!["1 = 1".to_owned()],
            _ => vec![format!("r.record_type NOT IN ({})", readable.join(", "))],
        };
        if !self.sight.sees_everything() {
            // As with a note: behind the walls of the deal and the matter that stand beside it.
            hides.push(format!("NOT (1 = 1{})", self.sight.and_seen(RecordType::Note, "r")));
            hides.extend(RecordType::ALL.into_iter().filter_map(|kind| self.now_hidden(kind)));
        }
        format!(
            " AND NOT EXISTS (SELECT 1 FROM lexi_task_records r WHERE r.workspace_id = $1 AND r.task_id = {table}.id \
             AND ({}))",
            hides.join(" OR ")
        )
    }

    /// The record has come behind a wall since it was proposed to change it.
    fn now_hidden(&self, kind: RecordType) -> Option<String> {
        let seen = self.sight.and_seen(kind, "x");
        (!seen.is_empty()).then(|| {
            format!(
                "r.record_type = '{}' AND EXISTS (SELECT 1 FROM {} x WHERE x.workspace_id = $1 AND x.id = r.record_id \
                 AND NOT (1 = 1{seen}))",
                kind.as_str(),
                kind.plural()
            )
        })
    }
}

fn read(row: &Row) -> Result<LexiTask> {
    Ok(LexiTask {
        id: row.parse(0)?,
        kind: row.string(1)?,
        status: row.parse(2)?,
        description: row.string(3)?,
        tool: row.string(4)?,
        changes: row.json(5)?,
        key_id: row.parse(6)?,
        user_id: row.opt_parse(7)?,
        run_id: row.opt_parse(8)?,
        conversation_id: row.opt_parse(9)?,
        message_id: row.opt_parse(10)?,
        decided_key_id: row.opt_parse(11)?,
        decided_user_id: row.opt_parse(12)?,
        reason: row.opt_string(13)?,
        created_at: row.time(14)?,
        expires_at: row.time(15)?,
        decided_at: row.opt_time(16)?,
    })
}

/// Keeps a task that is still to be decided, with all that it touches.
pub async fn insert(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    task: &LexiTask,
    touched: &[Touched],
) -> Result<()> {
    let params = [
        workspace.into(),
        task.id.into(),
        (&task.kind).into(),
        (&task.description).into(),
        (&task.tool).into(),
        task.changes.to_string().into(),
        task.key_id.into(),
        task.user_id.into(),
        task.run_id.into(),
        task.conversation_id.into(),
        task.message_id.as_ref().into(),
        task.created_at.into(),
        task.expires_at.into(),
    ];
    tx.execute(INSERT, &params).await?;
    for (place, touched) in (0i64..).zip(touched) {
        let params = [
            workspace.into(),
            task.id.into(),
            place.into(),
            touched.kind.as_str().into(),
            touched.id.into(),
            touched.deal.into(),
            touched.matter.into(),
        ];
        tx.execute(INSERT_RECORD, &params).await?;
    }
    Ok(())
}

pub async fn get(tx: &mut Tx<'_>, looker: &Looker, id: LexiTaskId) -> Result<Option<LexiTask>> {
    let sql = format!(
        concat!("SELECT ", columns!(), " FROM lexi_tasks t WHERE t.workspace_id = $1 AND t.id = $2{}"),
        looker.and_seen("t")
    );
    tx.row(&sql, &[looker.workspace().into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// Newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    looker: &Looker,
    status: TaskStatus,
    page: Page,
) -> Result<Listed<LexiTask>> {
    let from =
        format!("FROM lexi_tasks t WHERE t.workspace_id = $1 AND t.status = $2{}", looker.and_seen("t"));
    let shared = [looker.workspace().into(), status.as_str().into()];
    let total = tx.one(&format!("SELECT count(*) {from}"), &shared).await?.int(0)?;
    let sql = format!(
        concat!("SELECT ", columns!(), " {} ORDER BY t.created_at DESC, t.id DESC LIMIT $3 OFFSET $4"),
        from
    );
    let mut params = shared.to_vec();
    params.extend([page.limit(), page.offset()]);
    let rows = tx.rows(&sql, &params).await?.iter().map(read).collect::<Result<_>>()?;
    Ok(Listed { rows, total })
}

/// What a task touches, in the order of its changes.
pub async fn touched(tx: &mut Tx<'_>, workspace: WorkspaceId, id: LexiTaskId) -> Result<Vec<Touched>> {
    let rows = tx.rows(RECORDS, &[workspace.into(), id.into()]).await?;
    let read = |row: &Row| {
        let kind = row.text(0)?;
        let kind = RecordType::ALL.into_iter().find(|known| known.as_str() == kind);
        Ok(Touched {
            kind: kind.ok_or_else(|| StoreError::Internal("a task touches an unknown type".to_owned()))?,
            id: row.parse(1)?,
            deal: row.opt_parse(2)?,
            matter: row.opt_parse(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// How a task ended.
#[derive(Debug, Clone)]
pub struct Decision {
    pub status: TaskStatus,
    pub reason: Option<String>,
    /// Nobody, where its time ran out.
    pub key: Option<KeyId>,
    pub user: Option<RecordId>,
    pub at: Timestamp,
}

/// Ends a task; `false` when it was not pending any more.
pub async fn decide(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: LexiTaskId,
    decision: &Decision,
) -> Result<bool> {
    let params = [
        workspace.into(),
        id.into(),
        decision.status.as_str().into(),
        decision.reason.as_deref().into(),
        decision.key.into(),
        decision.user.into(),
        decision.at.into(),
    ];
    Ok(tx.execute(DECIDE, &params).await? == 1)
}

/// The tasks of every workspace whose time is over and that nobody has decided on.
pub async fn expired(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<(WorkspaceId, LexiTask)>> {
    let rows = tx.rows(EXPIRED, &[now.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((row.parse(17)?, read(row)?))).collect()
}
