//! Records of the tests: a firm and another one, which know nothing of each other.

use lexi_testkit::Lexi;
use lexi_types::WorkspaceId;

/// Imports rows with the program itself.
pub(super) fn import(lexi: &Lexi, workspace: WorkspaceId, kind: &str, csv: &str) {
    let path = lexi.folder().join(format!("{workspace}.csv"));
    std::fs::write(&path, csv).unwrap();
    let (path, workspace) = (path.display().to_string(), workspace.to_string());
    let output = lexi.command(&["import", kind, &path, "--workspace", &workspace]).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));
}

/// Imports one contact and gives its id.
pub(super) fn contact(lexi: &Lexi, workspace: WorkspaceId, name: &str, email: &str) -> String {
    import(lexi, workspace, "contacts", &format!("name,email\n{name},{email}\n"));
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    let id = "SELECT id FROM contacts WHERE workspace_id = ?1 AND full_name = ?2";
    db.query_row(id, [&workspace.to_string(), name], |row| row.get(0)).unwrap()
}

pub(super) fn count(lexi: &Lexi, table: &str) -> i64 {
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}
