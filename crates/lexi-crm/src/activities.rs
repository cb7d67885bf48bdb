//! What may be done with activities: what happened, newest first.

use lexi_store::{Filter, Order, activities};
use lexi_types::records::{Activity, RecordType};
use lexi_types::{RecordId, Scope};

use crate::crm::{Crm, Filters, Found, View, first};
use crate::{Access, CrmError};

#[derive(Debug, Clone, Copy, Default)]
pub struct ActivitySearch {
    pub contact_id: Option<RecordId>,
    pub deal_id: Option<RecordId>,
    pub limit: i64,
}

impl Crm {
    pub async fn search_activities(
        &self,
        access: &Access,
        search: ActivitySearch,
    ) -> Result<Found<Activity>, CrmError> {
        access.require(Scope::ReadActivities)?;
        self.view(access, move |view| Box::pin(list(view, search))).await
    }
}

async fn list(view: View<'_, '_>, search: ActivitySearch) -> Result<Found<Activity>, CrmError> {
    let mut filter = Filter::new(view.sight, RecordType::Activity);
    if let Some(contact) = search.contact_id {
        filter.equal("contact_id", contact);
    }
    if let Some(deal) = search.deal_id {
        filter.equal("deal_id", deal);
    }
    let listed = activities::list(view.tx, &filter, Order::Newest, first(search.limit)).await?;
    Ok(Found { items: listed.rows, total: listed.total, filters: Filters::new() })
}
