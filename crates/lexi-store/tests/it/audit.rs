//! The audit log: a chain that shows what was taken out of it or altered.

use lexi_store::audit::{self, Actor, AuditFilter, Damage, Deed, Verified};
use lexi_store::{Page, Sight, Store, StoreError};
use lexi_types::{KeyId, RecordId, Timestamp, WorkspaceId};
use serde_json::json;

use crate::open;

async fn append(store: &Store, workspace: WorkspaceId, deed: Deed) {
    let actor = Actor { key: Some(KeyId::new()), source: "api", ..Actor::default() };
    let wrote = store.write(move |tx| {
        Box::pin(async move { audit::append(tx, workspace, &actor, &deed, Timestamp::now()).await })
    });
    wrote.await.unwrap();
}

async fn verified(store: &Store, workspace: WorkspaceId) -> Verified {
    store.read(move |tx| Box::pin(audit::verify(tx, workspace))).await.unwrap()
}

fn deed(number: usize) -> Deed {
    Deed {
        action: "update",
        resource_type: "deal",
        resource_id: RecordId::new().to_string(),
        before: Some(json!({ "probability": number })),
        after: Some(json!({ "probability": number + 1 })),
        ..Deed::default()
    }
}

/// Whoever has the file can drop the triggers, and then change rows.
fn tamper(path: &std::path::Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER IF EXISTS audit_log_no_update; DROP TRIGGER IF EXISTS audit_log_no_delete",
        )
        .unwrap();
    connection.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn a_row_that_is_missing_or_altered_is_found() {
    let cases: [(&str, &[Damage]); 8] = [
        ("SELECT 1", &[]),
        ("UPDATE audit_log SET after = '{\"probability\":99}' WHERE seq = 4", &[Damage::Altered { seq: 4 }]),
        ("UPDATE audit_log SET key_id = NULL WHERE seq = 4", &[Damage::Altered { seq: 4 }]),
        ("UPDATE audit_log SET at = at + 1 WHERE seq = 1", &[Damage::Altered { seq: 1 }]),
        ("DELETE FROM audit_log WHERE seq IN (3, 4)", &[Damage::Missing { from: 3, to: 4 }]),
        ("DELETE FROM audit_log WHERE seq = 1", &[Damage::Missing { from: 1, to: 1 }]),
        ("DELETE FROM audit_log WHERE seq >= 5", &[Damage::Missing { from: 5, to: 6 }]),
        (
            "DELETE FROM audit_log WHERE seq = 3; UPDATE audit_log SET seq = seq - 1 WHERE seq > 3;
             UPDATE audit_heads SET seq = 5",
            &[Damage::Altered { seq: 3 }, Damage::Altered { seq: 4 }, Damage::Altered { seq: 5 }],
        ),
    ];
    for (sql, damage) in cases {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        let workspace = WorkspaceId::new();
        for number in 0..6 {
            append(&store, workspace, deed(number)).await;
        }
        append(&store, WorkspaceId::new(), deed(1)).await;
        tamper(&folder.path().join("lexi.db"), sql);
        let found = verified(&store, workspace).await;
        assert_eq!(found.damage, damage, "{sql}");
    }
}

#[tokio::test]
async fn the_log_is_append_only_and_a_chain_of_its_own_for_each_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let (one, other) = (WorkspaceId::new(), WorkspaceId::new());
    for number in 0..1_203 {
        append(&store, one, deed(number)).await;
    }
    append(&store, other, deed(1)).await;
    let (all, single) = (verified(&store, one).await, verified(&store, other).await);
    assert_eq!((all.rows, all.damage), (1_203, vec![]));
    assert_eq!((single.rows, single.head.map(|head| head.len())), (1, Some(64)));
    assert_eq!(verified(&store, WorkspaceId::new()).await, Verified::default());
    for sql in ["UPDATE audit_log SET at = 1", "DELETE FROM audit_log"] {
        let refused = store.write(move |tx| Box::pin(async move { tx.execute(sql, &[]).await })).await;
        assert!(matches!(refused, Err(StoreError::Constraint(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn rows_are_listed_newest_first_and_narrowed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let (workspace, user) = (WorkspaceId::new(), RecordId::new());
    for number in 0..5 {
        append(&store, workspace, deed(number)).await;
    }
    let approver = Actor { approved_by_user: Some(user), source: "lexi", ..Actor::default() };
    let made =
        Deed { action: "create", resource_type: "note", resource_id: "n".to_owned(), ..Deed::default() };
    store
        .write(move |tx| {
            Box::pin(async move { audit::append(tx, workspace, &approver, &made, Timestamp::now()).await })
        })
        .await
        .unwrap();
    let list = |filter: AuditFilter| {
        let store = store.clone();
        let page = Page { page: 1, per_page: 2 };
        async move {
            let sight = Sight::everything(workspace);
            let listed = store
                .read(move |tx| Box::pin(async move { audit::list(tx, sight, &filter, page).await }))
                .await;
            let listed = listed.unwrap();
            (listed.total, listed.rows.iter().map(|row| row.seq).collect::<Vec<_>>())
        }
    };
    let all = AuditFilter::default();
    assert_eq!(list(all.clone()).await, (6, vec![6, 5]));
    assert_eq!(list(AuditFilter { action: Some("create".to_owned()), ..all.clone() }).await, (1, vec![6]));
    assert_eq!(list(AuditFilter { user: Some(user), ..all.clone() }).await, (1, vec![6]));
    assert_eq!(
        list(AuditFilter { resource_type: Some("deal".to_owned()), ..all.clone() }).await,
        (5, vec![5, 4])
    );
    assert_eq!(list(AuditFilter { to: Some(Timestamp::from_micros(1)), ..all }).await, (0, vec![]));
}
