//! The index of names and texts: kept up with every record, asked for records by their words. The SQL of it is
//! SQLite's; another engine needs another [`keep`], [`Terms::any`] and [`matching`], and nothing else.

mod resolve;
mod tokens;

use lexi_types::records::RecordType;
use lexi_types::{RecordId, WorkspaceId};

use crate::Result;
use crate::db::{Tx, Value, statements};
use crate::known::Known;

pub(crate) use resolve::{Found, find_misspelt, find_spelt, find_texts};
pub(crate) use tokens::{Part, Texts};

statements! {
    SPACE = "SELECT number FROM search_spaces WHERE workspace_id = $1 AND record_type = $2";
    ADD_SPACE = "INSERT INTO search_spaces (workspace_id, record_type) VALUES ($1, $2) RETURNING number";
    DOCUMENT = "SELECT doc, digest FROM search_documents WHERE space = $1 AND record_id = $2";
    ADD_DOCUMENT = "INSERT INTO search_documents (space, record_id, digest) VALUES ($1, $2, $3)";
    SET_DIGEST = "UPDATE search_documents SET digest = $2 WHERE doc = $1";
    ADD_TOKENS = "INSERT INTO search_index (rowid, tokens) VALUES ($1, $2)";
    DELETE_DOCUMENT = "DELETE FROM search_documents WHERE doc = $1";
    DELETE_TOKENS = "DELETE FROM search_index WHERE rowid = $1";
    ADD_WORD = "INSERT INTO search_words (space, word) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    ANY = "SELECT rowid FROM search_index WHERE search_index MATCH $1 LIMIT 1";
    WORDS = "SELECT word FROM search_words WHERE space = $1";
}

/// The records that an expression of the index finds, as a condition on their table.
pub(crate) fn matching(expression: &str) -> String {
    format!(
        "id IN (SELECT record_id FROM search_documents WHERE doc IN \
         (SELECT rowid FROM search_index WHERE search_index MATCH {expression}))"
    )
}

/// Brings the index up to date with a record that was just written. A `new` one cannot be in it yet.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    known: &mut Known,
    (workspace, kind, id): (WorkspaceId, RecordType, RecordId),
    texts: &Texts,
    new: bool,
) -> Result<()> {
    let space = match known.space(workspace, kind) {
        Some(space) => space,
        None => {
            let found = tx.row(SPACE, &[workspace.into(), kind.as_str().into()]).await?;
            let row = match found {
                Some(row) => row,
                None => tx.one(ADD_SPACE, &[workspace.into(), kind.as_str().into()]).await?,
            };
            let space = row.int(0)?;
            known.learn_space(workspace, kind, space);
            space
        }
    };
    let body = texts.body(space);
    let digest = tokens::digest(&body);
    let before = match new {
        true => None,
        false => tx.row(DOCUMENT, &[space.into(), id.into()]).await?,
    };
    let doc = match before {
        Some(row) if row.int(1)? == digest => return Ok(()),
        Some(row) => {
            let doc = row.int(0)?;
            tx.execute(DELETE_TOKENS, &[doc.into()]).await?;
            tx.execute(SET_DIGEST, &[doc.into(), digest.into()]).await?;
            doc
        }
        None => {
            // Not with RETURNING: SQLite then opens a savepoint for the statement, and the index writes out what it
            // has gathered at every savepoint.
            tx.execute(ADD_DOCUMENT, &[space.into(), id.into(), digest.into()]).await?;
            tx.one(DOCUMENT, &[space.into(), id.into()]).await?.int(0)?
        }
    };
    tx.execute(ADD_TOKENS, &[doc.into(), body.into()]).await?;
    for word in &texts.words {
        if known.learn_search_word(space, word) {
            tx.execute(ADD_WORD, &[space.into(), word.into()]).await?;
        }
    }
    Ok(())
}

/// Takes a record that was deleted out of the index. The words of its name stay: they then find nothing.
pub(crate) async fn forget(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    id: RecordId,
) -> Result<()> {
    let Some(space) = space(tx, workspace, kind).await? else { return Ok(()) };
    if let Some(row) = tx.row(DOCUMENT, &[space.into(), id.into()]).await? {
        let doc = row.int(0)?;
        tx.execute(DELETE_TOKENS, &[doc.into()]).await?;
        tx.execute(DELETE_DOCUMENT, &[doc.into()]).await?;
    }
    Ok(())
}

async fn space(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType) -> Result<Option<i64>> {
    let row = tx.row(SPACE, &[workspace.into(), kind.as_str().into()]).await?;
    row.map(|row| row.int(0)).transpose()
}

/// Whether the expression finds anything.
async fn any(tx: &mut Tx<'_>, expression: &str) -> Result<bool> {
    Ok(tx.row(ANY, &[Value::from(expression)]).await?.is_some())
}

/// The different words of the names in a space.
async fn words(tx: &mut Tx<'_>, space: i64) -> Result<Vec<String>> {
    tx.rows(WORDS, &[space.into()]).await?.iter().map(|row| row.string(0)).collect()
}
