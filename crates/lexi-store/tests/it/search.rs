//! The index finds what a reading of every record would, in its own workspace only.

use std::collections::BTreeSet;

use lexi_store::{Filter, NameMatch, Named, Order, Page, Sight, Store, contacts, name_key, names};
use lexi_types::records::{Contact, RecordType};
use lexi_types::{RecordId, WorkspaceId};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::records::contact;

const ALL: Page = Page { page: 1, per_page: 10_000 };

fn named(name: &str) -> Contact {
    let mut contact = contact(name);
    contact.email = None;
    contact.company_name = None;
    contact
}

async fn add(store: &Store, workspace: WorkspaceId, all: Vec<Contact>) {
    let add = store.write(move |tx| {
        Box::pin(async move {
            for contact in &all {
                contacts::insert(tx, workspace, contact, None).await?;
            }
            Ok(())
        })
    });
    add.await.unwrap();
}

async fn search(store: &Store, workspace: WorkspaceId, query: &str) -> Vec<Contact> {
    let filter = Filter::new(Sight::everything(workspace), RecordType::Contact).matching(query);
    let listed =
        store.read(move |tx| Box::pin(async move { contacts::list(tx, &filter, Order::Name, ALL).await }));
    let listed = listed.await.unwrap();
    assert_eq!(usize::try_from(listed.total).unwrap(), listed.rows.len());
    listed.rows
}

async fn found(store: &Store, workspace: WorkspaceId, query: &str) -> Vec<String> {
    search(store, workspace, query).await.into_iter().map(|contact| contact.full_name).collect()
}

async fn look_up(store: &Store, workspace: WorkspaceId, text: &str) -> Vec<String> {
    let text = text.to_owned();
    let found = store.read(move |tx| {
        Box::pin(async move { names::look_up(tx, Sight::everything(workspace), Named::Contact, &text).await })
    });
    found.await.unwrap().into_iter().map(|found: NameMatch| found.name).collect()
}

#[tokio::test]
async fn names_are_found_by_beginnings_parts_typing_errors_and_initials() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let people =
        ["John Smith", "Jonas Smithers", "Anna Maria Müller", "Brian O'Connor", "李 小龍", "Annabel Rose"];
    add(&store, workspace, people.map(named).to_vec()).await;
    for (query, names) in [
        ("smith", vec!["John Smith", "Jonas Smithers"]),
        ("J Smith", vec!["John Smith", "Jonas Smithers"]),
        ("smith john", vec!["John Smith"]),
        ("ithers", vec!["Jonas Smithers"]),
        ("Jon Smyth", vec!["John Smith"]),
        ("jhon smiht", vec!["John Smith"]),
        ("oconnor", vec!["Brian O'Connor"]),
        ("O Connor", vec!["Brian O'Connor"]),
        ("annamaria", vec!["Anna Maria Müller"]),
        ("anna bel", vec!["Annabel Rose"]),
        ("amm", vec!["Anna Maria Müller"]),
        ("小", vec!["李 小龍"]),
        ("龍", vec!["李 小龍"]),
        ("smith anna", vec![]),
        ("xyz", vec![]),
    ] {
        assert_eq!(found(&store, workspace, query).await, names, "{query}");
    }
    for (text, names) in [
        ("john smith", vec!["John Smith"]),
        ("smith", vec!["John Smith"]),
        ("Jon Smyth", vec!["John Smith"]),
        ("Smithers", vec!["Jonas Smithers"]),
        ("ann", vec!["Anna Maria Müller", "Annabel Rose"]),
        ("annamaria muller", vec!["Anna Maria Müller"]),
        ("js", vec!["John Smith", "Jonas Smithers"]),
        ("xyz", vec![]),
    ] {
        let mut given = look_up(&store, workspace, text).await;
        given.sort();
        assert_eq!(given, names, "{text}");
    }
}

#[tokio::test]
async fn a_changed_record_is_found_by_its_new_name_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let mut changed = named("Paula Grey");
    add(&store, workspace, vec![changed.clone(), named("Paul White")]).await;
    changed.full_name = "Nora Black".to_owned();
    let update =
        store.write(move |tx| Box::pin(async move { contacts::update(tx, workspace, &changed, None).await }));
    assert!(update.await.unwrap());
    for (query, names) in [("nora", vec!["Nora Black"]), ("paula", vec!["Paul White"]), ("grey", vec![])] {
        assert_eq!(found(&store, workspace, query).await, names, "{query}");
    }
}

#[tokio::test]
async fn a_part_of_very_many_words_is_looked_for_in_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let word = |n: u32| {
        (0..3)
            .map(|place| char::from(b'a' + u8::try_from(n / 26_u32.pow(place) % 26).unwrap()))
            .collect::<String>()
    };
    let all: Vec<Contact> = (0..600).map(|n| named(&format!("{}qux {}", word(n), word(n)))).collect();
    add(&store, workspace, all).await;
    assert_eq!(found(&store, workspace, "qux").await.len(), 600);
    assert_eq!(look_up(&store, workspace, "qux").await.len(), 50);
}

/// Words of a small alphabet, so that names and queries meet.
fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec("[abcé]{1,4}", 1..=most).prop_map(|words| words.join(" "))
}

#[tokio::test]
async fn every_record_whose_name_begins_with_the_asked_words_is_found_and_no_other_workspaces() {
    let runtime = tokio::runtime::Handle::current();
    let names = || prop::collection::vec(words(3), 1..12);
    let cases = (names(), names(), prop::collection::vec(words(2), 1..6));
    tokio::task::spawn_blocking(move || {
        let mut runner = TestRunner::new(ProptestConfig { cases: 40, ..ProptestConfig::default() });
        let run = runner.run(&cases, |(own, others, queries)| {
            runtime.block_on(async {
                let folder = tempfile::tempdir().unwrap();
                let store = crate::open(&folder).await;
                let (workspace, other) = (WorkspaceId::new(), WorkspaceId::new());
                let own: Vec<Contact> = own.iter().map(|name| named(name)).collect();
                add(&store, workspace, own.clone()).await;
                add(&store, other, others.iter().map(|name| named(name)).collect()).await;
                let ids: BTreeSet<RecordId> = own.iter().map(|contact| contact.id).collect();
                for query in &queries {
                    let given: BTreeSet<RecordId> =
                        search(&store, workspace, query).await.iter().map(|contact| contact.id).collect();
                    assert!(given.is_subset(&ids), "{query} finds another workspace's record");
                    let asked = name_key(query);
                    let naive = own.iter().filter(|contact| {
                        let key = name_key(&contact.full_name);
                        asked.split(' ').all(|word| key.split(' ').any(|name| name.starts_with(word)))
                    });
                    for contact in naive {
                        assert!(given.contains(&contact.id), "{query} misses {}", contact.full_name);
                    }
                }
            });
            Ok(())
        });
        run.unwrap();
    })
    .await
    .unwrap();
}
