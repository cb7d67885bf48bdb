//! From names to records and back.

use std::collections::HashMap;

use lexi_types::RecordId;
use lexi_types::records::RecordType;

use crate::db::{Row, Tx, Value};
use crate::page::like_anywhere;
use crate::search::{self, Found, Part};
use crate::{Result, Sight, email_key, matching, name_key};

/// How many candidates a search for one name looks at and gives.
const CONSIDERED_MAX: i64 = 5_000;
const GIVEN_MAX: usize = 50;

/// What can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Contact,
    Company,
    Deal,
    Matter,
    User,
}

/// A record that a name may stand for. The detail tells it from others of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameMatch {
    pub id: RecordId,
    pub name: String,
    pub detail: Option<String>,
}

impl Named {
    /// Users are no records.
    const fn record_type(self) -> Option<RecordType> {
        match self {
            Self::Contact => Some(RecordType::Contact),
            Self::Company => Some(RecordType::Company),
            Self::Deal => Some(RecordType::Deal),
            Self::Matter => Some(RecordType::Matter),
            Self::User => None,
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
            Self::Deal => "deals",
            Self::Matter => "matters",
            Self::User => "users",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Contact | Self::User => "full_name",
            Self::Company | Self::Deal | Self::Matter => "name",
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::Contact => "COALESCE(email, company_name)",
            Self::Company => "city",
            Self::Deal => "COALESCE(stage, status)",
            Self::Matter => "number",
            Self::User => "email",
        }
    }

    /// A column, besides the name, whose whole value identifies the record, and what is asked for in it.
    fn handle(self, text: &str) -> Option<(&'static str, String)> {
        match self {
            Self::Contact | Self::User => Some(("email", email_key(text))),
            Self::Matter => Some(("LOWER(number)", text.trim().to_lowercase())),
            Self::Company | Self::Deal => None,
        }
    }

    fn select(self, sight: Sight, condition: &str) -> String {
        format!(
            "SELECT id, {}, {}, name_key FROM {} WHERE workspace_id = $1{} AND {condition}",
            self.name(),
            self.detail(),
            self.table(),
            self.and_seen(sight)
        )
    }

    /// Users are seen by everybody.
    fn and_seen(self, sight: Sight) -> String {
        self.record_type().map(|kind| sight.and_seen(kind, kind.plural())).unwrap_or_default()
    }
}

fn read(row: &Row) -> Result<NameMatch> {
    Ok(NameMatch { id: row.parse(0)?, name: row.string(1)?, detail: row.opt_string(2)? })
}

/// The records that `text` may mean: those with the best fit only, the misspelt ones only when nothing else fits.
pub async fn look_up(tx: &mut Tx<'_>, sight: Sight, named: Named, text: &str) -> Result<Vec<NameMatch>> {
    if let Some((column, handle)) = named.handle(text) {
        let sql = named.select(sight, &format!("{column} = $2 ORDER BY id LIMIT 50"));
        let rows = tx.rows(&sql, &[sight.workspace.into(), handle.into()]).await?;
        if !rows.is_empty() {
            return rows.iter().map(read).collect();
        }
    }
    let key = name_key(text);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let exact = named.select(sight, "name_key = $2 ORDER BY id LIMIT 50");
    let rows = tx.rows(&exact, &[sight.workspace.into(), (&key).into()]).await?;
    if !rows.is_empty() {
        return rows.iter().map(read).collect();
    }
    let Some(kind) = named.record_type() else {
        // A firm has few people of its own.
        let sql = named.select(sight, "name_key <> '' ORDER BY name_key, id");
        return best(&key, &tx.rows(&sql, &[sight.workspace.into()]).await?);
    };
    let parts = [Part::Name];
    let found = match search::find_spelt(tx, sight.workspace, kind, &key, &parts).await? {
        Found::Spelt(expression) => {
            candidates(tx, sight, named, &key, search::matching("$2"), expression).await?
        }
        Found::Unbounded => {
            let pattern = like_anywhere(key.split(' ').max_by_key(|word| word.len()).unwrap_or(&key));
            candidates(tx, sight, named, &key, "name_key LIKE $2 ESCAPE '\\'".to_owned(), pattern).await?
        }
        Found::Misspelt(_) | Found::Initials(_) | Found::Nothing => Vec::new(),
    };
    if !found.is_empty() {
        return Ok(found);
    }
    match search::find_misspelt(tx, sight.workspace, kind, &key, &parts).await? {
        Found::Misspelt(expression) => {
            candidates(tx, sight, named, &key, search::matching("$2"), expression).await
        }
        Found::Initials(expression) => {
            let condition = search::matching("$2");
            let sql = named.select(sight, &format!("{condition} ORDER BY name_key, id LIMIT {GIVEN_MAX}"));
            tx.rows(&sql, &[sight.workspace.into(), expression.into()]).await?.iter().map(read).collect()
        }
        Found::Spelt(_) | Found::Unbounded | Found::Nothing => Ok(Vec::new()),
    }
}

/// The best of the names that a condition with one value finds.
async fn candidates(
    tx: &mut Tx<'_>,
    sight: Sight,
    named: Named,
    key: &str,
    condition: String,
    value: String,
) -> Result<Vec<NameMatch>> {
    let sql = named.select(
        sight,
        &format!("{condition} ORDER BY LENGTH(name_key), name_key, id LIMIT {CONSIDERED_MAX}"),
    );
    best(key, &tx.rows(&sql, &[sight.workspace.into(), value.into()]).await?)
}

fn best(key: &str, rows: &[Row]) -> Result<Vec<NameMatch>> {
    let mut names = Vec::with_capacity(rows.len());
    for row in rows {
        names.push((row, row.text(3)?));
    }
    matching::best(key, names).into_iter().take(GIVEN_MAX).map(read).collect()
}

/// The names of these records; one that does not exist in the workspace is left out.
pub async fn names_of(
    tx: &mut Tx<'_>,
    sight: Sight,
    named: Named,
    ids: impl IntoIterator<Item = RecordId>,
) -> Result<HashMap<RecordId, String>> {
    let mut ids: Vec<RecordId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut names = HashMap::with_capacity(ids.len());
    for some in ids.chunks(100) {
        let mut params: Vec<Value> = vec![sight.workspace.into()];
        let mut list = Vec::with_capacity(some.len());
        for id in some {
            params.push((*id).into());
            list.push(format!("${}", params.len()));
        }
        let sql = named.select(sight, &format!("id IN ({})", list.join(", ")));
        for row in tx.rows(&sql, &params).await? {
            names.insert(row.parse(0)?, row.string(1)?);
        }
    }
    Ok(names)
}

/// Those of the folded `keys` that are the name of a record, or, having several words, the beginning of one.
pub async fn mentioned(tx: &mut Tx<'_>, sight: Sight, named: Named, keys: &[String]) -> Result<Vec<String>> {
    let (table, seen) = (named.table(), named.and_seen(sight));
    let mut found = Vec::new();
    for some in keys.chunks(100) {
        let mut params: Vec<Value> = vec![sight.workspace.into()];
        let mut list = Vec::with_capacity(some.len());
        for key in some {
            params.push(key.into());
            list.push(format!("(${})", params.len()));
        }
        // Each half walks the index of names; together they would read the table.
        let sql = format!(
            "WITH asked(key) AS (VALUES {}) SELECT key FROM asked \
             WHERE EXISTS (SELECT 1 FROM {table} WHERE workspace_id = $1 AND name_key = asked.key{seen}) \
             OR (asked.key LIKE '% %' AND EXISTS (SELECT 1 FROM {table} WHERE workspace_id = $1 \
             AND name_key > asked.key || ' ' AND name_key < asked.key || '!'{seen}))",
            list.join(", ")
        );
        for row in tx.rows(&sql, &params).await? {
            found.push(row.string(0)?);
        }
    }
    Ok(found)
}

/// The name of some record, for an example that works on this workspace's data: one of the newest whose name is
/// nobody else's.
pub async fn sample(tx: &mut Tx<'_>, sight: Sight, named: Named) -> Result<Option<String>> {
    // The newest ids are at the end of the primary key: no scan, however many records there are.
    let newest = named.select(sight, "name_key <> '' ORDER BY id DESC LIMIT 20");
    let same = format!(
        "SELECT COUNT(*) FROM {} WHERE workspace_id = $1{} AND name_key = $2",
        named.table(),
        named.and_seen(sight)
    );
    for row in tx.rows(&newest, &[sight.workspace.into()]).await? {
        let key = row.text(3)?;
        if tx.one(&same, &[sight.workspace.into(), key.into()]).await?.int(0)? == 1 {
            return row.opt_string(1);
        }
    }
    Ok(None)
}
