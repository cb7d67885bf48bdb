//! A run: one execution of a chat request. Its life is three transactions at most: admitted, (lease renewed,) settled;
//! or swept, when the server that ran it is gone.

pub(crate) mod admit;
pub(crate) mod settle;
pub(crate) mod sweep;
pub(crate) mod writes;

use lexi_types::{ConversationId, RunId, WorkspaceId};

use crate::Result;
use crate::db::{Tx, statements};

pub use admit::{Admission, Admitted, Claim, RunPlace, admit};
pub use settle::{Outcome, Settled, Settlement, settle};
pub use sweep::{Sweep, expire, renew, sweep};
pub use writes::{is_running, remember, written};

statements! {
    FRAMES = "SELECT frames FROM run_frames WHERE workspace_id = $1 AND run_id = $2";
    ACTIVE = "SELECT id FROM runs WHERE workspace_id = $1 AND conversation_id = $2 AND status = 'running'
        ORDER BY started_at DESC, id DESC";
}

/// The stream of a finished keyed run, as long as it is kept.
pub async fn frames(tx: &mut Tx<'_>, workspace: WorkspaceId, run: RunId) -> Result<Option<Vec<u8>>> {
    let row = tx.row(FRAMES, &[workspace.into(), run.into()]).await?;
    row.map(|row| row.blob(0).map(<[u8]>::to_vec)).transpose()
}

/// The runs of a conversation that are not finished, newest first.
pub async fn active(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<Vec<RunId>> {
    let rows = tx.rows(ACTIVE, &[workspace.into(), conversation.into()]).await?;
    rows.iter().map(|row| row.parse(0)).collect()
}
