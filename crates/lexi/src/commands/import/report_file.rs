//! The list of what was left out or assumed, in a file that opens in a spreadsheet.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use lexi_crm::import::{Notice, RowError};
use lexi_types::Timestamp;

const HEADER: &str = "file,line,column,value,result,reason";

/// Written row by row, so that its size does not matter. It is made when there is something to write.
#[derive(Debug)]
pub(super) struct ReportFile {
    path: PathBuf,
    out: Option<BufWriter<File>>,
}

impl ReportFile {
    /// A list from an earlier import is replaced; any other file that is there is not touched.
    pub(super) fn at(path: &Path) -> anyhow::Result<Self> {
        let made = Self { path: path.to_owned(), out: None };
        let shown = path.display();
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => bail!("the report cannot be written to {shown}: it is a folder"),
            Ok(found) if !found.is_file() => {}
            Ok(_) => {
                if !is_list(path).with_context(|| format!("the report cannot be written to {shown}"))? {
                    bail!(
                        "{shown} is there and is no list of an earlier import: name another file with --report"
                    );
                }
                std::fs::remove_file(path).with_context(|| format!("{shown} cannot be replaced"))?;
            }
            Err(_) => {
                // Whether it can be written must be known before the import.
                drop(private(path).with_context(|| format!("the report cannot be written to {shown}"))?);
                std::fs::remove_file(path)?;
            }
        }
        Ok(made)
    }

    /// A file of its own beside the database, which is as private as what it tells of.
    pub(super) fn beside(database: &Path) -> Self {
        let time = Timestamp::now().to_string();
        let digits: String = time.chars().filter(|c| c.is_ascii_digit()).take(14).collect();
        let (day, clock) = digits.split_at_checked(8).unwrap_or((&digits, ""));
        Self { path: database.with_file_name(format!("import-{day}-{clock}.csv")), out: None }
    }

    /// Where the list is, if there is one.
    pub(super) fn path(&self) -> Option<&Path> {
        self.out.as_ref().map(|_| self.path.as_path())
    }

    pub(super) fn left_out(&mut self, file: &Path, row: &RowError) -> std::io::Result<()> {
        let RowError { line, column, value, reason } = row;
        self.line(file, Some(*line), column.as_deref(), value.as_deref(), "left out", reason)
    }

    pub(super) fn notice(&mut self, file: &Path, notice: &Notice) -> std::io::Result<()> {
        let Notice { column, reason, rows, line, value } = notice;
        let more = if *rows == 1 { String::new() } else { format!(" (the first of {rows} rows)") };
        let reason = format!("{reason}{more}");
        self.line(file, Some(*line), column.as_deref(), value.as_deref(), "note", &reason)
    }

    pub(super) fn refused(&mut self, file: &Path, reason: &str) -> std::io::Result<()> {
        self.line(file, None, None, None, "file refused", reason)
    }

    pub(super) fn finish(&mut self) -> std::io::Result<()> {
        self.out.as_mut().map_or(Ok(()), BufWriter::flush)
    }

    fn out(&mut self) -> std::io::Result<&mut BufWriter<File>> {
        if self.out.is_none() {
            let mut out = BufWriter::new(private(&self.path)?);
            writeln!(out, "{HEADER}")?;
            self.out = Some(out);
        }
        self.out.as_mut().ok_or_else(|| std::io::Error::other("the report is not open"))
    }

    fn line(
        &mut self,
        file: &Path,
        line: Option<u64>,
        column: Option<&str>,
        value: Option<&str>,
        result: &str,
        reason: &str,
    ) -> std::io::Result<()> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let line = line.map(|line| line.to_string()).unwrap_or_default();
        let [name, column, value, reason] =
            [&*name, column.unwrap_or_default(), value.unwrap_or_default(), reason].map(quoted);
        writeln!(self.out()?, "{name},{line},{column},{value},{result},{reason}")
    }
}

/// Whether a file is such a list, or empty.
fn is_list(path: &Path) -> std::io::Result<bool> {
    let mut start = String::new();
    let read = File::open(path)?.take(HEADER.len() as u64).read_to_string(&mut start);
    Ok(read.is_ok() && (start == HEADER || start.is_empty()))
}

/// Values of records stand in it: for this user alone, as the database.
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// A spreadsheet must not take a value for a formula.
fn quoted(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '@', '\t']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_of_an_earlier_import_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("left-out.csv");
        assert_eq!(ReportFile::at(&path).unwrap().path(), None);
        assert!(!path.exists(), "nothing is listed yet");
        std::fs::write(&path, "name,email\nAnn,a@x\n").unwrap();
        let error = ReportFile::at(&path).unwrap_err().to_string();
        assert!(error.contains("no list of an earlier import"), "{error}");
        assert!(std::fs::read_to_string(&path).unwrap().contains("Ann"));
        std::fs::write(&path, format!("{HEADER}\nold\n")).unwrap();
        assert_eq!(ReportFile::at(&path).unwrap().path(), None);
        assert!(!path.exists());
        assert!(ReportFile::at(folder.path()).is_err() && ReportFile::at(&path.join("x")).is_err());
    }

    #[test]
    fn a_list_is_made_when_there_is_something_to_list() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = ReportFile::beside(&folder.path().join("lexi.db"));
        assert_eq!(report.path(), None);
        let row = RowError {
            line: 7,
            column: Some("A, \"B\"".to_owned()),
            value: Some("=1+1\nx".to_owned()),
            reason: "is odd".to_owned(),
        };
        report.left_out(Path::new("x/a.csv"), &row).unwrap();
        report.finish().unwrap();
        let text = std::fs::read_to_string(report.path().unwrap()).unwrap();
        let wanted = "file,line,column,value,result,reason\n\
                      \"a.csv\",7,\"A, \"\"B\"\"\",\"'=1+1\nx\",left out,\"is odd\"\n";
        assert_eq!(text, wanted);
        assert_eq!(quoted("-5.2"), "\"-5.2\"");
        assert_eq!(quoted("-x()"), "\"'-x()\"");
    }
}
