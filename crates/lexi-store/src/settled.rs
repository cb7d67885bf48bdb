//! Filters whose words have become conditions, and what they select.

use lexi_types::RecordId;
use lexi_types::records::RecordType;

use crate::db::{Row, Tx, Value};
use crate::filters::Filter;
use crate::page::{Listed, Page};
use crate::{Order, Result, dialect, search};

/// So many records are rather found by the filter and sorted than met on a walk through all in their order, on which the
/// planner would go for the sake of the first ten.
const SORTED_MAX: i64 = 10_000;

impl Filter {
    /// Turns the asked words into conditions, so that counts and sums are over the very records that a list shows.
    pub(crate) async fn settle(&self, tx: &mut Tx<'_>) -> Result<Settled> {
        let mut settled = Settled { filter: self.clone(), first: None };
        settled.search_texts(tx).await?;
        settled.search_names(tx).await?;
        Ok(settled)
    }
}

/// A filter whose words have become conditions.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) filter: Filter,
    /// What puts the best first.
    pub(crate) first: Option<First>,
}

/// Which of the records that were found by words are the best.
#[derive(Debug)]
pub(crate) enum First {
    /// Those whose folded name is this, or begins with it.
    Named(String),
    /// Those that a condition of the index finds.
    Found(String),
}

impl Settled {
    pub(crate) fn table(&self) -> &'static str {
        self.filter.table()
    }

    pub(crate) const fn kind(&self) -> RecordType {
        self.filter.kind
    }

    pub(crate) fn conditions(&self) -> &str {
        &self.filter.conditions
    }

    pub(crate) fn params(&self) -> &[Value] {
        &self.filter.params
    }

    pub(crate) async fn count(&self, tx: &mut Tx<'_>) -> Result<i64> {
        self.filter.count(tx).await
    }

    async fn page<T>(
        mut self,
        tx: &mut Tx<'_>,
        columns: &str,
        asked: Order,
        page: Page,
        total: i64,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut order = asked.sql(self.filter.sight, self.filter.kind);
        if total <= SORTED_MAX {
            order = dialect::by_sorting(&order);
        }
        match self.first.take().filter(|_| !matches!(asked, Order::By(..))) {
            Some(First::Named(key)) => {
                let beginning = self.filter.bind(format!("{key}%").into());
                let exact = self.filter.bind(key.into());
                order = format!(
                    "CASE WHEN name_key = {exact} THEN 0 WHEN name_key LIKE {beginning} THEN 1 ELSE 2 END, {order}"
                );
            }
            Some(First::Found(expression)) => {
                let named = search::matching(&self.filter.bind(expression.into()));
                order = format!("CASE WHEN {named} THEN 0 ELSE 1 END, {order}");
            }
            None => {}
        }
        let limit = self.filter.bind(page.limit());
        let offset = self.filter.bind(page.offset());
        let sql = format!(
            "SELECT {columns} FROM {} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            self.table(),
            self.conditions()
        );
        tx.rows(&sql, self.params()).await?.iter().map(read).collect()
    }
}

/// One page of the records that match, and the number of all that do.
pub(crate) async fn list<T>(
    tx: &mut Tx<'_>,
    columns: &str,
    filter: &Filter,
    order: Order,
    page: Page,
    read: fn(&Row) -> Result<T>,
) -> Result<Listed<T>> {
    let settled = filter.settle(tx).await?;
    let total = settled.count(tx).await?;
    let rows = if page.per_page > 0 {
        settled.page(tx, columns, order, page, total, read).await?
    } else {
        Vec::new()
    };
    Ok(Listed { rows, total })
}

/// The next of the records that match, in the order of their ids: where a long list is read piece by piece.
pub(crate) async fn next<T>(
    tx: &mut Tx<'_>,
    columns: &str,
    filter: &Filter,
    after: Option<RecordId>,
    limit: i64,
    read: fn(&Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut filter = filter.settle(tx).await?.filter;
    if let Some(after) = after {
        let further = filter.compare("id", ">", after);
        filter.require(further);
    }
    let limit = filter.bind(limit.into());
    let sql = format!(
        "SELECT {columns} FROM {} WHERE {} ORDER BY id LIMIT {limit}",
        filter.table(),
        filter.conditions
    );
    tx.rows(&sql, &filter.params).await?.iter().map(read).collect()
}
