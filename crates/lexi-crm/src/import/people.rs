//! The users whom a row names: found, or made together with the row.

use lexi_store::{name_key, users};
use lexi_types::RecordId;
use lexi_types::records::User;

use super::desk::{Desk, Done, Refusal, refused};
use super::persons::Person;
use super::values;

/// Something that a row names: it exists, or will be made with the row.
#[derive(Debug)]
pub(super) enum Link<T> {
    None,
    Known(T),
    /// With its id in the system that it comes from, where the row names that.
    New(T, Option<String>),
}

impl<T> Link<T> {
    pub(super) fn record(&self) -> Option<&T> {
        match self {
            Self::None => None,
            Self::Known(record) | Self::New(record, _) => Some(record),
        }
    }
}

impl Desk<'_, '_> {
    pub(super) async fn find_user(&mut self, field: &'static str, person: &Person) -> Done<Link<User>> {
        let link = self.known_or_new(field, person).await?;
        if let (Link::New(user, _), false) = (&link, self.create_missing) {
            return Err(unknown(field, user.email.as_ref().unwrap_or(&user.full_name), "user"));
        }
        if let (Link::None, Some(id), false) = (&link, person.ids.first(), person.is_named()) {
            let field = match field {
                "assignee" => "assignee_external_id",
                "responsible" => "responsible_external_id",
                "user" => "user_external_id",
                _ => "owner_external_id",
            };
            self.miss(field, id, "user")?;
        }
        Ok(link)
    }

    async fn known_or_new(&mut self, field: &'static str, person: &Person) -> Done<Link<User>> {
        if let Some(user) = self.known_user(person) {
            return Ok(Link::Known(user));
        }
        let link = self.look_up_user(field, person).await?;
        if let Link::Known(user) = &link {
            self.know_user(person, user);
        }
        Ok(link)
    }

    async fn look_up_user(&mut self, field: &'static str, person: &Person) -> Done<Link<User>> {
        for id in &person.ids {
            if let Some(user) = users::find_by_external_id(self.tx, self.workspace, id).await? {
                return Ok(Link::Known(user));
            }
        }
        if !person.is_named() {
            return Ok(Link::None);
        }
        if let Some(email) = &person.email
            && let Some(user) = users::find_by_email(self.tx, self.workspace, email).await?
        {
            return Ok(Link::Known(user));
        }
        let derived = || person.email.as_deref().map(values::name_from_email).unwrap_or_default();
        let full_name = person.name.clone().unwrap_or_else(derived);
        let key = name_key(&full_name);
        if key.is_empty() {
            return Err(refused(field, person.email.clone(), "has no name in it"));
        }
        let named = self.users_named(&key, person).await?;
        match named.len() {
            0 => {
                let user = User { id: RecordId::new(), full_name, email: person.email.clone() };
                Ok(Link::New(user, person.ids.first().cloned()))
            }
            1 => Ok(named.into_iter().next().map_or(Link::None, Link::Known)),
            count => {
                let reason = format!(
                    "is the name of {count} users; the record comes without: write the e-mail address instead"
                );
                self.notice(field, Some(&full_name), reason);
                Ok(Link::None)
            }
        }
    }

    /// The users of this name who may be meant: somebody with another address or another id is somebody else.
    pub(super) async fn users_named(&mut self, key: &str, person: &Person) -> Done<Vec<User>> {
        let mut named = users::find_by_name_key(self.tx, self.workspace, key).await?;
        named.retain(|user| person.email.is_none() || user.email.is_none());
        if person.ids.is_empty() {
            return Ok(named);
        }
        let mut kept = Vec::with_capacity(named.len());
        for user in named {
            if users::external_id(self.tx, self.workspace, user.id).await?.is_none() {
                kept.push(user);
            }
        }
        Ok(kept)
    }

    /// An id that nothing stands for: the row comes without the link, unless nothing may be missing.
    pub(super) fn miss(&mut self, field: &'static str, id: &str, what: &str) -> Done<()> {
        if !self.create_missing {
            return Err(unknown(field, id, what));
        }
        self.notice(field, Some(id), format!("is the id of no known {what}; the record has none"));
        Ok(())
    }

    pub(super) async fn keep_user(&mut self, link: Link<User>) -> Done<Option<RecordId>> {
        if let Link::New(user, id) = &link {
            self.insert_user(user).await?;
            if let Some(id) = id {
                users::set_external_id(self.tx, self.workspace, user.id, id).await?;
            }
            self.brought.users += 1;
        }
        Ok(link.record().map(|user| user.id))
    }
}

/// Why a row that names something unknown is refused where nothing may be made along with it.
pub(super) fn unknown(field: &'static str, name: &str, what: &str) -> Refusal {
    let reason = format!("is no {what} in this workspace, and nothing that is missing may be created");
    refused(field, Some(name.to_owned()), &reason)
}
