//! API keys. A key is `wbk_`, a public part that finds its row, and a secret part; only a SHA-256 digest of the whole is
//! kept, so a copy of the database opens nothing.

use lexi_types::{KeyId, RateTier, RecordId, Scope, ScopeSet, Timestamp, WorkspaceId};
use rand::RngExt;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::db::{Row, Tx, statements};
use crate::{Listed, Page, Result, StoreError};

const PREFIX: &str = "wbk_";
const PUBLIC_CHARS: usize = 12;
const SECRET_CHARS: usize = 40;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

statements! {
    INSERT = "INSERT INTO api_keys (workspace_id, id, name, description, public_part, digest, permissions, rate_limit_tier,
        user_id, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    BY_PUBLIC_PART = "SELECT workspace_id, id, name, description, public_part, permissions, rate_limit_tier, user_id,
        created_by, created_at, last_used_at, expires_at, revoked_at, digest FROM api_keys WHERE public_part = $1";
    BY_ID = "SELECT workspace_id, id, name, description, public_part, permissions, rate_limit_tier, user_id,
        created_by, created_at, last_used_at, expires_at, revoked_at FROM api_keys WHERE workspace_id = $1 AND id = $2";
    LIST = "SELECT workspace_id, id, name, description, public_part, permissions, rate_limit_tier, user_id,
        created_by, created_at, last_used_at, expires_at, revoked_at FROM api_keys
        WHERE workspace_id = $1 AND ($2 = 1 OR revoked_at IS NULL) AND ($3 IS NULL OR lower(name) LIKE $3 ESCAPE '\\')
        ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5";
    COUNT = "SELECT count(*) FROM api_keys
        WHERE workspace_id = $1 AND ($2 = 1 OR revoked_at IS NULL) AND ($3 IS NULL OR lower(name) LIKE $3 ESCAPE '\\')";
    ACTIVE_PERMISSIONS = "SELECT id, permissions FROM api_keys
        WHERE workspace_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    REVOKE = "UPDATE api_keys SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL";
    TOUCH = "UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub workspace: WorkspaceId,
    pub id: KeyId,
    pub name: String,
    pub description: Option<String>,
    /// `wbk_` and the public part: enough to recognise a key, useless to use it.
    pub prefix: String,
    pub scopes: ScopeSet,
    pub tier: RateTier,
    pub user_id: Option<RecordId>,
    pub created_by: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }
}

#[derive(Debug, Clone)]
pub struct NewKey {
    pub name: String,
    pub description: Option<String>,
    pub scopes: ScopeSet,
    pub tier: RateTier,
    pub user_id: Option<RecordId>,
    pub created_by: Option<String>,
    pub expires_at: Option<Timestamp>,
}

/// What a caller shows to prove itself. Its text exists only between the header and the comparison.
pub struct Token {
    public_part: String,
    digest: [u8; 32],
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// `None` for anything that cannot be one of our keys.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        if rest.len() != PUBLIC_CHARS + SECRET_CHARS || !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let public_part = rest.get(..PUBLIC_CHARS)?.to_owned();
        Some(Self { public_part, digest: Sha256::digest(text.as_bytes()).into() })
    }

    fn generate() -> (Self, String) {
        let mut rng = rand::rng();
        let mut text = String::from(PREFIX);
        for _ in 0..PUBLIC_CHARS + SECRET_CHARS {
            let index = rng.random_range(0..ALPHABET.len());
            text.extend(ALPHABET.get(index).map(|b| char::from(*b)));
        }
        let public_part = text.chars().skip(PREFIX.len()).take(PUBLIC_CHARS).collect();
        (Self { public_part, digest: Sha256::digest(text.as_bytes()).into() }, text)
    }
}

fn read(row: &Row) -> Result<ApiKey> {
    let tier = row.text(6)?;
    Ok(ApiKey {
        workspace: row.parse(0)?,
        id: row.parse(1)?,
        name: row.string(2)?,
        description: row.opt_string(3)?,
        prefix: format!("{PREFIX}{}", row.text(4)?),
        scopes: ScopeSet::parse_list(row.text(5)?).map_err(|e| StoreError::Internal(e.to_string()))?,
        tier: tier.parse().map_err(StoreError::Internal)?,
        user_id: row.opt_parse(7)?,
        created_by: row.opt_string(8)?,
        created_at: row.time(9)?,
        last_used_at: row.opt_time(10)?,
        expires_at: row.opt_time(11)?,
        revoked_at: row.opt_time(12)?,
    })
}

/// Makes a key; the text is the only copy there will ever be.
pub async fn create(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    new: &NewKey,
    now: Timestamp,
) -> Result<(ApiKey, String)> {
    let (token, text) = Token::generate();
    let id = KeyId::new();
    let params = [
        workspace.into(),
        id.into(),
        (&new.name).into(),
        new.description.clone().into(),
        (&token.public_part).into(),
        token.digest.to_vec().into(),
        new.scopes.to_string().into(),
        new.tier.as_str().into(),
        new.user_id.into(),
        new.created_by.clone().into(),
        now.into(),
        new.expires_at.into(),
    ];
    tx.execute(INSERT, &params).await?;
    let key = get(tx, workspace, id).await?;
    Ok((key.ok_or_else(|| StoreError::Internal("the new key is not there".to_owned()))?, text))
}

/// The key that this token proves, whatever its state. The digest is compared in constant time, and an unknown public
/// part costs a comparison too.
pub async fn authenticate(tx: &mut Tx<'_>, token: &Token) -> Result<Option<ApiKey>> {
    let row = tx.row(BY_PUBLIC_PART, &[(&token.public_part).into()]).await?;
    let stored = row.as_ref().map_or(Ok([0; 32].as_slice()), |row| row.blob(13))?;
    let proven = bool::from(stored.ct_eq(&token.digest));
    match row {
        Some(row) if proven => read(&row).map(Some),
        _ => Ok(None),
    }
}

pub async fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: KeyId) -> Result<Option<ApiKey>> {
    tx.row(BY_ID, &[workspace.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// Newest first. `search` finds a part of the name.
pub async fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    include_revoked: bool,
    search: Option<&str>,
    page: Page,
) -> Result<Listed<ApiKey>> {
    let pattern = search.map(|text| crate::page::like_anywhere(&text.to_lowercase()));
    let shared = [workspace.into(), include_revoked.into(), pattern.into()];
    let total = tx.one(COUNT, &shared).await?.int(0)?;
    let mut params = shared.to_vec();
    params.extend([page.limit(), page.offset()]);
    let rows = tx.rows(LIST, &params).await?.iter().map(read).collect::<Result<_>>()?;
    Ok(Listed { rows, total })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    Yes,
    NotFound,
    /// Without it nobody could make or revoke keys any more.
    LastAdmin,
}

pub async fn revoke(tx: &mut Tx<'_>, workspace: WorkspaceId, id: KeyId, now: Timestamp) -> Result<Revoked> {
    let active = tx.rows(ACTIVE_PERMISSIONS, &[workspace.into(), now.into()]).await?;
    let mut admins = Vec::new();
    for row in &active {
        let scopes = ScopeSet::parse_list(row.text(1)?).map_err(|e| StoreError::Internal(e.to_string()))?;
        if scopes.contains(Scope::AdminApiKeys) {
            admins.push(row.parse::<KeyId>(0)?);
        }
    }
    if admins == [id] {
        return Ok(Revoked::LastAdmin);
    }
    let changed = tx.execute(REVOKE, &[workspace.into(), id.into(), now.into()]).await?;
    Ok(if changed == 1 { Revoked::Yes } else { Revoked::NotFound })
}

/// Remembers when keys were last used.
pub async fn touch(tx: &mut Tx<'_>, used: &[(WorkspaceId, KeyId, Timestamp)]) -> Result<()> {
    for (workspace, key, at) in used {
        tx.execute(TOUCH, &[(*workspace).into(), (*key).into(), (*at).into()]).await?;
    }
    Ok(())
}
