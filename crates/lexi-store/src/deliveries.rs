//! Deliveries: what the outbox holds for each webhook, from when it is due to when it is forgotten.
//!
//! Whoever delivers claims a row by moving its next attempt into the future, sends it, and marks it afterwards. A claim
//! that nobody marks is simply due again: an event may arrive twice, and is never lost.

use std::collections::HashMap;
use std::time::Duration;

use lexi_types::{EventId, Timestamp, WebhookId, WorkspaceId};

use crate::db::{Row, Tx, statements};
use crate::{Listed, Page, Result};

/// How long a finished delivery stays in the log.
const LOG_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long an event waits for a webhook that is not active.
const PAUSED_MAX: Duration = Duration::from_secs(24 * 3600);
const SWEPT_AT_ONCE: i64 = 1000;
/// Above this the gauge stands still.
pub const PENDING_COUNTED_MAX: i64 = 10_000;

statements! {
    // Steps from one webhook with something pending to the next, each step one look into the index.
    NEXT_WITH_PENDING = "SELECT workspace_id, webhook_id FROM webhook_deliveries
        WHERE status = 'pending' AND (workspace_id, webhook_id) > ($1, $2) ORDER BY workspace_id, webhook_id LIMIT 1";
    // An event is not due while an earlier one of its subject is pending.
    DUE = "SELECT d.id, d.next_attempt_at FROM webhook_deliveries d
        JOIN webhooks w ON w.workspace_id = d.workspace_id AND w.id = d.webhook_id AND w.active = 1
        WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.status = 'pending' AND d.next_attempt_at <= $3
          AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e WHERE e.workspace_id = d.workspace_id
            AND e.webhook_id = d.webhook_id AND e.subject = d.subject AND e.status = 'pending' AND e.id < d.id)
        ORDER BY d.next_attempt_at, d.id LIMIT $4";
    CLAIM = "UPDATE webhook_deliveries SET next_attempt_at = $5, attempts = attempts + 1 WHERE workspace_id = $1
        AND webhook_id = $2 AND id = $3 AND status = 'pending' AND next_attempt_at = $4
        RETURNING event, subject, payload, attempts, created_at";
    TARGET = "SELECT url, secret FROM webhooks WHERE workspace_id = $1 AND id = $2 AND active = 1";
    MARK = "UPDATE webhook_deliveries SET status = $5, next_attempt_at = $6, response_status = $7, response_body = $8,
        error = $9, duration_ms = $10, finished_at = $11 WHERE workspace_id = $1 AND webhook_id = $2 AND id = $3
        AND status = 'pending' AND attempts = $4";
    RELEASE = "UPDATE webhook_deliveries SET next_attempt_at = $5, attempts = attempts - 1 WHERE workspace_id = $1
        AND webhook_id = $2 AND id = $3 AND status = 'pending' AND attempts = $4";
    MARK_WEBHOOK = "UPDATE webhooks SET last_delivery_status = $3, last_delivery_at = $4
        WHERE workspace_id = $1 AND id = $2";
    // What waits behind it need not be looked at before.
    POSTPONE = "UPDATE webhook_deliveries SET next_attempt_at = $5 WHERE workspace_id = $1 AND webhook_id = $2
        AND subject = $3 AND id > $4 AND status = 'pending' AND next_attempt_at < $5";
    DISABLE = "UPDATE webhooks SET active = 0, disabled_reason = $3, updated_at = $4
        WHERE workspace_id = $1 AND id = $2 AND active = 1";
    FAIL_PENDING = "UPDATE webhook_deliveries SET status = 'failed', error = $3, finished_at = $4
        WHERE workspace_id = $1 AND webhook_id = $2 AND status = 'pending'";
    LOG = "SELECT id, event, status, response_status, response_body, duration_ms, attempts, error, created_at,
        finished_at, next_attempt_at FROM webhook_deliveries
        WHERE workspace_id = $1 AND webhook_id = $2 AND ($3 = '' OR status = $3) ORDER BY id DESC LIMIT $4 OFFSET $5";
    LOG_COUNT = "SELECT count(*) FROM webhook_deliveries
        WHERE workspace_id = $1 AND webhook_id = $2 AND ($3 = '' OR status = $3)";
    FORGET = "DELETE FROM webhook_deliveries WHERE (workspace_id, webhook_id, id) IN (SELECT workspace_id, webhook_id, id
        FROM webhook_deliveries WHERE status <> 'pending' AND finished_at < $1 ORDER BY finished_at LIMIT $2)";
    INACTIVE = "SELECT workspace_id, id FROM webhooks WHERE active = 0";
    FAIL_PAUSED = "UPDATE webhook_deliveries SET status = 'failed', finished_at = $4
        WHERE workspace_id = $1 AND webhook_id = $2 AND status = 'pending' AND created_at < $3";
    PENDING = "SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE status = 'pending' LIMIT $1) p";
}

/// A row that could be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub workspace: WorkspaceId,
    pub webhook: WebhookId,
    pub id: EventId,
    next_attempt_at: Timestamp,
}

/// How much may be sent side by side.
#[derive(Debug, Clone, Default)]
pub struct Room {
    pub overall: usize,
    /// The part of it that is for webhooks of which nobody knows whether they answer.
    pub doubtful: usize,
    /// One that is not named here has one doubtful place.
    pub shares: HashMap<WebhookId, Share>,
}

/// How many more may be sent to one webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub left: usize,
    pub doubtful: bool,
}

/// Where the last looks for due rows ended, so that the next ones begin with the webhooks behind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Places {
    doubtful: Option<(WorkspaceId, WebhookId)>,
    proven: Option<(WorkspaceId, WebhookId)>,
}

/// What can be sent now: each webhook in its turn, until the room is used up. Those that are doubtful come first, because
/// their part is bounded; so neither kind waits for the other.
pub async fn due(tx: &mut Tx<'_>, now: Timestamp, places: Places, room: &Room) -> Result<(Vec<Due>, Places)> {
    let mut round =
        Round { now, room, doubtful: true, most: room.doubtful.min(room.overall), found: Vec::new() };
    let doubtful = round.go(tx, places.doubtful).await?;
    round = Round { doubtful: false, most: room.overall, ..round };
    let proven = round.go(tx, places.proven).await?;
    Ok((round.found, Places { doubtful, proven }))
}

/// One way around the webhooks of a kind that have something pending.
struct Round<'r> {
    now: Timestamp,
    room: &'r Room,
    doubtful: bool,
    /// Found rows are no more than this.
    most: usize,
    found: Vec<Due>,
}

impl Round<'_> {
    /// Begins behind `place`, and gives the webhook that it ended with.
    async fn go(
        &mut self,
        tx: &mut Tx<'_>,
        place: Option<(WorkspaceId, WebhookId)>,
    ) -> Result<Option<(WorkspaceId, WebhookId)>> {
        let (mut at, mut wrapped) = (place, place.is_none());
        while self.found.len() < self.most {
            let after = at.map_or_else(Default::default, |(workspace, webhook)| {
                [workspace.to_string(), webhook.to_string()]
            });
            let Some(next) = tx.row(NEXT_WITH_PENDING, &after.map(Into::into)).await? else {
                if wrapped {
                    break;
                }
                (at, wrapped) = (None, true);
                continue;
            };
            let here = (next.parse(0)?, next.parse(1)?);
            if wrapped && place.is_some_and(|place| here > place) {
                break;
            }
            at = Some(here);
            self.look(tx, here).await?;
        }
        Ok(at)
    }

    async fn look(&mut self, tx: &mut Tx<'_>, (workspace, webhook): (WorkspaceId, WebhookId)) -> Result<()> {
        let share = self.room.shares.get(&webhook).copied().unwrap_or(Share { left: 1, doubtful: true });
        let left = share.left.min(self.most - self.found.len());
        if share.doubtful != self.doubtful || left == 0 {
            return Ok(());
        }
        let limit = i64::try_from(left).unwrap_or(i64::MAX);
        for row in &tx.rows(DUE, &[workspace.into(), webhook.into(), self.now.into(), limit.into()]).await? {
            self.found.push(Due { workspace, webhook, id: row.parse(0)?, next_attempt_at: row.time(1)? });
        }
        Ok(())
    }
}

/// A claimed row, with all that it takes to send it.
#[derive(Clone)]
pub struct Delivery {
    pub workspace: WorkspaceId,
    pub webhook: WebhookId,
    pub id: EventId,
    pub event: String,
    pub subject: String,
    pub payload: String,
    /// This attempt's number, from 1.
    pub attempt: i64,
    pub created_at: Timestamp,
    pub url: String,
    pub secret: String,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Delivery({} to {})", self.id, self.webhook)
    }
}

/// Claims what is due until `until`. What another has claimed meanwhile is left out.
pub async fn claim(tx: &mut Tx<'_>, due: &[Due], until: Timestamp) -> Result<Vec<Delivery>> {
    let mut claimed = Vec::new();
    for row in due {
        let (workspace, webhook) = (row.workspace.into(), row.webhook.into());
        let Some(target) = tx.row(TARGET, &[workspace, webhook]).await? else { continue };
        let params = [
            row.workspace.into(),
            row.webhook.into(),
            row.id.into(),
            row.next_attempt_at.into(),
            until.into(),
        ];
        let Some(taken) = tx.row(CLAIM, &params).await? else { continue };
        claimed.push(Delivery {
            workspace: row.workspace,
            webhook: row.webhook,
            id: row.id,
            event: taken.string(0)?,
            subject: taken.string(1)?,
            payload: taken.string(2)?,
            attempt: taken.int(3)?,
            created_at: taken.time(4)?,
            url: target.string(0)?,
            secret: target.string(1)?,
        });
    }
    Ok(claimed)
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    pub then: Then,
    pub response_status: Option<u16>,
    /// The beginning of what was answered.
    pub response_body: Option<String>,
    /// `timeout`, `http_error` …
    pub error: Option<&'static str>,
    pub duration: Duration,
}

/// What is next for the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Done,
    Retry(Timestamp),
    GiveUp,
    /// The receiver wants no more: the webhook is turned off and what waits for it has failed.
    Disable(&'static str),
}

/// Writes down what became of an attempt. It says nothing of a row that was claimed by another since.
pub async fn mark(tx: &mut Tx<'_>, delivery: &Delivery, attempted: &Attempted, now: Timestamp) -> Result<()> {
    let (workspace, webhook) = (delivery.workspace, delivery.webhook);
    let (status, next, finished) = match attempted.then {
        Then::Done => ("success", now, Some(now)),
        Then::Retry(at) => ("pending", at, None),
        Then::GiveUp | Then::Disable(_) => ("failed", now, Some(now)),
    };
    let params = [
        workspace.into(),
        webhook.into(),
        delivery.id.into(),
        delivery.attempt.into(),
        status.into(),
        next.into(),
        attempted.response_status.map(i64::from).into(),
        attempted.response_body.as_deref().into(),
        attempted.error.into(),
        i64::try_from(attempted.duration.as_millis()).unwrap_or(i64::MAX).into(),
        finished.into(),
    ];
    if tx.execute(MARK, &params).await? == 0 {
        return Ok(());
    }
    let seen = if attempted.then == Then::Done { "success" } else { "failed" };
    tx.execute(MARK_WEBHOOK, &[workspace.into(), webhook.into(), seen.into(), now.into()]).await?;
    match attempted.then {
        Then::Retry(at) => {
            let subject = &delivery.subject;
            let params = [workspace.into(), webhook.into(), subject.into(), delivery.id.into(), at.into()];
            tx.execute(POSTPONE, &params).await?;
        }
        Then::Disable(reason) => {
            tx.execute(DISABLE, &[workspace.into(), webhook.into(), reason.into(), now.into()]).await?;
            let error = attempted.error;
            tx.execute(FAIL_PENDING, &[workspace.into(), webhook.into(), error.into(), now.into()]).await?;
        }
        Then::Done | Then::GiveUp => {}
    }
    Ok(())
}

/// Gives a claim back: the attempt was left before it came to anything.
pub async fn release(tx: &mut Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<()> {
    let params = [
        delivery.workspace.into(),
        delivery.webhook.into(),
        delivery.id.into(),
        delivery.attempt.into(),
        now.into(),
    ];
    tx.execute(RELEASE, &params).await.map(drop)
}

/// A row of a webhook's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    pub id: EventId,
    pub event: String,
    pub status: String,
    pub response_status: Option<i64>,
    pub response_body: Option<String>,
    pub duration_ms: Option<i64>,
    pub attempts: i64,
    pub error: Option<String>,
    pub created_at: Timestamp,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
    /// While it is pending.
    pub next_attempt_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<LogRow> {
    let status = row.string(2)?;
    Ok(LogRow {
        id: row.parse(0)?,
        event: row.string(1)?,
        response_status: row.opt_int(3)?,
        response_body: row.opt_string(4)?,
        duration_ms: row.opt_int(5)?,
        attempts: row.int(6)?,
        error: row.opt_string(7)?,
        created_at: row.time(8)?,
        delivered_at: row.opt_time(9)?.filter(|_| status == "success"),
        next_attempt_at: row.opt_time(10)?.filter(|_| status == "pending"),
        status,
    })
}

/// What was sent to a webhook and what waits for it, newest first; `status` is empty for all.
pub async fn log(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    webhook: WebhookId,
    status: &str,
    page: Page,
) -> Result<Listed<LogRow>> {
    let shared = [workspace.into(), webhook.into(), status.into()];
    let total = tx.one(LOG_COUNT, &shared).await?.int(0)?;
    let mut params = shared.to_vec();
    params.extend([page.limit(), page.offset()]);
    let rows = tx.rows(LOG, &params).await?.iter().map(read).collect::<Result<_>>()?;
    Ok(Listed { rows, total })
}

/// Forgets what was finished long ago, and gives up what has waited too long for a webhook that is not active. Says
/// whether there may be more to forget.
pub async fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool> {
    let forgotten = tx.execute(FORGET, &[now.minus(LOG_KEPT).into(), SWEPT_AT_ONCE.into()]).await?;
    for row in &tx.rows(INACTIVE, &[]).await? {
        let params = [row.text(0)?.into(), row.text(1)?.into(), now.minus(PAUSED_MAX).into(), now.into()];
        tx.execute(FAIL_PAUSED, &params).await?;
    }
    Ok(forgotten == SWEPT_AT_ONCE.unsigned_abs())
}

/// How many deliveries are pending, counted up to [`PENDING_COUNTED_MAX`].
pub async fn pending(tx: &mut Tx<'_>) -> Result<i64> {
    tx.one(PENDING, &[PENDING_COUNTED_MAX.into()]).await?.int(0)
}
