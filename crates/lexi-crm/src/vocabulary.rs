//! The words that a workspace uses in its newest records, kept for a minute: every run asks for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lexi_store::vocabulary;
use lexi_types::records::RecordType;
use lexi_types::{Scope, Vocabulary, VocabularyField, WorkspaceId};

use crate::CrmError;
use crate::crm::View;

const KEPT: Duration = Duration::from_secs(60);
const WORKSPACES_MAX: usize = 1_000;
/// Fields of free text with more different values than this are no vocabulary.
const VALUES_MAX: usize = 200;
const WORD_CHARS_MAX: usize = 80;

/// What was read lately, by workspace, whatever a key may read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    known: Arc<Mutex<HashMap<WorkspaceId, Known>>>,
}

/// When it was read, and what.
type Known = (Instant, Arc<Vocabulary>);

/// The columns that hold words, each named as the argument of a tool names it.
const COLUMNS: &[(RecordType, &[&str])] = &[
    (RecordType::Contact, &["status", "job_title"]),
    (RecordType::Company, &["industry", "city", "country", "size"]),
    (RecordType::Deal, &["stage", "status", "pipeline", "priority", "matter_type", "fee_model"]),
    (RecordType::Matter, &["status", "practice_area"]),
    (RecordType::Task, &["priority"]),
    (RecordType::Activity, &["type"]),
];
const TAGGED: &[RecordType] =
    &[RecordType::Contact, RecordType::Company, RecordType::Deal, RecordType::Matter, RecordType::Note];
const CUSTOM: &[RecordType] =
    &[RecordType::Contact, RecordType::Company, RecordType::Deal, RecordType::Matter];

impl Words {
    fn get(&self, workspace: WorkspaceId) -> Option<Arc<Vocabulary>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, words) = known.get(&workspace)?;
        (read.elapsed() < KEPT).then(|| Arc::clone(words))
    }

    fn put(&self, workspace: WorkspaceId, words: &Arc<Vocabulary>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= WORKSPACES_MAX {
            known.clear();
        }
        known.insert(workspace, (Instant::now(), Arc::clone(words)));
    }
}

impl View<'_, '_> {
    /// The words of the workspace, of the types that the key may read.
    pub(crate) async fn vocabulary(&mut self, words: &Words) -> Result<Arc<Vocabulary>, CrmError> {
        let workspace = self.workspace();
        let all = match words.get(workspace) {
            Some(all) => all,
            None => {
                let all = Arc::new(self.read_vocabulary().await?);
                // A workspace that has no records yet gets its first ones soon.
                if !all.fields.is_empty() {
                    words.put(workspace, &all);
                }
                all
            }
        };
        let fields = all.fields.iter().filter(|field| self.access.may(scope(field.kind))).cloned();
        Ok(Arc::new(Vocabulary { fields: fields.collect() }))
    }

    async fn read_vocabulary(&mut self) -> Result<Vocabulary, CrmError> {
        let workspace = self.workspace();
        let mut all = Vocabulary::default();
        for (kind, columns) in COLUMNS {
            for column in *columns {
                let values = vocabulary::recent_values(self.tx, workspace, *kind, column).await?;
                add(&mut all, *kind, (*column).to_owned(), values);
            }
        }
        for kind in TAGGED {
            let values = vocabulary::recent_tags(self.tx, workspace, *kind).await?;
            add(&mut all, *kind, "tag".to_owned(), values);
        }
        for kind in CUSTOM {
            let mut fields: Vec<(String, Vec<String>)> = Vec::new();
            for (name, value) in vocabulary::recent_custom(self.tx, workspace, *kind).await? {
                match fields.last_mut() {
                    Some((last, values)) if *last == name => values.push(value),
                    _ => fields.push((name, vec![value])),
                }
            }
            for (name, values) in fields {
                add(&mut all, *kind, format!("custom.{name}"), values);
            }
        }
        Ok(all)
    }
}

fn add(all: &mut Vocabulary, kind: RecordType, field: String, mut values: Vec<String>) {
    if values.is_empty() {
        return;
    }
    if values.len() > VALUES_MAX && (field == "job_title" || field.starts_with("custom.")) {
        values.clear();
    }
    values.retain(|value| !value.trim().is_empty() && value.chars().count() <= WORD_CHARS_MAX);
    all.fields.push(VocabularyField { kind, field, values });
}

const fn scope(kind: RecordType) -> Scope {
    match kind {
        RecordType::Contact => Scope::ReadContacts,
        RecordType::Company => Scope::ReadCompanies,
        RecordType::Deal => Scope::ReadDeals,
        RecordType::Matter => Scope::ReadMatters,
        RecordType::Note => Scope::ReadNotes,
        RecordType::Task => Scope::ReadTasks,
        RecordType::Activity => Scope::ReadActivities,
    }
}
