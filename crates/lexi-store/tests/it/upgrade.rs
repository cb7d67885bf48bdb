//! A database of an older version is brought up to date, and what newer versions keep beside the records is there.

use std::path::Path;

use lexi_store::vocabulary::{self, Place};
use lexi_store::{Filter, OpenOptions, Order, Page, Sight, Store, Value, contacts, conversations};
use lexi_types::records::RecordType;
use lexi_types::{ConversationId, MessageId, WorkspaceId};

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

/// What version 5 knew of a question and its answer.
fn version_5(path: &Path, workspace: WorkspaceId, conversation: ConversationId, question: &MessageId) {
    let old = rusqlite::Connection::open(path).unwrap();
    for file in
        ["0001_foundation", "0002_external_ids_of_users", "0003_vocabulary", "0004_search", "0005_lists"]
    {
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
        old.execute_batch(&std::fs::read_to_string(migrations.join(format!("{file}.sql"))).unwrap()).unwrap();
    }
    old.pragma_update(None, "application_id", 0x4C45_5849).unwrap();
    old.pragma_update(None, "user_version", 5).unwrap();
    let (workspace, conversation) = (workspace.to_string(), conversation.to_string());
    let conversations = "INSERT INTO conversations VALUES (?1, ?2, 'Hi', '{}', NULL, NULL, 0, 2, 3, 1, 1, 1)";
    old.execute(conversations, (&workspace, &conversation)).unwrap();
    let run = "INSERT INTO runs VALUES (?1, 'r', ?2, 'a', ?3, 'k', NULL, 'done', 5, 2, 1, 1, 'stop', NULL, 7, 3, 1, 2)";
    old.execute(run, (&workspace, &conversation, question.to_string())).unwrap();
    let message = "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, 'r', ?5, ?5, 'complete', '[]', 1)";
    old.execute(message, (&workspace, &conversation, 1, question.to_string(), "user")).unwrap();
    old.execute(message, (&workspace, &conversation, 2, MessageId::new().to_string(), "assistant")).unwrap();
    let next = MessageId::new().to_string();
    old.execute(message, (&workspace, &conversation, 3, &next, "user")).unwrap();
}

#[tokio::test]
async fn answers_of_version_5_are_history_without_results_and_have_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let (workspace, conversation, question) = (WorkspaceId::new(), ConversationId::new(), MessageId::new());
    version_5(&path, workspace, conversation, &question);
    let store = Store::open_sqlite(&path, OpenOptions::default()).await.unwrap();
    let read = store.read(move |tx| {
        Box::pin(async move {
            let messages = conversations::messages(tx, workspace, conversation, 10).await?;
            let last = messages.last().unwrap().id.clone();
            let history = conversations::history(tx, workspace, conversation, &last, 10).await?;
            let columns =
                "SELECT model, cached_tokens, cost_micros, unsupported_figures, input_tokens FROM runs";
            Ok((history, tx.one(columns, &[]).await?.values().to_vec()))
        })
    });
    let (history, run) = read.await.unwrap();
    assert_eq!(
        (history.len(), history[0].id.clone(), history[0].answers.clone()),
        (2, question.clone(), None)
    );
    assert_eq!((history[1].answers.clone(), history[1].tool_results.clone()), (Some(question), None));
    assert_eq!(run, [Value::Null, Value::Int(0), Value::Null, Value::Int(0), Value::Int(7)]);
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
                    let filter = Filter::new(Sight::everything(workspace), kind).matching(word);
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
