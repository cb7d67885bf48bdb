//! The bytes of a file as lines, and what separates their values.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use super::super::encoding::Decoded;
use super::super::error::ImportError;

/// A header may be so large.
const HEADER_BYTES_MAX: u64 = 1 << 20;

/// The file with every kind of line end as LF and a line end after the last line. With that the line of a row can be
/// counted back from its end, which the parser does not tell for rows after blank lines.
pub(super) struct Counted {
    pub(super) file: Decoded,
    pub(super) bytes_read: Rc<Cell<u64>>,
    pub(super) last: u8,
}

impl Counted {
    /// Turns line ends to LF in place and gives the new length.
    fn with_plain_line_ends(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for index in 0..bytes.len() {
            let Some(byte) = bytes.get(index).copied() else { break };
            let second_half = byte == b'\n' && self.last == b'\r';
            self.last = byte;
            if second_half {
                continue;
            }
            if let Some(place) = bytes.get_mut(kept) {
                *place = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.file.read(buffer)?;
            self.bytes_read.set(self.file.bytes_read);
            if read == 0 {
                let ended = matches!(self.last, b'\n' | b'\r');
                self.last = b'\n';
                return match buffer.first_mut() {
                    Some(byte) if !ended => {
                        *byte = b'\n';
                        Ok(1)
                    }
                    _ => Ok(0),
                };
            }
            let kept = self.with_plain_line_ends(buffer.get_mut(..read).unwrap_or_default());
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

pub(super) fn first_line(file: Decoded) -> Result<Vec<u8>, ImportError> {
    let mut line = Vec::new();
    BufReader::new(file.take(HEADER_BYTES_MAX)).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// Some spreadsheets write `sep=;` above the header.
pub(super) fn announced(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_end();
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => Some(*separator),
        _ => None,
    }
}

/// Comma, semicolon or tab: the one that stands most often in the first line, outside of quotation marks.
pub(super) fn delimiter(line: &[u8]) -> u8 {
    if let Some(separator) = announced(line) {
        return separator;
    }
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in line {
        if *byte == b'"' {
            quoted = !quoted;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| separator == byte && !quoted) {
            *count += 1;
        }
    }
    // Of equals the first one wins.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(separator, _)| *separator)
}
