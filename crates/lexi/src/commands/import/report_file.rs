//! The list of what was left out or assumed, in a file that opens in a spreadsheet.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use lexi_crm::import::{Notice, RowError};
use lexi_types::Timestamp;

/// Written row by row, so that its size does not matter. It is made when there is something to write.
#[derive(Debug)]
pub(super) struct ReportFile {
    path: PathBuf,
    out: Option<BufWriter<File>>,
}

impl ReportFile {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut made = Self { path: path.to_owned(), out: None };
        made.out().with_context(|| format!("the report cannot be written to {}", path.display()))?;
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
            writeln!(out, "file,line,column,value,result,reason")?;
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
