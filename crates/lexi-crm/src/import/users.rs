//! Rows that are users: the people who own records.

use lexi_store::{name_key, users};
use lexi_types::RecordId;
use lexi_types::records::User;

use super::cells::Cells;
use super::desk::{Change, Desk, Done, refused};
use super::options::MatchBy;
use super::persons::Person;
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
        Self { person: Person { ids: cells.own_id().into_iter().collect(), name, email } }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let id = self.person.ids.first();
        let has_id = match id {
            Some(id) => users::find_by_external_id(desk.tx, desk.workspace, id).await?,
            None => None,
        };
        if has_id.is_some() && desk.matches_by(MatchBy::ExternalId) {
            return Ok(Change::Unchanged);
        }
        let (meant, email) = self.matching(desk).await?;
        if has_id.is_some_and(|owner| meant.as_ref().is_none_or(|user| user.id != owner.id)) {
            let reason = "is the id of another user than the one that --match finds: leave --match out";
            return Err(refused("external_id", id.cloned(), reason));
        }
        let change = if meant.is_some() { Change::Unchanged } else { Change::Created };
        let user = match meant {
            Some(user) => user,
            None => {
                let derived = || self.person.email.as_deref().map(values::name_from_email);
                let full_name = self.person.name.clone().or_else(derived).unwrap_or_default();
                if name_key(&full_name).is_empty() {
                    return Err(refused("email", self.person.email.clone(), "has no name in it"));
                }
                let user = User { id: RecordId::new(), full_name, email };
                desk.insert_user(&user).await?;
                user
            }
        };
        let Some(id) = id else { return Ok(change) };
        let learnt = users::set_external_id(desk.tx, desk.workspace, user.id, id).await?;
        Ok(if learnt && change == Change::Unchanged { Change::Updated } else { change })
    }

    /// The user who exists, and the address of one who is made: only one can have it.
    async fn matching(&self, desk: &mut Desk<'_, '_>) -> Done<(Option<User>, Option<String>)> {
        let Person { ids, name, email } = &self.person;
        let holder = match email {
            Some(email) => users::find_by_email(desk.tx, desk.workspace, email).await?,
            None => None,
        };
        if let (Some(user), true) = (&holder, desk.matches_by(MatchBy::Email)) {
            let stored = users::external_id(desk.tx, desk.workspace, user.id).await?;
            if ids.is_empty() || stored.is_none_or(|stored| ids.contains(&stored)) {
                return Ok((holder, None));
            }
        }
        if desk.matches_by(MatchBy::Name) {
            let key = name_key(name.as_deref().unwrap_or_default());
            // Where the name alone is to count, addresses do not.
            let email = email.clone().filter(|_| desk.match_by.is_none());
            let sought = Person { email, ..self.person.clone() };
            let mut named = desk.users_named(&key, &sought).await?;
            if named.len() > 1 {
                let reason =
                    format!("is the name of {} users: write the e-mail address as well", named.len());
                return Err(refused("full_name", name.clone(), &reason));
            }
            if let Some(user) = named.pop() {
                return Ok((Some(user), None));
            }
        } else if email.is_none() && ids.is_empty() {
            let reason = "the row has nothing to find its user by: leave --match out";
            return Err(refused("full_name", name.clone(), reason));
        }
        if holder.is_some() {
            let reason = "is the address of another user; this one comes without";
            desk.notice("email", email.as_deref(), reason.to_owned());
            return Ok((None, None));
        }
        Ok((None, email.clone()))
    }
}
