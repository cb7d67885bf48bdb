//! Writing a firm into a store.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use lexi_store::{
    Result, Store, Tx, activities, companies, contacts, deals, matters, notes, pipelines, tasks, users,
};
use lexi_types::WorkspaceId;

use super::Firm;

/// Small enough that other writers are not kept waiting, large enough that the commits do not count.
const BATCH_ROWS: usize = 500;

/// Which record of a firm, in the order of writing: owners and parents before what hangs on them.
#[derive(Debug, Clone, Copy)]
enum Entry {
    User(usize),
    Pipeline(usize),
    Company(usize),
    Contact(usize),
    Deal(usize),
    Matter(usize),
    Note(usize),
    Task(usize),
    Activity(usize),
}

/// Writes every record of the firm into the workspace. `progress` hears how many of how many are written.
pub async fn load(
    store: &Store,
    workspace: WorkspaceId,
    firm: &Firm,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<()> {
    let entries = entries(firm);
    let total = entries.len() as u64;
    // Shared with the writer's thread.
    let firm = Arc::new(firm.clone());
    let mut done = 0;
    for batch in entries.chunks(BATCH_ROWS) {
        let (firm, batch) = (Arc::clone(&firm), batch.to_vec());
        done += batch.len() as u64;
        store.write(move |tx| write_batch(tx, workspace, firm, batch)).await?;
        progress(done, total);
    }
    Ok(())
}

fn entries(firm: &Firm) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(firm.record_count());
    entries.extend((0..firm.users.len()).map(Entry::User));
    entries.extend((0..firm.pipelines.len()).map(Entry::Pipeline));
    entries.extend((0..firm.companies.len()).map(Entry::Company));
    entries.extend((0..firm.contacts.len()).map(Entry::Contact));
    entries.extend((0..firm.deals.len()).map(Entry::Deal));
    entries.extend((0..firm.matters.len()).map(Entry::Matter));
    entries.extend((0..firm.notes.len()).map(Entry::Note));
    entries.extend((0..firm.tasks.len()).map(Entry::Task));
    entries.extend((0..firm.activities.len()).map(Entry::Activity));
    entries
}

fn write_batch<'t>(
    tx: &'t mut Tx<'_>,
    workspace: WorkspaceId,
    firm: Arc<Firm>,
    batch: Vec<Entry>,
) -> BoxFuture<'t, Result<()>> {
    Box::pin(async move {
        for entry in batch {
            write_entry(tx, workspace, &firm, entry).await?;
        }
        Ok(())
    })
}

async fn write_entry(tx: &mut Tx<'_>, workspace: WorkspaceId, firm: &Firm, entry: Entry) -> Result<()> {
    macro_rules! insert {
        ($records:ident, $at:expr $(, $extra:expr)?) => {
            match firm.$records.get($at) {
                Some(record) => $records::insert(tx, workspace, record $(, $extra)?).await,
                None => Ok(()),
            }
        };
    }
    match entry {
        Entry::User(at) => insert!(users, at, firm.founded()),
        Entry::Pipeline(at) => insert!(pipelines, at, i64::try_from(at).unwrap_or_default() + 1),
        Entry::Company(at) => insert!(companies, at, None),
        Entry::Contact(at) => insert!(contacts, at, None),
        Entry::Deal(at) => insert!(deals, at, None),
        Entry::Matter(at) => insert!(matters, at, None),
        Entry::Note(at) => insert!(notes, at, None),
        Entry::Task(at) => insert!(tasks, at, None),
        Entry::Activity(at) => insert!(activities, at, None),
    }
}
