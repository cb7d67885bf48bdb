//! The values of one row by field, and what is wrong with them.

use lexi_types::records::CustomFields;
use lexi_types::{Date, Timestamp};
use sha2::{Digest, Sha256};

use super::columns::Columns;
use super::dates;
use super::footers;
use super::profiles::System;
use super::reader::{FIELD_BYTES_MAX, ROW_BYTES_MAX, RawRow};
use super::report::RowError;
use super::values::{self, Parsed};

const SHORTENED: &str = "is an id that a spreadsheet has turned into a rounded number, so that it stands for others as well: export again, and let the spreadsheet read that column as text";
const CUSTOM_FIELDS_BYTES_MAX: usize = 8 << 10;

#[derive(Debug)]
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    row: &'a RawRow,
    system: Option<System>,
    pub(super) errors: Vec<RowError>,
    /// What was assumed; the row is written all the same.
    pub(super) notices: Vec<RowError>,
}

/// What a row of any kind may carry.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub(super) external_id: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) custom_fields: CustomFields,
    pub(super) notes: Option<String>,
    pub(super) created: Option<Timestamp>,
    /// Tells the row from all others: a digest of its values.
    pub(super) row: String,
}

/// Who is meant by the columns of a person: the id in the other system, an address, a name, or several of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Person {
    pub(super) ids: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

impl Person {
    pub(super) fn named(name: Option<String>) -> Self {
        Self { name, ..Self::default() }
    }

    pub(super) fn is_named(&self) -> bool {
        self.name.is_some() || self.email.is_some()
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(columns: &'a Columns, row: &'a RawRow, system: Option<System>) -> Self {
        let mut cells = Self { columns, row, system, errors: Vec::new(), notices: Vec::new() };
        cells.check_shape();
        cells
    }

    fn check_shape(&mut self) {
        if self.row.unclosed {
            let reason = "the row has a quotation mark that is never closed, and what follows in the file is lost to it: close or remove it";
            let at = self.row.fields.len().checked_sub(1);
            let value = at.and_then(|at| self.row.fields.get(at)).map(String::as_str);
            self.error(at.and_then(|at| self.columns.header(at)), value, reason.to_owned());
            return;
        }
        if let Some(at) = self.row.garbled {
            let reason = "holds a byte that is no text in UTF-8, which the file is otherwise: save the file in one encoding";
            let value = self.row.fields.get(at).map(String::as_str);
            self.error(self.columns.header(at), value, reason.to_owned());
            return;
        }
        if let Some(at) = self.row.too_large {
            let mib = if self.row.fields.get(at).is_some() { FIELD_BYTES_MAX } else { ROW_BYTES_MAX } >> 20;
            let reason = format!("the row grows beyond {mib} MiB here: is a quotation mark not closed?");
            let value = self.row.fields.get(at).map(String::as_str);
            self.error(self.columns.header(at), value, reason);
            return;
        }
        let (wanted, found) = (self.columns.len(), self.row.fields.len());
        if self.row.fields.iter().skip(wanted).any(|extra| !extra.trim().is_empty()) {
            let reason =
                format!("the row has {found} values and the header {wanted}: is a quotation mark missing?");
            self.error(None, None, reason);
        }
    }

    pub(super) fn is_from(&self, system: System) -> bool {
        self.system == Some(system)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.columns.position(field).is_some()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.row.fields.iter().all(|field| field.trim().is_empty())
    }

    /// Why the row is no record, where it is none.
    pub(super) fn set_aside(&self) -> Option<&'static str> {
        let deleted = self.flag("is_deleted") == Some(true);
        let binned = self.raw("status").is_some_and(|status| status.eq_ignore_ascii_case("deleted"));
        if deleted || binned {
            Some("is marked as deleted")
        } else if self.row.footer {
            Some(footers::FOOTER)
        } else {
            footers::reason(&self.row.fields)
        }
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

    /// Says what was made of the value of a field.
    pub(super) fn notice(&mut self, field: &str, reason: &str) {
        let column = self.columns.position(field).and_then(|at| self.columns.header(at)).map(str::to_owned);
        let value = self.raw(field).map(str::to_owned);
        self.notices.push(RowError { line: self.row.line, column, value, reason: reason.to_owned() });
    }

    /// The ids of other records; some systems write several into one cell.
    pub(super) fn ids(&mut self, field: &str) -> Vec<String> {
        let Some(text) = self.raw(field) else { return Vec::new() };
        if values::is_shortened_number(text) {
            self.notice(field, SHORTENED);
            return Vec::new();
        }
        let parts = text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| self.id(part)).collect()
    }

    /// Salesforce writes ids of 15 characters in reports, and in exports 18: the same 15 and a checksum.
    fn id(&self, text: &str) -> String {
        let long = text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match text.get(..15) {
            Some(short) if long && self.system == Some(System::Salesforce) => short.to_owned(),
            _ => text.to_owned(),
        }
    }

    /// The row's own id. Of merged records the first one stays.
    pub(super) fn own_id(&mut self) -> Option<String> {
        let text = self.raw("external_id")?;
        if values::is_shortened_number(text) {
            self.refuse("external_id", SHORTENED.to_owned());
            return None;
        }
        let merged =
            text.contains(';') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"; -".contains(&b));
        if merged {
            self.notice("external_id", "holds the ids of merged records; the first one is kept");
            return self.ids("external_id").into_iter().next();
        }
        Some(self.id(text))
    }

    /// Whether a column of yes and no says yes; what is neither counts as silence.
    pub(super) fn flag(&self, field: &str) -> Option<bool> {
        values::yes_or_no(self.raw(field)?).ok()
    }

    /// Text in which there is at least one letter or digit to find it by.
    pub(super) fn name(&mut self, field: &str) -> Option<String> {
        self.parse(field, |text| {
            if lexi_store::name_key(text).is_empty() {
                Err("has no letter and no digit in it".to_owned())
            } else if text.contains('\n') && text.contains([',', ';', '\t', '"']) {
                Err("spans several lines: is a quotation mark missing, or one too many?".to_owned())
            } else {
                Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        })
    }

    pub(super) fn person(&mut self, field: &str, email_field: &str, id_field: &str) -> Person {
        let ids = self.ids(id_field);
        if self.raw(field).is_some_and(|text| text.contains('@')) {
            return Person { ids, name: None, email: self.parse(field, values::email) };
        }
        Person { ids, name: self.name(field), email: self.parse(email_field, values::email) }
    }

    pub(super) fn date(&mut self, field: &str) -> Option<Date> {
        let order = self.columns.date_order(field);
        self.parse(field, |text| dates::date(text, order))
    }

    pub(super) fn common(&mut self) -> Common {
        let notes = self.parse("notes", values::long_text);
        let order = self.columns.date_order("created_date");
        Common {
            row: self.digest(),
            external_id: self.own_id(),
            tags: self.raw("tags").map(values::tags).unwrap_or_default(),
            custom_fields: self.custom_fields(),
            notes,
            created: self.parse("created_date", |text| dates::moment(text, order)),
        }
    }

    /// Of the values that are taken over, whatever the order of the columns.
    fn digest(&self) -> String {
        if self.has("external_id") && self.raw("external_id").is_some() {
            return String::new();
        }
        let mut values: Vec<(&str, &str)> = self.columns.taken(&self.row.fields).collect();
        values.sort_unstable();
        let mut digest = Sha256::new();
        for text in values.into_iter().flat_map(|(column, value)| [column, value]) {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
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
