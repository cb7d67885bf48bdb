//! Who looks at a workspace's records, and what walls leave of them. Every search, list, sum and name that is made for
//! somebody takes a [`Sight`], so that none can forget the walls.

use lexi_types::records::RecordType;
use lexi_types::{RecordId, WorkspaceId};

use crate::Result;
use crate::db::{Tx, statements};

statements! {
    ANY = "SELECT 1 FROM walls WHERE workspace_id = $1 LIMIT 1";
    MATTER_OF_DEAL = "SELECT matter_id FROM deals WHERE workspace_id = $1 AND id = $2";
}

/// One workspace, as somebody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    pub workspace: WorkspaceId,
    viewer: Viewer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Viewer {
    Everything,
    /// Behind no wall but those that name this user; nobody is behind none.
    Walled(Option<RecordId>),
}

impl Sight {
    /// For what is nobody's look at records: imports, migrations, the program's own upkeep.
    pub const fn everything(workspace: WorkspaceId) -> Self {
        Self { workspace, viewer: Viewer::Everything }
    }

    /// What a user sees; without a user, what somebody sees who is behind no wall.
    pub async fn of(tx: &mut Tx<'_>, workspace: WorkspaceId, user: Option<RecordId>) -> Result<Self> {
        let walls = tx.row(ANY, &[workspace.into()]).await?.is_some();
        Ok(Self { workspace, viewer: if walls { Viewer::Walled(user) } else { Viewer::Everything } })
    }

    /// Whether nothing is hidden.
    pub fn sees_everything(self) -> bool {
        self.viewer == Viewer::Everything
    }

    /// The condition, to be put behind others, under which a record of this type is seen; empty where all are. `$1` is the
    /// workspace, `table` the table or its alias.
    pub(crate) fn and_seen(self, kind: RecordType, table: &str) -> String {
        let Viewer::Walled(user) = self.viewer else { return String::new() };
        let user = user.map(|user| user.to_string()).unwrap_or_default();
        let (deals, matters) = (hidden_deals(&user), hidden(RecordType::Matter, &user));
        let unless = |column: &str, hidden: &str| {
            format!(" AND ({table}.{column} IS NULL OR {table}.{column} NOT IN ({hidden}))")
        };
        match kind {
            RecordType::Contact | RecordType::Company => String::new(),
            RecordType::Matter => unless("id", &matters),
            RecordType::Deal => {
                unless("id", &hidden(RecordType::Deal, &user)) + &unless("matter_id", &matters)
            }
            RecordType::Note | RecordType::Task => unless("deal_id", &deals) + &unless("matter_id", &matters),
            RecordType::Activity => {
                let of = |kind: RecordType, hidden: &str| {
                    format!(
                        " AND NOT (COALESCE({table}.entity_type, '') = '{}' AND COALESCE({table}.entity_id, '') IN ({hidden}))",
                        kind.as_str()
                    )
                };
                let child = |kind: RecordType| {
                    format!(
                        "SELECT id FROM {} WHERE workspace_id = $1 AND (deal_id IN ({deals}) OR matter_id IN ({matters}))",
                        kind.plural()
                    )
                };
                unless("deal_id", &deals)
                    + &of(RecordType::Deal, &deals)
                    + &of(RecordType::Matter, &matters)
                    + &of(RecordType::Note, &child(RecordType::Note))
                    + &of(RecordType::Task, &child(RecordType::Task))
            }
        }
    }
}

/// The matter behind whose wall a deal stands with its own.
pub(crate) async fn matter_of_deal(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    deal: RecordId,
) -> Result<Option<RecordId>> {
    let row = tx.row(MATTER_OF_DEAL, &[workspace.into(), deal.into()]).await?;
    row.map_or(Ok(None), |row| row.opt_parse(0))
}

/// The ids of the records that a wall of their own hides from a user.
fn hidden(kind: RecordType, user: &str) -> String {
    format!(
        "SELECT record_id FROM walls WHERE workspace_id = $1 AND record_type = '{}' GROUP BY record_id \
         HAVING SUM(CASE WHEN user_id = '{user}' THEN 1 ELSE 0 END) = 0",
        kind.as_str()
    )
}

/// A deal is behind its own wall and behind that of its matter.
fn hidden_deals(user: &str) -> String {
    format!(
        "{} UNION SELECT id FROM deals WHERE workspace_id = $1 AND matter_id IN ({})",
        hidden(RecordType::Deal, user),
        hidden(RecordType::Matter, user)
    )
}
