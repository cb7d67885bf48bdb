//! Reading a file of any size: one blocking thread cuts it into batches of rows, at most a few of which wait.
//!
//! A row is kept only as far as it may be large: what is beyond is read past, and the row says in which column that was.

mod footer;
mod lines;
mod row;

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::path::Path;
use std::rc::Rc;

use csv_core::{ReadFieldResult, ReaderBuilder};
use encoding_rs::Encoding;
use tokio::sync::mpsc;

use super::encoding::{self, Decoded};
use super::error::ImportError;
use footer::Ending;
use lines::{Counted, announced, delimiter, first_line};
use row::Growing;

pub(super) use row::{FIELD_BYTES_MAX, ROW_BYTES_MAX, RawRow};

/// The rows that are written together.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 4 << 20;
const BATCHES_WAITING: usize = 4;
const BLOCK: usize = 1 << 14;

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
    ending: Ending,
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
            ending: Ending::default(),
        };
        if announced(&first).is_some() {
            let _announcement = rows.next()?;
        }
        let header = rows.next()?.ok_or(ImportError::Empty)?;
        if header.unclosed {
            return Err(ImportError::HeaderUnclosed);
        }
        if header.too_large.is_some() {
            return Err(ImportError::HeaderTooLarge);
        }
        if header.garbled.is_some() {
            return Err(ImportError::HeaderGarbled);
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
            let Some(row) = self.next_marked()? else { break };
            bytes += row.fields.iter().map(String::len).sum::<usize>();
            batch.rows.push(row);
        }
        batch.bytes_read = self.bytes_read.get();
        Ok(batch)
    }

    /// The next row, which knows whether it belongs to what a report writes below its rows.
    fn next_marked(&mut self) -> Result<Option<RawRow>, ImportError> {
        loop {
            if let Some(row) = self.ending.ready() {
                return Ok(Some(row));
            }
            match self.next()? {
                Some(row) => self.ending.take(row),
                None => {
                    self.ending.end();
                    return Ok(self.ending.ready());
                }
            }
        }
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
                    row.end_field();
                    if record_end {
                        // Every last line has a line end, unless a quotation mark took it.
                        let own_end = u64::from(!ended);
                        return Ok(Some(row.end(self.parser.line().saturating_sub(own_end), ended)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
