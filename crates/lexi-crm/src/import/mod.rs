//! Taking records over from CSV files, as other systems export them.
//!
//! A file is read in batches, so that its size does not matter. A row is written with everything it brings along (its
//! owner, its company, its note) or not at all; what is wrong with a row stands in the report, and the other rows are
//! imported all the same. A second import of the same file finds the records of the first one.

mod activities;
mod amounts;
mod cells;
mod columns;
mod companies;
mod contacts;
mod dates;
mod deals;
mod desk;
mod encoding;
mod error;
mod fields;
mod identity;
mod matters;
mod notes;
mod options;
mod parents;
mod people;
mod profiles;
mod reader;
mod report;
mod rows;
mod stages;
mod tasks;
mod users;
mod values;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use lexi_store::{Store, StoreError, Tx};
use lexi_types::{Timestamp, WorkspaceId};
use tokio::sync::mpsc;

use columns::Columns;
use desk::SharedMemory;
use reader::Batches;
use rows::{CheckedRow, Context};

pub use error::ImportError;
pub use fields::ImportKind;
pub use options::{DateOrder, ImportOptions, MatchBy};
pub use profiles::{Folder, FolderFile, System, UnusedFile, read_folder};
pub use report::{ColumnUse, ERRORS_MAX, ImportReport, RowError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub bytes_read: u64,
    pub bytes_total: u64,
    pub rows: u64,
}

/// Imports a file into a workspace. An error means that the file as a whole is refused, or that the store failed on
/// the way.
pub async fn import_csv(
    store: &Store,
    workspace: WorkspaceId,
    path: &Path,
    options: &ImportOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportReport, ImportError> {
    let opened = reader::open(path).await?;
    let mut columns = Columns::understand(options.kind, opened.headers, &options.map)?;
    settle_dates(path, options, &mut columns).await?;
    let report = ImportReport {
        dry_run: options.dry_run,
        columns: columns.uses(),
        encoding: opened.encoding.to_owned(),
        ..ImportReport::default()
    };
    let context = Context {
        workspace,
        kind: options.kind,
        columns: Arc::new(columns),
        default_currency: options.default_currency.clone(),
        create_missing: options.create_missing,
        match_by: options.match_by,
        now: Timestamp::now(),
        memory: SharedMemory::default(),
    };
    let import = Import { context, report, batches: opened.batches, bytes_total: opened.bytes_total };
    if options.dry_run { import.dry_run(store, progress).await } else { import.run(store, progress).await }
}

/// Learns from the whole file in which order its dates stand. What cannot be known is asked, not guessed.
async fn settle_dates(
    path: &Path,
    options: &ImportOptions,
    columns: &mut Columns,
) -> Result<(), ImportError> {
    let dates = columns.dates();
    if let Some(order) = options.dates {
        dates.into_iter().for_each(|index| columns.set_date_order(index, order));
        return Ok(());
    }
    if dates.is_empty() {
        return Ok(());
    }
    let mut ambiguous = HashMap::new();
    let mut batches = reader::open(path).await?.batches;
    loop {
        let rows = batches.recv().await.ok_or(ImportError::Interrupted)??.rows;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            for index in &dates {
                let Some(value) = row.fields.get(*index) else { continue };
                match dates::proof(value) {
                    dates::Proof::Nothing => {}
                    dates::Proof::Order(order) => columns.set_date_order(*index, order),
                    dates::Proof::Ambiguous => {
                        ambiguous.entry(*index).or_insert_with(|| value.trim().to_owned());
                    }
                }
            }
        }
    }
    for index in dates {
        if let (None, Some(example)) = (columns.order_of(index), ambiguous.remove(&index)) {
            let column = columns.header(index).unwrap_or_default().to_owned();
            return Err(ImportError::AmbiguousDates { column, example });
        }
    }
    Ok(())
}

struct Import {
    context: Context,
    report: ImportReport,
    batches: Batches,
    bytes_total: u64,
}

impl Import {
    async fn run(
        mut self,
        store: &Store,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<ImportReport, ImportError> {
        loop {
            let batch = self.batches.recv().await.ok_or(ImportError::Interrupted)??;
            let (bytes_read, last) = (batch.bytes_read, batch.rows.is_empty());
            let before = self.report.rows;
            let rows = Arc::new(self.context.check(batch, &mut self.report));
            let written = self.write_batch(store, rows).await;
            written.map_err(|source| ImportError::Store { rows: before, source })?;
            progress(self.progress(bytes_read));
            if last {
                return Ok(self.report);
            }
        }
    }

    fn progress(&self, bytes_read: u64) -> Progress {
        Progress { bytes_read, bytes_total: self.bytes_total, rows: self.report.rows }
    }

    async fn write_batch(&mut self, store: &Store, rows: Arc<Vec<CheckedRow>>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let (context, together) = (self.context.clone(), Arc::clone(&rows));
        let written =
            store.write(move |tx| Box::pin(async move { context.write(tx, &together).await })).await;
        match written {
            Ok(outcomes) => outcomes.into_iter().for_each(|outcome| self.report.count(outcome)),
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
            Ok(outcomes) => outcomes.into_iter().for_each(|outcome| self.report.count(outcome)),
            Err(StoreError::Constraint(reason)) => {
                self.report
                    .fail(rows.get(index).map(|row| Context::constraint(row, &reason)).into_iter().collect());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Writes everything in one transaction and undoes it, so that what is counted is what would happen. Other writers
    /// wait meanwhile.
    async fn dry_run(
        self,
        store: &Store,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<ImportReport, ImportError> {
        let result = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&result);
        let (tell, mut told) = mpsc::unbounded_channel();
        let writing = store.write(move |tx| {
            Box::pin(async move {
                let done = self.try_all(tx, &tell).await;
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                Err::<(), _>(StoreError::Internal("a dry run keeps nothing".to_owned()))
            })
        });
        let listening = async {
            while let Some(step) = told.recv().await {
                progress(step);
            }
        };
        let (written, ()) = tokio::join!(writing, listening);
        let done = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (done, written) {
            (Some(done), _) => done,
            (None, Err(source)) => Err(ImportError::Store { rows: 0, source }),
            (None, Ok(())) => Err(ImportError::Interrupted),
        }
    }

    async fn try_all(
        mut self,
        tx: &mut Tx<'_>,
        tell: &mpsc::UnboundedSender<Progress>,
    ) -> Result<ImportReport, ImportError> {
        loop {
            // The store's own thread runs this and may wait; the operation itself must not.
            let batch = self.batches.blocking_recv().ok_or(ImportError::Interrupted)??;
            let (bytes_read, last) = (batch.bytes_read, batch.rows.is_empty());
            for row in self.context.check(batch, &mut self.report) {
                match self.context.write_row(tx, &row).await {
                    Ok(outcome) => self.report.count(outcome),
                    Err(StoreError::Constraint(reason)) => {
                        self.report.fail(vec![Context::constraint(&row, &reason)]);
                    }
                    Err(source) => return Err(ImportError::Store { rows: 0, source }),
                }
            }
            // Whoever listened may be gone.
            let _heard = tell.send(self.progress(bytes_read));
            if last {
                return Ok(self.report);
            }
        }
    }
}

#[cfg(test)]
mod tests;
