//! Reading a file of any size: one blocking thread cuts it into batches of rows, at most a few of which wait.
//!
//! A row is kept only as far as it may be large: what is beyond is read past, and the row says in which column that was.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::rc::Rc;

use csv_core::{ReadFieldResult, ReaderBuilder};
use encoding_rs::Encoding;
use tokio::sync::mpsc;

use super::encoding::{self, Decoded};
use super::error::ImportError;

/// The rows that are written together.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 4 << 20;
const BATCHES_WAITING: usize = 4;
pub(super) const FIELD_BYTES_MAX: usize = 1 << 20;
pub(super) const ROW_BYTES_MAX: usize = 16 << 20;
const FIELDS_MAX: usize = 4_096;
/// What is kept of a field that is too large, to show how it begins.
const BEGINNING_BYTES: usize = 400;
const HEADER_BYTES_MAX: u64 = 1 << 20;
const BLOCK: usize = 1 << 14;

#[derive(Debug, Default)]
pub(super) struct RawRow {
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
    /// The field at which the row became too large. Of that one the beginning is there, of later ones nothing.
    pub(super) too_large: Option<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<RawRow>,
    /// How far the file has been read after these rows.
    pub(super) bytes_read: u64,
}

pub(super) type Batches = mpsc::Receiver<Result<Batch, ImportError>>;

#[derive(Debug)]
pub(super) struct Opened {
    pub(super) headers: Vec<String>,
    pub(super) bytes_total: u64,
    pub(super) encoding: &'static str,
    pub(super) batches: Batches,
}

/// Reads the header and goes on reading in the background until the batches are dropped.
pub(super) async fn open(path: &Path) -> Result<Opened, ImportError> {
    let path = path.to_owned();
    let (started, start) = tokio::sync::oneshot::channel();
    let (sender, batches) = mpsc::channel(BATCHES_WAITING);
    let work = move || match Rows::open(&path) {
        Err(error) => drop(started.send(Err(error))),
        Ok((headers, bytes_total, rows)) => {
            if started.send(Ok((headers, bytes_total, rows.encoding))).is_ok() {
                rows.send_all(&sender);
            }
        }
    };
    drop(tokio::task::spawn_blocking(work));
    let (headers, bytes_total, encoding) = start.await.map_err(|_| ImportError::Interrupted)??;
    Ok(Opened { headers, bytes_total, encoding, batches })
}

/// The header alone, from the beginning of the file.
pub(super) fn peek_headers(path: &Path) -> Result<Vec<String>, ImportError> {
    let file = File::open(path)?;
    let encoding = encoding::guess(&file)?;
    let (headers, _) = Rows::begin(file, encoding)?;
    Ok(headers)
}

struct Rows {
    parser: csv_core::Reader,
    input: BufReader<Counted>,
    output: Box<[u8]>,
    bytes_read: Rc<Cell<u64>>,
    encoding: &'static str,
}

impl Rows {
    fn open(path: &Path) -> Result<(Vec<String>, u64, Self), ImportError> {
        let file = File::open(path)?;
        let bytes_total = file.metadata()?.len();
        let encoding = encoding::detect(&file)?;
        let (headers, rows) = Self::begin(file, encoding)?;
        Ok((headers, bytes_total, rows))
    }

    fn begin(mut file: File, encoding: &'static Encoding) -> Result<(Vec<String>, Self), ImportError> {
        file.rewind()?;
        let first = first_line(Decoded::new(file.try_clone()?, encoding))?;
        file.rewind()?;
        let bytes_read = Rc::new(Cell::new(0));
        let file = Decoded::new(file, encoding);
        let counted = Counted { file, bytes_read: Rc::clone(&bytes_read), last: b'\n' };
        let mut rows = Self {
            parser: ReaderBuilder::new().delimiter(delimiter(&first)).build(),
            input: BufReader::with_capacity(BLOCK, counted),
            output: vec![0; BLOCK].into(),
            bytes_read,
            encoding: encoding.name(),
        };
        if announced(&first).is_some() {
            let _announcement = rows.next()?;
        }
        let header = rows.next()?.ok_or(ImportError::Empty)?;
        if header.too_large.is_some() {
            return Err(ImportError::HeaderTooLarge);
        }
        let headers = header.fields.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned());
        Ok((headers.collect(), rows))
    }

    fn send_all(mut self, sender: &mpsc::Sender<Result<Batch, ImportError>>) {
        loop {
            let batch = self.batch();
            let last = batch.as_ref().map_or(true, |batch| batch.rows.is_empty());
            if sender.blocking_send(batch).is_err() || last {
                return;
            }
        }
    }

    fn batch(&mut self) -> Result<Batch, ImportError> {
        let mut batch = Batch::default();
        let mut bytes = 0;
        while batch.rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let Some(row) = self.next()? else { break };
            bytes += row.fields.iter().map(String::len).sum::<usize>();
            batch.rows.push(row);
        }
        batch.bytes_read = self.bytes_read.get();
        Ok(batch)
    }

    fn next(&mut self) -> Result<Option<RawRow>, ImportError> {
        let mut row = Growing::default();
        loop {
            let input = self.input.fill_buf()?;
            let ended = input.is_empty();
            let (result, read, written) = self.parser.read_field(input, &mut self.output);
            self.input.consume(read);
            row.add(self.output.get(..written).unwrap_or_default());
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::End => return Ok(None),
                ReadFieldResult::Field { record_end } => {
                    row.end_field()?;
                    if record_end {
                        // A row that the end of the file cuts off has no line end of its own.
                        let own_end = u64::from(!ended);
                        return Ok(Some(row.end(self.parser.line().saturating_sub(own_end))));
                    }
                }
            }
        }
    }
}

/// A row while it is read.
#[derive(Debug, Default)]
struct Growing {
    row: RawRow,
    field: Vec<u8>,
    fields: usize,
    bytes: usize,
    /// Line ends inside of quotation marks.
    line_ends: u64,
}

impl Growing {
    fn add(&mut self, text: &[u8]) {
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

    fn end_field(&mut self) -> Result<(), ImportError> {
        let field = std::mem::take(&mut self.field);
        match self.row.too_large {
            Some(at) if at < self.fields => {}
            Some(_) => self.row.fields.push(String::from_utf8_lossy(&field).into_owned()),
            None if self.fields == FIELDS_MAX => self.row.too_large = Some(self.fields),
            None => {
                let text =
                    String::from_utf8(field).map_err(|_| ImportError::NoText { line: self.row.line })?;
                self.row.fields.push(text);
            }
        }
        self.fields += 1;
        Ok(())
    }

    /// `last` is the number of the line on which the row ends.
    fn end(self, last: u64) -> RawRow {
        RawRow { line: last.saturating_sub(self.line_ends), ..self.row }
    }
}

/// The file with every kind of line end as LF and a line end after the last line. With that the line of a row can be
/// counted back from its end, which the parser does not tell for rows after blank lines.
struct Counted {
    file: Decoded,
    bytes_read: Rc<Cell<u64>>,
    last: u8,
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

fn first_line(file: Decoded) -> Result<Vec<u8>, ImportError> {
    let mut line = Vec::new();
    BufReader::new(file.take(HEADER_BYTES_MAX)).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// Some spreadsheets write `sep=;` above the header.
fn announced(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_end();
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => Some(*separator),
        _ => None,
    }
}

/// Comma, semicolon or tab: the one that stands most often in the first line, outside of quotation marks.
fn delimiter(line: &[u8]) -> u8 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Result<Vec<RawRow>, ImportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.csv");
        std::fs::write(&path, content).unwrap();
        let (headers, total, mut rows) = Rows::open(&path)?;
        assert_eq!(total, content.len() as u64);
        let mut all = vec![RawRow { fields: headers, ..RawRow::default() }];
        while let Some(row) = rows.next()? {
            all.push(row);
        }
        Ok(all)
    }

    fn lines(content: &str) -> Vec<u64> {
        read(content.as_bytes()).unwrap().iter().skip(1).map(|row| row.line).collect()
    }

    #[test]
    fn a_row_has_the_line_on_which_it_begins() {
        for end in ["\n", "\r\n", "\r"] {
            let content = ["name,notes", "A,\"one", "two", "three\"", "B,x", "", "", "C,y", ""].join(end);
            assert_eq!(lines(&content), [2, 5, 8], "{end:?}");
        }
        assert_eq!(lines("name\nA"), [2]);
    }

    #[test]
    fn separators_and_the_byte_order_mark_are_recognised() {
        for content in ["\u{feff}name,city\nA,B\n", "name;city\nA;B\n", "\u{feff}\"a;b,c\"\tcity\nA\tB\n"] {
            let rows = read(content.as_bytes()).unwrap();
            assert_eq!(rows[0].fields.len(), 2, "{content}");
            assert!(!rows[0].fields[0].starts_with('\u{feff}'));
            assert_eq!(rows[1].fields, ["A", "B"]);
        }
    }

    #[test]
    fn other_encodings_are_read_and_binaries_refused_with_the_line() {
        let rows = read(b"name\nAnna\nJ\xfcrgen \x80\n").unwrap();
        assert_eq!((rows[2].line, rows[2].fields[0].as_str()), (3, "Jürgen €"));
        let text = "name,city\nJürgen 😀,Köln\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, content) in [(&b""[..], &little), (b"\xff\xfe", &little), (b"", &big), (b"\xfe\xff", &big)]
        {
            let rows = read(&[mark, content].concat()).unwrap();
            assert_eq!((rows[0].fields[0].as_str(), rows[1].fields[0].as_str()), ("name", "Jürgen 😀"));
        }
        assert!(matches!(read(b"name\nA\x00\x01\n"), Err(ImportError::NoText { line: 2 })));
        for (content, what) in [
            (&b"PK\x03\x04\x14\x00[Content_Types].xml"[..], "Excel workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"),
            (b"\x89PNG\r\n\x1a\n", "picture"),
            (b"%PDF-1.7", "PDF"),
            (b"\x1f\x8b\x08", "compressed"),
            (b"{\"contacts\": []}", "JSON"),
            (b"<!DOCTYPE html><html>", "HTML"),
        ] {
            let error = read(content).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        assert!(matches!(read(b""), Err(ImportError::Empty)));
    }

    #[test]
    fn characters_across_block_borders_are_no_error() {
        let mut content = b"name\n".to_vec();
        content.extend("€".repeat(100_000).bytes());
        assert_eq!(read(&content).unwrap()[1].fields[0].chars().count(), 100_000);
    }

    #[test]
    fn separators_may_be_announced_and_count_as_a_line() {
        let rows = read(b"sep=;\nname;city, state\nA;B\n").unwrap();
        assert_eq!((rows[0].fields[1].as_str(), rows[1].line), ("city, state", 3));
    }

    #[test]
    fn what_is_too_large_is_read_past_with_its_line_and_column() {
        let mut content = b"name,note,city\nA,".to_vec();
        content.resize(20 << 20, b'x');
        content.extend(b",C\nB,\"fine\n\",D\n\"E");
        content.resize(40 << 20, b'\n');
        let rows = read(&content).unwrap();
        let found: Vec<_> = rows.iter().map(|row| (row.line, row.fields.len(), row.too_large)).collect();
        assert_eq!(found, [(0, 3, None), (2, 2, Some(1)), (3, 3, None), (5, 1, Some(0))]);
        assert_eq!(rows[1].fields[1].len(), BEGINNING_BYTES);
        let many = [b"a\n", ",".repeat(FIELDS_MAX * 2).as_bytes(), b"\nB\n"].concat();
        let rows = read(&many).unwrap();
        assert_eq!((rows[1].fields.len(), rows[1].too_large), (FIELDS_MAX, Some(FIELDS_MAX)));
        assert_eq!((rows[2].line, rows[2].fields[0].as_str()), (3, "B"));
    }
}
