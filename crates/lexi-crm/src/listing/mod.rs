//! Records for applications: lists narrowed and sorted by query parameters, one record with what hangs on it, and all of
//! them piece by piece.

mod include;
mod narrowing;
mod parameters;
mod sorting;

use lexi_store::{Listed, Order, Page, records};
use lexi_types::RecordId;
use lexi_types::records::{Record, RecordType};

use crate::contacts::gone;
use crate::crm::Crm;
use crate::filter::read_scope;
use crate::{Access, CrmError};

pub use include::Include;
pub use parameters::{Parameter, Shape, parameters};
pub use sorting::{sort, sort_names};

/// Parameters by name, as often as they were given. Blank ones and those that do not exist are ignored.
pub type Query = Vec<(String, String)>;

/// A record with the records that were asked for beside it, by the names of the lists they are in.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    pub record: Record,
    pub beside: Vec<(&'static str, Vec<Record>)>,
}

impl Crm {
    /// One page of the records that the query leaves, and how many those are on all pages.
    pub async fn list(
        &self,
        access: &Access,
        kind: RecordType,
        query: Query,
        order: Order,
        page: Page,
    ) -> Result<Listed<Record>, CrmError> {
        access.require(read_scope(kind))?;
        self.view(access, move |mut view| {
            Box::pin(async move {
                let filter = view.narrowed(kind, &query).await?;
                Ok(records::list(view.tx, &filter, order, page).await?)
            })
        })
        .await
    }

    /// The first `limit` of the records that the query leaves and whose ids come after `after`, by their ids.
    pub async fn next_records(
        &self,
        access: &Access,
        kind: RecordType,
        query: Query,
        after: Option<RecordId>,
        limit: i64,
    ) -> Result<Vec<Record>, CrmError> {
        access.require(read_scope(kind))?;
        self.view(access, move |mut view| {
            Box::pin(async move {
                let filter = view.narrowed(kind, &query).await?;
                Ok(records::next(view.tx, &filter, after, limit).await?)
            })
        })
        .await
    }

    /// One record, and beside it what else was asked for.
    pub async fn whole(
        &self,
        access: &Access,
        kind: RecordType,
        id: RecordId,
        include: Vec<Include>,
    ) -> Result<Whole, CrmError> {
        access.require(read_scope(kind))?;
        self.view(access, move |mut view| {
            Box::pin(async move {
                let record = records::seen(view.tx, view.sight, kind, id).await?;
                let record = record.ok_or_else(|| gone(kind.as_str()))?;
                let beside = view.beside(kind, id, &include).await?;
                Ok(Whole { record, beside })
            })
        })
        .await
    }
}
