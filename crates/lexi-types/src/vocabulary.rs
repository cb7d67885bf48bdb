//! The words that a workspace itself uses: its stages, industries, practice areas, tags, custom fields.

use crate::records::RecordType;

/// What stands in the fields of a workspace's records, for whoever must recognise such words in a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    pub fields: Vec<VocabularyField>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyField {
    pub kind: RecordType,
    /// As a tool's argument names it: `stage`, `practice_area`, `tag`, `custom.source`.
    pub field: String,
    /// The different values, in alphabetical order; empty where they are too many to be words.
    pub values: Vec<String>,
}

impl Vocabulary {
    /// The values of one field of one type of record.
    pub fn values(&self, kind: RecordType, field: &str) -> &[String] {
        let found = self.fields.iter().find(|known| known.kind == kind && known.field == field);
        found.map_or(&[], |known| known.values.as_slice())
    }
}
