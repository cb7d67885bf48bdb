//! The audit log: who changed what. Rows are only ever added, and each one's hash covers the row before it, so that one
//! that is missing or was altered is found.

use lexi_types::records::{Record, RecordType};
use lexi_types::{AuditId, KeyId, LexiTaskId, RecordId, RunId, Timestamp, WorkspaceId};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::db::{Row, Tx, Value, statements};
use crate::{Listed, Page, Result, Sight};

statements! {
    HEAD = "SELECT seq, hash FROM audit_heads WHERE workspace_id = $1";
    SET_HEAD = "INSERT INTO audit_heads (workspace_id, seq, hash) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
    INSERT = "INSERT INTO audit_log (workspace_id, seq, id, at, action, resource_type, resource_id, deal_id, matter_id,
        key_id, user_id, run_id, task_id, approved_key_id, approved_user_id, before, after, source, ip_address, user_agent,
        hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    MATTER_OF_DEAL = "SELECT matter_id FROM deals WHERE workspace_id = $1 AND id = $2";
    CHAIN = "SELECT workspace_id, seq, id, at, action, resource_type, resource_id, deal_id, matter_id, key_id, user_id, run_id,
        task_id, approved_key_id, approved_user_id, before, after, source, ip_address, user_agent, hash FROM audit_log
        WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT 1000";
}

const COLUMNS: &str = "seq, id, at, action, resource_type, resource_id, key_id, user_id, run_id, task_id, approved_key_id, \
    approved_user_id, before, after, source, ip_address, user_agent, hash, \
    (SELECT name FROM api_keys k WHERE k.workspace_id = audit_log.workspace_id AND k.id = audit_log.key_id), \
    (SELECT full_name FROM users u WHERE u.workspace_id = audit_log.workspace_id AND u.id = audit_log.user_id), \
    (SELECT name FROM api_keys k WHERE k.workspace_id = audit_log.workspace_id AND k.id = audit_log.approved_key_id), \
    (SELECT full_name FROM users u WHERE u.workspace_id = audit_log.workspace_id AND u.id = audit_log.approved_user_id)";

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
    let matter = match (deed.matter, deed.deal) {
        // What belongs to a deal is behind the wall of the deal's matter, even when the deal is gone.
        (None, Some(deal)) => {
            let row = tx.row(MATTER_OF_DEAL, &[workspace.into(), deal.into()]).await?;
            row.map_or(Ok(None), |row| row.opt_parse::<RecordId>(0))?
        }
        (matter, _) => matter,
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
        matter.into(),
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

/// A row of the log, with the names of who did it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    pub seq: i64,
    pub id: AuditId,
    pub at: Timestamp,
    pub action: String,
    pub resource_type: String,
    pub resource_id: String,
    pub key: Option<KeyId>,
    pub key_name: Option<String>,
    pub user: Option<RecordId>,
    pub user_name: Option<String>,
    pub run: Option<RunId>,
    pub task: Option<LexiTaskId>,
    pub approved_by: Option<KeyId>,
    pub approved_by_name: Option<String>,
    pub approved_by_user: Option<RecordId>,
    pub approved_by_user_name: Option<String>,
    pub before: Option<Json>,
    pub after: Option<Json>,
    pub source: String,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    /// In hexadecimal.
    pub hash: String,
}

fn read(row: &Row) -> Result<AuditRow> {
    let json = |index: usize| row.opt_text(index)?.map(|_| row.json(index)).transpose();
    Ok(AuditRow {
        seq: row.int(0)?,
        id: row.parse(1)?,
        at: row.time(2)?,
        action: row.string(3)?,
        resource_type: row.string(4)?,
        resource_id: row.string(5)?,
        key: row.opt_parse(6)?,
        user: row.opt_parse(7)?,
        run: row.opt_parse(8)?,
        task: row.opt_parse(9)?,
        approved_by: row.opt_parse(10)?,
        approved_by_user: row.opt_parse(11)?,
        before: json(12)?,
        after: json(13)?,
        source: row.string(14)?,
        ip_address: row.opt_string(15)?,
        user_agent: row.opt_string(16)?,
        hash: hex(row.blob(17)?),
        key_name: row.opt_string(18)?,
        user_name: row.opt_string(19)?,
        approved_by_name: row.opt_string(20)?,
        approved_by_user_name: row.opt_string(21)?,
    })
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub action: Option<String>,
    pub resource_type: Option<String>,
    pub resource_id: Option<String>,
    pub key: Option<KeyId>,
    /// Who did it or approved it.
    pub user: Option<RecordId>,
    pub run: Option<RunId>,
    pub task: Option<LexiTaskId>,
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

impl AuditFilter {
    fn conditions(&self, sight: Sight) -> (String, Vec<Value>) {
        let mut params = vec![Value::from(sight.workspace)];
        // A row belongs to a deal and a matter by the same columns as a note does.
        let mut all = format!("workspace_id = $1{}", sight.and_seen(RecordType::Note, "audit_log"));
        let mut and = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                params.push(value);
                all.push_str(" AND ");
                all.push_str(&condition.replace('?', &format!("${}", params.len())));
            }
        };
        and("action = ?", self.action.as_deref().map(Value::from));
        and("resource_type = ?", self.resource_type.as_deref().map(Value::from));
        and("resource_id = ?", self.resource_id.as_deref().map(Value::from));
        and("key_id = ?", self.key.map(Value::from));
        and("(user_id = ? OR approved_user_id = ?)", self.user.map(Value::from));
        and("run_id = ?", self.run.map(Value::from));
        and("task_id = ?", self.task.map(Value::from));
        and("at >= ?", self.from.map(Value::from));
        and("at < ?", self.to.map(Value::from));
        (all, params)
    }
}

/// One page of the rows, the newest first, and how many there are. What a wall hides, it hides here too.
pub async fn list(
    tx: &mut Tx<'_>,
    sight: Sight,
    filter: &AuditFilter,
    page: Page,
) -> Result<Listed<AuditRow>> {
    let (conditions, mut params) = filter.conditions(sight);
    let count = format!("SELECT COUNT(*) FROM audit_log WHERE {conditions}");
    let total = tx.one(&count, &params).await?.int(0)?;
    params.extend([page.limit(), page.offset()]);
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_log WHERE {conditions} ORDER BY seq DESC LIMIT ${} OFFSET ${}",
        params.len() - 1,
        params.len()
    );
    let rows = tx.rows(&sql, &params).await?.iter().map(read).collect::<Result<_>>()?;
    Ok(Listed { rows, total })
}

/// The next `limit` rows behind `after`, the oldest first.
pub async fn next(
    tx: &mut Tx<'_>,
    sight: Sight,
    filter: &AuditFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>> {
    let (conditions, mut params) = filter.conditions(sight);
    params.extend([after.into(), limit.into()]);
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_log WHERE {conditions} AND seq > ${} ORDER BY seq LIMIT ${}",
        params.len() - 1,
        params.len()
    );
    tx.rows(&sql, &params).await?.iter().map(read).collect()
}

/// What a walk through the whole log of a workspace came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    pub rows: i64,
    /// Of the newest row, in hexadecimal: written down elsewhere, it proves the whole log up to here.
    pub head: Option<String>,
    /// What is wrong, in the order of the log; nothing when it is whole.
    pub damage: Vec<Damage>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// These rows are gone, both included.
    Missing { from: i64, to: i64 },
    /// This row, or the hash of the one before it, is not what was written.
    Altered { seq: i64 },
}

/// Reads the whole log of a workspace and computes every hash again.
pub async fn verify(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Verified> {
    let mut verified = Verified::default();
    let (mut before, mut last) = (Vec::new(), 0);
    loop {
        let rows = tx.rows(CHAIN, &[workspace.into(), last.into()]).await?;
        for row in &rows {
            let (seq, stored) = (row.int(1)?, row.blob(20)?);
            let gap = seq > last + 1;
            if gap {
                verified.damage.push(Damage::Missing { from: last + 1, to: seq - 1 });
            }
            let columns = row.values().get(..20).unwrap_or_default();
            // What follows a gap cannot be held against the row before it.
            if !gap && chained(&before, columns) != stored {
                verified.damage.push(Damage::Altered { seq });
            }
            (before, last) = (stored.to_vec(), seq);
            verified.rows += 1;
        }
        if rows.is_empty() {
            break;
        }
    }
    let head = tx.row(HEAD, &[workspace.into()]).await?;
    let (newest, hash) = match &head {
        Some(row) => (row.int(0)?, row.blob(1)?.to_vec()),
        None => (0, Vec::new()),
    };
    match newest.cmp(&last) {
        std::cmp::Ordering::Greater => {
            verified.damage.push(Damage::Missing { from: last + 1, to: newest });
        }
        // The rows go on where the head has ended, or end otherwise than it says.
        std::cmp::Ordering::Less => verified.damage.push(Damage::Altered { seq: last }),
        std::cmp::Ordering::Equal if hash != before => verified.damage.push(Damage::Altered { seq: last }),
        std::cmp::Ordering::Equal => {}
    }
    verified.damage.dedup();
    verified.head = (!before.is_empty()).then(|| hex(&before));
    Ok(verified)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
