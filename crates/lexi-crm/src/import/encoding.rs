//! Which characters the bytes of a file mean, and reading them as UTF-8.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::ImportError;

const BLOCK: usize = 1 << 14;

/// How files begin that people take for CSV, what they are, and what to do instead.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "an Excel workbook or another archive", SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", SAVE_AS_CSV),
    (b"\x89PNG", "a picture", NAME_ANOTHER),
    (b"\xff\xd8\xff", "a picture", NAME_ANOTHER),
    (b"GIF8", "a picture", NAME_ANOTHER),
    (b"%PDF", "a PDF", NAME_ANOTHER),
    (b"SQLite format 3", "a SQLite database", NAME_ANOTHER),
    (b"\xff\xfe\0\0", "text in UTF-32", SAVE_AS_CSV),
    (b"\0\0\xfe\xff", "text in UTF-32", SAVE_AS_CSV),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
    (b"{", "JSON", SAVE_AS_CSV),
    (b"[{", "JSON", SAVE_AS_CSV),
    (b"<!", "HTML or XML", SAVE_AS_CSV),
    (b"<?", "HTML or XML", SAVE_AS_CSV),
    (b"<html", "HTML or XML", SAVE_AS_CSV),
];
/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
const SAVE_AS_CSV: &str = "save or export it as CSV (in Excel: CSV UTF-8) and import that";
const NAME_ANOTHER: &str = "name the CSV file";

fn refuse_others(start: &[u8]) -> Result<(), ImportError> {
    let text = start.strip_prefix(MARK).unwrap_or(start).trim_ascii_start();
    match OTHERS.iter().find(|(mark, ..)| start.starts_with(mark) || text.starts_with(mark)) {
        Some((_, what, advice)) => Err(ImportError::NotCsv { what, advice }),
        None => Ok(()),
    }
}

/// By the beginning of the file alone.
pub(super) fn guess(file: &File) -> Result<&'static Encoding, ImportError> {
    let mut start = Vec::new();
    let _read = file.take(1 << 16).read_to_end(&mut start)?;
    refuse_others(&start)?;
    if let Some(found) = marked(&start) {
        return Ok(found);
    }
    let mut text = Text::default();
    text.add(&start)?;
    Ok(text.encoding())
}

const fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a)
}

/// Reads the whole file once, so that nothing is written of one that is no text.
pub(super) fn detect(file: &File) -> Result<&'static Encoding, ImportError> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let start = reader.fill_buf()?;
    refuse_others(start)?;
    let found = marked(start);
    if let Some(found) = found.filter(|found| *found != UTF_8) {
        return Ok(found);
    }
    let mut text = Text::default();
    loop {
        let block = reader.fill_buf()?;
        if block.is_empty() {
            text.strays += u64::from(!text.rest.is_empty());
            return Ok(found.unwrap_or_else(|| text.encoding()));
        }
        text.add(block)?;
        let length = block.len();
        reader.consume(length);
    }
}

/// What the bytes of a file that names no encoding say of it.
#[derive(Debug, Default)]
struct Text {
    /// What may be the beginning of a character.
    rest: Vec<u8>,
    lines: u64,
    /// Bytes since the last line end.
    column: u64,
    /// Characters of several bytes, as UTF-8 has them.
    characters: u64,
    /// Bytes that UTF-8 does not have.
    strays: u64,
}

impl Text {
    fn add(&mut self, block: &[u8]) -> Result<(), ImportError> {
        for byte in block {
            self.column += 1;
            if is_binary(*byte) {
                return Err(ImportError::NoText { line: self.lines + 1, column: self.column });
            }
            if *byte == b'\n' {
                self.lines += 1;
                self.column = 0;
            }
        }
        if self.rest.is_empty() && block.is_ascii() {
            return Ok(());
        }
        self.rest.extend_from_slice(block);
        let mut from = 0;
        while let Some(text) = self.rest.get(from..) {
            let (valid, stray) = match std::str::from_utf8(text) {
                Ok(_) => (text.len(), None),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            let whole = text.get(..valid).unwrap_or_default();
            self.characters += whole.iter().filter(|byte| **byte >= 0xc0).count() as u64;
            from += valid + stray.unwrap_or_default();
            match stray {
                Some(_) => self.strays += 1,
                None => break,
            }
        }
        self.rest.drain(..from.min(self.rest.len()));
        Ok(())
    }

    /// Text in Windows-1252 has hardly a character that UTF-8 knows; a text in UTF-8 may have been damaged.
    fn encoding(&self) -> &'static Encoding {
        if self.strays <= self.characters { UTF_8 } else { WINDOWS_1252 }
    }
}

/// By the mark at the start, or by where the NULs of plain letters stand.
fn marked(start: &[u8]) -> Option<&'static Encoding> {
    if let Some((found, _)) = Encoding::for_bom(start) {
        return Some(found);
    }
    let sample = start.get(..start.len().min(1_024) & !1).unwrap_or_default();
    let nuls = |at: usize| sample.chunks_exact(2).filter(|pair| pair.get(at) == Some(&0)).count();
    let (first, second, pairs) = (nuls(0), nuls(1), sample.len() / 2);
    let most = |nuls: usize, others: usize| nuls * 2 > pairs && nuls > 4 * others;
    if most(second, first) { Some(UTF_16LE) } else { most(first, second).then_some(UTF_16BE) }
}

/// A file as UTF-8, in bounded memory.
pub(super) struct Decoded {
    file: File,
    /// None for UTF-8, which is passed on as it is: what is wrong with it, its row says.
    decoder: Option<Decoder>,
    block: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    /// Room for what a small buffer of the caller cannot take.
    ready: Vec<u8>,
    taken: usize,
    pub(super) bytes_read: u64,
}

impl Decoded {
    pub(super) fn new(file: File, encoding: &'static Encoding) -> Self {
        Self {
            file,
            decoder: (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal()),
            block: vec![0; BLOCK],
            from: 0,
            to: 0,
            ended: false,
            ready: Vec::new(),
            taken: 0,
            bytes_read: 0,
        }
    }

    fn fill(&mut self) -> std::io::Result<()> {
        self.taken = 0;
        let Some(decoder) = &mut self.decoder else {
            self.ready.resize(BLOCK, 0);
            let read = self.file.read(&mut self.ready)?;
            self.ready.truncate(read);
            self.ended = read == 0;
            if self.bytes_read == 0 && self.ready.starts_with(MARK) {
                self.taken = MARK.len();
            }
            self.bytes_read += read as u64;
            return Ok(());
        };
        self.ready.resize(BLOCK * 3 + 16, 0);
        loop {
            if self.from == self.to && !self.ended {
                let read = self.file.read(&mut self.block)?;
                (self.from, self.to, self.ended) = (0, read, read == 0);
                self.bytes_read += read as u64;
            }
            let input = self.block.get(self.from..self.to).unwrap_or_default();
            let last = self.ended;
            let (result, read, written, _) = decoder.decode_to_utf8(input, &mut self.ready, last);
            self.from += read;
            let finished = last && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 || finished {
                self.ready.truncate(written);
                return Ok(());
            }
        }
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.taken == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let waiting = self.ready.get(self.taken..).unwrap_or_default();
        let count = waiting.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), waiting.get(..count)) {
            to.copy_from_slice(from);
        }
        self.taken += count;
        Ok(count)
    }
}
