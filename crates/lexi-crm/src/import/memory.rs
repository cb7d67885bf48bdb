//! What an import remembers from row to row: of which records its rows spoke, and what they said.
//!
//! Two rows of one file that say different things are two records, even where they share a name; a row of another file
//! may correct a record. To tell these apart, it must be known which values of a record come from this file.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lexi_types::RecordId;

/// Which values of a record rows gave, one bit for each (see [`super::difference::Difference`]).
pub(super) type Said = u32;

/// The record has an id of the system that it comes from.
pub(super) const HAS_ID: Said = 1 << 31;
/// A row gave it a note.
pub(super) const NOTED: Said = 1 << 15;
/// Nothing is known but that the record was written: any value may be from this file.
pub(super) const ANYTHING: Said = !HAS_ID;

#[derive(Debug, Default)]
pub(super) struct Memory {
    said: HashMap<u64, Said>,
    /// Some were not remembered any more.
    full: bool,
}

impl Memory {
    /// Enough for files of a million rows, in some 30 MB. Tests are to forget, too.
    const MAX: usize = if cfg!(test) { 3 } else { 1 << 20 };

    fn learn(&mut self, key: u64, said: Said) {
        if let Some(known) = self.said.get_mut(&key) {
            *known |= said;
        } else if self.said.len() < Self::MAX {
            self.said.insert(key, said);
        } else {
            self.full = true;
        }
    }
}

/// The chance in an id tells it from all others.
fn key(id: RecordId) -> u64 {
    id.uuid().as_u64_pair().1
}

/// Shared by the transactions of an import, one after another.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedMemory(Arc<Mutex<Memory>>);

/// What the rows of a transaction said. It is only true once that is committed.
#[derive(Debug, Default)]
pub(super) struct Fresh(HashMap<u64, Said>);

/// What is known of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recalled {
    Said(Said),
    /// No row of this import spoke of it.
    Never,
    /// Forgotten, or never known.
    Unsure,
}

impl SharedMemory {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep(&self, fresh: Fresh) {
        let mut memory = self.lock();
        fresh.0.into_iter().for_each(|(key, said)| memory.learn(key, said));
    }

    pub(super) fn recall(&self, id: RecordId, fresh: &Fresh) -> Recalled {
        let memory = self.lock();
        let parts = [memory.said.get(&key(id)), fresh.0.get(&key(id))];
        match parts.into_iter().flatten().copied().reduce(|one, other| one | other) {
            Some(said) => Recalled::Said(said),
            None if memory.full => Recalled::Unsure,
            None => Recalled::Never,
        }
    }
}

impl Fresh {
    pub(super) fn add(&mut self, id: RecordId, said: Said) {
        *self.0.entry(key(id)).or_default() |= said;
    }
}
