//! The people of the firm. Every key of a workspace may see their names.

use lexi_store::audit::{self, Actor, Deed};
use lexi_store::{Tx, email_key, name_key, users};
use lexi_types::records::User;
use lexi_types::{RecordId, Timestamp, WorkspaceId};
use serde_json::json;

use crate::crm::Crm;
use crate::{Access, CrmError};

const NAME_CHARS_MAX: usize = 200;
const EMAIL_CHARS_MAX: usize = 320;

/// What is given of a user; what is not, stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFields {
    pub full_name: Option<String>,
    /// `Some(None)` takes the address away.
    pub email: Option<Option<String>>,
}

impl Crm {
    pub async fn users(&self, access: &Access) -> Result<Vec<User>, CrmError> {
        self.view(access, |view| {
            Box::pin(async move { Ok(users::list(view.tx, view.access.workspace).await?) })
        })
        .await
    }
}

/// Adds somebody to the firm.
pub async fn create_user(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    fields: &UserFields,
    now: Timestamp,
) -> Result<User, CrmError> {
    let full_name = fields.full_name.as_deref().unwrap_or_default();
    let user = User { id: RecordId::new(), full_name: full_name.to_owned(), email: None };
    let user = checked(tx, workspace, user, fields).await?;
    users::insert(tx, workspace, &user, now).await?;
    let deed = Deed { action: "create", after: Some(json!(user)), ..deed(user.id) };
    audit::append(tx, workspace, actor, &deed, now).await?;
    Ok(user)
}

pub async fn update_user(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    id: RecordId,
    fields: &UserFields,
    now: Timestamp,
) -> Result<User, CrmError> {
    let before = users::get(tx, workspace, id).await?.ok_or_else(unknown)?;
    let after = checked(tx, workspace, before.clone(), fields).await?;
    if after != before {
        users::update(tx, workspace, &after).await?;
        let deed =
            Deed { action: "update", before: Some(json!(before)), after: Some(json!(after)), ..deed(id) };
        audit::append(tx, workspace, actor, &deed, now).await?;
    }
    Ok(after)
}

/// Takes somebody out of the firm; records that were theirs belong to nobody then.
pub async fn delete_user(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    actor: &Actor,
    id: RecordId,
    now: Timestamp,
) -> Result<(), CrmError> {
    let before = users::get(tx, workspace, id).await?.ok_or_else(unknown)?;
    let keys = users::keys(tx, workspace, id).await?;
    if keys > 0 {
        let message = format!("API keys stand for {} ({keys} of them). Revoke them first.", before.full_name);
        return Err(CrmError::Conflict(message));
    }
    users::delete(tx, workspace, id).await?;
    let deed = Deed { action: "delete", before: Some(json!(before)), ..deed(id) };
    Ok(audit::append(tx, workspace, actor, &deed, now).await?)
}

/// The user with what was given, if that can be.
async fn checked(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    mut user: User,
    fields: &UserFields,
) -> Result<User, CrmError> {
    if let Some(name) = &fields.full_name {
        name.trim().clone_into(&mut user.full_name);
    }
    if name_key(&user.full_name).is_empty() || user.full_name.chars().count() > NAME_CHARS_MAX {
        let reason = format!("must be text of 1 to {NAME_CHARS_MAX} characters with a letter or digit in it");
        return Err(CrmError::field("full_name", reason));
    }
    let Some(email) = &fields.email else { return Ok(user) };
    user.email = email.as_deref().map(email_key);
    let Some(email) = &user.email else { return Ok(user) };
    let parts = email.split_once('@');
    if parts.is_none_or(|(name, host)| name.is_empty() || host.is_empty())
        || email.chars().count() > EMAIL_CHARS_MAX
        || email.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        return Err(CrmError::field("email", "must be an e-mail address, or null"));
    }
    match users::find_by_email(tx, workspace, email).await? {
        Some(other) if other.id != user.id => {
            Err(CrmError::field("email", format!("is the address of {} already", other.full_name)))
        }
        _ => Ok(user),
    }
}

fn deed(id: RecordId) -> Deed {
    Deed { resource_type: "user", resource_id: id.to_string(), ..Deed::default() }
}

fn unknown() -> CrmError {
    CrmError::NotFound { message: "There is no user with this id.".to_owned(), valid: Vec::new() }
}
