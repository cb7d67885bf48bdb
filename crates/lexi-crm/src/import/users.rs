//! Rows that are users: the people who own records.

use lexi_store::users;

use super::cells::{Cells, Person};
use super::desk::{Change, Desk, Done};
use super::people::Link;
use super::values;

#[derive(Debug)]
pub(super) struct UserRow {
    person: Person,
}

impl UserRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let email = cells.parse("email", values::email);
        let parts = [cells.name("first_name"), cells.name("last_name")];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        // A name with an @ in it is a login.
        let given = cells.name("full_name").filter(|name| !name.contains('@'));
        let name = Some(joined).filter(|name| !name.is_empty()).or(given);
        if name.is_none() && email.is_none() && cells.errors.is_empty() {
            cells.refuse("full_name", "the row has neither a name nor an e-mail address".to_owned());
        }
        Self { person: Person { ids: cells.ids("external_id"), name, email } }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let field = if self.person.name.is_some() { "full_name" } else { "email" };
        let user = desk.find_user_or_new(field, &self.person).await?;
        let change = if matches!(user, Link::New(..)) { Change::Created } else { Change::Unchanged };
        let Some(user) = user.record() else { return Ok(change) };
        if change == Change::Created {
            desk.insert_user(user).await?;
        }
        let Some(id) = self.person.ids.first() else { return Ok(change) };
        let learnt = users::set_external_id(desk.tx, desk.workspace, user.id, id).await?;
        Ok(if learnt && change == Change::Unchanged { Change::Updated } else { change })
    }
}
