//! The words that a workspace uses in its records, kept for a minute: every run asks for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lexi_store::vocabulary::{self, KnownField};
use lexi_types::records::RecordType;
use lexi_types::{Vocabulary, VocabularyField, WorkspaceId};

use crate::CrmError;
use crate::crm::View;
use crate::filter::read_scope;

const KEPT: Duration = Duration::from_secs(60);
const WORKSPACES_MAX: usize = 1_000;
/// Fields of free text with more different values than this are no vocabulary.
const VALUES_MAX: usize = 200;

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
        let known = COLUMNS.iter().map(|(kind, _)| *kind).chain(TAGGED.iter().copied());
        if known.into_iter().all(|kind| self.access.may(read_scope(kind))) {
            return Ok(all);
        }
        let fields = all.fields.iter().filter(|field| self.access.may(read_scope(field.kind))).cloned();
        Ok(Arc::new(Vocabulary { fields: fields.collect() }))
    }

    async fn read_vocabulary(&mut self) -> Result<Vocabulary, CrmError> {
        let mut known = vocabulary::all(self.tx, self.workspace()).await?;
        let mut all = Vocabulary::default();
        for (kind, columns) in COLUMNS {
            for column in *columns {
                all.fields.extend(taken(&mut known, *kind, |field| field == *column));
            }
        }
        for kind in TAGGED {
            all.fields.extend(taken(&mut known, *kind, |field| field == "tag"));
        }
        for kind in CUSTOM {
            all.fields.extend(taken(&mut known, *kind, |field| field.starts_with("custom.")));
        }
        Ok(all)
    }
}

/// The fields of one type that are looked for.
fn taken(
    known: &mut Vec<KnownField>,
    kind: RecordType,
    wanted: impl Fn(&str) -> bool,
) -> Vec<VocabularyField> {
    let found = known.extract_if(.., |field| field.kind == kind.as_str() && wanted(&field.field));
    found
        .map(|field| {
            let mut values = field.spelt.values;
            let free = field.field == "job_title" || field.field.starts_with("custom.");
            if free && (values.len() > VALUES_MAX || !field.spelt.complete) {
                values.clear();
            }
            VocabularyField { kind, field: field.field, values }
        })
        .collect()
}
