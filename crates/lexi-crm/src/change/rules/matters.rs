//! Whose a matter is, and when it was closed.

use serde_json::Value;

use super::super::draft::Draft;
use super::closed_on;

/// `client` is a company or a contact; what says another one beside it is a contradiction.
pub(super) fn client(draft: &mut Draft) {
    let Some(given) = draft.given("client").cloned() else { return };
    let Value::Object(client) = &given.value else {
        for column in ["client_company_id", "client_contact_id"] {
            if draft.given(column).is_none() {
                draft.set(column, Value::Null);
            }
        }
        return;
    };
    for (column, id) in client {
        let other = draft.given(column).filter(|other| !other.value.is_null() && other.value != *id);
        if let Some(other) = other {
            let reason = format!("says something else than {}; give one of them", other.name);
            draft.wrong.add(given.name.clone(), reason);
            return;
        }
        draft.set(column, id.clone());
    }
}

pub(super) fn closing(draft: &mut Draft) {
    let is_open = draft.text("status") != Some("closed");
    let was_open = draft.is_new || draft.before.get("status").and_then(Value::as_str) != Some("closed");
    closed_on(draft, "close_date", was_open, is_open);
}
