//! What is kept of a record beside its own table, in the same transaction: the words of the vocabulary and the search
//! index.

use std::borrow::Cow;

use lexi_types::records::{CustomFields, RecordType};
use lexi_types::{RecordId, WorkspaceId};
use serde_json::Value;

use crate::db::Tx;
use crate::search::{self, Texts};
use crate::{Result, vocabulary};

pub(crate) trait Indexed {
    const KIND: RecordType;

    fn id(&self) -> RecordId;

    /// The texts by which the record is found.
    fn texts(&self, texts: &mut Texts);

    /// The words of the workspace's vocabulary that the record uses.
    fn words<'r>(&'r self, words: &mut Words<'r>);
}

/// A field of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field<'r> {
    Named(&'static str),
    Custom(&'r str),
}

/// The words of one record; without a value where it cannot be written as the database would.
#[derive(Debug, Default)]
pub(crate) struct Words<'r>(pub(crate) Vec<(Field<'r>, Option<Cow<'r, str>>)>);

impl<'r> Words<'r> {
    pub(crate) fn column(&mut self, name: &'static str, value: Option<&'r str>) {
        self.0.extend(value.map(|value| (Field::Named(name), Some(Cow::Borrowed(value)))));
    }

    pub(crate) fn tags(&mut self, tags: &'r [String]) {
        self.0.extend(tags.iter().map(|tag| (Field::Named("tag"), Some(Cow::Borrowed(tag.as_str())))));
    }

    pub(crate) fn custom(&mut self, fields: &'r CustomFields) {
        self.0.extend(fields.iter().map(|(name, value)| (Field::Custom(name), text(value))));
    }
}

/// A custom value as `dialect::CUSTOM_TEXT` gives it; nothing where the two may differ.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => Some(Cow::Borrowed("")),
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Number(number) if number.is_i64() => Some(Cow::Owned(number.to_string())),
        Value::Number(number) => {
            // Plain decimals of up to fifteen digits are written alike everywhere.
            let text = number.to_string();
            let digits = text.chars().filter(char::is_ascii_digit).count();
            (digits <= 15 && number.is_f64() && !text.contains(['e', 'E'])).then_some(Cow::Owned(text))
        }
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Keeps what belongs to a record that was just written.
pub(crate) async fn keep<R: Indexed>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    record: &R,
    new: bool,
) -> Result<()> {
    let (mut words, mut texts) = (Words::default(), Texts::default());
    record.words(&mut words);
    record.texts(&mut texts);
    // Taken out while the database is asked; lost, and so forgotten, should that fail.
    let mut known = tx.take_known();
    vocabulary::keep(tx, &mut known, workspace, R::KIND, words).await?;
    search::keep(tx, &mut known, (workspace, R::KIND, record.id()), &texts, new).await?;
    tx.put_known(known);
    Ok(())
}
