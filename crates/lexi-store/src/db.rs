//! What an operation sees of an engine: a transaction that takes SQL with `$1…$n` and gives rows of plain values.
//!
//! Operations are `async` because a networked engine must wait. SQLite never does: its driver polls the operation once
//! and it is done.

use std::time::Instant;

use lexi_types::{Date, Money, Timestamp};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::known::Known;
use crate::recording::Recording;
use crate::{Result, StoreError};

/// Names fixed SQL texts and lists them for the test that prepares each.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(pub(crate) const $name: &str = $sql;)*
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

macro_rules! text_values {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::Text(value.to_string())
            }
        }
    )*};
}
text_values!(
    &str,
    &String,
    Date,
    lexi_types::WorkspaceId,
    lexi_types::KeyId,
    lexi_types::ConversationId,
    lexi_types::RunId,
    lexi_types::RecordId,
    lexi_types::LedgerId,
    lexi_types::LexiTaskId,
    lexi_types::WebhookId,
    lexi_types::EventId,
    &lexi_types::MessageId,
    &lexi_types::AuditId
);

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.micros())
    }
}

impl From<Money> for Value {
    fn from(value: Money) -> Self {
        Self::Int(value.minor())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// One result row, read by position.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    fn at(&self, index: usize) -> Result<&Value> {
        self.0.get(index).ok_or_else(|| StoreError::Internal(format!("the row has no column {index}")))
    }

    pub fn values(&self) -> &[Value] {
        &self.0
    }

    pub fn int(&self, index: usize) -> Result<i64> {
        self.opt_int(index)?.ok_or_else(|| unexpected(index, "a number"))
    }

    pub fn opt_int(&self, index: usize) -> Result<Option<i64>> {
        match self.at(index)? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(*value)),
            _ => Err(unexpected(index, "a number")),
        }
    }

    pub fn flag(&self, index: usize) -> Result<bool> {
        Ok(self.int(index)? != 0)
    }

    pub fn time(&self, index: usize) -> Result<Timestamp> {
        self.int(index).map(Timestamp::from_micros)
    }

    pub fn opt_time(&self, index: usize) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(index)?.map(Timestamp::from_micros))
    }

    pub fn text(&self, index: usize) -> Result<&str> {
        self.opt_text(index)?.ok_or_else(|| unexpected(index, "text"))
    }

    pub fn opt_text(&self, index: usize) -> Result<Option<&str>> {
        match self.at(index)? {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            _ => Err(unexpected(index, "text")),
        }
    }

    pub fn string(&self, index: usize) -> Result<String> {
        self.text(index).map(str::to_owned)
    }

    pub fn opt_string(&self, index: usize) -> Result<Option<String>> {
        Ok(self.opt_text(index)?.map(str::to_owned))
    }

    pub fn blob(&self, index: usize) -> Result<&[u8]> {
        match self.at(index)? {
            Value::Blob(value) => Ok(value),
            _ => Err(unexpected(index, "bytes")),
        }
    }

    /// Text that reads as an id, a date, a scope list …
    pub fn parse<T: std::str::FromStr>(&self, index: usize) -> Result<T> {
        self.opt_parse(index)?.ok_or_else(|| unexpected(index, "a value"))
    }

    pub fn opt_parse<T: std::str::FromStr>(&self, index: usize) -> Result<Option<T>> {
        let Some(text) = self.opt_text(index)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| unexpected(index, std::any::type_name::<T>()))
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T> {
        serde_json::from_str(self.text(index)?).map_err(|_| unexpected(index, "JSON"))
    }
}

fn unexpected(index: usize, wanted: &str) -> StoreError {
    StoreError::Internal(format!("column {index} does not hold {wanted}"))
}

/// A transaction, or a read-only view of the database.
#[derive(Debug)]
pub struct Tx<'c> {
    engine: Engine<'c>,
    /// The writer's memory; whoever only reads has none.
    known: Option<&'c mut Known>,
    /// Something was put into the outbox.
    has_told: bool,
    recording: Option<Recording>,
}

#[derive(Debug)]
enum Engine<'c> {
    Sqlite(&'c mut rusqlite::Connection),
}

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(connection: &'c mut rusqlite::Connection) -> Self {
        Self { engine: Engine::Sqlite(connection), known: None, recording: None, has_told: false }
    }

    /// With a memory of what is on disk. Whoever undoes what was written must empty it.
    pub(crate) fn sqlite_writer(connection: &'c mut rusqlite::Connection, known: &'c mut Known) -> Self {
        Self { engine: Engine::Sqlite(connection), known: Some(known), recording: None, has_told: false }
    }

    pub(crate) fn recorded(mut self, recording: Option<Recording>) -> Self {
        self.recording = recording;
        self
    }

    /// Takes the memory out, to be put back when what it is needed for has succeeded.
    pub(crate) fn take_known(&mut self) -> Known {
        self.known.as_deref_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn put_known(&mut self, known: Known) {
        if let Some(place) = self.known.as_deref_mut() {
            *place = known;
        }
    }

    /// Whoever delivers what is in the outbox is to be woken once this is on disk.
    pub(crate) fn tell(&mut self) {
        self.has_told = true;
    }

    pub(crate) fn has_told(&self) -> bool {
        self.has_told
    }

    /// Runs a statement and gives the number of rows that it changed.
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        match &mut self.engine {
            Engine::Sqlite(connection) => crate::sqlite::execute(connection, sql, params),
        }
    }

    pub async fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let Some(recording) = self.recording.clone() else { return self.ask(sql, params).await };
        let asked = Instant::now();
        let rows = self.ask(sql, params).await;
        recording.note(sql, params, asked.elapsed());
        rows
    }

    async fn ask(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                Ok(crate::sqlite::rows(connection, sql, params)?.into_iter().map(Row).collect())
            }
        }
    }

    /// The first row, if there is one.
    pub async fn row(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }

    /// The only row of a statement that always has one.
    pub async fn one(&mut self, sql: &str, params: &[Value]) -> Result<Row> {
        self.row(sql, params).await?.ok_or_else(|| StoreError::Internal("a row was expected".to_owned()))
    }
}
