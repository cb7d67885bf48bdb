//! Who changed what, for those who may ask.

use lexi_store::audit::{self, AuditFilter, AuditRow};
use lexi_store::{Listed, Page};
use lexi_types::Scope;

use crate::crm::Crm;
use crate::{Access, CrmError};

impl Crm {
    /// One page of the audit log, the newest first.
    pub async fn audit_log(
        &self,
        access: &Access,
        filter: AuditFilter,
        page: Page,
    ) -> Result<Listed<AuditRow>, CrmError> {
        access.require(Scope::AdminAudit)?;
        self.view(access, move |view| {
            Box::pin(async move { Ok(audit::list(view.tx, view.sight, &filter, page).await?) })
        })
        .await
    }

    /// The next `limit` rows behind the number `after`, the oldest first.
    pub async fn audit_log_after(
        &self,
        access: &Access,
        filter: AuditFilter,
        after: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, CrmError> {
        access.require(Scope::AdminAudit)?;
        self.view(access, move |view| {
            Box::pin(async move { Ok(audit::next(view.tx, view.sight, &filter, after, limit).await?) })
        })
        .await
    }
}
