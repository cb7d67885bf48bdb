//! What a run should know of the workspace before the first question is read.

use std::collections::HashSet;
use std::sync::Arc;

use lexi_store::{Named, StoreError, name_key, names, pipelines, users};
use lexi_types::records::{Pipeline, RecordType, User};
use lexi_types::{PageContext, RecordId, Scope, Vocabulary};

use crate::crm::{Crm, View};
use crate::vocabulary::Words;
use crate::{Access, CrmError};

/// The rest of a long question is not searched for names.
const QUESTION_WORDS_MAX: usize = 60;
const NAME_WORDS_MAX: usize = 8;
const PHRASES_MAX: usize = 800;

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
    /// The names of records that the questions hold.
    pub mentions: Vec<Mention>,
}

/// Words of a question that are the name of a record, or the first words of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub kind: RecordType,
    /// Folded: lower case, without accents, words apart by one blank.
    pub words: String,
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
        questions: &[&str],
    ) -> Result<BriefingParts, StoreError> {
        let (context, words) = (context.clone(), self.words.clone());
        let phrases = phrases(questions);
        let parts = self.view(access, |view| Box::pin(parts(view, context, words, phrases))).await;
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
    phrases: Vec<String>,
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
    let mentions = view.mentions(&phrases).await?;
    let user = users.iter().find(|user| Some(user.id) == view.access.user_id).cloned();
    Ok(BriefingParts { user, context: records, pipelines, users, vocabulary, samples, mentions })
}

/// Every few words that follow each other, those of the newest question first.
fn phrases(questions: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for question in questions.iter().rev() {
        let key = name_key(question);
        let words: Vec<&str> = key.split(' ').take(QUESTION_WORDS_MAX).collect();
        for start in 0..words.len() {
            for length in 1..=NAME_WORDS_MAX {
                let Some(phrase) = words.get(start..start + length).map(|words| words.join(" ")) else {
                    break;
                };
                if all.len() >= PHRASES_MAX {
                    return all;
                }
                if phrase.len() > 2 && seen.insert(phrase.clone()) {
                    all.push(phrase);
                }
            }
        }
    }
    all
}

impl View<'_, '_> {
    /// The phrases that are names, of the types that the key may read.
    async fn mentions(&mut self, phrases: &[String]) -> Result<Vec<Mention>, CrmError> {
        let mut mentions = Vec::new();
        for (kind, named, scope) in [
            (RecordType::Contact, Named::Contact, Scope::ReadContacts),
            (RecordType::Company, Named::Company, Scope::ReadCompanies),
            (RecordType::Deal, Named::Deal, Scope::ReadDeals),
            (RecordType::Matter, Named::Matter, Scope::ReadMatters),
        ] {
            if !self.access.may(scope) {
                continue;
            }
            let found = names::mentioned(self.tx, self.sight, named, phrases).await?;
            mentions.extend(found.into_iter().map(|words| Mention { kind, words }));
        }
        Ok(mentions)
    }

    async fn sample(&mut self, named: Named, scope: Scope) -> Result<Option<String>, CrmError> {
        if !self.access.may(scope) {
            return Ok(None);
        }
        Ok(names::sample(self.tx, self.sight, named).await?)
    }
}
