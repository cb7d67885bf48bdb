//! From the rows of a file to changes in the store: checked first, written then, each row wholly or not at all.

use std::sync::Arc;

use lexi_store::audit::{self, Actor, Deed};
use lexi_store::{StoreError, Tx};
use lexi_types::{Timestamp, WorkspaceId};
use serde_json::json;

use super::activities::{self, ActivityRow};
use super::cells::Cells;
use super::columns::Columns;
use super::companies::CompanyRow;
use super::contacts::{self, ContactRow};
use super::deals::DealRow;
use super::desk::{Brought, Change, Desk, Done, Refusal};
use super::fields::ImportKind;
use super::known::Known;
use super::matters::MatterRow;
use super::memory::{Fresh, SharedMemory};
use super::notes::NoteRow;
use super::options::MatchBy;
use super::profiles::System;
use super::reader::{Batch, RawRow};
use super::report::{RowError, Tally};
use super::tasks::TaskRow;
use super::users::UserRow;

/// What stays the same for every row of an import.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) workspace: WorkspaceId,
    pub(super) kind: ImportKind,
    /// The name of the file, for the audit log.
    pub(super) file: String,
    pub(super) columns: Arc<Columns>,
    pub(super) default_currency: String,
    pub(super) create_missing: bool,
    pub(super) match_by: Option<MatchBy>,
    pub(super) system: Option<System>,
    pub(super) activity_type: Option<String>,
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

#[derive(Debug)]
pub(super) struct Written {
    change: Change,
    brought: Brought,
    notices: Vec<RowError>,
}

pub(super) type Outcome = Result<Written, RowError>;

impl Context {
    /// Sorts out what cannot be written. Blank rows and wrong ones are counted in the report.
    pub(super) fn check(&self, batch: Batch, tally: &mut Tally) -> Vec<CheckedRow> {
        tally.report.rows += batch.rows.len() as u64;
        batch.rows.iter().filter_map(|row| self.check_row(row, tally)).collect()
    }

    fn check_row(&self, row: &RawRow, tally: &mut Tally) -> Option<CheckedRow> {
        let mut cells = Cells::new(&self.columns, row, self.system);
        if cells.is_blank() {
            tally.report.skipped += 1;
            return None;
        }
        if let Some(reason) = cells.set_aside() {
            tally.set_aside(row.line, reason);
            return None;
        }
        // Of a row that is cut wrong, the values say nothing.
        if !cells.errors.is_empty() {
            tally.fail(cells.errors);
            return None;
        }
        let record = match self.kind {
            ImportKind::Contacts if contacts::is_company(&cells) => {
                RecordRow::Company(Box::new(CompanyRow::among_contacts(&mut cells)))
            }
            ImportKind::Contacts => RecordRow::Contact(Box::new(ContactRow::read(&mut cells))),
            ImportKind::Companies => RecordRow::Company(Box::new(CompanyRow::read(&mut cells))),
            ImportKind::Deals => RecordRow::Deal(Box::new(DealRow::read(&mut cells))),
            ImportKind::Matters => RecordRow::Matter(Box::new(MatterRow::read(&mut cells))),
            ImportKind::Users => RecordRow::User(UserRow::read(&mut cells)),
            ImportKind::Notes => RecordRow::Note(Box::new(NoteRow::read(&mut cells))),
            ImportKind::Tasks => RecordRow::Task(Box::new(TaskRow::read(&mut cells))),
            ImportKind::Activities if activities::is_planned(&mut cells) => {
                cells.notice("done", "is still to be done: the row becomes a task");
                RecordRow::Task(Box::new(TaskRow::planned(&mut cells)))
            }
            ImportKind::Activities => {
                RecordRow::Activity(Box::new(ActivityRow::read(&mut cells, self.activity_type.as_deref())))
            }
        };
        if cells.errors.is_empty() {
            if self.system.is_some() {
                self.note_untaken(row, &record, tally);
            }
            cells.notices.into_iter().for_each(|notice| tally.note(notice));
            return Some(CheckedRow { line: row.line, record });
        }
        tally.fail(cells.errors);
        None
    }

    /// What vanishes of a row, where a whole folder comes over and nobody looks at each column.
    fn note_untaken(&self, row: &RawRow, record: &RecordRow, tally: &mut Tally) {
        let columns = &self.columns;
        let mut leave = |index: usize, value: &str| {
            let header = columns.header(index).unwrap_or_default();
            tally.leave(index, row.line, header, value, "is not taken over: no field is for it");
        };
        columns.untaken(&row.fields).for_each(|(index, value)| leave(index, value));
        if matches!((self.kind, record), (ImportKind::Activities, RecordRow::Task(_))) {
            for (index, _) in columns.custom() {
                let value = row.fields.get(index).map_or("", |value| value.trim());
                if !value.is_empty() {
                    leave(index, value);
                }
            }
        }
    }

    /// Writes the rows; an error of the store stands for all of them. What they said is to be remembered once the
    /// transaction is committed.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        rows: &[CheckedRow],
    ) -> Result<(Vec<Outcome>, Fresh), StoreError> {
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut known = Known::default();
        for row in rows {
            outcomes.push(self.write_row(tx, row, &mut known).await?);
        }
        self.account(tx, rows, &outcomes).await?;
        Ok((outcomes, known.said))
    }

    /// One row of the audit log for all that a batch has changed, in the same transaction: an import that is interrupted has
    /// accounted for what it wrote.
    async fn account(
        &self,
        tx: &mut Tx<'_>,
        rows: &[CheckedRow],
        outcomes: &[Outcome],
    ) -> Result<(), StoreError> {
        let mut tally = Tally::default();
        outcomes.iter().flatten().for_each(|written| tally.count_records(written));
        let report = tally.report;
        let brought = report.created_users + report.created_companies + report.created_contacts;
        if report.created + report.updated + brought == 0 {
            return Ok(());
        }
        let deed = Deed {
            action: "import",
            resource_type: self.kind.plural(),
            resource_id: self.file.clone(),
            after: Some(json!({
                "created": report.created,
                "updated": report.updated,
                "created_users": report.created_users,
                "created_companies": report.created_companies,
                "created_contacts": report.created_contacts,
                "lines": [rows.first().map(|row| row.line), rows.last().map(|row| row.line)],
            })),
            ..Deed::default()
        };
        let actor = Actor { source: "import", ..Actor::default() };
        audit::append(tx, self.workspace, &actor, &deed, self.now).await
    }

    async fn write_row(
        &self,
        tx: &mut Tx<'_>,
        row: &CheckedRow,
        known: &mut Known,
    ) -> Result<Outcome, StoreError> {
        let mut desk = Desk {
            tx,
            workspace: self.workspace,
            now: self.now,
            default_currency: &self.default_currency,
            create_missing: self.create_missing,
            match_by: self.match_by,
            brought: Brought::default(),
            remarks: Vec::new(),
            memory: self.memory.clone(),
            known,
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
        let (brought, remarks) = (desk.brought, desk.remarks);
        let about = |field, value, reason| {
            let column = self.columns.position(field).and_then(|at| self.columns.header(at));
            let column = Some(column.unwrap_or(field)).filter(|column| !column.is_empty());
            RowError { line: row.line, column: column.map(str::to_owned), value, reason }
        };
        match done {
            Ok(change) => {
                let notices = remarks.into_iter().map(|r| about(r.field, r.value, r.reason)).collect();
                Ok(Ok(Written { change, brought, notices }))
            }
            Err(Refusal::Store(error)) => Err(error),
            Err(Refusal::Row { field, value, reason }) => Ok(Err(about(field, value, reason))),
        }
    }

    pub(super) fn constraint(row: &CheckedRow, reason: &str) -> RowError {
        let reason = format!("the database refused the row: {reason}");
        RowError { line: row.line, column: None, value: None, reason }
    }
}

impl Tally {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Ok(written) => {
                self.count_records(&written);
                written.notices.into_iter().for_each(|notice| self.note(notice));
            }
            Err(error) => self.fail(vec![error]),
        }
    }

    fn count_records(&mut self, written: &Written) {
        let report = &mut self.report;
        match written.change {
            Change::Created => report.created += 1,
            Change::Updated => report.updated += 1,
            Change::Unchanged => report.unchanged += 1,
        }
        report.created_users += written.brought.users;
        report.created_companies += written.brought.companies;
        report.created_contacts += written.brought.contacts;
    }
}
