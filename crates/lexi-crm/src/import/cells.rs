//! The values of one row by field, and what is wrong with them.

use lexi_types::records::CustomFields;
use lexi_types::{Date, Timestamp};

use super::columns::Columns;
use super::dates;
use super::reader::{FIELD_BYTES_MAX, RawRow};
use super::report::RowError;
use super::values::{self, Parsed};

const CUSTOM_FIELDS_BYTES_MAX: usize = 8 << 10;

#[derive(Debug)]
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    row: &'a RawRow,
    pub(super) errors: Vec<RowError>,
}

/// What a row of any kind may carry.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub(super) external_id: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) custom_fields: CustomFields,
    pub(super) notes: Option<String>,
    pub(super) created: Option<Timestamp>,
}

/// Who is meant by the owner columns: an address, a name, or both.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

impl Person {
    pub(super) fn is_named(&self) -> bool {
        self.name.is_some() || self.email.is_some()
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(columns: &'a Columns, row: &'a RawRow) -> Self {
        let mut cells = Self { columns, row, errors: Vec::new() };
        cells.check_shape();
        cells
    }

    fn check_shape(&mut self) {
        let (wanted, found) = (self.columns.len(), self.row.fields.len());
        if self.row.fields.iter().skip(wanted).any(|extra| !extra.trim().is_empty()) {
            let reason =
                format!("the row has {found} values and the header {wanted}: is a quotation mark missing?");
            self.error(None, None, reason);
        }
        for (index, field) in self.row.fields.iter().enumerate() {
            if field.len() > FIELD_BYTES_MAX {
                self.error(self.columns.header(index), Some(field), "is larger than 1 MiB".to_owned());
            }
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.row.fields.iter().all(|field| field.trim().is_empty())
    }

    fn error(&mut self, column: Option<&str>, value: Option<&str>, reason: String) {
        let (column, value) = (column.map(str::to_owned), value.map(str::to_owned));
        self.errors.push(RowError { line: self.row.line, column, value, reason });
    }

    fn raw(&self, field: &str) -> Option<&'a str> {
        let value = self.row.fields.get(self.columns.position(field)?)?.trim();
        (!value.is_empty()).then_some(value)
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.raw(field).map(str::to_owned)
    }

    /// Reads a value; a refusal is kept and leaves the field empty.
    pub(super) fn parse<T>(&mut self, field: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        let value = self.raw(field)?;
        match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(reason) => {
                self.refuse(field, reason);
                None
            }
        }
    }

    /// Blames the value of a field, or its absence.
    pub(super) fn refuse(&mut self, field: &str, reason: String) {
        let column = self.columns.position(field).and_then(|at| self.columns.header(at));
        self.error(column, self.raw(field), reason);
    }

    /// Text in which there is at least one letter or digit to find it by.
    pub(super) fn name(&mut self, field: &str) -> Option<String> {
        self.parse(field, |text| {
            if lexi_store::name_key(text).is_empty() {
                Err("has no letter and no digit in it".to_owned())
            } else {
                Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        })
    }

    pub(super) fn person(&mut self, field: &str, email_field: &str) -> Person {
        if self.raw(field).is_some_and(|text| text.contains('@')) {
            return Person { name: None, email: self.parse(field, values::email) };
        }
        Person { name: self.name(field), email: self.parse(email_field, values::email) }
    }

    pub(super) fn date(&mut self, field: &str) -> Option<Date> {
        let order = self.columns.date_order(field);
        self.parse(field, |text| dates::date(text, order))
    }

    pub(super) fn common(&mut self) -> Common {
        let notes = self.parse("notes", values::long_text);
        let order = self.columns.date_order("created_date");
        Common {
            external_id: self.text("external_id"),
            tags: self.raw("tags").map(values::tags).unwrap_or_default(),
            custom_fields: self.custom_fields(),
            notes,
            created: self.parse("created_date", |text| dates::moment(text, order)),
        }
    }

    fn custom_fields(&mut self) -> CustomFields {
        let mut fields = CustomFields::new();
        let mut bytes = 0;
        for (index, key) in self.columns.custom() {
            let value = self.row.fields.get(index).map_or("", |value| value.trim());
            if !value.is_empty() {
                bytes += key.len() + value.len() + 6;
                fields.insert(key.to_owned(), value.into());
            }
        }
        if bytes > CUSTOM_FIELDS_BYTES_MAX {
            let reason = "the custom fields of a record may have 8 KiB together: map a long column to notes, or to ignore";
            self.error(None, None, reason.to_owned());
        }
        fields
    }
}
