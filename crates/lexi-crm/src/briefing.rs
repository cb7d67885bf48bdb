//! What a run should know of the workspace before the first question is read.

use std::sync::Arc;

use lexi_store::{Named, StoreError, names, pipelines, users};
use lexi_types::records::{Pipeline, RecordType, User};
use lexi_types::{PageContext, RecordId, Scope, Vocabulary};

use crate::crm::{Crm, View};
use crate::vocabulary::Words;
use crate::{Access, CrmError};

#[derive(Debug, Clone)]
pub struct BriefingParts {
    /// The person that the key stands for, where it stands for one.
    pub user: Option<User>,
    pub context: Vec<ContextRecord>,
    /// Empty when the key may not read deals.
    pub pipelines: Vec<Pipeline>,
    pub users: Vec<User>,
    /// The words that the records use.
    pub vocabulary: Arc<Vocabulary>,
    pub samples: SampleNames,
}

/// A record that the user's page shows. Without a name there is none that this key may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextRecord {
    pub kind: RecordType,
    pub id: RecordId,
    pub name: Option<String>,
}

/// Names that exist in the workspace, each only where the key may read the type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleNames {
    pub contact: Option<String>,
    pub company: Option<String>,
    pub deal: Option<String>,
    pub matter: Option<String>,
}

impl Crm {
    pub async fn briefing_parts(
        &self,
        access: &Access,
        context: &PageContext,
    ) -> Result<BriefingParts, StoreError> {
        let (context, words) = (context.clone(), self.words.clone());
        let parts = self.view(access, |view| Box::pin(parts(view, context, words))).await;
        parts.map_err(|error| match error {
            CrmError::Store(error) => error,
            // Every scope is looked at before it is needed.
            other => StoreError::Internal(other.to_string()),
        })
    }
}

async fn parts(
    mut view: View<'_, '_>,
    context: PageContext,
    words: Words,
) -> Result<BriefingParts, CrmError> {
    let workspace = view.workspace();
    let users = users::list(view.tx, workspace).await?;
    let pipelines = match view.access.may(Scope::ReadDeals) {
        true => pipelines::list(view.tx, workspace).await?,
        false => Vec::new(),
    };
    let mut records = Vec::new();
    for (kind, named, id) in [
        (RecordType::Contact, Named::Contact, context.contact_id),
        (RecordType::Deal, Named::Deal, context.deal_id),
        (RecordType::Matter, Named::Matter, context.matter_id),
        (RecordType::Company, Named::Company, context.company_id),
    ] {
        let Some(id) = id else { continue };
        let name = view.names(named, vec![Some(id)]).await?.remove(&id);
        records.push(ContextRecord { kind, id, name });
    }
    let samples = SampleNames {
        contact: view.sample(Named::Contact, Scope::ReadContacts).await?,
        company: view.sample(Named::Company, Scope::ReadCompanies).await?,
        deal: view.sample(Named::Deal, Scope::ReadDeals).await?,
        matter: view.sample(Named::Matter, Scope::ReadMatters).await?,
    };
    let vocabulary = view.vocabulary(&words).await?;
    let user = users.iter().find(|user| Some(user.id) == view.access.user_id).cloned();
    Ok(BriefingParts { user, context: records, pipelines, users, vocabulary, samples })
}

impl View<'_, '_> {
    async fn sample(&mut self, named: Named, scope: Scope) -> Result<Option<String>, CrmError> {
        if !self.access.may(scope) {
            return Ok(None);
        }
        Ok(names::sample(self.tx, self.access.workspace, named).await?)
    }
}
