//! What reports write below their rows: a blank line, then lines of one value each, of which one is a legal notice.
//!
//! Whether a line is one of these, the lines behind it tell.

use std::collections::VecDeque;

use super::super::footers::is_notice;
use super::row::RawRow;

/// So many lines of one value are looked at together.
const LINES_MAX: usize = 16;
/// A longer value is none of a footer.
const VALUE_BYTES_MAX: usize = 400;

#[derive(Debug, Default)]
pub(super) struct Ending {
    /// Rows that may be the end of a report.
    held: Vec<RawRow>,
    ready: VecDeque<RawRow>,
    /// The line on which the last row ended.
    last_line: u64,
}

impl Ending {
    pub(super) fn ready(&mut self) -> Option<RawRow> {
        self.ready.pop_front()
    }

    pub(super) fn take(&mut self, row: RawRow) {
        let after_gap = self.last_line > 0 && row.line > self.last_line + 1;
        let blank = row.fields.iter().all(|field| field.trim().is_empty());
        self.last_line = row.line + line_ends(&row);
        let begins = after_gap || blank;
        let alone = blank || is_alone(&row);
        // A blank line begins anew, unless it stands within the footer.
        let anew = begins && !self.held.iter().any(is_legal);
        if !alone || anew || self.held.len() == LINES_MAX {
            self.release(false);
        }
        if alone && (begins || !self.held.is_empty()) {
            self.held.push(row);
        } else {
            self.ready.push_back(row);
        }
    }

    pub(super) fn end(&mut self) {
        let footer = self.held.iter().any(is_legal);
        self.release(footer);
    }

    fn release(&mut self, footer: bool) {
        let rows = self.held.drain(..).map(|row| RawRow { footer, ..row });
        self.ready.extend(rows);
    }
}

fn is_legal(row: &RawRow) -> bool {
    row.fields.first().is_some_and(|text| is_notice(&text.trim().to_lowercase()))
}

fn line_ends(row: &RawRow) -> u64 {
    row.fields.iter().map(|field| field.bytes().filter(|byte| *byte == b'\n').count() as u64).sum()
}

/// Only its first value is there, and it is short.
fn is_alone(row: &RawRow) -> bool {
    let mut fields = row.fields.iter();
    let first = fields.next().is_some_and(|text| !text.trim().is_empty() && text.len() <= VALUE_BYTES_MAX);
    first && row.too_large.is_none() && !row.unclosed && fields.all(|text| text.trim().is_empty())
}
