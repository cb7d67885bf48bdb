//! The SQL of users: the people of the firm who own records.

use lexi_types::name_key;
use lexi_types::records::User;
use lexi_types::{RecordId, Timestamp, WorkspaceId};

use crate::Result;
use crate::db::{Row, Tx, statements};
use crate::records::email_key;

statements! {
    INSERT = "INSERT INTO users (workspace_id, id, full_name, name_key, email, created_date) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    UPDATE = "UPDATE users SET full_name = $3, name_key = $4, email = $5 WHERE workspace_id = $1 AND id = $2";
    DELETE = "DELETE FROM users WHERE workspace_id = $1 AND id = $2";
    FREE_CONTACTS = "UPDATE contacts SET owner_user_id = NULL WHERE workspace_id = $1 AND owner_user_id = $2";
    FREE_DEALS = "UPDATE deals SET owner_user_id = NULL WHERE workspace_id = $1 AND owner_user_id = $2";
    FREE_MATTERS = "UPDATE matters SET responsible_user_id = NULL WHERE workspace_id = $1 AND responsible_user_id = $2";
    FREE_TASKS = "UPDATE tasks SET assigned_to_user_id = NULL WHERE workspace_id = $1 AND assigned_to_user_id = $2";
    KEYS_OF = "SELECT COUNT(*) FROM api_keys WHERE workspace_id = $1 AND user_id = $2 AND revoked_at IS NULL";
    LIST = "SELECT id, full_name, email FROM users WHERE workspace_id = $1 ORDER BY full_name, id";
    GET = "SELECT id, full_name, email FROM users WHERE workspace_id = $1 AND id = $2";
    FIND_BY_EMAIL = "SELECT id, full_name, email FROM users WHERE workspace_id = $1 AND email = $2";
    FIND_BY_NAME_KEY = "SELECT id, full_name, email FROM users WHERE workspace_id = $1 AND name_key = $2 \
                        ORDER BY id LIMIT 11";
    FIND_BY_EXTERNAL_ID = "SELECT id, full_name, email FROM users WHERE workspace_id = $1 AND external_id = $2 \
                           ORDER BY id LIMIT 1";
    EXTERNAL_ID = "SELECT external_id FROM users WHERE workspace_id = $1 AND id = $2";
    SET_EXTERNAL_ID = "UPDATE users SET external_id = $3 WHERE workspace_id = $1 AND id = $2 \
                       AND (external_id IS NULL OR external_id <> $3)";
}

fn read(row: &Row) -> Result<User> {
    Ok(User { id: row.parse(0)?, full_name: row.string(1)?, email: row.opt_string(2)? })
}

pub async fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, user: &User, created: Timestamp) -> Result<()> {
    let email = user.email.as_deref().map(email_key);
    let params = [
        workspace.into(),
        user.id.into(),
        (&user.full_name).into(),
        name_key(&user.full_name).into(),
        email.into(),
        created.into(),
    ];
    tx.execute(INSERT, &params).await.map(drop)
}

/// Gives a user another name and e-mail address, and says whether there is one.
pub async fn update(tx: &mut Tx<'_>, workspace: WorkspaceId, user: &User) -> Result<bool> {
    let params = [
        workspace.into(),
        user.id.into(),
        (&user.full_name).into(),
        name_key(&user.full_name).into(),
        user.email.as_deref().map(email_key).into(),
    ];
    Ok(tx.execute(UPDATE, &params).await? > 0)
}

/// Removes a user, whose records then belong to nobody, and says whether there was one. Walls that name the user stay as
/// they are: one that named nobody else has nobody behind it from then on.
pub async fn delete(tx: &mut Tx<'_>, workspace: WorkspaceId, id: RecordId) -> Result<bool> {
    for free in [FREE_CONTACTS, FREE_DEALS, FREE_MATTERS, FREE_TASKS] {
        tx.execute(free, &[workspace.into(), id.into()]).await?;
    }
    Ok(tx.execute(DELETE, &[workspace.into(), id.into()]).await? > 0)
}

/// How many active keys stand for the user.
pub async fn keys(tx: &mut Tx<'_>, workspace: WorkspaceId, id: RecordId) -> Result<i64> {
    tx.one(KEYS_OF, &[workspace.into(), id.into()]).await?.int(0)
}

/// Every user of the workspace, by name.
pub async fn list(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<User>> {
    tx.rows(LIST, &[workspace.into()]).await?.iter().map(read).collect()
}

pub async fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: RecordId) -> Result<Option<User>> {
    tx.row(GET, &[workspace.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// The user with this e-mail address, in whatever case.
pub async fn find_by_email(tx: &mut Tx<'_>, workspace: WorkspaceId, email: &str) -> Result<Option<User>> {
    let row = tx.row(FIND_BY_EMAIL, &[workspace.into(), email_key(email).into()]).await?;
    row.as_ref().map(read).transpose()
}

/// The users with exactly this folded name, at most eleven.
pub async fn find_by_name_key(tx: &mut Tx<'_>, workspace: WorkspaceId, name_key: &str) -> Result<Vec<User>> {
    tx.rows(FIND_BY_NAME_KEY, &[workspace.into(), name_key.into()]).await?.iter().map(read).collect()
}

/// The user who has this id in the system that records were imported from.
pub async fn find_by_external_id(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    external_id: &str,
) -> Result<Option<User>> {
    let row = tx.row(FIND_BY_EXTERNAL_ID, &[workspace.into(), external_id.into()]).await?;
    row.as_ref().map(read).transpose()
}

/// The id that a user has in the system that records were imported from.
pub async fn external_id(tx: &mut Tx<'_>, workspace: WorkspaceId, id: RecordId) -> Result<Option<String>> {
    tx.row(EXTERNAL_ID, &[workspace.into(), id.into()]).await?.map_or(Ok(None), |row| row.opt_string(0))
}

/// Remembers the id of a user in the system that records were imported from, and says whether that is new.
pub async fn set_external_id(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: RecordId,
    external_id: &str,
) -> Result<bool> {
    Ok(tx.execute(SET_EXTERNAL_ID, &[workspace.into(), id.into(), external_id.into()]).await? > 0)
}
