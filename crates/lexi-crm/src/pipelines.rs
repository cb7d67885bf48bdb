//! What may be done with pipelines.

use lexi_store::pipelines;
use lexi_types::Scope;
use lexi_types::records::Pipeline;

use crate::crm::{Crm, View};
use crate::{Access, CrmError};

impl Crm {
    /// Every pipeline with its stages, both in their order.
    pub async fn pipelines(&self, access: &Access) -> Result<Vec<Pipeline>, CrmError> {
        self.view(access, |mut view| Box::pin(async move { view.pipelines().await })).await
    }
}

impl View<'_, '_> {
    pub(crate) async fn pipelines(&mut self) -> Result<Vec<Pipeline>, CrmError> {
        self.access.require(Scope::ReadDeals)?;
        Ok(pipelines::list(self.tx, self.access.workspace).await?)
    }
}
