//! From the rows of a file to changes in the store: checked first, written then, each row wholly or not at all.

use std::sync::Arc;

use lexi_store::{StoreError, Tx};
use lexi_types::{Timestamp, WorkspaceId};

use super::activities::ActivityRow;
use super::cells::Cells;
use super::columns::Columns;
use super::companies::CompanyRow;
use super::contacts::ContactRow;
use super::deals::DealRow;
use super::desk::{Brought, Change, Desk, Done, Refusal, SharedMemory};
use super::fields::ImportKind;
use super::matters::MatterRow;
use super::notes::NoteRow;
use super::options::MatchBy;
use super::reader::{Batch, RawRow};
use super::report::{ImportReport, RowError};
use super::tasks::TaskRow;
use super::users::UserRow;

/// What stays the same for every row of an import.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) workspace: WorkspaceId,
    pub(super) kind: ImportKind,
    pub(super) columns: Arc<Columns>,
    pub(super) default_currency: String,
    pub(super) create_missing: bool,
    pub(super) match_by: Option<MatchBy>,
    pub(super) now: Timestamp,
    pub(super) memory: SharedMemory,
}

/// A row that is right in itself; whether what it names is clear, the store must say.
#[derive(Debug)]
pub(super) struct CheckedRow {
    line: u64,
    record: RecordRow,
}

#[derive(Debug)]
enum RecordRow {
    Contact(Box<ContactRow>),
    Company(Box<CompanyRow>),
    Deal(Box<DealRow>),
    Matter(Box<MatterRow>),
    User(UserRow),
    Note(Box<NoteRow>),
    Task(Box<TaskRow>),
    Activity(Box<ActivityRow>),
}

pub(super) type Outcome = Result<(Change, Brought), RowError>;

impl Context {
    /// Sorts out what cannot be written. Blank rows and wrong ones are counted in the report.
    pub(super) fn check(&self, batch: Batch, report: &mut ImportReport) -> Vec<CheckedRow> {
        report.rows += batch.rows.len() as u64;
        batch.rows.iter().filter_map(|row| self.check_row(row, report)).collect()
    }

    fn check_row(&self, row: &RawRow, report: &mut ImportReport) -> Option<CheckedRow> {
        let mut cells = Cells::new(&self.columns, row);
        if cells.is_blank() {
            report.skipped += 1;
            return None;
        }
        let record = match self.kind {
            ImportKind::Contacts => RecordRow::Contact(Box::new(ContactRow::read(&mut cells))),
            ImportKind::Companies => RecordRow::Company(Box::new(CompanyRow::read(&mut cells))),
            ImportKind::Deals => RecordRow::Deal(Box::new(DealRow::read(&mut cells))),
            ImportKind::Matters => RecordRow::Matter(Box::new(MatterRow::read(&mut cells))),
            ImportKind::Users => RecordRow::User(UserRow::read(&mut cells)),
            ImportKind::Notes => RecordRow::Note(Box::new(NoteRow::read(&mut cells))),
            ImportKind::Tasks => RecordRow::Task(Box::new(TaskRow::read(&mut cells))),
            ImportKind::Activities => RecordRow::Activity(Box::new(ActivityRow::read(&mut cells))),
        };
        if cells.errors.is_empty() {
            return Some(CheckedRow { line: row.line, record });
        }
        report.fail(cells.errors);
        None
    }

    /// Writes the rows; an error of the store stands for all of them.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        rows: &[CheckedRow],
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(self.write_row(tx, row).await?);
        }
        Ok(outcomes)
    }

    pub(super) async fn write_row(&self, tx: &mut Tx<'_>, row: &CheckedRow) -> Result<Outcome, StoreError> {
        let mut desk = Desk {
            tx,
            workspace: self.workspace,
            now: self.now,
            default_currency: &self.default_currency,
            create_missing: self.create_missing,
            match_by: self.match_by,
            brought: Brought::default(),
            memory: Arc::clone(&self.memory),
        };
        let done: Done<Change> = match &row.record {
            RecordRow::Contact(contact) => contact.write(&mut desk).await,
            RecordRow::Company(company) => company.write(&mut desk).await,
            RecordRow::Deal(deal) => deal.write(&mut desk).await,
            RecordRow::Matter(matter) => matter.write(&mut desk).await,
            RecordRow::User(user) => user.write(&mut desk).await,
            RecordRow::Note(note) => note.write(&mut desk).await,
            RecordRow::Task(task) => task.write(&mut desk).await,
            RecordRow::Activity(activity) => activity.write(&mut desk).await,
        };
        match done {
            Ok(change) => Ok(Ok((change, desk.brought))),
            Err(Refusal::Store(error)) => Err(error),
            Err(Refusal::Row { field, value, reason }) => {
                let column = self.columns.position(field).and_then(|at| self.columns.header(at));
                let column = Some(column.unwrap_or(field).to_owned());
                Ok(Err(RowError { line: row.line, column, value, reason }))
            }
        }
    }

    pub(super) fn constraint(row: &CheckedRow, reason: &str) -> RowError {
        let reason = format!("the database refused the row: {reason}");
        RowError { line: row.line, column: None, value: None, reason }
    }
}

impl ImportReport {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Ok((change, brought)) => {
                match change {
                    Change::Created => self.created += 1,
                    Change::Updated => self.updated += 1,
                    Change::Unchanged => self.unchanged += 1,
                }
                self.created_users += brought.users;
                self.created_companies += brought.companies;
                self.created_contacts += brought.contacts;
            }
            Err(error) => self.fail(vec![error]),
        }
    }
}
