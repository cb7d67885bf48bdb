//! Who waits for whom.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use lexi_store::{OpenOptions, Store, workspaces};
use lexi_types::Timestamp;

/// Keys are looked up on connections of their own: however many searches run, a key is known at once.
#[tokio::test]
async fn a_lookup_and_a_write_do_not_wait_behind_long_reads() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { readers: 2, ..OpenOptions::default() };
    let store = Store::open_sqlite(&folder.path().join("a.db"), options).await.unwrap();
    let (release, released) = mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let long: Vec<_> = (0..4)
        .map(|_| {
            let (store, released) = (store.clone(), Arc::clone(&released));
            Box::pin(async move {
                let wait = store.read(move |_| {
                    Box::pin(async move {
                        let _until_told = released.lock().unwrap().recv_timeout(Duration::from_secs(30));
                        Ok(())
                    })
                });
                wait.await.unwrap();
            })
        })
        .collect();
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = Timestamp::now();
        let made =
            store.write(move |tx| Box::pin(workspaces::create(tx, "Firm", now))).await.unwrap().unwrap();
        let found = store.look_up(|tx| Box::pin(workspaces::find(tx, "Firm"))).await.unwrap();
        assert_eq!(found.map(|found| found.id), Some(made.id));
        for _ in 0..4 {
            release.send(()).unwrap();
        }
    };
    let both = futures_util::future::join(futures_util::future::join_all(long), meanwhile);
    tokio::time::timeout(Duration::from_secs(20), both).await.expect("nobody waited for the long reads");
}
