//! The values of one row by field, and what is wrong with them.

use lexi_types::{Date, Timestamp};

use super::columns::Columns;
use super::dates;
use super::footers;
use super::options::DateOrder;
use super::profiles::System;
use super::reader::{FIELD_BYTES_MAX, ROW_BYTES_MAX, RawRow};
use super::report::RowError;
use super::values::{self, Parsed};

pub(super) const SHORTENED: &str = "is an id that a spreadsheet has turned into a rounded number, so that it stands for others as well: export again, and let the spreadsheet read that column as text";

#[derive(Debug)]
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    row: &'a RawRow,
    system: Option<System>,
    pub(super) errors: Vec<RowError>,
    /// What was assumed; the row is written all the same.
    pub(super) notices: Vec<RowError>,
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

    /// Whether a whole folder comes over, of whose columns nobody has said anything.
    pub(super) const fn is_of_folder(&self) -> bool {
        self.system.is_some()
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
        self.columns.value(field, &self.row.fields).map(|(_, value)| values::without_guard(value))
    }

    /// The name of the column that a field's value is from, or would be.
    fn header(&self, field: &str) -> Option<&'a str> {
        let filled = self.columns.value(field, &self.row.fields).map(|(at, _)| at);
        self.columns.header(filled.or_else(|| self.columns.position(field))?)
    }

    fn date_order(&self, field: &str) -> Option<DateOrder> {
        self.columns.order_of(self.columns.value(field, &self.row.fields)?.0)
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.raw(field).map(str::to_owned)
    }

    /// Reads a value that the record can do without: what is wrong with it is noted.
    pub(super) fn parse<T>(&mut self, field: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        let value = self.raw(field)?;
        parse(value).map_err(|reason| self.notice(field, &format!("{reason}; the field stays empty"))).ok()
    }

    /// Reads a value without which the record would be wrong: what is wrong with it costs the row.
    pub(super) fn require<T>(&mut self, field: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        let value = self.raw(field)?;
        parse(value).map_err(|reason| self.refuse(field, reason)).ok()
    }

    /// A text of at most 50,000 characters.
    pub(super) fn long_text(&mut self, field: &str) -> Option<String> {
        if !self.is_of_folder() {
            return self.require(field, values::long_text);
        }
        let (text, cut) = values::cut_text(self.raw(field)?);
        if cut {
            self.notice(field, "is longer than 50000 characters, and is cut off there");
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// Blames the value of a field, or its absence.
    pub(super) fn refuse(&mut self, field: &str, reason: String) {
        let column = self.header(field);
        self.error(column, self.raw(field), reason);
    }

    /// Says what was made of the value of a field.
    pub(super) fn notice(&mut self, field: &str, reason: &str) {
        let column = self.header(field).map(str::to_owned);
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
    pub(super) fn id(&self, text: &str) -> String {
        let long = text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match text.get(..15) {
            Some(short) if long && self.system == Some(System::Salesforce) => short.to_owned(),
            _ => text.to_owned(),
        }
    }

    /// Whether a column of yes and no says yes; what is neither counts as silence.
    pub(super) fn flag(&self, field: &str) -> Option<bool> {
        values::yes_or_no(self.raw(field)?).ok()
    }

    /// Text in which there is at least one letter or digit to find it by.
    pub(super) fn name(&mut self, field: &str) -> Option<String> {
        let text = self.raw(field)?;
        self.name_in(field, text)
    }

    pub(super) fn name_in(&mut self, field: &str, text: &str) -> Option<String> {
        if text.contains('\n') && text.contains([',', ';', '\t', '"']) {
            let reason = "spans several lines: is a quotation mark missing, or one too many?";
            self.refuse(field, reason.to_owned());
            return None;
        }
        if lexi_store::name_key(text).is_empty() {
            let reason = "has no letter and no digit in it";
            // Without the name of its own there is no record.
            if matches!(field, "name" | "full_name") {
                self.refuse(field, reason.to_owned());
            } else {
                self.notice(field, &format!("{reason}; the field stays empty"));
            }
            return None;
        }
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The custom fields of the row: column, key and value.
    pub(super) fn custom_values(&self) -> Vec<(usize, String, String)> {
        let value = |index: usize| self.row.fields.get(index).map_or("", |value| value.trim());
        let all = self.columns.custom().map(|(index, key)| (index, key.to_owned(), value(index).to_owned()));
        all.filter(|(_, _, value)| !value.is_empty()).collect()
    }

    /// The values that are taken over, with their columns.
    pub(super) fn taken(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.taken(&self.row.fields)
    }

    /// Notes that the value of a column is too long for a custom field, and gives the name of the column.
    pub(super) fn note_too_long(&mut self, index: usize) -> String {
        let column = self.columns.header(index).unwrap_or_default().to_owned();
        self.notices.push(RowError {
            line: self.row.line,
            column: Some(column.clone()),
            value: self.row.fields.get(index).cloned(),
            reason: "is too long for a custom field; it stands in a note, if the record can have one"
                .to_owned(),
        });
        column
    }

    pub(super) fn date(&mut self, field: &str) -> Option<Date> {
        let order = self.date_order(field);
        self.parse(field, |text| dates::date(text, order))
    }

    /// A day that the record is about.
    pub(super) fn main_date(&mut self, field: &str) -> Option<Date> {
        let order = self.date_order(field);
        self.require(field, |text| dates::date(text, order))
    }

    pub(super) fn moment(&mut self, field: &str) -> Option<Timestamp> {
        let order = self.date_order(field);
        self.parse(field, |text| dates::moment(text, order))
    }

    /// The moment that the record is about, whose time may stand in a column of its own.
    pub(super) fn main_moment(&mut self, field: &str, time_field: &str) -> Option<Timestamp> {
        let order = self.date_order(field);
        let time = self.raw(time_field).unwrap_or_default();
        let day = self.raw(field).and_then(|text| dates::day_at_midnight(text, order));
        if let Some(moment) = day.and_then(|day| dates::moment(&format!("{day} {time}"), order).ok()) {
            return Some(moment);
        }
        if day.is_some() && !time.is_empty() {
            self.notice(time_field, "is not a time; the day alone is kept");
        }
        // A day that has a time already is none with another one behind it.
        self.require(field, |text| dates::moment(text, order))
    }
}
