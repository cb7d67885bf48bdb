use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_store::credits::{self, GRANT_MAX, LedgerKind, LedgerRow};
use lexi_types::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::{AdminCredits, AnyKey, Auth};
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};
use crate::query::Params;

use super::{data, list};

const PER_PAGE: i64 = 25;

pub(crate) async fn account(State(api): State<Api>, auth: Auth<AnyKey>) -> ApiResult<Response> {
    let workspace = auth.access.workspace;
    let account = api.inner.store.read(move |tx| Box::pin(credits::account(tx, workspace))).await?;
    Ok(data(json!({ "balance": account.balance, "held": account.held, "available": account.available() })))
}

pub(crate) async fn ledger(
    State(api): State<Api>,
    auth: Auth<AdminCredits>,
    params: Params,
) -> ApiResult<Response> {
    let page = params.page(PER_PAGE)?;
    let workspace = auth.access.workspace;
    let listed = api.inner.store.read(move |tx| Box::pin(credits::ledger(tx, workspace, page))).await?;
    Ok(list("ledger", listed.rows.iter().map(wire).collect(), page, listed.total))
}

#[derive(Deserialize)]
struct Grant {
    #[serde(default)]
    amount: Value,
}

pub(crate) async fn grant(
    State(api): State<Api>,
    auth: Auth<AdminCredits>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let grant: Grant = body::parse(&body)?;
    let amount = grant.amount.as_i64().filter(|amount| (1..=GRANT_MAX).contains(amount));
    let amount = amount
        .ok_or_else(|| ApiError::field("amount", format!("must be a whole number from 1 to {GRANT_MAX}")))?;
    let (workspace, now) = (auth.access.workspace, Timestamp::now());
    once.of(&api, &auth, &body)
        .write(move |tx| {
            Box::pin(async move {
                let row = credits::adjust(tx, workspace, LedgerKind::Grant, amount, now).await?;
                let row = row.ok_or_else(|| ApiError::field("amount", "would overflow the balance"))?;
                Ok(Answer::created(wire(&row)))
            })
        })
        .await
}

fn wire(row: &LedgerRow) -> Value {
    json!({
        "id": row.id,
        "kind": row.kind,
        "amount": row.amount,
        "balance_after": row.balance_after,
        "message_id": row.message_id,
        "created_at": row.created_at,
    })
}
