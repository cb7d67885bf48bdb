//! The audit log: who changed what. Rows are only ever added, and each one's hash covers the row before it, so that one
//! that is missing or was altered is found.

use lexi_types::records::Record;
use lexi_types::{AuditId, KeyId, LexiTaskId, RecordId, RunId, Timestamp, WorkspaceId};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::Result;
use crate::db::{Tx, Value, statements};

statements! {
    HEAD = "SELECT seq, hash FROM audit_heads WHERE workspace_id = $1";
    SET_HEAD = "INSERT INTO audit_heads (workspace_id, seq, hash) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
    INSERT = "INSERT INTO audit_log (workspace_id, seq, id, at, action, resource_type, resource_id, deal_id, matter_id,
        key_id, user_id, run_id, task_id, approved_key_id, approved_user_id, before, after, source, ip_address, user_agent,
        hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
}

/// Who did it, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    pub key: Option<KeyId>,
    pub user: Option<RecordId>,
    /// The run of Lexi in which it was done or proposed.
    pub run: Option<RunId>,
    /// The task by which it was approved, the key that approved it and whom that key stands for.
    pub task: Option<LexiTaskId>,
    pub approved_by: Option<KeyId>,
    pub approved_by_user: Option<RecordId>,
    /// `api`, `lexi`, `command line` or `import`.
    pub source: &'static str,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

/// What was done to what.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deed {
    /// `create`, `update`, `delete`, `import`, `revoke` …
    pub action: &'static str,
    /// A record's type, or `api_key`, `webhook` …
    pub resource_type: &'static str,
    pub resource_id: String,
    /// The deal and the matter that it is or belongs to.
    pub deal: Option<RecordId>,
    pub matter: Option<RecordId>,
    /// The fields that changed, or all of what was made or removed.
    pub before: Option<Json>,
    pub after: Option<Json>,
}

impl Deed {
    /// Something that was done to a record.
    pub fn to(record: &Record, action: &'static str) -> Self {
        Self {
            action,
            resource_type: record.kind().as_str(),
            resource_id: record.id().to_string(),
            deal: record.deal(),
            matter: record.matter(),
            ..Self::default()
        }
    }
}

/// Adds a row. It belongs into the transaction of what it tells of.
pub async fn append(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    deed: &Deed,
    now: Timestamp,
) -> Result<()> {
    let head = tx.row(HEAD, &[workspace.into()]).await?;
    let (seq, before) = match &head {
        Some(row) => (row.int(0)? + 1, row.blob(1)?.to_vec()),
        None => (1, Vec::new()),
    };
    let text = |json: &Option<Json>| Value::from(json.as_ref().map(Json::to_string));
    let mut row: Vec<Value> = vec![
        workspace.into(),
        seq.into(),
        (&AuditId::new()).into(),
        now.into(),
        deed.action.into(),
        deed.resource_type.into(),
        (&deed.resource_id).into(),
        deed.deal.into(),
        deed.matter.into(),
        actor.key.into(),
        actor.user.into(),
        actor.run.into(),
        actor.task.into(),
        actor.approved_by.into(),
        actor.approved_by_user.into(),
        text(&deed.before),
        text(&deed.after),
        actor.source.into(),
        actor.ip_address.as_deref().into(),
        actor.user_agent.as_deref().into(),
    ];
    let hash = chained(&before, &row);
    row.push(hash.clone().into());
    tx.execute(INSERT, &row).await?;
    tx.execute(SET_HEAD, &[workspace.into(), seq.into(), hash.into()]).await.map(drop)
}

/// The hash of a row's columns, in their order, behind that of the row before it. Each value goes in with its kind and its
/// length, so that no two rows have the same text.
fn chained(before: &[u8], columns: &[Value]) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut part = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(b'h', before);
    for value in columns {
        match value {
            Value::Null => part(b'n', &[]),
            Value::Int(number) => part(b'i', &number.to_be_bytes()),
            Value::Text(text) => part(b't', text.as_bytes()),
            Value::Blob(bytes) => part(b'b', bytes),
        }
    }
    hash.finalize().to_vec()
}
