//! What a contact is called, and where it works.

use lexi_store::{companies, name_key};
use lexi_types::{RecordId, Scope};
use serde_json::{Value, json};

use super::super::draft::Draft;
use super::super::fields::LINE_CHARS_MAX;
use super::super::plan::Planner;
use crate::CrmError;
use crate::import::Names;

/// The full name and its parts, each from what is known of the others.
pub(super) fn name(draft: &mut Draft) {
    let touched = ["full_name", "first_name", "last_name"].iter().any(|name| draft.given(name).is_some());
    if !draft.is_new && !touched {
        return;
    }
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let full = owned(draft.given_text("full_name"));
    // Older records may have no more than their full name.
    let unsplit =
        ["first_name", "last_name"].iter().all(|name| draft.before.get(*name).is_none_or(Value::is_null));
    let split = unsplit.then(|| draft.before.get("full_name").and_then(Value::as_str)).flatten();
    let split = Names::of(owned(split), None, None, None);
    let part = |name: &str, of_old: Option<String>| match full {
        // A new full name has new parts.
        Some(_) => owned(draft.given_text(name)),
        None if draft.given(name).is_some() => owned(draft.given_text(name)),
        None => owned(draft.text(name)).or(of_old),
    };
    let (first, last) = (part("first_name", split.first), part("last_name", split.last));
    let address = full.as_deref().filter(|name| name.contains('@'));
    let address = owned(draft.text("email").or(address));
    let names = Names::of(full, first, last, address.as_deref());
    if names.full.trim().is_empty() {
        draft.refuse("full_name", "must be given, or first_name and last_name, or an email to take it from");
        return;
    }
    if names.full.chars().count() > LINE_CHARS_MAX {
        draft.refuse("full_name", format!("must have at most {LINE_CHARS_MAX} characters"));
        return;
    }
    draft.set("full_name", names.full);
    draft.set("first_name", names.first);
    draft.set("last_name", names.last);
}

impl Planner<'_, '_, '_> {
    /// A company that is linked gives its name, and a name that is exactly one company's links it.
    pub(super) async fn company_of_contact(&mut self, draft: &mut Draft) -> Result<(), CrmError> {
        let linked = draft.given_text("related_company_id").and_then(|id| id.parse::<RecordId>().ok());
        if let Some(id) = linked {
            if draft.given_text("company_name").is_none() {
                let company = companies::get(self.view.tx, self.view.workspace(), id).await?;
                draft.set("company_name", company.map(|company| company.name));
            }
            return Ok(());
        }
        if draft.emptied("company_name") {
            draft.set("related_company_id", Value::Null);
        }
        let Some(name) = draft.given_text("company_name").map(str::to_owned) else { return Ok(()) };
        if draft.emptied("related_company_id") {
            return Ok(());
        }
        let key = name_key(&name);
        if key.is_empty() || !self.view.access.may(Scope::ReadCompanies) {
            if draft.before.get("company_name") != Some(&json!(name)) {
                draft.set("related_company_id", Value::Null);
            }
            return Ok(());
        }
        let found = companies::find_by_name_key(self.view.tx, self.view.workspace(), &key).await?;
        let linked = draft.text("related_company_id").map(str::to_owned);
        // Of several companies of this name it may be linked to one already.
        if found.iter().any(|company| Some(company.id.to_string()) == linked) {
            return Ok(());
        }
        let only = match found.as_slice() {
            [only] => json!(only.id),
            _ => Value::Null,
        };
        draft.set("related_company_id", only);
        Ok(())
    }
}
