//! What happened, newest first: to one contact, company, deal or matter, or in the whole workspace.

use lexi_store::Filter;
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::json;

use crate::CrmError;
use crate::crm::View;
use crate::filter::Asked;
use crate::told::Told;

impl View<'_, '_> {
    pub(crate) async fn timeline(&mut self, asked: &Asked, limit: i64) -> Result<Told, CrmError> {
        self.access.require(Scope::ReadActivities)?;
        let mut sought = self.sought(asked, RecordType::as_str).await?;
        let kinds = self.kinds(asked, &mut sought.types).await?;
        if let Some(kinds) = &kinds {
            sought.filters.insert("kind".to_owned(), json!(kinds));
        }
        let user = match asked.text("user")? {
            Some(text) => Some(self.user(&text).await?),
            None => None,
        };
        if let Some(user) = &user {
            only(&mut sought.types, asked.has("types"), "user", |kind| whose(kind).is_some())?;
            sought.filters.insert("user".to_owned(), json!(user.name));
        }
        let narrowed = |mut filter: Filter, kind| {
            if let Some(kinds) = &kinds {
                let condition = filter.any_of("type", kinds);
                filter.require(condition);
            }
            if let Some((user, column)) = user.as_ref().zip(whose(kind)) {
                filter.equal(column, user.id);
            }
            filter
        };
        self.tell(sought, limit, narrowed, |item| std::cmp::Reverse((item.date, item.id))).await
    }

    /// The types of activity that were asked for; they leave no other record than activities.
    async fn kinds(
        &mut self,
        asked: &Asked,
        types: &mut Vec<RecordType>,
    ) -> Result<Option<Vec<String>>, CrmError> {
        let texts = asked.texts("kind")?;
        if texts.is_empty() {
            return Ok(None);
        }
        only(types, asked.has("types"), "kind", |kind| kind == RecordType::Activity)?;
        let mut kinds = Vec::new();
        for text in texts {
            kinds.extend(self.spellings(RecordType::Activity, "type", "kind", &text).await?);
        }
        Ok(Some(kinds))
    }
}

/// The column that says who did it or is to do it.
const fn whose(kind: RecordType) -> Option<&'static str> {
    match kind {
        RecordType::Activity => Some("created_by_user_id"),
        RecordType::Task => Some("assigned_to_user_id"),
        RecordType::Deal => Some("owner_user_id"),
        RecordType::Matter => Some("responsible_user_id"),
        RecordType::Contact | RecordType::Company | RecordType::Note => None,
    }
}

/// Leaves the types to which an argument applies. One that was named and to which it does not is an error.
fn only(
    types: &mut Vec<RecordType>,
    named: bool,
    argument: &str,
    applies: impl Fn(RecordType) -> bool,
) -> Result<(), CrmError> {
    let wrong: Vec<&str> = types.iter().filter(|kind| !applies(**kind)).map(|kind| kind.plural()).collect();
    if named && !wrong.is_empty() {
        let valid: Vec<String> = crate::happening::TELLING
            .into_iter()
            .filter(|kind| applies(*kind))
            .map(|kind| kind.as_str().to_owned())
            .collect();
        return Err(CrmError::Invalid {
            message: format!(
                "{argument} does not apply to {}; leave types out or pass only {}.",
                wrong.join(", "),
                valid.join(", ")
            ),
            valid,
        });
    }
    types.retain(|kind| applies(*kind));
    Ok(())
}
