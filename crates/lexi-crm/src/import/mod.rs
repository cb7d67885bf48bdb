//! Taking records over from CSV files, as other systems export them.
//!
//! A file is read in batches, so that its size does not matter. A row is written with everything it brings along (its
//! owner, its company, its note) or not at all; what is wrong with a row stands in the report, and the other rows are
//! imported all the same. A second import of the same file finds the records of the first one.

mod activities;
mod amounts;
mod cells;
mod closing;
mod columns;
mod common;
mod companies;
mod contacts;
mod currencies;
mod dates;
mod deals;
mod desk;
mod difference;
mod encoding;
mod error;
mod fields;
mod footers;
mod identity;
mod known;
mod markup;
mod matching;
mod matters;
mod memory;
mod notes;
mod options;
mod orders;
mod parents;
mod parties;
mod people;
mod persons;
mod profiles;
mod reader;
mod report;
mod rows;
mod stages;
mod tasks;
mod users;
mod values;
mod watch;

use std::path::Path;
use std::sync::Arc;

use lexi_store::{Store, StoreError};
use lexi_types::{Timestamp, WorkspaceId};

use columns::Columns;
use memory::{Fresh, SharedMemory};
use reader::Batches;
use report::Tally;
use rows::{CheckedRow, Context, Outcome};

pub(crate) use contacts::Names;
pub(crate) use currencies::currency;
pub use currencies::is_currency;
pub use error::ImportError;
pub use fields::ImportKind;
pub use options::{DateOrder, ImportOptions, MatchBy};
pub use profiles::{Folder, FolderFile, System, UnusedFile, read_folder};
pub use report::{ColumnUse, ERRORS_KEPT, ImportReport, Notice, RowError};
pub(crate) use values::email;
pub use watch::{Progress, Unwatched, Watch};

/// Imports a file into a workspace. An error means that the file as a whole is refused, or that the store failed on
/// the way.
///
/// A dry run imports into a copy of the database ([`Store::scratch_copy`]). Whoever wants to try several files, each of
/// which builds on the one before, makes the copy and imports into that.
pub async fn import_csv(
    store: &Store,
    workspace: WorkspaceId,
    path: &Path,
    options: &ImportOptions,
    watch: &mut dyn Watch,
) -> Result<ImportReport, ImportError> {
    let opened = reader::open(path).await?;
    options.check()?;
    let mut columns = Columns::understand(options.kind, opened.headers, &options.map)?;
    let report = ImportReport {
        dry_run: options.dry_run,
        columns: columns.uses(),
        encoding: opened.encoding.to_owned(),
        ..ImportReport::default()
    };
    let mut tally = Tally { report, ..Tally::default() };
    orders::settle(path, options, &mut columns, &mut tally).await?;
    let context = Context {
        workspace,
        kind: options.kind,
        columns: Arc::new(columns),
        default_currency: options.default_currency.clone(),
        create_missing: options.create_missing,
        match_by: options.match_by,
        system: options.system,
        activity_type: options.activity_type.clone(),
        now: Timestamp::now(),
        memory: SharedMemory::default(),
    };
    let import = Import { context, tally, batches: opened.batches, bytes_total: opened.bytes_total };
    if !options.dry_run {
        return import.run(store, watch).await;
    }
    let scratch = store.scratch_copy().await.map_err(|source| ImportError::Store { rows: 0, source })?;
    import.run(scratch.store(), watch).await
}

struct Import {
    context: Context,
    tally: Tally,
    batches: Batches,
    bytes_total: u64,
}

impl Import {
    async fn run(mut self, store: &Store, watch: &mut dyn Watch) -> Result<ImportReport, ImportError> {
        loop {
            let batch = self.batches.recv().await.ok_or(ImportError::Interrupted)??;
            let (bytes_read, last) = (batch.bytes_read, batch.rows.is_empty());
            let before = self.tally.report.rows;
            let rows = Arc::new(self.context.check(batch, &mut self.tally));
            let written = self.write_batch(store, rows).await;
            written.map_err(|source| ImportError::Store { rows: before, source })?;
            for row in self.tally.untold.drain(..) {
                watch.left_out(&row).map_err(ImportError::Report)?;
            }
            watch.progress(Progress {
                bytes_read,
                bytes_total: self.bytes_total,
                rows: self.tally.report.rows,
            });
            if last {
                return Ok(self.tally.finish());
            }
        }
    }

    async fn write_batch(&mut self, store: &Store, rows: Arc<Vec<CheckedRow>>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let (context, together) = (self.context.clone(), Arc::clone(&rows));
        let written =
            store.write(move |tx| Box::pin(async move { context.write(tx, &together).await })).await;
        match written {
            Ok(done) => self.count(done),
            // One row spoils the batch: one by one, the others get through.
            Err(StoreError::Constraint(_)) => {
                for index in 0..rows.len() {
                    self.write_alone(store, Arc::clone(&rows), index).await?;
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn count(&mut self, (outcomes, said): (Vec<Outcome>, Fresh)) {
        self.context.memory.keep(said);
        outcomes.into_iter().for_each(|outcome| self.tally.count(outcome));
    }

    async fn write_alone(
        &mut self,
        store: &Store,
        rows: Arc<Vec<CheckedRow>>,
        index: usize,
    ) -> Result<(), StoreError> {
        let (context, shared) = (self.context.clone(), Arc::clone(&rows));
        let written = store
            .write(move |tx| {
                Box::pin(async move {
                    let row = shared.get(index).map_or(&[][..], std::slice::from_ref);
                    context.write(tx, row).await
                })
            })
            .await;
        match written {
            Ok(done) => self.count(done),
            Err(StoreError::Constraint(reason)) => {
                let row = rows.get(index).map(|row| Context::constraint(row, &reason));
                self.tally.fail(row.into_iter().collect());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
