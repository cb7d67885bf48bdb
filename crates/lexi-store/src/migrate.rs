//! Brings a database to the schema that this program knows. Migrations are only ever added, and each is applied in one
//! transaction together with the version of the schema (`PRAGMA user_version`).

use rusqlite::Connection;

use crate::Result;

/// In order; the version is the position, from 1.
const SQLITE: &[(&str, &str)] = &[
    ("foundation", include_str!("../../../migrations/sqlite/0001_foundation.sql")),
    ("external ids of users", include_str!("../../../migrations/sqlite/0002_external_ids_of_users.sql")),
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
    let (applied, known) = (version(connection)?, i64::try_from(SQLITE.len()).unwrap_or(i64::MAX));
    if applied > known {
        return Ok(Err(format!(
            "it has schema version {applied} and this program knows only {known}; use the newer lexi that wrote it"
        )));
    }
    Ok(Ok(()))
}

fn version(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Applies what is missing.
pub(crate) fn apply(connection: &mut Connection) -> Result<()> {
    let applied = version(connection)?;
    for (number, (name, sql)) in (1i64..).zip(SQLITE).filter(|(number, _)| *number > applied) {
        let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Another process may have been first: the version is read again under the lock.
        if version(&tx)? < number {
            tx.execute_batch(sql)?;
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.pragma_update(None, "user_version", number)?;
            tracing::info!(version = number, name, "schema migrated");
        }
        tx.commit()?;
    }
    Ok(())
}
