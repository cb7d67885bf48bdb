//! The id of a record that nothing but its row tells apart: made of the row, so that a second import finds it.

use lexi_types::{RecordId, WorkspaceId};
use sha2::{Digest, Sha256};

/// An id made of the foreign id, or of the whole row where there is none.
pub(super) fn id_of(
    workspace: WorkspaceId,
    table: &str,
    external_id: Option<&str>,
    row: &[Option<&str>],
) -> RecordId {
    let mut digest = begin(workspace);
    let mut add = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    add(table);
    match external_id {
        Some(external_id) => add(external_id),
        None => {
            add("");
            for value in row {
                add(value.unwrap_or_default());
            }
        }
    }
    end(digest)
}

/// An id made of the digest of a row.
pub(super) fn id_of_row(workspace: WorkspaceId, table: &str, row: &[u8; 32]) -> RecordId {
    let mut digest = begin(workspace);
    digest.update(table);
    digest.update(row);
    end(digest)
}

/// Whether an id may be made of a row: others are made of the time.
pub(super) fn is_of_row(id: RecordId) -> bool {
    id.uuid().get_version_num() == 8
}

fn begin(workspace: WorkspaceId) -> Sha256 {
    let mut digest = Sha256::new();
    digest.update(workspace.to_string());
    digest
}

fn end(digest: Sha256) -> RecordId {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    RecordId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_row_has_the_same_id_and_borders_count() {
        let workspace = WorkspaceId::new();
        let id = |row: &[Option<&str>]| id_of(workspace, "notes", None, row);
        assert_eq!(id(&[Some("a"), None]), id(&[Some("a"), None]));
        assert_ne!(id(&[Some("ab"), None]), id(&[Some("a"), Some("b")]));
        assert_ne!(id_of(workspace, "notes", Some("1"), &[]), id_of(workspace, "tasks", Some("1"), &[]));
        assert_ne!(
            id_of(workspace, "notes", Some("1"), &[]),
            id_of(WorkspaceId::new(), "notes", Some("1"), &[])
        );
    }
}
