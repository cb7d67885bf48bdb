//! Where two states of a record differ, and what matching needs to know of its type.

use lexi_store::{StoreError, Tx, companies, contacts, deals, matters};
use lexi_types::records::{Company, Contact, CustomFields, Deal, Matter};
use lexi_types::{RecordId, Timestamp, WorkspaceId};

use super::memory::{HAS_ID, Said};

/// Custom fields share these bits, by their keys.
const CUSTOM_BIT: u32 = 16;
const CUSTOM_BITS: u32 = 15;

/// Where two states of a record differ, one bit for each value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Difference {
    next: u32,
    pub(super) changed: Said,
    /// Those that were not empty before.
    replaced: Said,
    /// Those by which records of one name are told apart.
    telling: Said,
}

impl Difference {
    /// The next value; one that tells records of one name apart.
    fn telling<T: PartialEq + ?Sized>(mut self, before: Option<&T>, after: Option<&T>) -> Self {
        self.telling |= 1 << self.next;
        self.other(before, after)
    }

    fn other<T: PartialEq + ?Sized>(mut self, before: Option<&T>, after: Option<&T>) -> Self {
        if before != after {
            self.changed |= 1 << self.next;
            self.replaced |= u32::from(before.is_some()) << self.next;
        }
        self.next += 1;
        self
    }

    fn custom(mut self, before: &CustomFields, after: &CustomFields) -> Self {
        for (key, value) in after {
            let earlier = before.get(key);
            if earlier != Some(value) {
                let sum =
                    key.bytes().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
                let bit = CUSTOM_BIT + sum % CUSTOM_BITS;
                self.changed |= 1 << bit;
                self.replaced |= u32::from(earlier.is_some()) << bit;
                self.telling |= 1 << bit;
            }
        }
        self
    }

    /// The same with regard to what tells records of one name apart.
    pub(super) fn in_telling(self) -> Self {
        Self { replaced: self.replaced & self.telling, ..self }
    }

    /// Whether something that was said is replaced by something else.
    pub(super) fn contradicts(self, said: Said) -> bool {
        self.replaced & said & !HAS_ID != 0
    }
}

/// What matching needs to know of a type of record.
pub(super) trait Kept: Clone + PartialEq + Send + Sync {
    const PLURAL: &'static str;

    fn id(&self) -> RecordId;
    fn updated(&self) -> Timestamp;
    fn difference(&self, after: &Self) -> Difference;
    fn get(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        id: RecordId,
    ) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;
    fn by_external_id(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        external_id: &str,
    ) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;
    fn external_id(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        id: RecordId,
    ) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;
}

macro_rules! kept {
    ($record:ident in $table:ident, |$before:ident, $after:ident| $difference:expr) => {
        impl Kept for $record {
            const PLURAL: &'static str = stringify!($table);

            fn id(&self) -> RecordId {
                self.id
            }

            fn updated(&self) -> Timestamp {
                self.updated_date
            }

            fn difference(&self, after: &Self) -> Difference {
                let ($before, $after) = (self, after);
                $difference
            }

            async fn get(
                tx: &mut Tx<'_>,
                workspace: WorkspaceId,
                id: RecordId,
            ) -> Result<Option<Self>, StoreError> {
                $table::get(tx, workspace, id).await
            }

            async fn by_external_id(
                tx: &mut Tx<'_>,
                workspace: WorkspaceId,
                external_id: &str,
            ) -> Result<Option<Self>, StoreError> {
                $table::find_by_external_id(tx, workspace, external_id).await
            }

            async fn external_id(
                tx: &mut Tx<'_>,
                workspace: WorkspaceId,
                id: RecordId,
            ) -> Result<Option<String>, StoreError> {
                $table::external_id(tx, workspace, id).await
            }
        }
    };
}

kept!(Contact in contacts, |a, b| Difference::default()
    .telling(Some(&a.full_name), Some(&b.full_name))
    .telling(a.email.as_ref(), b.email.as_ref())
    .telling(a.phone.as_ref(), b.phone.as_ref())
    .telling(a.job_title.as_ref(), b.job_title.as_ref())
    .telling(a.related_company_id.as_ref(), b.related_company_id.as_ref())
    .telling(a.linkedin_url.as_ref(), b.linkedin_url.as_ref())
    .other(a.priority.as_ref(), b.priority.as_ref())
    .other(a.status.as_ref(), b.status.as_ref())
    .other(a.owner_user_id.as_ref(), b.owner_user_id.as_ref())
    .other(a.next_follow_up_date.as_ref(), b.next_follow_up_date.as_ref())
    .custom(&a.custom_fields, &b.custom_fields));

kept!(Company in companies, |a, b| Difference::default()
    .telling(Some(&a.name), Some(&b.name))
    .telling(a.domain.as_ref(), b.domain.as_ref())
    .telling(a.website.as_ref(), b.website.as_ref())
    .telling(a.city.as_ref(), b.city.as_ref())
    .telling(a.country.as_ref(), b.country.as_ref())
    .telling(a.linkedin_url.as_ref(), b.linkedin_url.as_ref())
    .telling(a.industry.as_ref(), b.industry.as_ref())
    .other(a.size.as_ref(), b.size.as_ref())
    .custom(&a.custom_fields, &b.custom_fields));

/// The status of a deal, unless it is the one that deals have of which nothing is said.
fn ended(deal: &Deal) -> Option<&String> {
    Some(&deal.status).filter(|status| deal.stage.is_some() || *status != "active")
}

/// The same of a matter.
fn moved(matter: &Matter) -> Option<&String> {
    Some(&matter.status).filter(|status| *status != "open")
}

kept!(Deal in deals, |a, b| Difference::default()
    .telling(Some(&a.name), Some(&b.name))
    .telling(a.stage.as_ref(), b.stage.as_ref())
    .telling(ended(a), ended(b))
    .telling(a.pipeline.as_ref(), b.pipeline.as_ref())
    .telling(a.estimated_value.as_ref(), b.estimated_value.as_ref())
    .telling(a.estimated_value.map(|_| &a.currency), b.estimated_value.map(|_| &b.currency))
    .telling(a.main_contact_id.as_ref(), b.main_contact_id.as_ref())
    .telling(a.related_company_id.as_ref(), b.related_company_id.as_ref())
    .telling(a.matter_type.as_ref(), b.matter_type.as_ref())
    .telling(a.high_level_description.as_ref(), b.high_level_description.as_ref())
    .telling(a.closed_date.as_ref(), b.closed_date.as_ref())
    .other(a.fee_model.as_ref(), b.fee_model.as_ref())
    .other(a.priority.as_ref(), b.priority.as_ref())
    .other(a.owner_user_id.as_ref(), b.owner_user_id.as_ref())
    .other(a.next_follow_up_date.as_ref(), b.next_follow_up_date.as_ref())
    .custom(&a.custom_fields, &b.custom_fields));

kept!(Matter in matters, |a, b| Difference::default()
    .telling(Some(&a.name), Some(&b.name))
    .telling(a.number.as_ref(), b.number.as_ref())
    .telling(a.client_company_id.as_ref(), b.client_company_id.as_ref())
    .telling(a.client_contact_id.as_ref(), b.client_contact_id.as_ref())
    .telling(a.practice_area.as_ref(), b.practice_area.as_ref())
    .telling(a.description.as_ref(), b.description.as_ref())
    .telling(a.open_date.as_ref(), b.open_date.as_ref())
    .telling(a.close_date.as_ref(), b.close_date.as_ref())
    .other(moved(a), moved(b))
    .other(a.responsible_user_id.as_ref(), b.responsible_user_id.as_ref())
    .custom(&a.custom_fields, &b.custom_fields));
