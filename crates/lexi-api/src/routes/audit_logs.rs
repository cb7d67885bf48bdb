use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use lexi_store::audit::{AuditFilter, AuditRow};
use lexi_types::{Date, Timestamp};
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::{AdminAudit, Auth};
use crate::errors::{ApiError, ApiResult};
use crate::pieces;
use crate::query::Params;

use super::list as listed;

const PER_PAGE: i64 = 50;
/// Rows that are read at once for an export.
const BATCH: i64 = 500;
const WORD_CHARS_MAX: usize = 100;

pub(crate) async fn list(
    State(api): State<Api>,
    auth: Auth<AdminAudit>,
    params: Params,
) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let filter = filter(&params)?;
    let found = api.inner.crm.audit_log(&auth.access, filter, page).await?;
    Ok(listed("audit_logs", found.rows.iter().map(wire).collect(), page, found.total))
}

/// All rows that match, the oldest first, one JSON object on each line.
pub(crate) async fn export(
    State(api): State<Api>,
    auth: Auth<AdminAudit>,
    params: Params,
) -> ApiResult<Response> {
    let filter = filter(&params)?;
    let body = pieces::body(0, move |after| {
        let (api, access, filter) = (api.clone(), auth.access, filter.clone());
        async move {
            let rows = api.inner.crm.audit_log_after(&access, filter, after, BATCH).await?;
            let Some(last) = rows.last().map(|row| row.seq) else { return Ok(None) };
            let lines: String = rows.iter().map(|row| format!("{}\n", wire(row))).collect();
            Ok(Some((Bytes::from(lines), last)))
        }
    });
    Ok(pieces::file("audit-log.jsonl", "application/x-ndjson", body))
}

fn filter(params: &Params) -> ApiResult<AuditFilter> {
    let word = |name: &str| -> ApiResult<Option<String>> {
        match params.text(name) {
            Some(text) if text.chars().count() > WORD_CHARS_MAX || text.contains('\0') => {
                Err(ApiError::field(name, format!("must be text of at most {WORD_CHARS_MAX} characters")))
            }
            text => Ok(text.map(str::to_owned)),
        }
    };
    Ok(AuditFilter {
        action: word("action")?,
        resource_type: word("resource_type")?,
        resource_id: word("resource_id")?,
        key: params.parse("key_id", "must be a UUID")?,
        user: params.parse("user_id", "must be a UUID")?,
        run: params.parse("run_id", "must be a UUID")?,
        task: params.parse("task_id", "must be a UUID")?,
        from: moment(params, "from_date", 0)?,
        to: moment(params, "to_date", 1)?,
    })
}

/// A moment, or the start of a day; of the day `later` where it ends with the day.
fn moment(params: &Params, name: &str, later: i32) -> ApiResult<Option<Timestamp>> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let day = text.parse::<Date>().ok().map(|day| day.plus_days(later).start());
    let moment = day.or_else(|| text.parse().ok());
    let expected = "must be a day or a time, for example 2026-11-23 or 2026-11-23T09:30:00Z";
    moment.map(Some).ok_or_else(|| ApiError::field(name, expected))
}

fn wire(row: &AuditRow) -> Value {
    let key = row.key.map(|id| json!({ "id": id, "name": row.key_name }));
    let user = row.user.map(|id| json!({ "id": id, "full_name": row.user_name }));
    let approved_by = row.approved_by.map(|id| {
        let user = row.approved_by_user.map(|id| json!({ "id": id, "full_name": row.approved_by_user_name }));
        json!({ "key": { "id": id, "name": row.approved_by_name }, "user": user })
    });
    json!({
        "id": row.id,
        "seq": row.seq,
        "timestamp": row.at,
        "action": row.action,
        "resource_type": row.resource_type,
        "resource_id": row.resource_id,
        "key": key,
        "user": user,
        "run_id": row.run,
        "task_id": row.task,
        "approved_by": approved_by,
        "before": row.before,
        "after": row.after,
        "source": row.source,
        "ip_address": row.ip_address,
        "user_agent": row.user_agent,
        "hash": row.hash,
    })
}
