//! What the columns of a file mean.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use lexi_store::name_key;

use super::error::ImportError;
use super::fields::{ImportKind, squeezed};
use super::options::DateOrder;
use super::report::ColumnUse;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    Field(&'static str),
    Custom(String),
    Ignore,
}

#[derive(Debug)]
pub(super) struct Columns {
    headers: Vec<String>,
    meanings: Vec<Meaning>,
    /// The columns of each field, the best first: the others are for rows in which that is empty.
    places: HashMap<&'static str, Vec<usize>>,
    mapped: HashSet<usize>,
    /// Columns of which nothing is made, although nobody said so.
    silent: Vec<usize>,
    /// The order of day and month in the columns of dates that have slashes, where one holds for the whole column.
    orders: HashMap<usize, DateOrder>,
}

impl Columns {
    /// `map` pairs the name of a column with the field that it is to fill, before any guessing.
    pub(super) fn understand(
        kind: ImportKind,
        headers: Vec<String>,
        map: &[(String, String)],
    ) -> Result<Self, ImportError> {
        let mapped = mapped_columns(kind, &headers, map)?;
        let mut columns = Self {
            meanings: Vec::new(),
            places: HashMap::new(),
            mapped: mapped.keys().copied().collect(),
            silent: Vec::new(),
            orders: HashMap::new(),
            headers,
        };
        let mut keys: HashSet<String> = mapped
            .values()
            .filter_map(|meaning| match meaning {
                Meaning::Custom(key) => Some(key.clone()),
                _ => None,
            })
            .collect();
        let (guesses, others) = best_columns(kind, &columns.headers, &mapped);
        for (index, header) in columns.headers.iter().enumerate() {
            let meaning = match (mapped.get(&index), guesses.get(&index)) {
                (Some(meaning), _) => meaning.clone(),
                (None, Some(field)) => Meaning::Field(field),
                (None, None) if !kind.has_custom_fields() || kind.ignores(header) => Meaning::Ignore,
                (None, None) => Meaning::Custom(custom_key(header, index, &keys)),
            };
            let passed_over = meaning == Meaning::Ignore && !mapped.contains_key(&index);
            if passed_over && !header.is_empty() && !kind.ignores(header) {
                columns.silent.push(index);
            }
            match &meaning {
                Meaning::Field(field) => columns.places.entry(field).or_default().push(index),
                Meaning::Custom(key) => drop(keys.insert(key.clone())),
                Meaning::Ignore => {}
            }
            columns.meanings.push(meaning);
        }
        for (field, others) in others {
            columns.places.entry(field).or_default().extend(others);
        }
        if !kind.name_fields().split(", ").any(|field| columns.places.contains_key(field)) {
            return Err(ImportError::NoName { kind, found: listed(&columns.headers) });
        }
        Ok(columns)
    }

    pub(super) fn order_of(&self, index: usize) -> Option<DateOrder> {
        self.orders.get(&index).copied()
    }

    pub(super) fn set_date_order(&mut self, index: usize, order: DateOrder) {
        self.orders.insert(index, order);
    }

    /// The columns of each field that holds dates.
    pub(super) fn dates(&self) -> Vec<Vec<usize>> {
        let dates = self.places.iter().filter(|(field, _)| field.ends_with("_date"));
        let mut dates: Vec<Vec<usize>> = dates.map(|(_, columns)| columns.clone()).collect();
        dates.sort_unstable();
        dates
    }

    /// The column of a field that is filled in a row, and its value.
    pub(super) fn value<'r>(&self, field: &str, fields: &'r [String]) -> Option<(usize, &'r str)> {
        let filled = |at: usize| Some((at, fields.get(at)?.trim())).filter(|(_, value)| !value.is_empty());
        self.places.get(field)?.iter().copied().find_map(filled)
    }

    pub(super) fn len(&self) -> usize {
        self.headers.len()
    }

    pub(super) fn position(&self, field: &str) -> Option<usize> {
        self.places.get(field)?.first().copied()
    }

    pub(super) fn header(&self, index: usize) -> Option<&str> {
        self.headers.get(index).map(String::as_str)
    }

    /// The columns that go to custom fields, with the key of each.
    pub(super) fn custom(&self) -> impl Iterator<Item = (usize, &str)> {
        self.meanings.iter().enumerate().filter_map(|(index, meaning)| match meaning {
            Meaning::Custom(key) => Some((index, key.as_str())),
            _ => None,
        })
    }

    /// The filled columns of a row that nothing is made of, although nobody said so.
    pub(super) fn untaken<'r>(&'r self, fields: &'r [String]) -> impl Iterator<Item = (usize, &'r str)> {
        let filled =
            |index: usize| Some((index, fields.get(index)?.trim())).filter(|(_, value)| !value.is_empty());
        let stands_in = |index: usize| {
            let mut others = self.places.iter().filter(|(_, columns)| columns.contains(&index));
            others.any(|(field, _)| self.value(field, fields).is_some_and(|(at, _)| at == index))
        };
        let silent = self.silent.iter().copied();
        silent.filter_map(filled).filter(move |(index, _)| !stands_in(*index))
    }

    /// The values of a row that are not empty and not ignored, with the names of their columns.
    pub(super) fn taken<'r>(&'r self, fields: &'r [String]) -> impl Iterator<Item = (&'r str, &'r str)> {
        let columns = self.headers.iter().zip(&self.meanings).zip(fields);
        let taken = columns.filter(|((_, meaning), _)| **meaning != Meaning::Ignore);
        taken
            .map(|((header, _), value)| (header.as_str(), value.trim()))
            .filter(|(_, value)| !value.is_empty())
    }

    pub(super) fn uses(&self) -> Vec<ColumnUse> {
        let field = |meaning: &Meaning| match meaning {
            Meaning::Field(field) => (*field).to_owned(),
            Meaning::Custom(key) => format!("custom.{key}"),
            Meaning::Ignore => "ignore".to_owned(),
        };
        let columns = self.headers.iter().zip(&self.meanings).enumerate();
        columns
            .map(|(index, (header, meaning))| ColumnUse {
                column: header.clone(),
                field: field(meaning),
                mapped: self.mapped.contains(&index),
            })
            .collect()
    }
}

/// The field that a column fills.
type Guesses = HashMap<usize, &'static str>;

/// The column that names each field best, and the others that name it. A column that happens to have a field's name does
/// not take it from the one that was mapped to it.
fn best_columns(
    kind: ImportKind,
    headers: &[String],
    mapped: &HashMap<usize, Meaning>,
) -> (Guesses, HashMap<&'static str, Vec<usize>>) {
    let mut ranked: HashMap<&'static str, Vec<(usize, usize)>> = HashMap::new();
    for (index, header) in headers.iter().enumerate().filter(|(index, _)| !mapped.contains_key(index)) {
        let Some((field, rank)) = kind.recognise(header) else { continue };
        if !mapped.values().any(|meaning| *meaning == Meaning::Field(field)) {
            ranked.entry(field).or_default().push((rank, index));
        }
    }
    let (mut best, mut others) = (Guesses::new(), HashMap::new());
    for (field, mut columns) in ranked {
        columns.sort_unstable();
        let mut columns = columns.into_iter().map(|(_, index)| index);
        best.extend(columns.next().map(|index| (index, field)));
        // An id of another kind is no id of this one.
        if field != "external_id" && columns.len() > 0 {
            others.insert(field, columns.collect());
        }
    }
    (best, others)
}

fn mapped_columns(
    kind: ImportKind,
    headers: &[String],
    map: &[(String, String)],
) -> Result<HashMap<usize, Meaning>, ImportError> {
    let mut mapped = HashMap::new();
    let mut taken = HashSet::new();
    for (column, target) in map {
        let exact = headers.iter().position(|header| header == column.trim());
        let index = exact.or_else(|| headers.iter().position(|header| squeezed(header) == squeezed(column)));
        let unknown = || ImportError::UnknownColumn { column: column.clone(), found: listed(headers) };
        let index = index.ok_or_else(unknown)?;
        let target = target.trim();
        let meaning = match target.strip_prefix("custom.") {
            Some("") => return Err(ImportError::NamelessField { column: column.clone() }),
            Some(key) if kind.has_custom_fields() => Meaning::Custom(key.to_owned()),
            _ if target == "ignore" => Meaning::Ignore,
            _ => kind.field_named(target).map(Meaning::Field).ok_or_else(|| unknown_field(kind, target))?,
        };
        let doubled = meaning != Meaning::Ignore && !taken.insert(meaning.clone());
        if doubled || mapped.insert(index, meaning).is_some() {
            return Err(ImportError::DoubledField { field: target.to_owned() });
        }
    }
    Ok(mapped)
}

fn unknown_field(kind: ImportKind, target: &str) -> ImportError {
    let fields = kind.fields().map(|(field, _)| *field);
    let custom = kind.has_custom_fields().then_some("custom.<name>");
    let valid = fields.chain(custom).collect::<Vec<_>>().join(", ");
    ImportError::UnknownField { kind, field: target.to_owned(), valid }
}

/// `Product Interest` becomes `product_interest`; a second one `product_interest_2`.
fn custom_key(header: &str, index: usize, taken: &HashSet<String>) -> String {
    let mut key = name_key(header).replace(' ', "_");
    if key.is_empty() {
        key = format!("column_{}", index + 1);
    }
    let plain = key.clone();
    for number in 2.. {
        if !taken.contains(&key) {
            break;
        }
        key = format!("{plain}_{number}");
    }
    key
}

fn listed(headers: &[String]) -> String {
    let mut list = String::new();
    for (index, header) in headers.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _written = write!(list, "{separator}`{header}`");
    }
    list
}
