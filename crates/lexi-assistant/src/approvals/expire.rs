//! Tasks that nobody has decided on in time.

use lexi_store::{Store, StoreError, approvals};
use lexi_types::Timestamp;

use super::fail;

const PER_TRANSACTION: i64 = 100;

/// Ends those whose time is over. Answers how many there were; call again while it is not 0.
pub(crate) async fn expire(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let expiring = store.write(move |tx| {
        Box::pin(async move {
            let mut ended = 0;
            for (workspace, task) in approvals::expired(tx, now, PER_TRANSACTION).await? {
                let reason = fail::EXPIRED.to_owned();
                let (_, newly) = fail::fail(tx, workspace, task, None, reason, now).await?;
                ended += u64::from(newly);
            }
            Ok(ended)
        })
    });
    expiring.await
}
