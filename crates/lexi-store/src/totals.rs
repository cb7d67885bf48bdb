//! Counts, sums and spreads over records, made by the database and exact: integers only, amounts split so that no sum
//! overflows. Currencies are never added up.

use std::collections::HashMap;

use lexi_types::Money;
use lexi_types::records::RecordType;

use crate::db::{Row, Tx};
use crate::dialect::{self, TimeUnit};
use crate::filters::Filter;
use crate::settled::Settled;
use crate::{Result, Sight, Value};

/// What makes a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupBy {
    Column(&'static str),
    /// The first of two columns that holds something.
    FirstOf(&'static str, &'static str),
    /// A column of the record that `link` names.
    Through {
        link: &'static str,
        parent: RecordType,
        column: &'static str,
    },
    /// A record with two tags is in two groups.
    Tag,
    Custom(String),
    /// The unit in which a column of microseconds lies.
    Time(&'static str, TimeUnit),
    /// The unit in which a column of days lies.
    Day(&'static str, TimeUnit),
}

/// From one day to another, both columns that may be empty; records that end before they begin do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Deals: from creation until they were won or lost.
    Deals,
    /// Matters: from opening to closing.
    Matters,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    pub median: bool,
    pub cycle: Option<Cycle>,
}

/// The sums of some records of one currency. They can be added to each other; a median cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    pub count: i64,
    /// Records that have a value; averages are over these.
    pub count_with_value: i64,
    pub won: i64,
    pub lost: i64,
    /// Minor units.
    sum: i128,
    /// Minor units times percent.
    weighted: i128,
    min: Option<i64>,
    max: Option<i64>,
    median: Option<Money>,
    pub cycle: Spread,
}

/// How long something took, in whole days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    pub count: i64,
    pub sum: i64,
    pub min: Option<i64>,
    pub max: Option<i64>,
    /// In halves of a day; of the records of all currencies together, for days are days.
    pub median_halves: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// One for each grouping: a name, an id, a month; `None` for the records that have none.
    pub keys: Vec<Option<String>>,
    pub totals: Totals,
}

/// By currency, in alphabetical order. Records without money have one currency without a name.
pub type Totals = Vec<(String, Sums)>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aggregate {
    pub totals: Totals,
    /// In no particular order.
    pub groups: Vec<Group>,
}

impl Sums {
    pub fn sum(&self) -> Money {
        money(self.sum)
    }

    /// Rounded half up to the minor unit; none without a value.
    pub fn average(&self) -> Option<Money> {
        (self.count_with_value > 0)
            .then(|| money(divide_half_up(self.sum, i128::from(self.count_with_value))))
    }

    /// The sum of value × probability, rounded half up; a deal without a probability counts as nought.
    pub fn weighted(&self) -> Money {
        money(divide_half_up(self.weighted, 100))
    }

    pub fn min(&self) -> Option<Money> {
        self.min.map(Money::from_minor)
    }

    pub fn max(&self) -> Option<Money> {
        self.max.map(Money::from_minor)
    }

    pub const fn median(&self) -> Option<Money> {
        self.median
    }

    /// These records and those. The median is lost.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.count_with_value += other.count_with_value;
        self.won += other.won;
        self.lost += other.lost;
        self.sum += other.sum;
        self.weighted += other.weighted;
        self.min = self.min.into_iter().chain(other.min).min();
        self.max = self.max.max(other.max);
        self.median = None;
        self.cycle.add(&other.cycle);
    }
}

impl Spread {
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.into_iter().chain(other.min).min();
        self.max = self.max.max(other.max);
        self.median_halves = None;
    }
}

/// Adds totals of several currencies to others.
pub fn add_totals(totals: &mut Totals, more: &Totals) {
    for (currency, sums) in more {
        match totals.iter_mut().find(|(known, _)| known == currency) {
            Some((_, known)) => known.add(sums),
            None => {
                let mut own = sums.clone();
                own.median = None;
                own.cycle.median_halves = None;
                totals.push((currency.clone(), own));
            }
        }
    }
    totals.sort_by(|(a, _), (b, _)| a.cmp(b));
}

/// Counts and sums the records that match, all together and, if asked, by group.
pub async fn aggregate(
    tx: &mut Tx<'_>,
    filter: &Filter,
    group_by: &[GroupBy],
    measures: Measures,
) -> Result<Aggregate> {
    let settled = filter.settle(tx).await?;
    if group_by.is_empty() {
        let totals = groups(tx, &settled, &[], measures).await?.pop().map(|group| group.totals);
        return Ok(Aggregate { totals: totals.unwrap_or_default(), groups: Vec::new() });
    }
    let by_group = groups(tx, &settled, group_by, measures).await?;
    // Groups that share no record add up to the whole, which is then not read a second time; medians do not add up.
    let totals = if measures.median || group_by.contains(&GroupBy::Tag) {
        groups(tx, &settled, &[], measures).await?.pop().map(|group| group.totals).unwrap_or_default()
    } else {
        let mut totals = Totals::new();
        by_group.iter().for_each(|group| add_totals(&mut totals, &group.totals));
        totals
    };
    Ok(Aggregate { totals, groups: by_group })
}

/// The rows that are summed up, one per record and tag, with the columns `k1`, `k2`, `currency`, `value`, `chance`,
/// `outcome`, `days`.
struct Source {
    sql: String,
    params: Vec<Value>,
    /// `k1, k2, ` or less.
    keys: String,
}

impl Source {
    fn new(settled: &Settled, group_by: &[GroupBy], measures: Measures) -> Self {
        let (table, mut params) = (settled.table(), settled.params().to_vec());
        let deals = settled.kind() == RecordType::Deal;
        let (mut columns, mut keys) = (String::new(), String::new());
        for (index, by) in group_by.iter().enumerate() {
            let number = index + 1;
            columns.push_str(&format!(
                "CAST(NULLIF({}, '') AS TEXT) AS k{number}, ",
                by.sql(settled.filter.sight, table, &mut params)
            ));
            keys.push_str(&format!("k{number}, "));
        }
        columns.push_str(match deals {
            true => "currency, estimated_value AS value, probability AS chance, status AS outcome, ",
            false => "'' AS currency, NULL AS value, NULL AS chance, '' AS outcome, ",
        });
        let days = match measures.cycle {
            None => "NULL".to_owned(),
            Some(Cycle::Deals) => {
                let created = dialect::day_of_micros(&format!("{table}.created_date"));
                format!(
                    "CASE WHEN status IN ('won', 'lost') AND closed_date >= {created} THEN {} END",
                    dialect::days_between(&created, "closed_date")
                )
            }
            Some(Cycle::Matters) => format!(
                "CASE WHEN close_date >= open_date THEN {} END",
                dialect::days_between("open_date", "close_date")
            ),
        };
        let conditions = settled.conditions();
        let rows = match group_by.contains(&GroupBy::Tag) {
            // A record without tags is in the group of those. The conditions come first: tags have columns of their own.
            true => format!(
                "(SELECT * FROM {table} WHERE {conditions}) AS {table} LEFT JOIN {}",
                dialect::each_tag(table)
            ),
            false => format!("{table} WHERE {conditions}"),
        };
        let sql = format!("SELECT {columns}{days} AS days FROM {rows}");
        Self { sql, params, keys }
    }
}

impl GroupBy {
    fn sql(&self, sight: Sight, table: &str, params: &mut Vec<Value>) -> String {
        match self {
            Self::Column(column) => format!("{table}.{column}"),
            Self::FirstOf(one, other) => format!("COALESCE({table}.{one}, {table}.{other})"),
            Self::Through { link, parent, column } => format!(
                "(SELECT parent.{column} FROM {} parent WHERE parent.workspace_id = $1 AND parent.id = {table}.{link}{})",
                parent.plural(),
                sight.and_seen(*parent, "parent")
            ),
            Self::Tag => "CAST(tag.value AS TEXT)".to_owned(),
            Self::Custom(name) => {
                params.push(name.into());
                format!(
                    "(SELECT {} FROM {} WHERE custom.key = ${})",
                    dialect::CUSTOM_TEXT,
                    dialect::each_custom_field(table),
                    params.len()
                )
            }
            Self::Time(column, unit) => {
                dialect::unit_of_day(&dialect::day_of_micros(&format!("{table}.{column}")), *unit)
            }
            Self::Day(column, unit) => dialect::unit_of_day(&format!("{table}.{column}"), *unit),
        }
    }
}

/// Amounts are summed in millions and remainders of minor units: each stays far below 2^63 for any number of records.
const MONEY: &str = "COUNT(value), \
    CAST(COALESCE(SUM(value / 1000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(value % 1000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(value / 1000000 * COALESCE(chance, 0)), 0) AS BIGINT), \
    CAST(COALESCE(SUM(value % 1000000 * COALESCE(chance, 0)), 0) AS BIGINT), \
    MIN(value), MAX(value), \
    CAST(COALESCE(SUM(CASE WHEN outcome = 'won' THEN 1 ELSE 0 END), 0) AS BIGINT), \
    CAST(COALESCE(SUM(CASE WHEN outcome = 'lost' THEN 1 ELSE 0 END), 0) AS BIGINT)";
const NO_MONEY: &str = "0, 0, 0, 0, 0, NULL, NULL, 0, 0";
const DAYS: &str = "COUNT(days), CAST(COALESCE(SUM(days), 0) AS BIGINT), MIN(days), MAX(days)";
const NO_DAYS: &str = "0, 0, NULL, NULL";

type Places = HashMap<(Vec<Option<String>>, String), (usize, usize)>;

async fn groups(
    tx: &mut Tx<'_>,
    settled: &Settled,
    group_by: &[GroupBy],
    measures: Measures,
) -> Result<Vec<Group>> {
    let source = Source::new(settled, group_by, measures);
    let keys = &source.keys;
    // What is not asked for is not computed: a sort carries every column that is.
    let amounts = if settled.kind() == RecordType::Deal { MONEY } else { NO_MONEY };
    let days = if measures.cycle.is_some() { DAYS } else { NO_DAYS };
    let sql = format!(
        "SELECT {keys}currency, COUNT(*), {amounts}, {days} FROM ({}) AS record \
         GROUP BY {keys}currency ORDER BY currency",
        source.sql
    );
    let mut groups: Vec<Group> = Vec::new();
    let mut of_keys: HashMap<Vec<Option<String>>, usize> = HashMap::new();
    let mut places = Places::new();
    for row in tx.rows(&sql, &source.params).await? {
        let (keys, (currency, sums)) = (keys_of(&row, group_by.len())?, read(&row, group_by.len())?);
        let at = *of_keys.entry(keys.clone()).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group { keys: keys.clone(), totals: Vec::new() });
        }
        if let Some(group) = groups.get_mut(at) {
            places.insert((keys, currency.clone()), (at, group.totals.len()));
            group.totals.push((currency, sums));
        }
    }
    if measures.median {
        for (key, middle) in medians(tx, &source, group_by.len() + 1, "value").await? {
            let place =
                key.split_last().and_then(|(currency, keys)| places.get(&(keys.to_vec(), currency.clone()?)));
            if let Some((_, sums)) = place.and_then(|place| at(&mut groups, *place)) {
                sums.median = Some(money(divide_half_up(i128::from(middle), 2)));
            }
        }
        if measures.cycle.is_some() {
            for (key, middle) in medians(tx, &source, group_by.len(), "days").await? {
                let group = of_keys.get(&key).and_then(|place| groups.get_mut(*place));
                for (_, sums) in group.into_iter().flat_map(|group| &mut group.totals) {
                    sums.cycle.median_halves = Some(middle);
                }
            }
        }
    }
    Ok(groups)
}

fn at(groups: &mut [Group], (group, total): (usize, usize)) -> Option<&mut (String, Sums)> {
    groups.get_mut(group)?.totals.get_mut(total)
}

/// Twice the median of the column for each of the first `key_count` keys, of which the last may be the currency.
async fn medians(
    tx: &mut Tx<'_>,
    source: &Source,
    key_count: usize,
    column: &str,
) -> Result<Vec<(Vec<Option<String>>, i64)>> {
    let keys: String = format!("{}currency", source.keys)
        .split(", ")
        .take(key_count)
        .map(|key| format!("{key}, "))
        .collect();
    let listed = keys.trim_end_matches(", ");
    let (partition, grouped) = match listed {
        "" => (String::new(), String::new()),
        keys => (format!("PARTITION BY {keys} "), format!(" GROUP BY {keys}")),
    };
    let sql = format!(
        "SELECT {keys}CAST(SUM({column}) AS BIGINT), COUNT(*) FROM (\
           SELECT {keys}{column}, \
             ROW_NUMBER() OVER ({partition}ORDER BY {column}) AS place, \
             COUNT(*) OVER ({}) AS size \
           FROM ({}) AS record WHERE {column} IS NOT NULL) AS ranked \
         WHERE place IN ((size + 1) / 2, size / 2 + 1){grouped}",
        partition.trim_end(),
        source.sql
    );
    let mut found = Vec::new();
    for row in tx.rows(&sql, &source.params).await? {
        let Some(sum) = row.opt_int(key_count)? else { continue };
        let count = row.int(key_count + 1)?;
        found.push((keys_of(&row, key_count)?, if count == 1 { sum.saturating_mul(2) } else { sum }));
    }
    Ok(found)
}

fn keys_of(row: &Row, count: usize) -> Result<Vec<Option<String>>> {
    (0..count).map(|index| row.opt_string(index)).collect()
}

fn read(row: &Row, at: usize) -> Result<(String, Sums)> {
    let joined = |index: usize| -> Result<i128> {
        Ok(i128::from(row.int(at + index)?) * 1_000_000 + i128::from(row.int(at + index + 1)?))
    };
    let sums = Sums {
        count: row.int(at + 1)?,
        count_with_value: row.int(at + 2)?,
        sum: joined(3)?,
        weighted: joined(5)?,
        min: row.opt_int(at + 7)?,
        max: row.opt_int(at + 8)?,
        won: row.int(at + 9)?,
        lost: row.int(at + 10)?,
        median: None,
        cycle: Spread {
            count: row.int(at + 11)?,
            sum: row.int(at + 12)?,
            min: row.opt_int(at + 13)?,
            max: row.opt_int(at + 14)?,
            median_halves: None,
        },
    };
    Ok((row.string(at)?, sums))
}

fn divide_half_up(amount: i128, by: i128) -> i128 {
    (2 * amount + by).div_euclid(2 * by)
}

fn money(minor: i128) -> Money {
    let nearest = if minor < 0 { i64::MIN } else { i64::MAX };
    Money::from_minor(i64::try_from(minor).unwrap_or(nearest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_up() {
        assert_eq!(divide_half_up(5, 2), 3);
        assert_eq!(divide_half_up(-5, 2), -2);
        assert_eq!(divide_half_up(7, 3), 2);
        assert_eq!(divide_half_up(8, 3), 3);
        assert_eq!(divide_half_up(149, 100), 1);
        assert_eq!(divide_half_up(150, 100), 2);
    }
}
