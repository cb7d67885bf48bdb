//! What the rows of one transaction have looked up already. Nobody else writes meanwhile, so that it stays true until
//! the row itself changes it.

use std::collections::HashMap;

use lexi_store::{companies, name_key, pipelines, users};
use lexi_types::records::{Company, Pipeline, User};

use super::desk::{Desk, Done};
use super::memory::Fresh;
use super::persons::Person;

#[derive(Debug, Default)]
pub(super) struct Known {
    users: HashMap<Person, User>,
    companies: HashMap<String, Vec<Company>>,
    pipelines: Option<Vec<Pipeline>>,
    /// What the rows said so far.
    pub(super) said: Fresh,
}

impl Desk<'_, '_> {
    pub(super) fn known_user(&self, person: &Person) -> Option<User> {
        self.known.users.get(person).cloned()
    }

    pub(super) fn know_user(&mut self, person: &Person, user: &User) {
        self.known.users.insert(person.clone(), user.clone());
    }

    pub(super) async fn companies_named(&mut self, name: &str) -> Done<Vec<Company>> {
        let key = name_key(name);
        if let Some(known) = self.known.companies.get(&key) {
            return Ok(known.clone());
        }
        let found = companies::find_by_name_key(self.tx, self.workspace, &key).await?;
        self.known.companies.insert(key, found.clone());
        Ok(found)
    }

    pub(super) async fn pipelines(&mut self) -> Done<Vec<Pipeline>> {
        if let Some(known) = &self.known.pipelines {
            return Ok(known.clone());
        }
        let found = pipelines::list(self.tx, self.workspace).await?;
        self.known.pipelines = Some(found.clone());
        Ok(found)
    }

    pub(super) async fn insert_user(&mut self, user: &User) -> Done<()> {
        // Who has the same name is no longer the only one.
        self.known.users.clear();
        Ok(users::insert(self.tx, self.workspace, user, self.now).await?)
    }

    pub(super) async fn insert_company(&mut self, company: &Company, external_id: Option<&str>) -> Done<()> {
        self.known.companies.remove(&name_key(&company.name));
        Ok(companies::insert(self.tx, self.workspace, company, external_id).await?)
    }

    pub(super) async fn update_company(&mut self, company: &Company, external_id: Option<&str>) -> Done<()> {
        // Its name may have been another one.
        self.known.companies.clear();
        companies::update(self.tx, self.workspace, company, external_id).await?;
        Ok(())
    }

    pub(super) fn forget_pipelines(&mut self) {
        self.known.pipelines = None;
    }
}
