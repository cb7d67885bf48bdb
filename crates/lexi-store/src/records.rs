//! What the tables of records share: the statements that every one of them has, and the folding of names.

use lexi_types::records::{Record, RecordType};
use lexi_types::{RecordId, WorkspaceId, name_key};
use serde::Serialize;

use crate::{
    Filter, Listed, Order, Page, Result, Sight, Tx, activities, companies, contacts, deals, matters, notes,
    tasks,
};

/// The same for a word of a vocabulary: those made of signs alone (`%`, `–`) are compared as they are.
pub fn word_key(word: &str) -> String {
    let key = name_key(word);
    if key.is_empty() { word.trim().to_owned() } else { key }
}

/// E-mail addresses are stored and compared in this form.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

pub(crate) fn json_text<T: Serialize>(value: &T) -> String {
    // Lists of strings and JSON objects always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

/// A record of any type, by its id.
pub async fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    id: RecordId,
) -> Result<Option<Record>> {
    Ok(match kind {
        RecordType::Contact => contacts::get(tx, workspace, id).await?.map(Record::Contact),
        RecordType::Company => companies::get(tx, workspace, id).await?.map(Record::Company),
        RecordType::Deal => deals::get(tx, workspace, id).await?.map(Record::Deal),
        RecordType::Matter => matters::get(tx, workspace, id).await?.map(Record::Matter),
        RecordType::Note => notes::get(tx, workspace, id).await?.map(Record::Note),
        RecordType::Task => tasks::get(tx, workspace, id).await?.map(Record::Task),
        RecordType::Activity => activities::get(tx, workspace, id).await?.map(Record::Activity),
    })
}

/// One page of the records of any type that match, and the number of all that do.
pub async fn list(tx: &mut Tx<'_>, filter: &Filter, order: Order, page: Page) -> Result<Listed<Record>> {
    fn of<T>(listed: Listed<T>, record: fn(T) -> Record) -> Listed<Record> {
        Listed { rows: listed.rows.into_iter().map(record).collect(), total: listed.total }
    }
    Ok(match filter.kind {
        RecordType::Contact => of(contacts::list(tx, filter, order, page).await?, Record::Contact),
        RecordType::Company => of(companies::list(tx, filter, order, page).await?, Record::Company),
        RecordType::Deal => of(deals::list(tx, filter, order, page).await?, Record::Deal),
        RecordType::Matter => of(matters::list(tx, filter, order, page).await?, Record::Matter),
        RecordType::Note => of(notes::list(tx, filter, order, page).await?, Record::Note),
        RecordType::Task => of(tasks::list(tx, filter, order, page).await?, Record::Task),
        RecordType::Activity => of(activities::list(tx, filter, order, page).await?, Record::Activity),
    })
}

/// The first records that match and whose ids come after `after`, by their ids: a long list is read so, piece by piece.
pub async fn next(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<RecordId>,
    limit: i64,
) -> Result<Vec<Record>> {
    fn of<T>(rows: Vec<T>, record: fn(T) -> Record) -> Vec<Record> {
        rows.into_iter().map(record).collect()
    }
    Ok(match filter.kind {
        RecordType::Contact => of(contacts::next(tx, filter, after, limit).await?, Record::Contact),
        RecordType::Company => of(companies::next(tx, filter, after, limit).await?, Record::Company),
        RecordType::Deal => of(deals::next(tx, filter, after, limit).await?, Record::Deal),
        RecordType::Matter => of(matters::next(tx, filter, after, limit).await?, Record::Matter),
        RecordType::Note => of(notes::next(tx, filter, after, limit).await?, Record::Note),
        RecordType::Task => of(tasks::next(tx, filter, after, limit).await?, Record::Task),
        RecordType::Activity => of(activities::next(tx, filter, after, limit).await?, Record::Activity),
    })
}

/// Whether there is such a record that is seen.
pub async fn is_seen(tx: &mut Tx<'_>, sight: Sight, kind: RecordType, id: RecordId) -> Result<bool> {
    let table = kind.plural();
    let sql =
        format!("SELECT 1 FROM {table} WHERE workspace_id = $1 AND id = $2{}", sight.and_seen(kind, table));
    Ok(tx.row(&sql, &[sight.workspace.into(), id.into()]).await?.is_some())
}

/// As [`get`], where it is seen.
pub async fn seen(tx: &mut Tx<'_>, sight: Sight, kind: RecordType, id: RecordId) -> Result<Option<Record>> {
    if !sight.sees_everything() && !is_seen(tx, sight, kind, id).await? {
        return Ok(None);
    }
    get(tx, sight.workspace, kind, id).await
}

pub async fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, record: &Record) -> Result<()> {
    match record {
        Record::Contact(contact) => contacts::insert(tx, workspace, contact, None).await,
        Record::Company(company) => companies::insert(tx, workspace, company, None).await,
        Record::Deal(deal) => deals::insert(tx, workspace, deal, None).await,
        Record::Matter(matter) => matters::insert(tx, workspace, matter, None).await,
        Record::Note(note) => notes::insert(tx, workspace, note, None).await,
        Record::Task(task) => tasks::insert(tx, workspace, task, None).await,
        Record::Activity(activity) => activities::insert(tx, workspace, activity, None).await,
    }
}

/// Replaces every field of the record with this id, and says whether there was one.
pub async fn update(tx: &mut Tx<'_>, workspace: WorkspaceId, record: &Record) -> Result<bool> {
    match record {
        Record::Contact(contact) => contacts::update(tx, workspace, contact, None).await,
        Record::Company(company) => companies::update(tx, workspace, company, None).await,
        Record::Deal(deal) => deals::update(tx, workspace, deal, None).await,
        Record::Matter(matter) => matters::update(tx, workspace, matter, None).await,
        Record::Note(note) => notes::update(tx, workspace, note, None).await,
        Record::Task(task) => tasks::update(tx, workspace, task, None).await,
        Record::Activity(activity) => activities::update(tx, workspace, activity, None).await,
    }
}

/// Removes a record, and says whether there was one. Its children stay: what named it names nothing any more. Only what was
/// behind its wall goes on naming it, and so stays behind the wall, which outlives the record; and what was behind the wall
/// of a deal's matter comes to belong to the matter.
pub async fn delete(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType, id: RecordId) -> Result<bool> {
    for sql in unlink(kind) {
        tx.execute(sql, &[workspace.into(), id.into()]).await?;
    }
    match kind {
        RecordType::Contact => contacts::delete(tx, workspace, id).await,
        RecordType::Company => companies::delete(tx, workspace, id).await,
        RecordType::Deal => deals::delete(tx, workspace, id).await,
        RecordType::Matter => matters::delete(tx, workspace, id).await,
        RecordType::Note => notes::delete(tx, workspace, id).await,
        RecordType::Task => tasks::delete(tx, workspace, id).await,
        RecordType::Activity => activities::delete(tx, workspace, id).await,
    }
}

macro_rules! unlink {
    ($name:ident: $kind:literal $($table:literal . $column:literal),* $(; first $($first:expr),*)?) => {
        const $name: &[&str] = &[
            $($($first,)*)?
            $(concat!(
                "UPDATE ", $table, " SET ", $column, " = NULL WHERE workspace_id = $1 AND ", $column, " = $2",
                unlink!(@unwalled $kind)
            ),)*
            concat!(
                "UPDATE activities SET entity_type = NULL, entity_id = NULL \
                 WHERE workspace_id = $1 AND entity_type = '", $kind, "' AND entity_id = $2",
                unlink!(@unwalled $kind)
            ),
        ];
    };
    (@unwalled $kind:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM walls WHERE walls.workspace_id = $1 AND walls.record_type = '", $kind,
            "' AND walls.record_id = $2)"
        )
    };
    // What belongs to a deal whose matter has a wall, as long as it belongs to no matter of its own.
    (@to_matter $table:literal $set:literal $($further:literal)?) => {
        concat!(
            "UPDATE ", $table, " SET ", $set, " = (SELECT matter_id FROM deals WHERE workspace_id = $1 AND id = $2) \
             WHERE workspace_id = $1 AND EXISTS (SELECT 1 FROM deals JOIN walls ON walls.workspace_id = $1 \
             AND walls.record_type = 'matter' AND walls.record_id = deals.matter_id \
             WHERE deals.workspace_id = $1 AND deals.id = $2)", $($further)?
        )
    };
}

unlink!(OF_CONTACT: "contact" "deals"."main_contact_id", "matters"."client_contact_id", "notes"."contact_id",
    "tasks"."contact_id", "activities"."contact_id");
unlink!(OF_COMPANY: "company" "contacts"."related_company_id", "deals"."related_company_id",
    "matters"."client_company_id", "notes"."related_company_id", "tasks"."related_company_id");
unlink!(OF_DEAL: "deal" "notes"."deal_id", "tasks"."deal_id", "activities"."deal_id"; first
    unlink!(@to_matter "notes" "matter_id" " AND deal_id = $2 AND matter_id IS NULL"),
    unlink!(@to_matter "tasks" "matter_id" " AND deal_id = $2 AND matter_id IS NULL"),
    unlink!(@to_matter "activities" "entity_type = 'matter', entity_id"
        " AND (entity_type = 'deal' AND entity_id = $2 OR entity_id IS NULL AND deal_id = $2)"));
unlink!(OF_MATTER: "matter" "deals"."matter_id", "notes"."matter_id", "tasks"."matter_id");
unlink!(OF_NOTE: "note");
unlink!(OF_TASK: "task");
unlink!(OF_ACTIVITY: "activity");

const fn unlink(kind: RecordType) -> &'static [&'static str] {
    match kind {
        RecordType::Contact => OF_CONTACT,
        RecordType::Company => OF_COMPANY,
        RecordType::Deal => OF_DEAL,
        RecordType::Matter => OF_MATTER,
        RecordType::Note => OF_NOTE,
        RecordType::Task => OF_TASK,
        RecordType::Activity => OF_ACTIVITY,
    }
}

/// The workspaces that have rows in a table.
pub(crate) async fn workspaces(tx: &mut Tx<'_>, table: &str) -> Result<Vec<WorkspaceId>> {
    let sql = format!("SELECT DISTINCT workspace_id FROM {table}");
    tx.rows(&sql, &[]).await?.iter().map(|row| row.parse(0)).collect()
}

/// Makes the statements and operations that every table of records has. The columns are those after `external_id`,
/// each with its parameter number; `values` and `read` turn a record into them and back.
macro_rules! record_table {
    (@columns [$($column:literal = $number:literal),+]) => { concat!("id" $(, ", ", $column)+) };
    (@insert $table:literal [$($column:literal = $number:literal),+]) => {
        concat!(
            "INSERT INTO ", $table, " (workspace_id, id, external_id", $(", ", $column,)+
            ") VALUES ($1, $2, $3", $(", $", $number,)+ ")"
        )
    };
    (@update $table:literal [$($column:literal = $number:literal),+]) => {
        concat!(
            "UPDATE ", $table, " SET external_id = COALESCE($3, external_id)", $(", ", $column, " = $", $number,)+
            " WHERE workspace_id = $1 AND id = $2"
        )
    };
    (@select $table:literal $by:literal [$($column:literal = $number:literal),+]) => {
        concat!(
            "SELECT id", $(", ", $column,)+ " FROM ", $table, " WHERE workspace_id = $1 AND ", $by,
            " = $2 ORDER BY id LIMIT 11"
        )
    };
    (@delete $table:literal) => { concat!("DELETE FROM ", $table, " WHERE workspace_id = $1 AND id = $2") };
    (@external_id $table:literal) => {
        concat!("SELECT external_id FROM ", $table, " WHERE workspace_id = $1 AND id = $2")
    };
    (@after $table:literal [$($column:literal = $number:literal),+]) => {
        concat!(
            "SELECT id", $(", ", $column,)+ " FROM ", $table, " WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT 500"
        )
    };
    (
        $record:ident in $table:literal, $columns:tt, $values:ident, $read:ident
        $(, $finder:ident by $by:literal)*
    ) => {
        /// What a `SELECT` names, in the order in which the row is read.
        pub(crate) const COLUMNS: &str = $crate::records::record_table!(@columns $columns);

        $crate::db::statements! {
            INSERT = $crate::records::record_table!(@insert $table $columns);
            UPDATE = $crate::records::record_table!(@update $table $columns);
            DELETE = $crate::records::record_table!(@delete $table);
            GET = $crate::records::record_table!(@select $table "id" $columns);
            FIND_BY_EXTERNAL_ID = $crate::records::record_table!(@select $table "external_id" $columns);
            FIND_BY_NAME_KEY = $crate::records::record_table!(@select $table "name_key" $columns);
            EXTERNAL_ID = $crate::records::record_table!(@external_id $table);
            AFTER = $crate::records::record_table!(@after $table $columns);
            $($finder = $crate::records::record_table!(@select $table $by $columns);)*
        }

        fn params(
            workspace: lexi_types::WorkspaceId,
            record: &$record,
            external_id: Option<&str>,
        ) -> Vec<$crate::Value> {
            let mut params = vec![workspace.into(), record.id.into(), external_id.into()];
            params.extend($values(record));
            params
        }

        /// Adds a record. `external_id` is its id in the system that it was imported from.
        pub async fn insert(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            record: &$record,
            external_id: Option<&str>,
        ) -> $crate::Result<()> {
            tx.execute(INSERT, &params(workspace, record, external_id)).await?;
            $crate::indexed::keep(tx, workspace, record, true).await
        }

        /// Replaces every field of the record with this id, and says whether there was one. Without an `external_id`
        /// the stored one stays.
        pub async fn update(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            record: &$record,
            external_id: Option<&str>,
        ) -> $crate::Result<bool> {
            let found = tx.execute(UPDATE, &params(workspace, record, external_id)).await? > 0;
            if found {
                $crate::indexed::keep(tx, workspace, record, false).await?;
            }
            Ok(found)
        }

        /// Removes the record, and says whether there was one. What refers to it is not touched.
        pub(crate) async fn delete(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            id: lexi_types::RecordId,
        ) -> $crate::Result<bool> {
            let found = tx.execute(DELETE, &[workspace.into(), id.into()]).await? > 0;
            if found {
                $crate::search::forget(tx, workspace, <$record as $crate::indexed::Indexed>::KIND, id).await?;
            }
            Ok(found)
        }

        /// Writes every record of every workspace once more, so that what is kept beside the table is complete.
        pub(crate) async fn rewrite(tx: &mut $crate::Tx<'_>) -> $crate::Result<()> {
            for workspace in $crate::records::workspaces(tx, $table).await? {
                let mut after = $crate::Value::from("");
                loop {
                    let rows = tx.rows(AFTER, &[workspace.into(), after.clone()]).await?;
                    for row in &rows {
                        let record = $read(row)?;
                        after = record.id.into();
                        update(tx, workspace, &record, None).await?;
                    }
                    if rows.is_empty() {
                        break;
                    }
                }
            }
            Ok(())
        }

        pub async fn get(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            id: lexi_types::RecordId,
        ) -> $crate::Result<Option<$record>> {
            tx.row(GET, &[workspace.into(), id.into()]).await?.as_ref().map($read).transpose()
        }

        pub async fn find_by_external_id(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            external_id: &str,
        ) -> $crate::Result<Option<$record>> {
            let row = tx.row(FIND_BY_EXTERNAL_ID, &[workspace.into(), external_id.into()]).await?;
            row.as_ref().map($read).transpose()
        }

        /// The id that a record has in the system that it was imported from.
        pub async fn external_id(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            id: lexi_types::RecordId,
        ) -> $crate::Result<Option<String>> {
            tx.row(EXTERNAL_ID, &[workspace.into(), id.into()]).await?.map_or(Ok(None), |row| row.opt_string(0))
        }

        /// The records with exactly this folded name (see [`crate::name_key`]), at most eleven.
        pub async fn find_by_name_key(
            tx: &mut $crate::Tx<'_>,
            workspace: lexi_types::WorkspaceId,
            name_key: &str,
        ) -> $crate::Result<Vec<$record>> {
            tx.rows(FIND_BY_NAME_KEY, &[workspace.into(), name_key.into()]).await?.iter().map($read).collect()
        }

        /// One page of the records that match, and the number of all that do.
        pub async fn list(
            tx: &mut $crate::Tx<'_>,
            filter: &$crate::Filter,
            order: $crate::Order,
            page: $crate::Page,
        ) -> $crate::Result<$crate::Listed<$record>> {
            $crate::settled::list(tx, COLUMNS, filter, order, page, $read).await
        }

        pub(crate) async fn next(
            tx: &mut $crate::Tx<'_>,
            filter: &$crate::Filter,
            after: Option<lexi_types::RecordId>,
            limit: i64,
        ) -> $crate::Result<Vec<$record>> {
            $crate::settled::next(tx, COLUMNS, filter, after, limit, $read).await
        }
    };
}
pub(crate) use record_table;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_fold_to_plain_words() {
        for (name, key) in [
            ("Müller & Söhne GmbH", "muller sohne gmbh"),
            ("  O'Brien-Łukasz, Đorđe  ", "o brien lukasz dorde"),
            ("Straße 1ª", "strasse 1a"),
            ("Ærø Þórr", "aero thorr"),
            ("İstanbul ILGAZ", "istanbul ilgaz"),
            ("%_\\", ""),
            ("北京 Café", "北京 cafe"),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
    }

    proptest! {
        #[test]
        fn plain_names_fold_as_others_do(name in "[ -~]{0,40}") {
            let with_another_word = name_key(&format!("{name} é"));
            let expected = format!("{} e", name_key(&name));
            prop_assert_eq!(expected.trim_start(), with_another_word);
        }

        #[test]
        fn folding_twice_changes_nothing(name in "\\PC{0,40}") {
            let key = name_key(&name);
            prop_assert_eq!(name_key(&key), key.clone());
            prop_assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
        }
    }
}
