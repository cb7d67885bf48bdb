//! What rows of any kind have in common: their id, their tags, their notes, and what no field takes.

use lexi_types::Timestamp;
use lexi_types::records::CustomFields;
use sha2::{Digest, Sha256};

use super::cells::{Cells, SHORTENED};
use super::values::{self, NOTE_CHARS_MAX};

const CUSTOM_FIELDS_BYTES_MAX: usize = 8 << 10;

/// What a row of any kind may carry.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub(super) external_id: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) custom_fields: CustomFields,
    pub(super) notes: Option<String>,
    pub(super) created: Option<Timestamp>,
    /// Tells a row without an id from all others: a digest of its values.
    pub(super) row: [u8; 32],
}

impl Cells<'_> {
    pub(super) fn common(&mut self) -> Common {
        let (custom_fields, _) = self.custom_fields();
        self.common_with(custom_fields)
    }

    fn common_with(&mut self, custom_fields: CustomFields) -> Common {
        Common {
            row: self.digest(),
            external_id: self.own_id(),
            tags: self.text("tags").map(|tags| values::tags(&tags)).unwrap_or_default(),
            custom_fields,
            notes: None,
            created: None,
        }
    }

    /// The same of a record that can have a note, and when it was made. What is too long for a custom field goes there.
    pub(super) fn common_and_created(&mut self) -> Common {
        let (custom_fields, too_long) = self.custom_fields();
        let too_long = too_long.into_iter().map(|(column, text)| format!("{column}:\n{text}"));
        let parts: Vec<String> = self.long_text("notes").into_iter().chain(too_long).collect();
        let notes: String = parts.join("\n\n").chars().take(NOTE_CHARS_MAX).collect();
        let notes = Some(notes).filter(|notes| !notes.is_empty());
        Common { notes, created: self.moment("created_date"), ..self.common_with(custom_fields) }
    }

    /// The row's own id. Of merged records the first one stays.
    pub(super) fn own_id(&mut self) -> Option<String> {
        let text = self.text("external_id")?;
        if values::is_shortened_number(&text) {
            self.refuse("external_id", SHORTENED.to_owned());
            return None;
        }
        let merged =
            text.contains(';') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"; -".contains(&b));
        if merged {
            self.notice("external_id", "holds the ids of merged records; the first one is kept");
            return self.ids("external_id").into_iter().next();
        }
        Some(self.id(&text))
    }

    /// Of the values that are taken over, whatever the order of the columns.
    fn digest(&self) -> [u8; 32] {
        if self.text("external_id").is_some() {
            return [0; 32];
        }
        let mut values: Vec<(&str, &str)> = self.taken().collect();
        values.sort_unstable();
        let mut digest = Sha256::new();
        for text in values.into_iter().flat_map(|(column, value)| [column, value]) {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        digest.finalize().into()
    }

    /// What no field takes. What is too much for a record is cut off where a whole folder comes over, and refused
    /// otherwise: there a person can say what is to become of the column.
    fn custom_fields(&mut self) -> (CustomFields, Vec<(String, String)>) {
        let mut values = self.custom_values();
        let size = |values: &[(usize, String, String)]| {
            values.iter().map(|(_, key, value)| key.len() + value.len() + 6).sum::<usize>()
        };
        let mut too_long = Vec::new();
        while size(&values) > CUSTOM_FIELDS_BYTES_MAX {
            if !self.is_of_folder() {
                let reason = "the custom fields of a record may have 8 KiB together: map a long column to notes, or to ignore";
                self.refuse("", reason.to_owned());
                break;
            }
            let longest = values.iter().enumerate().max_by_key(|(_, (_, _, value))| value.len());
            let Some(at) = longest.map(|(at, _)| at) else { break };
            let (index, _, value) = values.remove(at);
            too_long.push((self.note_too_long(index), value));
        }
        (values.into_iter().map(|(_, key, value)| (key, value.into())).collect(), too_long)
    }
}
