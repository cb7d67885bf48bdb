//! A row as the file has it, and while it is read.

pub(in crate::import) const FIELD_BYTES_MAX: usize = 1 << 20;
pub(in crate::import) const ROW_BYTES_MAX: usize = 16 << 20;
pub(super) const FIELDS_MAX: usize = 4_096;
/// What is kept of a field that is too large, to show how it begins.
pub(super) const BEGINNING_BYTES: usize = 400;

#[derive(Debug, Default)]
pub(in crate::import) struct RawRow {
    pub(in crate::import) line: u64,
    pub(in crate::import) fields: Vec<String>,
    /// The field at which the row became too large. Of that one the beginning is there, of later ones nothing.
    pub(in crate::import) too_large: Option<usize>,
    /// The file ends inside of quotation marks that this row opens.
    pub(in crate::import) unclosed: bool,
    /// A field with bytes that are no text in the encoding of the file.
    pub(in crate::import) garbled: Option<usize>,
    /// Whether a report wrote it below its rows.
    pub(in crate::import) footer: bool,
}

/// A row while it is read.
#[derive(Debug, Default)]
pub(super) struct Growing {
    row: RawRow,
    field: Vec<u8>,
    fields: usize,
    bytes: usize,
    /// Line ends inside of quotation marks.
    line_ends: u64,
}

impl Growing {
    pub(super) fn add(&mut self, text: &[u8]) {
        self.line_ends += text.iter().filter(|byte| **byte == b'\n').count() as u64;
        if self.row.too_large.is_some() {
            return;
        }
        self.bytes += text.len();
        self.field.extend_from_slice(text);
        if self.field.len() > FIELD_BYTES_MAX || self.bytes > ROW_BYTES_MAX {
            self.row.too_large = Some(self.fields);
            self.field.truncate(BEGINNING_BYTES);
        }
    }

    pub(super) fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        match self.row.too_large {
            Some(at) if at < self.fields => {}
            Some(_) => self.row.fields.push(String::from_utf8_lossy(&field).into_owned()),
            None if self.fields == FIELDS_MAX => self.row.too_large = Some(self.fields),
            None => {
                let text = String::from_utf8(field).unwrap_or_else(|error| {
                    self.row.garbled.get_or_insert(self.fields);
                    String::from_utf8_lossy(error.as_bytes()).into_owned()
                });
                self.row.fields.push(text);
            }
        }
        self.fields += 1;
    }

    /// `last` is the number of the line on which the row ends.
    pub(super) fn end(self, last: u64, unclosed: bool) -> RawRow {
        RawRow { line: last.saturating_sub(self.line_ends), unclosed, ..self.row }
    }
}
