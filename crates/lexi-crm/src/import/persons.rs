//! Who and what is meant by the columns that name other records.

use super::cells::Cells;
use super::profiles::System;
use super::values;

/// Who is meant by the columns of a person: the id in the other system, an address, a name, or several of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Person {
    pub(super) ids: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

impl Person {
    /// What tells rows about different people apart.
    pub(super) fn words(&self) -> impl Iterator<Item = Option<&str>> {
        let said = [self.name.as_deref(), self.email.as_deref()].into_iter();
        said.chain(self.ids.iter().map(|id| Some(id.as_str()))).filter(Option::is_some)
    }

    pub(super) fn named(name: Option<String>) -> Self {
        Self { name, ..Self::default() }
    }

    pub(super) fn is_named(&self) -> bool {
        self.name.is_some() || self.email.is_some()
    }
}

impl Cells<'_> {
    pub(super) fn person(&mut self, field: &str, email_field: &str, id_field: &str) -> Person {
        let ids = self.ids(id_field);
        let text = self.one_of_several(field, id_field);
        let (name, email) = text.as_deref().map(values::name_and_address).unwrap_or_default();
        let name = name.and_then(|name| self.name_in(field, &name));
        Person { ids, name, email: email.or_else(|| self.parse(email_field, values::email)) }
    }

    /// The name of a company, a deal or the like that a row names.
    pub(super) fn named(&mut self, field: &str, id_field: &str) -> Option<String> {
        let text = self.one_of_several(field, id_field)?;
        self.name_in(field, &text)
    }

    /// HubSpot writes the names of all associated records into one cell.
    fn one_of_several(&mut self, field: &str, id_field: &str) -> Option<String> {
        let text = self.text(field)?;
        if !self.is_from(System::HubSpot) {
            return Some(text);
        }
        if self.ids(id_field).len() == 1 {
            // One record, whose name has the sign in it.
            return Some(text);
        }
        let mut parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let first = parts.next()?.to_owned();
        if parts.next().is_some() && self.text(id_field).is_none() {
            self.notice(field, "names several; the first one is taken");
        }
        Some(first)
    }
}
