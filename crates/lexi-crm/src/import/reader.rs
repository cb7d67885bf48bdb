//! Reading a file of any size: one blocking thread cuts it into batches of rows, at most a few of which wait.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use tokio::sync::mpsc;

use super::encoding::{self, Decoded};
use super::error::ImportError;

/// The rows that are written together.
const BATCH_ROWS: usize = 200;
const BATCH_BYTES: usize = 4 << 20;
const BATCHES_WAITING: usize = 4;
pub(super) const FIELD_BYTES_MAX: usize = 1 << 20;
/// A row that grows beyond this has most likely lost a closing quotation mark.
const ROW_MIB_MAX: u64 = 16;
const HEADER_BYTES_MAX: u64 = 1 << 20;

#[derive(Debug)]
pub(super) struct RawRow {
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
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

struct Rows {
    reader: csv::Reader<Counted>,
    /// What has been read from the file since the current row began.
    row_bytes: Rc<Cell<u64>>,
    bytes_read: Rc<Cell<u64>>,
    record: ByteRecord,
    encoding: &'static str,
}

impl Rows {
    fn open(path: &Path) -> Result<(Vec<String>, u64, Self), ImportError> {
        let mut file = File::open(path)?;
        let bytes_total = file.metadata()?.len();
        let encoding = encoding::detect(&file)?;
        file.rewind()?;
        let delimiter = delimiter(Decoded::new(file.try_clone()?, encoding))?;
        file.rewind()?;
        let (row_bytes, bytes_read) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let counted = Counted {
            file: Decoded::new(file, encoding),
            row_bytes: Rc::clone(&row_bytes),
            bytes_read: Rc::clone(&bytes_read),
            last: b'\n',
        };
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(counted);
        let mut rows =
            Self { reader, row_bytes, bytes_read, record: ByteRecord::new(), encoding: encoding.name() };
        let header = rows.next()?.ok_or(ImportError::Empty)?;
        let headers = header.fields.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned());
        Ok((headers.collect(), bytes_total, rows))
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
        self.row_bytes.set(0);
        let before = self.reader.position().line();
        let more =
            self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                    ImportError::RowTooLarge { line: before, limit_mib: ROW_MIB_MAX }
                }
                csv::ErrorKind::Io(error) => ImportError::Read(error),
                other => ImportError::Read(std::io::Error::other(format!("{other:?}"))),
            })?;
        if !more {
            return Ok(None);
        }
        let line = self.first_line();
        let fields = self
            .record
            .iter()
            .map(|field| String::from_utf8(field.to_vec()).map_err(|_| ImportError::NoText { line }))
            .collect::<Result<_, _>>()?;
        Ok(Some(RawRow { line, fields }))
    }

    fn first_line(&self) -> u64 {
        let inside = self.record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
        self.reader.position().line().saturating_sub(inside + 1)
    }
}

/// The file with every kind of line end as LF, a line end after the last line, and an end to every row. With that the
/// line of a row can be counted back from its end, which the reader does not tell for rows after blank lines.
struct Counted {
    file: Decoded,
    row_bytes: Rc<Cell<u64>>,
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
            let row_bytes = self.row_bytes.get() + read as u64;
            self.row_bytes.set(row_bytes);
            self.bytes_read.set(self.file.bytes_read);
            if row_bytes > ROW_MIB_MAX << 20 {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
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

/// Comma, semicolon or tab: the one that stands most often in the first line, outside of quotation marks.
fn delimiter(file: Decoded) -> Result<u8, ImportError> {
    let mut header = Vec::new();
    BufReader::new(file.take(HEADER_BYTES_MAX)).read_until(b'\n', &mut header)?;
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header {
        if byte == b'"' {
            quoted = !quoted;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte && !quoted) {
            *count += 1;
        }
    }
    // Of equals the first one wins.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    Ok(most.map_or(b',', |(separator, _)| *separator))
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
        let mut all = vec![RawRow { line: 0, fields: headers }];
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
        assert!(matches!(read(b"PK\x03\x04"), Err(ImportError::NoText { line: 1 })));
        assert!(matches!(read(b""), Err(ImportError::Empty)));
    }

    #[test]
    fn characters_across_block_borders_are_no_error() {
        let mut content = b"name\n".to_vec();
        content.extend("€".repeat(100_000).bytes());
        assert_eq!(read(&content).unwrap()[1].fields[0].chars().count(), 100_000);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_does_not_fill_the_memory() {
        let mut content = b"name\nA\n\"B".to_vec();
        content.resize(20 << 20, b'x');
        assert!(matches!(read(&content), Err(ImportError::RowTooLarge { line: 3, .. })));
    }
}
