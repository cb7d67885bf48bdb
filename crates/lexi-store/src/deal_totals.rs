//! Sums over deals, made by the database and exact: integers only, amounts split so that no sum overflows.

use std::collections::HashMap;

use lexi_types::Money;

use crate::db::{Row, Tx};
use crate::filters::{Filter, Settled};
use crate::{Result, dialect};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    Stage,
    Status,
    Owner,
    Company,
    CreatedMonth,
    ClosedMonth,
}

impl GroupBy {
    fn sql(self) -> String {
        match self {
            Self::Stage => "stage".to_owned(),
            Self::Status => "status".to_owned(),
            Self::Owner => "owner_user_id".to_owned(),
            Self::Company => "related_company_id".to_owned(),
            Self::CreatedMonth => dialect::month_of_micros("created_date"),
            Self::ClosedMonth => "SUBSTR(closed_date, 1, 7)".to_owned(),
        }
    }
}

/// What the deals of one currency come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencyTotals {
    pub currency: String,
    pub count: i64,
    /// Deals that have a value; the average is over these.
    pub count_with_value: i64,
    pub sum: Money,
    /// Rounded half up to the minor unit; none without a value.
    pub average: Option<Money>,
    /// The sum of value × probability, rounded half up; a deal without a probability counts as nought.
    pub weighted: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealGroup {
    /// A name, an id, a month; `None` for the deals that have none.
    pub key: Option<String>,
    pub count: i64,
    pub totals: Vec<CurrencyTotals>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealTotals {
    pub count: i64,
    /// By currency, in alphabetical order.
    pub totals: Vec<CurrencyTotals>,
    /// In no particular order.
    pub groups: Vec<DealGroup>,
}

/// Amounts are summed in millions and remainders of minor units: each stays far below 2^63 for any number of deals.
const SUMS: &str = "currency, COUNT(*), COUNT(estimated_value), \
    CAST(COALESCE(SUM(estimated_value / 1000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(estimated_value % 1000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(estimated_value / 1000000 * COALESCE(probability, 0)), 0) AS BIGINT), \
    CAST(COALESCE(SUM(estimated_value % 1000000 * COALESCE(probability, 0)), 0) AS BIGINT)";

/// Counts and sums the deals that match, all together and, if asked, by group. Currencies are never added up.
pub async fn aggregate(tx: &mut Tx<'_>, filter: &Filter, group_by: Option<GroupBy>) -> Result<DealTotals> {
    let settled = filter.settle(tx).await?;
    let sql = format!(
        "SELECT {SUMS} FROM deals WHERE {} GROUP BY currency ORDER BY currency",
        settled.conditions()
    );
    let rows = tx.rows(&sql, settled.params()).await?;
    let totals = rows.iter().map(|row| read(row, 0)).collect::<Result<Vec<_>>>()?;
    let groups = match group_by {
        Some(by) => groups(tx, &settled, by).await?,
        None => Vec::new(),
    };
    Ok(DealTotals { count: totals.iter().map(|t| t.count).sum(), totals, groups })
}

async fn groups(tx: &mut Tx<'_>, settled: &Settled, by: GroupBy) -> Result<Vec<DealGroup>> {
    let key = by.sql();
    let sql = format!(
        "SELECT {key}, {SUMS} FROM deals WHERE {} GROUP BY {key}, currency ORDER BY currency",
        settled.conditions()
    );
    let mut groups: Vec<DealGroup> = Vec::new();
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    for row in tx.rows(&sql, settled.params()).await? {
        let (key, totals) = (row.opt_string(0)?, read(&row, 1)?);
        let place = *places.entry(key.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(DealGroup { key, count: 0, totals: Vec::new() });
        }
        if let Some(group) = groups.get_mut(place) {
            group.count += totals.count;
            group.totals.push(totals);
        }
    }
    Ok(groups)
}

fn read(row: &Row, at: usize) -> Result<CurrencyTotals> {
    let joined = |index: usize| -> Result<i128> {
        Ok(i128::from(row.int(at + index)?) * 1_000_000 + i128::from(row.int(at + index + 1)?))
    };
    let (sum, weighted) = (joined(3)?, joined(5)?);
    let count_with_value = row.int(at + 2)?;
    Ok(CurrencyTotals {
        currency: row.string(at)?,
        count: row.int(at + 1)?,
        count_with_value,
        sum: money(sum),
        average: (count_with_value > 0).then(|| money(divide_half_up(sum, i128::from(count_with_value)))),
        weighted: money(divide_half_up(weighted, 100)),
    })
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
