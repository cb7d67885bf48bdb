//! A database of an older version is brought up to date, and what newer versions keep beside the records is there.

use std::path::Path;

use lexi_store::vocabulary::{self, Place};
use lexi_store::{Filter, OpenOptions, Order, Page, Store, contacts};
use lexi_types::WorkspaceId;
use lexi_types::records::RecordType;

/// A file as version 1 left it, with two contacts and a deal.
fn version_1(path: &Path, workspace: WorkspaceId) {
    let old = rusqlite::Connection::open(path).unwrap();
    old.execute_batch(include_str!("../../../../migrations/sqlite/0001_foundation.sql")).unwrap();
    old.pragma_update(None, "application_id", 0x4C45_5849).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    for (id, name, key, company) in [
        ("01a20c0a-0000-7000-8000-000000000001", "Zoë Ångström", "zoe angstrom", "Müller & Söhne"),
        ("01a20c0a-0000-7000-8000-000000000002", "Jo Berg", "jo berg", "%"),
    ] {
        let contact = "INSERT INTO contacts (workspace_id, id, external_id, full_name, name_key, company_name, status, \
                       tags, custom_fields, created_date, updated_date) \
                       VALUES (?1, ?2, 'x-' || ?2, ?3, ?4, ?5, 'Lead', '[\"vip\"]', '{\"Source\":\"Web\"}', 1, 2)";
        old.execute(contact, (workspace.to_string(), id, name, key, company)).unwrap();
    }
}

#[tokio::test]
async fn records_of_version_1_are_found_and_known_by_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let (path, workspace) = (folder.path().join("old.db"), WorkspaceId::new());
    version_1(&path, workspace);
    for _ in 0..2 {
        let store = Store::open_sqlite(&path, OpenOptions::default()).await.unwrap();
        let read = store.read(move |tx| {
            Box::pin(async move {
                let kind = RecordType::Contact;
                let status = vocabulary::values(tx, workspace, kind, Place::Column("status")).await?;
                assert_eq!((status.values, status.complete), (vec!["Lead".to_owned()], true));
                let tags = vocabulary::values(tx, workspace, kind, Place::Tag).await?;
                assert_eq!(tags.values, ["vip"]);
                assert_eq!(vocabulary::custom_names(tx, workspace, kind).await?.values, ["Source"]);
                let found = contacts::find_by_company_key(tx, workspace, "muller sohne").await?;
                assert_eq!(found.len(), 1);
                for (word, total) in [("angstrom", 1), ("b", 1), ("zoe angstrm", 1), ("nobody", 0)] {
                    let filter = Filter::new(workspace, kind).matching(word);
                    let page = Page { page: 1, per_page: 0 };
                    assert_eq!(contacts::list(tx, &filter, Order::Name, page).await?.total, total, "{word}");
                }
                let id = "x-01a20c0a-0000-7000-8000-000000000002";
                contacts::find_by_external_id(tx, workspace, id).await
            })
        });
        assert_eq!(read.await.unwrap().unwrap().full_name, "Jo Berg");
    }
}
