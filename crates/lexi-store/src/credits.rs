//! Prepaid credits: an account per workspace and an append-only ledger. The balance is the sum of the ledger's rows,
//! always; what open runs have reserved is `held`; what a new run may reserve is the difference.

use lexi_types::{LedgerId, MessageId, RunId, Timestamp, WorkspaceId};

use crate::db::{Row, Tx, statements};
use crate::{Listed, Page, Result, StoreError};

statements! {
    ACCOUNT = "SELECT balance, held FROM credit_accounts WHERE workspace_id = $1";
    // One guarded statement decides and takes: never read, then write. `last_hold` reports what was taken.
    HOLD = "UPDATE credit_accounts SET
          last_hold = CASE WHEN balance - held < $2 THEN balance - held ELSE $2 END,
          held = held + CASE WHEN balance - held < $2 THEN balance - held ELSE $2 END
        WHERE workspace_id = $1 AND balance - held >= 1 RETURNING last_hold";
    RELEASE = "UPDATE credit_accounts SET held = held - $2 WHERE workspace_id = $1 RETURNING balance";
    CHARGE = "UPDATE credit_accounts SET held = held - $2, balance = balance - $3 WHERE workspace_id = $1 RETURNING balance";
    ADJUST = "UPDATE credit_accounts SET balance = balance + $2
        WHERE workspace_id = $1 AND balance + $2 >= held RETURNING balance";
    APPEND = "INSERT INTO credit_ledger (workspace_id, id, kind, amount, balance_after, run_id, message_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LEDGER = "SELECT id, kind, amount, balance_after, message_id, created_at FROM credit_ledger WHERE workspace_id = $1
        ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3";
    LEDGER_COUNT = "SELECT count(*) FROM credit_ledger WHERE workspace_id = $1";
    // What must hold at all times, in one look: for the doctor and for the tests.
    CHECK = "SELECT a.balance, a.held,
          (SELECT COALESCE(SUM(l.amount), 0) FROM credit_ledger l WHERE l.workspace_id = $1),
          (SELECT COALESCE(SUM(r.hold), 0) FROM runs r WHERE r.workspace_id = $1 AND r.status = 'running')
        FROM credit_accounts a WHERE a.workspace_id = $1";
}

/// The most that a grant may be, so that sums stay far from the limits of an integer.
pub const GRANT_MAX: i64 = 1_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub balance: i64,
    pub held: i64,
}

impl Account {
    pub const fn available(self) -> i64 {
        self.balance - self.held
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerKind {
    Grant,
    Charge,
    Adjustment,
}

impl LedgerKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Charge => "charge",
            Self::Adjustment => "adjustment",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub id: LedgerId,
    pub kind: String,
    /// Signed: a charge is negative.
    pub amount: i64,
    pub balance_after: i64,
    pub message_id: Option<MessageId>,
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Result<LedgerRow> {
    Ok(LedgerRow {
        id: row.parse(0)?,
        kind: row.string(1)?,
        amount: row.int(2)?,
        balance_after: row.int(3)?,
        message_id: row.opt_parse(4)?,
        created_at: row.time(5)?,
    })
}

pub async fn account(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Account> {
    let row = tx.one(ACCOUNT, &[workspace.into()]).await?;
    Ok(Account { balance: row.int(0)?, held: row.int(1)? })
}

/// Reserves up to `most` credits; `None` when not even one is available.
pub(crate) async fn hold(tx: &mut Tx<'_>, workspace: WorkspaceId, most: i64) -> Result<Option<i64>> {
    tx.row(HOLD, &[workspace.into(), most.into()]).await?.map(|row| row.int(0)).transpose()
}

/// Gives a reservation back. Answers the balance.
pub(crate) async fn release(tx: &mut Tx<'_>, workspace: WorkspaceId, hold: i64) -> Result<i64> {
    tx.one(RELEASE, &[workspace.into(), hold.into()]).await?.int(0)
}

/// Turns a reservation into one charge. Answers the balance after it.
pub(crate) async fn charge(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    hold: i64,
    amount: i64,
    run: RunId,
    message: &MessageId,
    now: Timestamp,
) -> Result<i64> {
    if amount > hold {
        return Err(StoreError::Internal(format!("a charge of {amount} over a hold of {hold}")));
    }
    let balance = tx.one(CHARGE, &[workspace.into(), hold.into(), amount.into()]).await?.int(0)?;
    append(tx, workspace, LedgerKind::Charge, -amount, balance, Some((run, message)), now).await?;
    Ok(balance)
}

async fn append(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: LedgerKind,
    amount: i64,
    balance_after: i64,
    run: Option<(RunId, &MessageId)>,
    now: Timestamp,
) -> Result<LedgerRow> {
    let id = LedgerId::new();
    let params = [
        workspace.into(),
        id.into(),
        kind.as_str().into(),
        amount.into(),
        balance_after.into(),
        run.map(|(id, _)| id).into(),
        run.map(|(_, message)| message).into(),
        now.into(),
    ];
    tx.execute(APPEND, &params).await?;
    let message_id = run.map(|(_, message)| message.clone());
    Ok(LedgerRow { id, kind: kind.as_str().to_owned(), amount, balance_after, message_id, created_at: now })
}

/// Adds credits, or takes them with a negative `adjustment`. `None` when that would leave less than is held.
pub async fn adjust(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: LedgerKind,
    amount: i64,
    now: Timestamp,
) -> Result<Option<LedgerRow>> {
    let Some(row) = tx.row(ADJUST, &[workspace.into(), amount.into()]).await? else { return Ok(None) };
    append(tx, workspace, kind, amount, row.int(0)?, None, now).await.map(Some)
}

/// Newest first.
pub async fn ledger(tx: &mut Tx<'_>, workspace: WorkspaceId, page: Page) -> Result<Listed<LedgerRow>> {
    let total = tx.one(LEDGER_COUNT, &[workspace.into()]).await?.int(0)?;
    let rows = tx.rows(LEDGER, &[workspace.into(), page.limit(), page.offset()]).await?;
    Ok(Listed { rows: rows.iter().map(read).collect::<Result<_>>()?, total })
}

/// The account beside what the ledger and the open runs say it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    pub account: Account,
    pub ledger_sum: i64,
    pub open_holds: i64,
}

impl Audit {
    pub const fn is_sound(self) -> bool {
        self.account.balance == self.ledger_sum
            && self.account.held == self.open_holds
            && self.account.balance >= 0
    }
}

pub async fn audit(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Audit> {
    let row = tx.one(CHECK, &[workspace.into()]).await?;
    Ok(Audit {
        account: Account { balance: row.int(0)?, held: row.int(1)? },
        ledger_sum: row.int(2)?,
        open_holds: row.int(3)?,
    })
}
