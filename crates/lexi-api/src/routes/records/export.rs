//! All records that a query leaves, as a file. They are read and sent piece by piece, so that a long list takes no more
//! memory than a short one.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};
use lexi_crm::{Access, CrmError, Query};
use lexi_types::RecordId;
use lexi_types::records::{Record, RecordType};

use super::{Resource, csv};
use crate::app::Api;
use crate::auth::Auth;
use crate::errors::ApiResult;
use crate::query::Params;

pub(crate) const EXPORTED: i64 = 10_000;
pub(crate) const EXPORTED_MAX: i64 = 50_000;
const PIECE: i64 = 500;

pub(crate) async fn export<R: Resource>(
    State(api): State<Api>,
    auth: Auth<R::Read>,
    params: Params,
) -> ApiResult<Response> {
    let left = params.number("limit", EXPORTED, EXPORTED_MAX)?;
    let mut export =
        Export { api, access: auth.access, kind: R::KIND, query: params.pairs(), after: None, left };
    // What is wrong with the query is said before anything is sent.
    let first = export.next().await?;
    let head = Piece { bytes: csv::header(R::KIND), next: first };
    let pieces = stream::unfold((export, Some(head)), |(mut export, piece)| async move {
        let Piece { mut bytes, next } = piece?;
        let Some(records) = next else {
            return (!bytes.is_empty()).then(|| (Ok(bytes.into()), (export, None)));
        };
        records.iter().for_each(|record| bytes.extend(csv::row(record)));
        match export.next().await {
            Ok(next) => Some((Ok(Bytes::from(bytes)), (export, Some(Piece { bytes: Vec::new(), next })))),
            // Breaks the connection: half a file must not look like a whole one.
            Err(error) => {
                tracing::error!(%error, "an export broke off");
                Some((Err(error), (export, None)))
            }
        }
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    let name = format!("attachment; filename=\"{}.csv\"", R::KIND.plural());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// What is sent next: these bytes, and then these records.
struct Piece {
    bytes: Vec<u8>,
    next: Option<Vec<Record>>,
}

struct Export {
    api: Api,
    access: Access,
    kind: RecordType,
    query: Query,
    after: Option<RecordId>,
    left: i64,
}

impl Export {
    async fn next(&mut self) -> Result<Option<Vec<Record>>, CrmError> {
        let limit = self.left.min(PIECE);
        if limit == 0 {
            return Ok(None);
        }
        let crm = &self.api.inner.crm;
        let records =
            crm.next_records(&self.access, self.kind, self.query.clone(), self.after, limit).await?;
        let count = i64::try_from(records.len()).unwrap_or(limit);
        self.left = if count < limit { 0 } else { self.left - count };
        self.after = records.last().map(Record::id);
        Ok(Some(records).filter(|records| !records.is_empty()))
    }
}
