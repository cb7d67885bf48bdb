//! A copy to try things on.

use lexi_store::workspaces;
use lexi_types::Timestamp;

use super::open;

#[tokio::test]
async fn a_scratch_copy_has_everything_and_gives_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let create = async |store: &lexi_store::Store, name: &'static str| {
        let now = Timestamp::now();
        store.write(move |tx| Box::pin(workspaces::create(tx, name, now))).await.unwrap().unwrap();
    };
    let find = async |store: &lexi_store::Store, name: &'static str| {
        store.read(move |tx| Box::pin(workspaces::find(tx, name))).await.unwrap().is_some()
    };
    create(&store, "Before").await;
    let scratch = store.scratch_copy().await.unwrap();
    create(&store, "After").await;
    create(scratch.store(), "Trial").await;
    assert!(find(scratch.store(), "Before").await && !find(scratch.store(), "After").await);
    assert!(find(&store, "After").await && !find(&store, "Trial").await);
    let entries = || std::fs::read_dir(folder.path()).unwrap().count();
    let with_copy = entries();
    drop(scratch);
    assert_eq!(entries(), with_copy - 1, "its folder is gone");
}
