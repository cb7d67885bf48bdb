//! The words of a workspace are known without reading its records, and none is ever denied.

use lexi_store::vocabulary::{self, Place};
use lexi_store::{Result, Sight, Store, Tx, contacts};
use lexi_types::WorkspaceId;
use lexi_types::records::{Contact, RecordType};
use serde_json::json;

use crate::records::contact;

async fn add(store: &Store, workspace: WorkspaceId, all: Vec<Contact>) -> Result<()> {
    let add = store.write(move |tx| {
        Box::pin(async move {
            for contact in &all {
                contacts::insert(tx, workspace, contact, None).await?;
            }
            Ok(())
        })
    });
    add.await
}

async fn titles(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<vocabulary::Spelt> {
    vocabulary::values(tx, workspace, RecordType::Contact, Place::Column("job_title")).await
}

fn titled(title: &str) -> Contact {
    let mut contact = contact("Somebody");
    contact.job_title = Some(title.to_owned());
    contact
}

#[tokio::test]
async fn words_are_kept_as_they_are_spelt_and_by_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let (workspace, other) = (WorkspaceId::new(), WorkspaceId::new());
    let mut first = titled("Director");
    first.tags = vec!["vip".to_owned(), "Vip".to_owned(), " ".to_owned()];
    let fields = json!({ "Source": "Web", "n": 3, "x": 1.5, "on": true, "none": null, "list": [1] });
    first.custom_fields = fields.as_object().unwrap().clone();
    add(&store, workspace, vec![first, titled("director"), titled("Director")]).await.unwrap();
    add(&store, other, vec![titled("Secret")]).await.unwrap();
    let known = store.read(move |tx| {
        Box::pin(async move {
            assert_eq!(titles(tx, workspace).await?.values, ["Director", "director"]);
            let tags = vocabulary::values(tx, workspace, RecordType::Contact, Place::Tag).await?;
            assert_eq!((tags.values.len(), tags.complete), (4, true), "those of every contact: {tags:?}");
            let names = vocabulary::custom_names(tx, workspace, RecordType::Contact).await?;
            assert_eq!(names.values, ["Source", "deep", "list", "n", "none", "on", "x"]);
            for (name, values, complete) in [
                ("Source", vec!["Web"], true),
                ("n", vec!["1", "3"], true),
                ("x", vec!["1.5"], true),
                ("on", vec!["true"], true),
                ("none", vec![], true),
                ("list", vec![], false),
            ] {
                let place = [name.to_owned()];
                let found =
                    vocabulary::values(tx, workspace, RecordType::Contact, Place::Custom(&place)).await?;
                assert_eq!(
                    (found.values, found.complete),
                    (values.iter().map(|v| v.to_string()).collect(), complete),
                    "{name}"
                );
            }
            vocabulary::all(tx, workspace).await
        })
    });
    let known = known.await.unwrap();
    assert!(!format!("{known:?}").contains("Secret") && known.len() > 8);
}

#[tokio::test]
async fn a_field_with_too_many_values_has_a_gap_and_loses_none_of_its_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let all = (0..2_005).map(|n| titled(&format!("Títle {n}"))).collect();
    add(&store, workspace, all).await.unwrap();
    let found = store.read(move |tx| {
        Box::pin(async move {
            let known = titles(tx, workspace).await?;
            assert_eq!((known.values.len(), known.complete), (2_000, false));
            let place = Place::Column("job_title");
            vocabulary::spellings_in_records(
                tx,
                Sight::everything(workspace),
                RecordType::Contact,
                place,
                "TITLE 2004",
            )
            .await
        })
    });
    assert_eq!(found.await.unwrap(), ["Títle 2004"]);
}

#[tokio::test]
async fn words_of_a_write_that_was_undone_are_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let (good, twice) = (titled("Judge"), titled("Clerk"));
    let again = vec![good.clone(), twice.clone(), twice.clone()];
    assert!(add(&store, workspace, again).await.is_err(), "the same id twice");
    add(&store, workspace, vec![good, twice]).await.unwrap();
    let known = store.read(move |tx| Box::pin(titles(tx, workspace))).await.unwrap();
    assert_eq!(known.values, ["Clerk", "Judge"]);
}
