//! What the writer remembers of what the database holds for certain, so that a million records with the same words do
//! not ask it a million times.

use std::collections::{HashMap, HashSet};

use lexi_types::WorkspaceId;
use lexi_types::records::RecordType;

/// Above this the memory starts anew.
const VALUES_MAX: usize = 300_000;

/// Only what was written before in this transaction or is on disk. Whoever undoes a write must forget all of it.
#[derive(Debug, Default)]
pub(crate) struct Known {
    words: HashMap<(WorkspaceId, RecordType), TypeWords>,
    spaces: HashMap<(WorkspaceId, RecordType), i64>,
    /// The words of names, by space.
    search_words: HashMap<i64, HashSet<Box<str>>>,
    values: usize,
}

/// The vocabulary of one type of record in one workspace.
#[derive(Debug, Default)]
pub(crate) struct TypeWords {
    pub(crate) fields: HashMap<String, FieldWords>,
}

#[derive(Debug, Default)]
pub(crate) struct FieldWords {
    pub(crate) values: HashSet<String>,
    /// Values are left out.
    pub(crate) gaps: bool,
}

impl Known {
    pub(crate) fn words(&mut self, workspace: WorkspaceId, kind: RecordType) -> Option<&mut TypeWords> {
        self.words.get_mut(&(workspace, kind))
    }

    pub(crate) fn learn(&mut self, workspace: WorkspaceId, kind: RecordType, words: TypeWords) {
        self.values += words.fields.values().map(|field| field.values.len() + 1).sum::<usize>();
        if self.values > VALUES_MAX {
            *self = Self::default();
        }
        self.words.insert((workspace, kind), words);
    }

    /// The number of a space of the search index.
    pub(crate) fn space(&self, workspace: WorkspaceId, kind: RecordType) -> Option<i64> {
        self.spaces.get(&(workspace, kind)).copied()
    }

    pub(crate) fn learn_space(&mut self, workspace: WorkspaceId, kind: RecordType, space: i64) {
        self.grew();
        self.spaces.insert((workspace, kind), space);
    }

    /// Whether the word is news.
    pub(crate) fn learn_search_word(&mut self, space: i64, word: &str) -> bool {
        if self.values > VALUES_MAX {
            *self = Self::default();
        }
        let words = self.search_words.entry(space).or_default();
        if words.contains(word) {
            return false;
        }
        words.insert(word.into());
        self.grew();
        true
    }

    /// One more value was learnt.
    pub(crate) fn grew(&mut self) {
        self.values += 1;
    }
}
