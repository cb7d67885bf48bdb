//! Brings a database to the schema that this program knows. Migrations are only ever added, and each is applied in one
//! transaction together with the version of the schema (`PRAGMA user_version`).

use rusqlite::Connection;

use crate::db::Tx;
use crate::known::Known;
use crate::{Result, activities, companies, contacts, deals, matters, notes, tasks};

/// One step of the schema.
struct Migration {
    name: &'static str,
    sql: &'static str,
    /// Whether every record is written once more, for what the program itself keeps beside the records.
    rewrites: bool,
}

const fn migration(name: &'static str, sql: &'static str) -> Migration {
    Migration { name, sql, rewrites: false }
}

/// In order; the version is the position, from 1.
const SQLITE: &[Migration] = &[
    migration("foundation", include_str!("../../../migrations/sqlite/0001_foundation.sql")),
    migration(
        "external ids of users",
        include_str!("../../../migrations/sqlite/0002_external_ids_of_users.sql"),
    ),
    Migration {
        name: "vocabulary",
        sql: include_str!("../../../migrations/sqlite/0003_vocabulary.sql"),
        rewrites: true,
    },
    Migration {
        name: "search",
        sql: include_str!("../../../migrations/sqlite/0004_search.sql"),
        rewrites: true,
    },
    migration("lists", include_str!("../../../migrations/sqlite/0005_lists.sql")),
    migration("models", include_str!("../../../migrations/sqlite/0006_models.sql")),
    migration("writes", include_str!("../../../migrations/sqlite/0007_writes.sql")),
];

/// Marks the file as ours (`PRAGMA application_id`): "LEXI".
const APPLICATION_ID: i64 = 0x4C45_5849;

/// Says why this database is not for this program, changing nothing.
pub(crate) fn inspect(connection: &Connection) -> Result<std::result::Result<(), String>> {
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Ok(Err("it is a SQLite database of another program; name another file".to_owned()));
    }
    let (applied, known) = (version(connection)?, newest());
    if applied > known {
        return Ok(Err(format!(
            "it has schema version {applied} and this program knows only {known}; use the newer lexi that wrote it"
        )));
    }
    Ok(Ok(()))
}

fn newest() -> i64 {
    i64::try_from(SQLITE.len()).unwrap_or(i64::MAX)
}

fn version(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Applies what is missing, all in one transaction: records are rewritten by the newest schema only.
pub(crate) fn apply(connection: &mut Connection) -> Result<()> {
    if version(connection)? >= newest() {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let applied = apply_in_transaction(connection);
    connection.execute_batch(if applied.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    applied
}

fn apply_in_transaction(connection: &mut Connection) -> Result<()> {
    // Another process may have been first: the version is read again under the lock.
    let applied = version(connection)?;
    let mut rewrites = false;
    for (number, migration) in (1i64..).zip(SQLITE).filter(|(number, _)| *number > applied) {
        connection.execute_batch(migration.sql)?;
        rewrites |= migration.rewrites;
        tracing::info!(version = number, name = migration.name, "schema migrated");
    }
    if rewrites && applied > 0 {
        let mut known = Known::default();
        let mut tx = Tx::sqlite_writer(connection, &mut known);
        crate::store::ready(Box::pin(rewrite(&mut tx)))?;
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", newest().max(applied))?;
    Ok(())
}

async fn rewrite(tx: &mut Tx<'_>) -> Result<()> {
    contacts::rewrite(tx).await?;
    companies::rewrite(tx).await?;
    deals::rewrite(tx).await?;
    matters::rewrite(tx).await?;
    notes::rewrite(tx).await?;
    tasks::rewrite(tx).await?;
    activities::rewrite(tx).await
}
