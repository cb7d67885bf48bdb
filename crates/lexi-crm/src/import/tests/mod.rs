//! Imports into a real store.

mod always;
mod contacts;
mod exports;
mod folders;
mod happenings;
mod identity;
mod others;
mod whole_files;

use std::path::PathBuf;

use futures_util::future::BoxFuture;
use lexi_store::{OpenOptions, Store, Tx, workspaces};
use lexi_types::{Timestamp, WorkspaceId};

use super::*;

struct Firm {
    folder: tempfile::TempDir,
    store: Store,
    workspace: WorkspaceId,
}

impl Firm {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(&folder.path().join("lexi.db"), OpenOptions::default()).await.unwrap();
        let created =
            store.write(|tx| Box::pin(workspaces::create(tx, "Test", Timestamp::now()))).await.unwrap();
        Self { folder, store, workspace: created.unwrap().id }
    }

    fn file(&self, content: &str) -> PathBuf {
        let path = self.folder.path().join("import.csv");
        std::fs::write(&path, content).unwrap();
        path
    }

    async fn import(&self, kind: ImportKind, content: &str) -> ImportReport {
        self.try_import(ImportOptions::new(kind), content).await.unwrap()
    }

    async fn try_import(&self, options: ImportOptions, content: &str) -> Result<ImportReport, ImportError> {
        let path = self.file(content);
        import_csv(&self.store, self.workspace, &path, &options, &mut Unwatched).await
    }

    /// Imports a folder of these files and gives what became of each, by its name.
    async fn take_over(
        &self,
        system: System,
        files: &[(&str, &str)],
    ) -> Vec<(String, Result<ImportReport, String>)> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let found = read_folder(system, folder.path()).unwrap();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut all = Vec::new();
        for file in found.files {
            let options = file.options(ImportOptions::new(file.kind));
            let report = import_csv(&self.store, self.workspace, &file.path, &options, &mut Unwatched).await;
            all.push((name(&file.path), report.map_err(|error| error.to_string())));
        }
        all.extend(found.unused.into_iter().map(|file| (name(&file.path), Err(file.reason))));
        all
    }

    async fn read<T, F>(&self, operation: F) -> T
    where
        T: Send + 'static,
        F: for<'t, 'c> FnOnce(&'t mut Tx<'c>, WorkspaceId) -> BoxFuture<'t, lexi_store::Result<T>>
            + Send
            + 'static,
    {
        let workspace = self.workspace;
        self.store.read(move |tx| operation(tx, workspace)).await.unwrap()
    }

    async fn count(&self, table: &'static str) -> i64 {
        self.read(move |tx, workspace| {
            Box::pin(async move {
                let sql = format!("SELECT count(*) FROM {table} WHERE workspace_id = $1");
                tx.one(&sql, &[workspace.into()]).await?.int(0)
            })
        })
        .await
    }
}

/// Created, updated, unchanged, failed.
fn counts(report: &ImportReport) -> [u64; 4] {
    let all = report.created
        + report.updated
        + report.unchanged
        + report.skipped
        + report.set_aside
        + report.failed;
    assert_eq!(report.rows, all, "every row is counted once");
    [report.created, report.updated, report.unchanged, report.failed]
}
