//! The words that a workspace itself uses: its statuses, industries, tags, custom fields. They are kept up with every
//! record that is written; nobody reads records to know them.

use std::borrow::Cow;

use lexi_types::WorkspaceId;
use lexi_types::records::RecordType;

use crate::db::{Row, Tx, Value, statements};
use crate::indexed::{Field, Words};
use crate::known::{Known, TypeWords};
use crate::{Result, Sight, dialect, word_key};

/// Values kept of one field. One that has more is no vocabulary, and says so by its gaps.
const VALUES_MAX: usize = 2_000;
/// Fields kept of one type of record.
const FIELDS_MAX: usize = 500;
const VALUE_CHARS_MAX: usize = 80;
const NAME_CHARS_MAX: usize = 200;
/// How many spellings one word may have.
const SPELLINGS_MAX: usize = 1_000;

const CUSTOM: &str = "custom.";
/// Stands for the names of the custom fields among the gaps.
const CUSTOM_NAMES: &str = "custom";

statements! {
    ADD = "INSERT INTO vocabulary (workspace_id, record_type, field, value) VALUES ($1, $2, $3, $4) \
           ON CONFLICT DO NOTHING";
    ADD_GAP = "INSERT INTO vocabulary_gaps (workspace_id, record_type, field) VALUES ($1, $2, $3) \
               ON CONFLICT DO NOTHING";
    OF_TYPE = "SELECT field, value FROM vocabulary WHERE workspace_id = $1 AND record_type = $2";
    GAPS_OF_TYPE = "SELECT field FROM vocabulary_gaps WHERE workspace_id = $1 AND record_type = $2";
    ALL = "SELECT record_type, field, value FROM vocabulary WHERE workspace_id = $1 \
           ORDER BY record_type, field, value";
    ALL_GAPS = "SELECT record_type, field FROM vocabulary_gaps WHERE workspace_id = $1";
    OF_FIELD = "SELECT value FROM vocabulary WHERE workspace_id = $1 AND record_type = $2 AND field = $3 \
                AND value <> '' ORDER BY value";
    GAP = "SELECT 1 FROM vocabulary_gaps WHERE workspace_id = $1 AND record_type = $2 AND field = $3";
    USUAL_CURRENCY = "SELECT currency FROM (SELECT currency FROM deals WHERE workspace_id = $1 ORDER BY id DESC LIMIT 100) \
                      newest GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1";
    CUSTOM_FIELDS = "SELECT DISTINCT field FROM vocabulary WHERE workspace_id = $1 AND record_type = $2 \
                     AND field >= 'custom.' AND field < 'custom/' ORDER BY field";
}

/// Where the values of a field stand.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    Column(&'static str),
    Tag,
    /// The custom fields of these names.
    Custom(&'a [String]),
}

/// What the vocabulary knows of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelt {
    /// In alphabetical order.
    pub values: Vec<String>,
    /// There are no others.
    pub complete: bool,
}

/// Everything that the vocabulary knows of one field of one type of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownField {
    /// As `RecordType::as_str` gives it.
    pub kind: String,
    pub field: String,
    pub spelt: Spelt,
}

/// The currency that most of the newest hundred deals have.
pub async fn usual_currency(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Option<String>> {
    tx.row(USUAL_CURRENCY, &[workspace.into()]).await?.map_or(Ok(None), |row| row.opt_string(0))
}

/// Adds the words of a record that was written.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    known: &mut Known,
    workspace: WorkspaceId,
    kind: RecordType,
    words: Words<'_>,
) -> Result<()> {
    if words.0.is_empty() {
        return Ok(());
    }
    if known.words(workspace, kind).is_none() {
        let read = read_type(tx, workspace, kind).await?;
        known.learn(workspace, kind, read);
    }
    for (field, value) in words.0 {
        let name = match field {
            Field::Named(name) => Cow::Borrowed(name),
            Field::Custom(name) => Cow::Owned(format!("{CUSTOM}{name}")),
        };
        // What is blank is no word; of a custom field at least the name is known.
        let value = value.map(|value| if value.trim().is_empty() { Cow::Borrowed("") } else { value });
        if matches!((field, value.as_deref()), (Field::Named(_), Some(""))) {
            continue;
        }
        let Some(of_type) = known.words(workspace, kind) else { continue };
        let news = of_type.learn(&name, value.as_deref());
        if let Some(word) = news.word {
            known.grew();
            let row = [workspace.into(), kind.as_str().into(), name.as_ref().into(), word.into()];
            tx.execute(ADD, &row).await?;
        }
        if let Some(field) = news.gap {
            tx.execute(ADD_GAP, &[workspace.into(), kind.as_str().into(), field.into()]).await?;
        }
    }
    Ok(())
}

/// What the database does not hold yet.
#[derive(Debug, Default, PartialEq, Eq)]
struct News<'w> {
    word: Option<&'w str>,
    /// The field that has a gap from now on.
    gap: Option<&'w str>,
}

impl TypeWords {
    /// Takes in a value of a field; `None` is one that cannot be kept.
    fn learn<'w>(&mut self, name: &'w str, value: Option<&'w str>) -> News<'w> {
        let value = value.filter(|value| value.chars().count() <= VALUE_CHARS_MAX);
        if let Some(field) = self.fields.get_mut(name) {
            return match value {
                Some(value) if field.values.contains(value) => News::default(),
                Some(value) if field.values.len() < VALUES_MAX => {
                    field.values.insert(value.to_owned());
                    News { word: Some(value), gap: None }
                }
                _ => News { word: None, gap: (!std::mem::replace(&mut field.gaps, true)).then_some(name) },
            };
        }
        if self.fields.len() >= FIELDS_MAX || name.chars().count() > NAME_CHARS_MAX {
            let names = self.fields.entry(CUSTOM_NAMES.to_owned()).or_default();
            return News {
                word: None,
                gap: (!std::mem::replace(&mut names.gaps, true)).then_some(CUSTOM_NAMES),
            };
        }
        let field = self.fields.entry(name.to_owned()).or_default();
        field.gaps = value.is_none();
        // The name of a custom field is kept even if its first value is not.
        let word = value.unwrap_or_default();
        field.values.insert(word.to_owned());
        News { word: Some(word), gap: value.is_none().then_some(name) }
    }
}

async fn read_type(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType) -> Result<TypeWords> {
    let mut words = TypeWords::default();
    let of_type = [workspace.into(), kind.as_str().into()];
    for row in tx.rows(OF_TYPE, &of_type).await? {
        words.fields.entry(row.string(0)?).or_default().values.insert(row.string(1)?);
    }
    for row in tx.rows(GAPS_OF_TYPE, &of_type).await? {
        words.fields.entry(row.string(0)?).or_default().gaps = true;
    }
    Ok(words)
}

/// The values of a field, as they are spelt.
pub async fn values(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    place: Place<'_>,
) -> Result<Spelt> {
    let fields = match place {
        Place::Column(column) => vec![Cow::Borrowed(column)],
        Place::Tag => vec![Cow::Borrowed("tag")],
        Place::Custom(names) => names.iter().map(|name| Cow::Owned(format!("{CUSTOM}{name}"))).collect(),
    };
    let mut spelt = Spelt { values: Vec::new(), complete: true };
    for field in fields {
        let of_field = [workspace.into(), kind.as_str().into(), field.as_ref().into()];
        spelt.values.extend(strings(&tx.rows(OF_FIELD, &of_field).await?)?);
        spelt.complete &= tx.row(GAP, &of_field).await?.is_none();
    }
    spelt.values.sort();
    spelt.values.dedup();
    Ok(spelt)
}

/// The names of the custom fields that records of this type have.
pub async fn custom_names(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RecordType) -> Result<Spelt> {
    let fields = strings(&tx.rows(CUSTOM_FIELDS, &[workspace.into(), kind.as_str().into()]).await?)?;
    let names = fields.iter().filter_map(|field| field.strip_prefix(CUSTOM)).map(str::to_owned).collect();
    let gap = [workspace.into(), kind.as_str().into(), CUSTOM_NAMES.into()];
    Ok(Spelt { values: names, complete: tx.row(GAP, &gap).await?.is_none() })
}

/// Every field of every type, in alphabetical order.
pub async fn all(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<KnownField>> {
    let mut fields: Vec<KnownField> = Vec::new();
    for row in tx.rows(ALL, &[workspace.into()]).await? {
        let (kind, field, value) = (row.text(0)?, row.text(1)?, row.string(2)?);
        let known = match fields.last_mut() {
            Some(last) if last.kind == kind && last.field == field => last,
            _ => {
                let spelt = Spelt { values: Vec::new(), complete: true };
                fields.push(KnownField { kind: kind.to_owned(), field: field.to_owned(), spelt });
                let Some(last) = fields.last_mut() else { continue };
                last
            }
        };
        if !value.is_empty() {
            known.spelt.values.push(value);
        }
    }
    for row in tx.rows(ALL_GAPS, &[workspace.into()]).await? {
        let (kind, field) = (row.text(0)?, row.text(1)?);
        for known in fields.iter_mut().filter(|known| known.kind == kind && known.field == field) {
            known.spelt.complete = false;
        }
    }
    Ok(fields)
}

/// The spellings of one word in the records themselves, for fields whose vocabulary has gaps. Reads every record of the
/// type.
pub async fn spellings_in_records(
    tx: &mut Tx<'_>,
    sight: Sight,
    kind: RecordType,
    place: Place<'_>,
    text: &str,
) -> Result<Vec<String>> {
    let table = kind.plural();
    let mut params: Vec<Value> = vec![sight.workspace.into(), word_key(text).into()];
    let (from, value, further) = match place {
        Place::Column(column) => (table.to_owned(), format!("{table}.{column}"), String::new()),
        Place::Tag => (
            format!("{table}, {}", dialect::each_tag(table)),
            "CAST(tag.value AS TEXT)".to_owned(),
            String::new(),
        ),
        Place::Custom(names) => {
            let mut list = Vec::with_capacity(names.len());
            for name in names {
                params.push(name.into());
                list.push(format!("${}", params.len()));
            }
            (
                format!("{table}, {}", dialect::each_custom_field(table)),
                format!("({})", dialect::CUSTOM_TEXT),
                format!(" AND custom.key IN ({})", list.join(", ")),
            )
        }
    };
    let sql = format!(
        "SELECT DISTINCT {value} FROM {from} WHERE {table}.workspace_id = $1{further}{} AND {} = $2 \
         ORDER BY 1 LIMIT {SPELLINGS_MAX}",
        sight.and_seen(kind, table),
        dialect::word_key(&value)
    );
    strings(&tx.rows(&sql, &params).await?)
}

fn strings(rows: &[Row]) -> Result<Vec<String>> {
    rows.iter().map(|row| row.string(0)).collect()
}
