//! Rows that are users: the people who own records.

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
        let given = cells.name("full_name");
        let parts = [cells.name("first_name"), cells.name("last_name")];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = given.or(Some(joined).filter(|name| !name.is_empty()));
        if name.is_none() && email.is_none() && cells.errors.is_empty() {
            cells.refuse("full_name", "the row has neither a name nor an e-mail address".to_owned());
        }
        Self { person: Person { name, email } }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let field = if self.person.name.is_some() { "full_name" } else { "email" };
        let user = desk.find_user_or_new(field, &self.person).await?;
        if let Link::New(user) = &user {
            lexi_store::users::insert(desk.tx, desk.workspace, user, desk.now).await?;
            return Ok(Change::Created);
        }
        Ok(Change::Unchanged)
    }
}
