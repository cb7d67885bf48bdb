//! The people of the firm. Every key of a workspace may see their names.

use lexi_store::users;
use lexi_types::records::User;

use crate::crm::Crm;
use crate::{Access, CrmError};

impl Crm {
    pub async fn users(&self, access: &Access) -> Result<Vec<User>, CrmError> {
        self.view(access, |view| {
            Box::pin(async move { Ok(users::list(view.tx, view.access.workspace).await?) })
        })
        .await
    }
}
